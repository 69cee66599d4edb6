"""Combinations of values as boxes: for each dimension a set, as the bits of a whole number."""

from __future__ import annotations

from collections.abc import Iterable

Box = tuple[int, ...]
MAX_BOXES = 500  # A subtraction that splits into more pieces than this is left undecided.


def boxes_intersect(one: Box, other: Box) -> bool:
    """Whether two boxes have a combination in common."""
    return all(left & right for left, right in zip(one, other, strict=True))


def subtract_boxes(box: Box, others: Iterable[Box]) -> list[Box] | None:
    """The remainder of a box without the others, as disjoint pieces; None when there are too many."""
    pieces = [box] if all(box) else []
    for other in others:
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
