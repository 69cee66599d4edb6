"""Measures how much of BPMN is accepted and right: `python -m tests.conformance operaton=PATH miwg=PATH betsy=PATH`.

A path is a folder, a `.tar.gz` or a git directory. Collections that are not given or are not there are skipped; when
none is there, their figures in docs/reference/conformance.md stay as they are.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.conformance import report
from tests.conformance.corpora import CORPORA, Corpus, is_executable, read_corpus
from tests.conformance.elements import ELEMENT_WALKS, element_cases
from tests.conformance.judge import Verdict, judge_file

CHUNK = 8


def main(arguments: Sequence[str]) -> int:
    """Run the command; 0 when no accepted diagram was wrong."""
    options = _parser().parse_args(arguments)
    places = dict(item.partition("=")[::2] for item in options.places if item.partition("=")[2])
    results = []
    for corpus in CORPORA:
        if corpus.key not in places:
            _say(f"{corpus.title}: skipped, no {corpus.key}=PATH was given\n")
        elif not Path(places[corpus.key]).exists():
            _say(f"{corpus.title}: skipped, {places[corpus.key]} does not exist\n")
        else:
            results.append((corpus, _judge_corpus(corpus, Path(places[corpus.key]), options.jobs, options.every)))
    judged = [(case, judge_file(case.name, case.content, ELEMENT_WALKS)) for case in element_cases()]
    if options.every == 1:
        report.write_document(report.corpora_part(results) if results else None, report.elements_part(judged))
        _say(f"written: {report.DOCUMENT}\n")
    else:
        _say(report.corpora_part(results) + "\n")
    wrong = [item for _, verdicts in results for item in verdicts if item is not None and is_wrong(item)]
    wrong += [verdict for _, verdict in judged if is_wrong(verdict)]
    return 1 if wrong else 0


def is_wrong(verdict: Verdict) -> bool:
    """Whether the engine does something else with a file than it should."""
    return bool(verdict.differences or verdict.exceptions)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("places", nargs="*", help="collection=path, such as miwg=/data/miwg.git")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many processes")
    parser.add_argument("--every", type=int, default=1, help="only each so many files; prints instead of writing")
    return parser


def _judge_corpus(corpus: Corpus, place: Path, jobs: int, every: int) -> list[Verdict | None]:
    files = list(read_corpus(corpus, place))[::every]
    verdicts: list[Verdict | None] = []
    with ProcessPoolExecutor(jobs) as pool:
        for verdict in pool.map(_judge, files, chunksize=CHUNK):
            verdicts.append(verdict)
            accepted = sum(1 for item in verdicts if item is not None and item.is_accepted)
            _say(f"\r{corpus.title}: {len(verdicts)}/{len(files)} files, {accepted} accepted ")
    _say("\n")
    return verdicts


def _judge(item: tuple[str, bytes]) -> Verdict | None:
    name, content = item
    return judge_file(name, content) if is_executable(content) else None


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
