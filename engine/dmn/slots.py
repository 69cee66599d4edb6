"""The values of one type as a line of slots: each value at which a cell changes its mind, and the gaps between them.

Slot 2n+1 is the nth value, slot 2n the gap before it; no cell tells two values of one slot apart. Sets of slots are the
bits of whole numbers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from decimal import Context, Decimal

from engine.dmn.literal_cells import LiteralCell, Point
from engine.feel.temporal import DaysDuration, FeelDate, MonthsDuration, date_of_days

SlotRange = tuple[int, int]
_SMALLEST = "\x00"
_NUMBERS = Context(prec=80)  # Between any two numbers of FEEL's 34 digits it finds another.


class SlotLine:
    """The line of some values of one type."""

    __slots__ = ("kind", "points")

    def __init__(self, kind: type, points: Iterable[Point]) -> None:
        self.kind = kind
        self.points: list[Point] = [False, True] if kind is bool else sorted(set(points))

    @property
    def count(self) -> int:
        """How many slots there are."""
        return 2 * len(self.points) + 1

    def slot_of(self, value: Point) -> int:
        """The slot of a value."""
        place = bisect_left(self.points, value)
        return 2 * place + (place < len(self.points) and self.points[place] == value)

    def ranges_of(self, cell: LiteralCell) -> list[SlotRange]:
        """The slots that a cell matches, from first to last, as ranges that do not touch."""
        ranges = []
        for low, low_closed, high, high_closed in cell.spans:
            first = 0 if low is None else self.slot_of(low) + (not low_closed)
            last = self.count - 1 if high is None else self.slot_of(high) - (not high_closed)
            if first <= last:
                ranges.append((first, last))
        joined: list[SlotRange] = []
        for first, last in sorted(ranges):
            if joined and first <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
            else:
                joined.append((first, last))
        return _between(joined, self.count) if cell.is_negated else joined

    def mask_of(self, cell: LiteralCell) -> int:
        """The slots that a cell matches."""
        return sum((1 << last + 1) - (1 << first) for first, last in self.ranges_of(cell))

    def full_mask(self) -> int:
        """The slots that have any value; without points there is one slot for everything."""
        return sum(1 << slot for slot in range(self.count) if self.example(slot) is not None) or 1

    def example(self, slot: int) -> Point | None:
        """A value of a slot; None for a gap that has none, as between two days."""
        place, is_point = divmod(slot, 2)
        if is_point:
            return self.points[place]
        low = self.points[place - 1] if place > 0 else None
        high = self.points[place] if place < len(self.points) else None
        value = _value_between(self.kind, low, high)
        is_inside = value is not None and (low is None or low < value) and (high is None or value < high)  # type: ignore[operator]
        return value if is_inside else None


def ends_of(cells: Iterable[LiteralCell]) -> Iterator[Point]:
    """The values that cells name."""
    return (end for cell in cells for span in cell.spans for end in (span[0], span[2]) if end is not None)


def _between(ranges: list[SlotRange], count: int) -> list[SlotRange]:
    starts = [0, *(last + 1 for _, last in ranges)]
    ends = [*(first - 1 for first, _ in ranges), count - 1]
    return [(first, last) for first, last in zip(starts, ends, strict=True) if first <= last]


def _value_between(kind: type, low: Point | None, high: Point | None) -> Point | None:
    """A value of a type above `low` or, without it, below `high`; it may lie at an end when nothing lies between."""
    if kind is Decimal:
        return _number_between(low, high)
    if kind is str:
        return _text_between(low, high)
    near, step = (low, 1) if low is not None else (high, -1)
    return _ANY_VALUE.get(kind) if near is None else _neighbour(near, step)


def _number_between(low: Point | None, high: Point | None) -> Decimal:
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        return _NUMBERS.divide(_NUMBERS.add(low, high), Decimal(2))
    near, step = (low, Decimal(1)) if low is not None else (high, Decimal(-1))
    if not isinstance(near, Decimal):
        return Decimal(0)
    beside = _NUMBERS.add(near, step)
    return beside if beside != near else _NUMBERS.add(near, near.copy_abs().copy_sign(step))


def _neighbour(point: Point, step: int) -> Point | None:
    """The next value in a direction."""
    match point:
        case FeelDate():
            return date_of_days(point.days + step)
        case MonthsDuration():
            return MonthsDuration(point.months + step)
        case DaysDuration():
            return DaysDuration(point.nanos + step)
        case _:
            return None


_ANY_VALUE: dict[type, Point] = {
    FeelDate: FeelDate(2000, 1, 1),
    MonthsDuration: MonthsDuration(0),
    DaysDuration: DaysDuration(0),
}


def _text_between(low: Point | None, high: Point | None) -> str | None:
    if not isinstance(low, str):
        return ""
    readable = f"{low}…"
    return readable if high is None or readable < high else low + _SMALLEST  # type: ignore[operator]
