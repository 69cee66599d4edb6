"""Writes docs/reference/conformance.md from what a run has seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from tests.conformance.corpora import Corpus
from tests.conformance.elements import ElementCase
from tests.conformance.judge import LIMIT, WALKS, Verdict
from tests.paths import DOCS

DOCUMENT = DOCS / "reference" / "conformance.md"
CORPORA_HEAD, ELEMENTS_HEAD = "## Diagrams of others", "## Elements"
_INTRODUCTION = f"""# Conformance to BPMN 2.0

Written by `make conformance`: every figure and every line of the tables is from that run. A diagram is read, completed
as an analyst would complete it (names mapped, a role and a form for each user task, an operator for each service task),
imported and checked. One that is accepted is walked {WALKS} times, up to {LIMIT} steps each, beside an interpreter that
was written from the standard and shares no code with the engine (`tests/walks/oracle`); open tasks, awaited events,
data and the end are compared after every step. Processes and tables that a diagram calls and does not have are stubs.

Many diagrams are drawn to be read: *completed* also counts those that are accepted when an analyst writes what they
leave empty (conditions, times, names of messages and signals, which process is called). What a file does say stays.
"""


def corpora_part(results: Sequence[tuple[Corpus, Sequence[Verdict | None]]]) -> str:
    """The figures of the collections. A verdict is None for a file that does not say it can run, or is no diagram."""
    lines = [CORPORA_HEAD, "", *_figures(results), "", "### What is refused", ""]
    lines += ["A file that is refused for several reasons counts in each.", ""]
    for corpus, verdicts in results:
        counted = Counter(rule for verdict in verdicts if verdict is not None for rule in verdict.rules)
        named = ", ".join(f"{rule} {count}" for rule, count in counted.most_common())
        lines += [f"- {corpus.title}: {named or 'nothing'}."]
    return "\n".join([*lines, *_troubles(results)])


def _figures(results: Sequence[tuple[Corpus, Sequence[Verdict | None]]]) -> Iterator[str]:
    names = "files executable accepted completed aim walks steps differ exceptions late"
    yield f"| collection | {' | '.join(names.split())} |"
    yield "|---" * (len(names.split()) + 1) + "|"
    for corpus, verdicts in results:
        seen = [verdict for verdict in verdicts if verdict is not None and verdict.is_readable]
        accepted = [verdict for verdict in seen if verdict.is_accepted]
        as_it_is = [verdict for verdict in accepted if not verdict.is_written]
        figures = (
            len(verdicts),
            len(seen),
            len(as_it_is),
            f"**{len(accepted)}**",
            corpus.goal,
            sum(verdict.walks for verdict in seen),
            sum(verdict.steps for verdict in seen),
            sum(bool(verdict.differences) for verdict in seen),
            sum(bool(verdict.exceptions) for verdict in seen),
            sum(verdict.is_out_of_time for verdict in seen),
        )
        yield f"| {corpus.title} ({corpus.origin}) | " + " | ".join(map(_number, figures)) + " |"
    yield ""
    yield _endings(results)


def _endings(results: Sequence[tuple[Corpus, Sequence[Verdict | None]]]) -> str:
    seen = [verdict for _, verdicts in results for verdict in verdicts if verdict is not None]
    failed, stuck = (sum(getattr(verdict, name) for verdict in seen) for name in ("failed", "stuck"))
    unknown = sum(bool(verdict.unknown) for verdict in seen)
    return (
        f"On both sides alike {_number(failed)} walks stopped where an expression has no answer for the values it was "
        f"given (an incident in practice), and {_number(stuck)} where the diagram itself lets nobody go on, such as a "
        f"join whose second token never comes. {_number(unknown)} accepted files use something that the interpreter "
        "does not know and were not walked to the end."
    )


def _troubles(results: Sequence[tuple[Corpus, Sequence[Verdict | None]]]) -> Iterator[str]:
    seen = [verdict for _, verdicts in results for verdict in verdicts if verdict is not None]
    lines = [f"- {verdict.name}: {trouble[:300]}" for verdict in seen if (trouble := _trouble_of(verdict))]
    if lines:
        yield from ("", "### Files to look at", "", *lines)


def _trouble_of(verdict: Verdict) -> str:
    """The first thing that is wrong with a file; empty for most."""
    late = ["out of time"] if verdict.is_out_of_time else [""]
    return (verdict.exceptions or verdict.differences or verdict.unknown or late)[0]


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def elements_part(judged: Sequence[tuple[ElementCase, Verdict]]) -> str:
    """The table of elements; each has a diagram of its name in tests/conformance."""
    lines = [ELEMENTS_HEAD, "", "Each line is a diagram of that name in `tests/conformance/elements.py` or", ""]
    lines[-2] += " `event_elements.py`."
    lines += [f"{sum(state(v) == 'right' for _, v in judged)} of {len(judged)} are right, the others refused.", ""]
    for part, cases in groupby(judged, lambda item: item[0].part):
        lines += [f"### {part[0].upper()}{part[1:]}", "", "| element | |", "|---|---|"]
        lines += [f"| {case.name} | {state(verdict)} |" for case, verdict in cases]
        lines += [""]
    return "\n".join(lines)


def state(verdict: Verdict) -> str:
    """What the table says of an element."""
    if verdict.rules:
        return "refused: " + verdict.sentence.replace("|", "\\|").replace("\n", " ")
    trouble = _trouble_of(verdict)
    return f"**wrong**: {trouble}" if trouble else "right"


def write_document(corpora: str | None, elements: str) -> None:
    """Write the document; without figures of the collections those of the last run stay."""
    kept = _part_of_document(CORPORA_HEAD, ELEMENTS_HEAD)
    parts = [_INTRODUCTION, corpora if corpora is not None else kept, elements]
    DOCUMENT.write_text("\n".join(part.strip("\n") + "\n" for part in parts if part), encoding="utf-8")


def written_elements() -> str:
    """The table of elements as the document has it."""
    return _part_of_document(ELEMENTS_HEAD, None)


def _part_of_document(head: str, following: str | None) -> str:
    text = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else ""
    part = text.partition(f"{head}\n")[2]
    if following is not None:
        part = part.partition(f"{following}\n")[0]
    return f"{head}\n{part}" if part else ""
