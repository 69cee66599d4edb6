"""Combinations of values as boxes: for each dimension a set, as the bits of a whole number."""

from __future__ import annotations

from collections.abc import Iterable

Box = tuple[int, ...]
MAX_BOXES = 500  # A subtraction that splits into more pieces than this is left undecided.


class BoxWork:
    """How many boxes may still be compared: about two hundred thousand take a second."""

    __slots__ = ("left",)

    def __init__(self, left: int = 300_000) -> None:
        self.left = left


def boxes_intersect(one: Box, other: Box) -> bool:
    """Whether two boxes have a combination in common."""
    return all(left & right for left, right in zip(one, other, strict=True))


def subtract_boxes(box: Box, others: Iterable[Box], work: BoxWork | None = None) -> list[Box] | None:
    """The remainder of a box without the others, as disjoint pieces; None when there are too many, or `work` ends."""
    pieces = [box] if all(box) else []
    for other in others:
        if work is not None:
            work.left -= len(pieces)
            if work.left < 0:
                return None
        pieces = [
            part for piece in pieces for part in (_split(piece, other) if boxes_intersect(piece, other) else [piece])
        ]
        if len(pieces) > MAX_BOXES:
            return None
    return pieces


def _split(box: Box, other: Box) -> list[Box]:
    """The parts of a box outside another: one per dimension in which it extends beyond it."""
    parts = []
    remainder = list(box)
    for index, mask in enumerate(other):
        outside = remainder[index] & ~mask
        if outside:
            parts.append((*remainder[:index], outside, *remainder[index + 1 :]))
        remainder[index] &= mask
    return parts
