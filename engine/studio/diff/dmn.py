"""What differs between two versions of a decision table: columns, rows, cells. Imported by the difference alone.

Columns and rows are known by their ids, those without a partner by what they say; cells belong to their column, so
that a new column is one change and not one for each row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.bpmn.lint.diagram import local
from engine.bpmn.lint.finding import Element
from engine.studio.diff.change import MOVED, Change, Fact, Item, compared, in_common, moves
from engine.studio.diff.xml import bounds, flat, own_text, place_text, same_place

_TABLE = ("input", "output", "rule")
_ENTRIES = ("inputEntry", "outputEntry")
_WHATS = {
    "@name": "name",
    "@label": "label",
    "@typeRef": "type",
    "/inputExpression/text": "expression",
    "/inputExpression@typeRef": "type",
    "/decisionTable@hitPolicy": "hit_policy",
    "/decisionTable@aggregation": "aggregation",
    "/description": "description",
}
Entries = dict[str, Item]


def difference(old: Element, new: Element) -> list[Change]:
    """Every change between the root elements of two decision files."""
    before, after = _things(old), _things(new)
    found = compared(before, after)
    old_tables, new_tables = dict(_tables(old)), dict(_tables(new))
    for key in (key for key in new_tables if key in old_tables):
        found += _of_tables(old_tables[key], new_tables[key])
    return [*found, *_moved(old, new, after)]


def _things(root: Element) -> Entries:
    """The decisions and whatever else is drawn, by id; a table's columns and rows are compared by themselves."""
    found: Entries = {}
    for element in root:
        if isinstance(element.tag, str) and element.get("id") and not local(element).startswith("DMNDI"):
            item = _item(element, element.get("name") or "")
            found[item.id] = item
    return found


def _item(element: Element, name: str) -> Item:
    ways = flat(element, lambda part: local(part) in _TABLE)
    facts = {_WHATS.get(way, f"part:{way.lstrip('/')}"): Fact(value, value) for way, value in ways.items()}
    if "decisionTable" in map(local, element.iterchildren("{*}*")):
        facts.setdefault("hit_policy", Fact("UNIQUE", "UNIQUE"))
    return Item(element.get("id") or "", local(element), name or (element.get("id") or ""), facts)


def _tables(root: Element) -> Iterator[tuple[str, Element]]:
    for decision in root.iterchildren("{*}decision"):
        table = next(decision.iterchildren("{*}decisionTable"), None)
        if table is not None:
            yield decision.get("id") or "", table


def _of_tables(old: Element, new: Element) -> Iterator[Change]:
    columns = [_partners(_columns(old, kind), _columns(new, kind)) for kind in ("input", "output")]
    shared = [[key for key in before if key in after] for before, after in columns]
    rows = [_rows(table, [list(pair[side]) for pair in columns], shared) for side, table in enumerate((old, new))]
    for before, after in [*columns, _partners(_labelled(rows[0], columns), _labelled(rows[1], columns))]:
        yield from compared(before, after)
        yield from moves(before, after)


def _columns(table: Element, kind: str) -> list[Item]:
    return [_item(part, part.get("label") or part.get("name") or "") for part in table.iterchildren(f"{{*}}{kind}")]


def _partners(old: Sequence[Item], new: Sequence[Item]) -> tuple[Entries, Entries]:
    """Both lists by keys that partners share: the id, or the place of the older one with the same content."""
    before, after = _by_id(old), _by_id(new)
    left = [key for key in before if key not in after]
    right = [key for key in after if key not in before]
    alike = in_common([_content(before[key]) for key in left], [_content(after[key]) for key in right])
    partner = {right[j]: left[i] for i, j in alike}
    return before, {partner.get(key, key): item for key, item in after.items()}


def _by_id(items: Sequence[Item]) -> Entries:
    """The items by id; one without an id, or with one that another has, by its place."""
    found: Entries = {}
    for place, item in enumerate(items):
        key = item.id if item.id and item.id not in found else f"{item.id} #{place}"
        found[key] = item
    return found


def _content(item: Item) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((what, fact.value) for what, fact in item.facts.items()))


def _rows(table: Element, columns: Sequence[Sequence[str]], shared: Sequence[Sequence[str]]) -> list[Item]:
    """The rows with a fact for each cell below a column that both versions have, by the column's key."""
    rows = []
    for place, rule in enumerate(table.iterchildren("{*}rule"), 1):
        description = next((own_text(part) for part in rule.iterchildren("{*}description")), "")
        facts = {"description": Fact(description, description)} if description else {}
        for entry, keys, kept in zip(_ENTRIES, columns, shared, strict=True):
            cells = (_cell(part) for part in rule.iterchildren(f"{{*}}{entry}"))
            pairs = zip(keys, cells, strict=False)
            facts |= {f"{entry}:{key}": Fact(cell, cell) for key, cell in pairs if key in kept}
        rows.append(Item(rule.get("id") or "", "row", description or f"#{place}", facts))
    return rows


def _cell(entry: Element) -> str:
    """The text of a cell; an empty input and a dash both let everything through."""
    text = next((own_text(part) for part in entry.iterchildren("{*}text")), "")
    return "-" if local(entry) == "inputEntry" and not text else text


def _labelled(rows: Sequence[Item], columns: Sequence[tuple[Entries, Entries]]) -> list[Item]:
    """The same rows with their cells named after the columns as people read them."""
    names = {
        f"{entry}:{key}": item.name
        for entry, pair in zip(_ENTRIES, columns, strict=True)
        for key, item in pair[1].items()
    }
    often = Counter(names.values())
    unique = {key: f"cell:{name}" if often[name] == 1 else f"cell:{name} ({key})" for key, name in names.items()}
    return [replace(row, facts={unique.get(what, what): fact for what, fact in row.facts.items()}) for row in rows]


def _moved(old: Element, new: Element, items: Entries) -> Iterator[Change]:
    before, after = bounds(old, "dmnElementRef"), bounds(new, "dmnElementRef")
    for key, item in items.items():
        if key in before and key in after and not same_place(before[key], after[key]):
            yield Change(MOVED, item.id, item.name, item.kind, place_text(before[key]), place_text(after[key]))
