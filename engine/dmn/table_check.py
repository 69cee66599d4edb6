"""Says of decision tables which rows overlap, are never asked, and which inputs have no row (DMN 1.5, 8.2.8 to 8.2.10).

What is said is exact over numbers, dates, texts, truth values, durations and their combinations. Where a cell needs
more than its own value, or there is too much to compare, the answer is *not decided*, never a guess.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from engine.dmn.elements import BoxedTable, DmnDecision, DmnElement, DmnKnowledge, DmnModel
from engine.dmn.item_types import TypeBook
from engine.dmn.regions import Box, BoxWork, boxes_intersect, subtract_boxes
from engine.dmn.table_regions import TableRegions, table_regions
from engine.feel.reasons import FeelReason

MAX_COMPARED = 1500  # Rows of which each is compared with each.
MOST_FINDINGS = 50
_EXCLUSIVE, _COMPLETE = ("UNIQUE", "ANY"), ("UNIQUE", "ANY", "PRIORITY", "FIRST")


def check_tables(model: DmnModel) -> Iterator[tuple[DmnElement, FeelReason]]:
    """What is to be said of each table of a model, with the decision or function that it is in."""
    types = TypeBook(model)
    for element in model.elements.values():
        logic = element.logic if isinstance(element, DmnDecision) else None
        logic = element.function if isinstance(element, DmnKnowledge) else logic
        for table in _tables_in(logic):
            yield from ((element, finding) for finding in check_table(table, types))


def _tables_in(box: object) -> Iterator[BoxedTable]:
    """The tables of an expression, at any depth."""
    waiting = [box]
    while waiting:
        part = waiting.pop()
        if isinstance(part, BoxedTable):
            yield part
        elif isinstance(part, tuple):
            waiting += part
        elif is_dataclass(part):
            waiting += [getattr(part, item.name) for item in fields(part)]


def check_table(table: BoxedTable, types: TypeBook) -> Iterator[FeelReason]:
    """What is to be said of one table."""
    regions = table_regions(table, types)
    for row, box in enumerate(regions.boxes):
        if not all(box):
            yield FeelReason("dmn-row-empty", {"row": row + 1})
    if table.hit_policy in _EXCLUSIVE:
        yield from _overlaps(table, regions)
    if table.hit_policy == "FIRST":
        yield from _unreachable(regions)
    if table.hit_policy in _COMPLETE and not any(output.default.strip() for output in table.outputs):
        yield from _gap(regions)


def _overlaps(table: BoxedTable, regions: TableRegions) -> Iterator[FeelReason]:
    """Pairs of rows that match the same; under ANY only those that say different things."""
    if len(regions.boxes) > MAX_COMPARED:
        yield FeelReason("dmn-rows-undecided", {"earlier": 1, "row": len(regions.boxes)})
        return
    count = 0
    for row, box in enumerate(regions.boxes):
        for earlier in range(row):
            other = regions.boxes[earlier]
            is_same = table.hit_policy == "ANY" and table.rules[row].outputs == table.rules[earlier].outputs
            if is_same or not boxes_intersect(box, other):
                continue
            count += 1
            if count > MOST_FINDINGS:
                return
            yield _overlap(table, regions, row, earlier)


def _overlap(table: BoxedTable, regions: TableRegions, row: int, earlier: int) -> FeelReason:
    rows: dict[str, object] = {"earlier": earlier + 1, "row": row + 1}
    if {row, earlier} & regions.unknown:
        return FeelReason("dmn-rows-undecided", rows)
    shared = tuple(left & right for left, right in zip(regions.boxes[row], regions.boxes[earlier], strict=True))
    rule = "dmn-rows-overlap" if table.hit_policy == "UNIQUE" else "dmn-rows-contradict"
    return FeelReason(rule, {**rows, "example": regions.example(shared)})


def _unreachable(regions: TableRegions) -> Iterator[FeelReason]:
    """Rows of which earlier ones take everything."""
    known: list[Box] = []
    work = BoxWork()
    for row, box in enumerate(regions.boxes):
        rest = subtract_boxes(box, known, work) if all(box) else [box]
        if work.left < 0:
            yield FeelReason("dmn-rows-unasked-undecided", {"row": row + 1})
            return
        if rest == []:
            yield FeelReason("dmn-row-unreachable", {"row": row + 1})
        elif row not in regions.unknown:
            known.append(box)


def _gap(regions: TableRegions) -> Iterator[FeelReason]:
    """An input without a row; rows that need evaluation may match some of what the others leave."""
    known = [box for row, box in enumerate(regions.boxes) if row not in regions.unknown]
    rest = subtract_boxes(regions.domain, known, BoxWork())
    if rest == []:
        return
    certain = subtract_boxes(regions.domain, regions.boxes, BoxWork()) if regions.unknown else rest
    if certain:
        yield FeelReason("dmn-table-gap", {"example": regions.example(certain[0])})
    else:
        yield FeelReason("dmn-table-undecided", {})
