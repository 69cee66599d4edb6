"""Writes what judging the public nets has shown: docs/reference/soundness.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from engine.soundness.search import NetVerdict
from tests.paths import DOCS
from tests.soundness.diagrams import DiagramJudgement
from tests.soundness.judge import NetJudgement

DOCUMENT = DOCS / "reference" / "soundness.md"
_INTRODUCTION = """# Soundness against the field

Written by `make soundness`: workflow nets of processes as they were drawn in practice, with known verdicts (the IBM set
of Fahland et al. 2009 and 2011, libraries A, B2 and B3, as GitHub p-offtermatt/FastForward publishes it at bf6bb6fe). A
net is sound when from every marking that can come about a proper end can be reached and no place gets a second token.

`engine/soundness` reduces a net (series, parallel places, equal and idle transitions), then visits its markings within
bounds that are counts. A verdict has a way to the fault or is *undecided*, and never a guess.
"""
_DIAGRAMS = """
## Diagrams

The proof of `tongdai check`, with times of reading left out: a family of our own whose blocks (step, choice, fork) are
sound by construction, and collections of others. In those, a fault is often meant: tests of engines have steps that
nothing reaches, events that nothing throws, and elements that do not run here.
"""
_FAULTS = """
## Faults of small collections, by file
"""
_OTHERS_SAY = """
The authors of BPM-2024-Extended judge eight of their files too (their paper, table of realistic models). They find
the same fault in `dispatch-of-goods`, which is drawn by hand and none of the generated families: a fork whose branches
meet at an exclusive gateway, so that the goods are prepared twice. In `credit-scoring-synchronous` they find one more,
which is none here: they let both pools of a collaboration run as one system, in which the bank may wait for a score
that the service has answered otherwise. Here each process is a case of its own, and a message that something sends may
come. `violations` is their picture of faults.
"""
SMALL = 100
"""Files of a collection whose faults are listed."""


def write_document(
    judgements: Sequence[NetJudgement],
    families: Sequence[DiagramJudgement],
    collections: Mapping[str, Sequence[DiagramJudgement]],
) -> None:
    """Write the figures of nets, of families and of collections of diagrams by their titles."""
    parts = [_INTRODUCTION, *_figures(judgements), _DIAGRAMS, *_rows(families, collections)]
    parts += [*_faults(collections), ""]
    DOCUMENT.write_text("\n".join(parts), encoding="utf-8")


def _rows(families: Sequence[DiagramJudgement], collections: Mapping[str, Sequence[DiagramJudgement]]) -> Iterator[str]:
    yield "| diagrams | files | most elements | proven | faults | undecided | median | longest |"
    yield "|---|---|---|---|---|---|---|---|"
    for title, group in [*((each.name, [each]) for each in families), *collections.items()]:
        undecided = sum(NetVerdict.UNDECIDED in each.verdicts for each in group)
        proven = sum(each.verdicts <= {NetVerdict.PROVEN} for each in group)
        times = [1000 * each.seconds for each in group]
        ends = (len(group) - proven - undecided, undecided, f"{median(times):.1f} ms", f"{max(times):.1f} ms")
        cells = (len(group), max(each.nodes for each in group), proven, *ends)
        yield f"| {title} | {' | '.join(map(str, cells))} |"


def _faults(collections: Mapping[str, Sequence[DiagramJudgement]]) -> Iterator[str]:
    small = [each for group in collections.values() if len(group) <= SMALL for each in group if each.faults]
    if small:
        yield _FAULTS
        yield from (f"- `{each.name}`: {' '.join(' '.join(each.faults).split())}" for each in small)
        yield _OTHERS_SAY.rstrip()


def _figures(judgements: Sequence[NetJudgement]) -> Iterator[str]:
    yield "| library | nets | known sound | wrong | undecided | median | longest | most markings |"
    yield "|---|---|---|---|---|---|---|---|"
    for library in sorted({each.net.name.partition(".")[0] for each in judgements}):
        yield _line(library, [each for each in judgements if each.net.name.startswith(f"{library}.")])
    yield _line("**all**", judgements)


def _line(title: str, judgements: Sequence[NetJudgement]) -> str:
    times = [1000 * each.seconds for each in judgements]
    sound, wrong = (
        sum(flags) for flags in zip(*((each.net.is_sound, each.is_wrong) for each in judgements), strict=True)
    )
    undecided = sum(each.verdict is NetVerdict.UNDECIDED for each in judgements)
    most = max(each.markings for each in judgements)
    cells = (len(times), sound, wrong, undecided, f"{median(times):.1f} ms", f"{max(times):.1f} ms", most)
    return f"| {title} | {' | '.join(map(str, cells))} |"
