"""What this machine does in a while, so that tests of speed compare with it and not with a clock."""

from __future__ import annotations

import time
from collections.abc import Callable

_ROUNDS = 3_000_000


def processor_time(work: Callable[[], object]) -> float:
    """The processor time that some work takes, in seconds."""
    before = time.process_time()
    work()
    return time.process_time() - before


def tenth_of_a_second() -> float:
    """The processor time of plain work that takes about a tenth of a second on a quiet machine."""
    return processor_time(lambda: sum(number & 7 for number in range(_ROUNDS)))
