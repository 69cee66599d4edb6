"""Random walks in bulk: `python -m tests.walks 10000`. A walk whose sides differ is saved under var/walks.

`python -m tests.walks --replay var/walks/17` takes a saved walk again, also after its diagrams were made smaller.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from pathlib import Path

from tests.paths import ROOT
from tests.walks.record import load, save
from tests.walks.runner import Tally, spread
from tests.walks.stored import Stored
from tests.walks.walker import replay

FOLDER = ROOT / "var" / "walks"


def main(arguments: list[str]) -> int:
    """Run the command; 0 when the sides never differed."""
    options = _parser().parse_args(arguments)
    if options.replay is not None:
        return _again(options.replay)
    seed = secrets.randbelow(2**40) if options.seed is None else options.seed
    _say(f"{options.number} walks from seed {seed} in {options.jobs} processes\n")
    total = spread(seed, options.number, options.jobs, lambda tally: _progress(tally, options.number))
    return _report(total)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.walks", description=__doc__)
    parser.add_argument("number", type=int, nargs="?", default=1000, help="how many walks")
    parser.add_argument("--seed", type=int, help="the first seed; without it a random one")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many processes")
    parser.add_argument("--replay", type=Path, help="a walk saved earlier")
    return parser


def _progress(tally: Tally, number: int) -> None:
    """Say how far the walks are; what differs is saved at once, so that a run that is stopped loses nothing."""
    for item in tally.records:
        save(FOLDER, item)
    _say(
        f"\r{tally.walks}/{number} walks, {tally.steps} steps, {tally.completed} completed, "
        f"{len(tally.failures)} ended in an exception, {len(tally.records)} differ "
    )


def _report(total: Tally) -> int:
    rarest = ", ".join(f"{kind} {count}" for kind, count in reversed(total.reached.most_common()[-5:]))
    _say(f"\nconstructs passed: {len(total.reached)}; least often: {rarest}\n")
    if total.failures:
        _say(f"ended in an exception: {', '.join(map(str, total.failures))}\n")
    for item in total.records:
        _say(f"seed {item.seed}, saved as {save(FOLDER, item)}\n  " + "\n  ".join(item.difference) + "\n")
    return 1 if total.records else 0


def _again(file: Path) -> int:
    item = load(file)
    made = replay(item.files, Stored.of(item.files), item.data, item.steps)
    _say("\n".join(made.difference or ["The sides do not differ."]) + "\n")
    return 1 if made.difference else 0


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
