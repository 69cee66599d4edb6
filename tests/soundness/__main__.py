"""Judges public nets and diagrams, writes docs/reference/soundness.md.

`python -m tests.soundness [ARCHIVE] [title=PLACE ...]`: the archive of nets, collections of diagrams.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from engine.soundness.search import NetVerdict
from tests.soundness.diagrams import judge_collection, judge_families
from tests.soundness.judge import judge_nets
from tests.soundness.nets import archive_path, read_archive
from tests.soundness.report import DOCUMENT, write_document


def main(arguments: Sequence[str]) -> int:
    """Judge all nets and write what was seen; 0 when none is wrong or undecided."""
    collections = dict(argument.split("=", 1) for argument in arguments if "=" in argument)
    archive = next((Path(argument) for argument in arguments if "=" not in argument), archive_path())
    if not archive.exists():
        sys.stderr.write(f"{archive} is not there: name the archive of nets with SOUNDNESS=\n")
        return 2
    judgements = judge_nets(read_archive(archive))
    diagrams = {title: list(judge_collection(Path(place))) for title, place in collections.items()}
    write_document(judgements, list(judge_families()), diagrams)
    failed = [each for each in judgements if each.is_wrong or each.verdict is NetVerdict.UNDECIDED]
    for each in failed:
        sys.stdout.write(f"{each.net.name}: {each.verdict.value}\n")
    sys.stdout.write(f"{len(judgements)} nets, {len(failed)} wrong or undecided\nwritten: {DOCUMENT}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
