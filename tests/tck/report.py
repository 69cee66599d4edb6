"""Writes what a run of the kit has seen: a file in the kit's own form, and docs/reference/dmn_tck.md."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from tests.paths import DOCS
from tests.tck.judge import TckVerdict

DOCUMENT = DOCS / "reference" / "dmn_tck.md"
_INTRODUCTION = """# DMN Technology Compatibility Kit

Written by `make tck` from the kit of the OMG's members, <https://github.com/dmn-tck/tck>, at commit 0dbcaf9: models of
DMN 1.5 with questions and the answers that the standard asks for. A case is right when every decision that it asks for
answers what is expected, to eight digits; where an error is expected, null. The results of each case stand in
`build/tck_results.csv`, in the kit's own form.
"""


def write_results(verdicts: Sequence[TckVerdict], path: Path) -> None:
    """Write one line for each case: folder, file, case, outcome, remark."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for verdict in verdicts:
            case = verdict.case
            writer.writerow([case.folder, case.file, case.id, verdict.outcome, verdict.remark])


def write_document(verdicts: Sequence[TckVerdict]) -> None:
    """Write the figures and what is not right."""
    DOCUMENT.write_text("\n".join([_INTRODUCTION, *_figures(verdicts), "", *_failures(verdicts)]), encoding="utf-8")


def _figures(verdicts: Sequence[TckVerdict]) -> Iterator[str]:
    yield "| | cases | right | refused | wrong | |"
    yield "|---|---|---|---|---|---|"
    for level, group in groupby(verdicts, lambda verdict: verdict.case.folder.split("/")[0]):
        yield _line(f"**{level.replace('compliance-', '').replace('-', ' ')}**", list(group))
    for folder, group in groupby(verdicts, lambda verdict: verdict.case.folder):
        yield _line(folder.split("/")[1], list(group))


def _line(title: str, verdicts: Sequence[TckVerdict]) -> str:
    counts = [sum(verdict.outcome == outcome for verdict in verdicts) for outcome in ("SUCCESS", "IGNORED", "ERROR")]
    share = f"{100 * counts[0] / len(verdicts):.1f} %"
    return f"| {title} | {len(verdicts)} | {' | '.join(str(count or '') for count in counts)} | {share} |"


def _failures(verdicts: Sequence[TckVerdict]) -> Iterator[str]:
    """The cases that are not right, by their folder."""
    yield "## What is not right"
    yield ""
    yield "Functions in Java are refused: a model would choose what of this program is called."
    yield ""
    for verdict in verdicts:
        if verdict.outcome != "SUCCESS":
            outcome = "refused" if verdict.outcome == "IGNORED" else "wrong"
            remark = verdict.remark.replace("|", "\\|")
            yield f"- {verdict.case.folder.split('/')[1]}, {verdict.case.id}: {outcome}. {remark}"
    yield ""
