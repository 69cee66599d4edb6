"""Runs the DMN Technology Compatibility Kit: `python -m tests.tck [ARCHIVE]`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.paths import ROOT
from tests.tck.cases import archive_path, read_archive
from tests.tck.judge import judge_file
from tests.tck.report import DOCUMENT, write_document, write_results

RESULTS = ROOT / "build" / "tck_results.csv"


def main(arguments: Sequence[str]) -> int:
    """Run the kit and write what it has seen; 0 when no case was answered wrongly."""
    archive = Path(arguments[0]) if arguments else archive_path()
    if not archive.exists():
        sys.stderr.write(f"{archive} is not there: name the kit's archive with TCK=\n")
        return 2
    verdicts = [verdict for file in read_archive(archive) for verdict in judge_file(file)]
    write_results(verdicts, RESULTS)
    write_document(verdicts)
    counts = Counter(verdict.outcome for verdict in verdicts)
    sys.stdout.write(f"{dict(counts)}\nwritten: {RESULTS}, {DOCUMENT}\n")
    return 1 if counts["ERROR"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
