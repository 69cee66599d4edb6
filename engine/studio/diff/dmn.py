"""Compares two versions of a decision table: columns, rules (rows), cells.

Columns and rows are matched by id, and by content if no id matches; cells belong to their column, so that a new column
is one change and not one per row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.bpmn.lint.diagram import local_name_of
from engine.bpmn.lint.finding import Element
from engine.studio.diff.change import (
    MOVED,
    DiffFact,
    DiffItem,
    ElementChange,
    common_subsequence,
    compare_items,
    reordered_items,
)
from engine.studio.diff.xml import flatten_element, format_place, is_same_place, own_text, shape_bounds

_TABLE_PARTS = ("input", "output", "rule")
_ENTRIES = ("inputEntry", "outputEntry")
_PART_NAMES = {
    "@name": "name",
    "@label": "label",
    "@typeRef": "type",
    "/inputExpression/text": "expression",
    "/inputExpression@typeRef": "type",
    "/decisionTable@hitPolicy": "hit_policy",
    "/decisionTable@aggregation": "aggregation",
    "/description": "description",
}
ItemsByKey = dict[str, DiffItem]


def compare_decisions(old: Element, new: Element) -> list[ElementChange]:
    """Every change between the root elements of two decision files."""
    before, after = _drawn_items(old), _drawn_items(new)
    changes = compare_items(before, after)
    old_tables, new_tables = dict(_decision_tables(old)), dict(_decision_tables(new))
    for key in (key for key in new_tables if key in old_tables):
        changes += _compare_tables(old_tables[key], new_tables[key])
    return [*changes, *_moved_shapes(old, new, after)]


def _drawn_items(root: Element) -> ItemsByKey:
    """The decisions and other drawn elements, by id; a table's columns and rows are compared separately."""
    items: ItemsByKey = {}
    for element in root:
        if isinstance(element.tag, str) and element.get("id") and not local_name_of(element).startswith("DMNDI"):
            item = _build_item(element, element.get("name") or "")
            items[item.id] = item
    return items


def _build_item(element: Element, name: str) -> DiffItem:
    values = flatten_element(element, lambda part: local_name_of(part) in _TABLE_PARTS)
    facts = {
        _PART_NAMES.get(path, f"part:{path.lstrip('/')}"): DiffFact(value, value) for path, value in values.items()
    }
    if "decisionTable" in map(local_name_of, element.iterchildren("{*}*")):
        facts.setdefault("hit_policy", DiffFact("UNIQUE", "UNIQUE"))
    return DiffItem(element.get("id") or "", local_name_of(element), name or (element.get("id") or ""), facts)


def _decision_tables(root: Element) -> Iterator[tuple[str, Element]]:
    for decision in root.iterchildren("{*}decision"):
        table = next(decision.iterchildren("{*}decisionTable"), None)
        if table is not None:
            yield decision.get("id") or "", table


def _compare_tables(old: Element, new: Element) -> Iterator[ElementChange]:
    columns = [_match_partners(_column_items(old, kind), _column_items(new, kind)) for kind in ("input", "output")]
    shared = [[key for key in before if key in after] for before, after in columns]
    rows = [_row_items(table, [list(pair[side]) for pair in columns], shared) for side, table in enumerate((old, new))]
    for before, after in [*columns, _match_partners(_label_cells(rows[0], columns), _label_cells(rows[1], columns))]:
        yield from compare_items(before, after)
        yield from reordered_items(before, after)


def _column_items(table: Element, kind: str) -> list[DiffItem]:
    return [
        _build_item(part, part.get("label") or part.get("name") or "") for part in table.iterchildren(f"{{*}}{kind}")
    ]


def _match_partners(old: Sequence[DiffItem], new: Sequence[DiffItem]) -> tuple[ItemsByKey, ItemsByKey]:
    """Both lists under shared keys: the id, or the key of the older item with the same content."""
    before, after = _index_items(old), _index_items(new)
    only_old = [key for key in before if key not in after]
    only_new = [key for key in after if key not in before]
    matches = common_subsequence(
        [_item_content(before[key]) for key in only_old], [_item_content(after[key]) for key in only_new]
    )
    partner_keys = {only_new[j]: only_old[i] for i, j in matches}
    return before, {partner_keys.get(key, key): item for key, item in after.items()}


def _index_items(items: Sequence[DiffItem]) -> ItemsByKey:
    """The items by id; an item with a missing or duplicate id gets a key with its index."""
    by_key: ItemsByKey = {}
    for index, item in enumerate(items):
        key = item.id if item.id and item.id not in by_key else f"{item.id} #{index}"
        by_key[key] = item
    return by_key


def _item_content(item: DiffItem) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((what, fact.value) for what, fact in item.facts.items()))


def _row_items(table: Element, columns: Sequence[Sequence[str]], shared: Sequence[Sequence[str]]) -> list[DiffItem]:
    """The rows, with one fact per cell in a column that both versions share, by the column's key."""
    rows = []
    for row_number, rule in enumerate(table.iterchildren("{*}rule"), 1):
        description = next((own_text(part) for part in rule.iterchildren("{*}description")), "")
        facts = {"description": DiffFact(description, description)} if description else {}
        for entry, keys, shared_keys in zip(_ENTRIES, columns, shared, strict=True):
            cells = (_cell_text(part) for part in rule.iterchildren(f"{{*}}{entry}"))
            pairs = zip(keys, cells, strict=False)
            facts |= {f"{entry}:{key}": DiffFact(cell, cell) for key, cell in pairs if key in shared_keys}
        rows.append(DiffItem(rule.get("id") or "", "row", description or f"#{row_number}", facts))
    return rows


def _cell_text(entry: Element) -> str:
    """The text of a cell; an empty input entry equals a dash, as both match anything."""
    text = next((own_text(part) for part in entry.iterchildren("{*}text")), "")
    return "-" if local_name_of(entry) == "inputEntry" and not text else text


def _label_cells(rows: Sequence[DiffItem], columns: Sequence[tuple[ItemsByKey, ItemsByKey]]) -> list[DiffItem]:
    """The same rows with their cells named by the column labels."""
    names = {
        f"{entry}:{key}": item.name
        for entry, pair in zip(_ENTRIES, columns, strict=True)
        for key, item in pair[1].items()
    }
    counts = Counter(names.values())
    cell_names = {key: f"cell:{name}" if counts[name] == 1 else f"cell:{name} ({key})" for key, name in names.items()}
    return [replace(row, facts={cell_names.get(what, what): fact for what, fact in row.facts.items()}) for row in rows]


def _moved_shapes(old: Element, new: Element, items: ItemsByKey) -> Iterator[ElementChange]:
    before, after = shape_bounds(old, "dmnElementRef"), shape_bounds(new, "dmnElementRef")
    for key, item in items.items():
        if key in before and key in after and not is_same_place(before[key], after[key]):
            yield ElementChange(
                MOVED, item.id, item.name, item.kind, format_place(before[key]), format_place(after[key])
            )
