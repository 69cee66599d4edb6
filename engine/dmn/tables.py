"""Compiles decision tables (DMN 1.5, chapter 8): cells once, and an index over those that need no evaluation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import islice

from engine.dmn.boxes import BoxBuilding, DmnProblem, fitted_code
from engine.dmn.elements import BoxedTable, TableInput, TableOutput, TableRule
from engine.dmn.hit_policies import AGGREGATIONS, MULTIPLE, SINGLE, Ranking, answer_of_hits
from engine.dmn.item_types import ItemType
from engine.dmn.table_index import ColumnIndex, IndexedCell, indexed_cell, rows_of
from engine.feel import syntax
from engine.feel.comparison import equals
from engine.feel.compiler import compile_node
from engine.feel.expression import KNOWN_NAMES
from engine.feel.limits import MAX_REASONS
from engine.feel.parser import parse_unary_tests
from engine.feel.reasons import FeelReason
from engine.feel.simple_literals import simple_expression
from engine.feel.syntax import FeelNode, UnaryTests
from engine.feel.value_text import value_text
from engine.feel.values import FeelCode, FeelRun, FeelScope, FeelValue

# The rows of a column that have to be asked, its cells, and how one is asked.
AskedColumn = tuple[frozenset[int], list[FeelCode | None], Callable[[FeelCode | None], bool]]


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A compiled input: its expression, type, what it allows, and its cells."""

    text: str
    value: FeelCode
    kind: ItemType
    allowed: FeelCode | None
    cells: list[FeelCode | None]
    index: ColumnIndex


@dataclass(frozen=True, slots=True)
class CompiledTable:
    """A table that answers."""

    columns: list[TableColumn]
    results: list[FeelCode]
    names: list[str]
    defaults: list[FeelCode | None]
    ranks: list[list[FeelValue]]
    policy: str
    aggregation: str

    def answer(self, scope: FeelScope) -> FeelValue:
        """What the table says in a scope."""
        run = scope.run
        values = [column.value(scope) for column in self.columns]
        for column, value in zip(self.columns, values, strict=True):
            if not _is_allowed(scope, column, value):
                return run.null_because("dmn-input-not-allowed", name=column.text, value=value_text(value)[:100])
        hits = [(row + 1, self.results[row](scope)) for row in self._matching(scope, values)]
        if not hits:
            for column, value in zip(self.columns, values, strict=True):
                run.reasons += column.index.rows_for(value).reasons[: max(0, MAX_REASONS - len(run.reasons))]
            return self._without_hit(scope)
        return answer_of_hits(run, self.policy, self.aggregation, hits, self._ranking(run))

    def _matching(self, scope: FeelScope, values: list[FeelValue]) -> list[int]:
        """The rows whose cells all hold: first by the indexes, then the cells that have to be asked."""
        bits = (1 << len(self.results)) - 1
        to_ask: list[AskedColumn] = []
        for column, value in zip(self.columns, values, strict=True):
            indexed = column.index.rows_for(value)
            bits &= indexed.bits
            if indexed.asked:
                place = FeelScope({"?": value}, scope, scope.run)
                to_ask.append((indexed.asked, column.cells, partial(_passes_cell, place, {})))
        scope.run.spend(1 + len(values))
        rows = rows_of(bits)
        matching = (row for row in rows if _row_holds(row, to_ask)) if to_ask else iter(rows)
        return list(islice(matching, 1) if self.policy == "FIRST" else matching)

    def _without_hit(self, scope: FeelScope) -> FeelValue:
        """The default outputs when there are any (8.2.11); otherwise null."""
        if all(code is None for code in self.defaults):
            return scope.run.null_because("dmn-no-rule")
        values = [None if code is None else code(scope) for code in self.defaults]
        value: FeelValue = values[0] if len(values) == 1 else dict(zip(self.names, values, strict=True))
        return [value] if self.policy in MULTIPLE and not self.aggregation else value

    def _ranking(self, run: FeelRun) -> Ranking:
        known: dict[FeelValue, tuple[int, ...] | None] = {}

        def rank(value: FeelValue) -> tuple[int, ...] | None:
            if not isinstance(value, str):
                return ranked(value)
            if value not in known:
                known[value] = ranked(value)
            return known[value]

        def ranked(value: FeelValue) -> tuple[int, ...] | None:
            parts = [value[name] for name in self.names] if isinstance(value, dict) and len(self.names) > 1 else [value]
            places = []
            for part, listed in zip(parts, self.ranks, strict=True):
                place = next((at for at, other in enumerate(listed) if equals(run, part, other) is True), None)
                if listed and place is None:
                    return None
                places.append(place or 0)
            return tuple(places)

        return rank


def _row_holds(row: int, to_ask: list[AskedColumn]) -> bool:
    """Whether the cells of a row hold that the indexes do not decide."""
    return all(passes(cells[row]) for asked, cells, passes in to_ask if row in asked)


def _passes_cell(place: FeelScope, verdicts: dict[FeelCode, bool], cell: FeelCode | None) -> bool:
    """Whether a cell lets the value of its place pass; equal cells have one code, which is run once."""
    if cell is None:
        return True
    verdict = verdicts.get(cell)
    if verdict is None:
        place.run.spend()
        verdict = verdicts[cell] = cell(place) is True
    return verdict


def _is_allowed(scope: FeelScope, column: TableColumn, value: FeelValue) -> bool:
    return column.allowed is None or column.allowed(FeelScope({"?": value}, scope, scope.run)) is True


def compile_table(building: BoxBuilding, table: BoxedTable) -> FeelCode:
    """The code of a table."""
    if table.hit_policy not in SINGLE | MULTIPLE or (table.aggregation and table.aggregation not in AGGREGATIONS):
        reason = FeelReason("dmn-hit-policy-unknown", {"policy": f"{table.hit_policy} {table.aggregation}".strip()})
        building.problems.append(DmnProblem(building.element, "", reason))
        return lambda scope: scope.run.null_because(reason.rule, **reason.facts)
    columns = [_column(building, part, at, table.rules) for at, part in enumerate(table.inputs)]
    compiled = CompiledTable(
        columns,
        [_result(building, rule, table.outputs) for rule in table.rules],
        [output.name for output in table.outputs],
        [building.feel(output.default) if output.default.strip() else None for output in table.outputs],
        [_listed_values(building, output) for output in table.outputs],
        table.hit_policy,
        table.aggregation if table.hit_policy == "COLLECT" else "",
    )
    return compiled.answer


def _column(building: BoxBuilding, part: TableInput, at: int, rules: tuple[TableRule, ...]) -> TableColumn:
    inner = building.within({"?"})
    kind = building.types.find(part.type_ref)
    value = fitted_code(building.feel(part.text), kind, part.text)
    known: dict[str, IndexedCell] = {}
    cells = [_indexed(inner, known, rule.inputs[at] if at < len(rule.inputs) else "") for rule in rules]
    allowed = _cell(inner, _tests(inner, part.allowed)) if part.allowed.strip() else None
    return TableColumn(part.text, value, kind, allowed, [cell.code for cell in cells], ColumnIndex(cells))


def _indexed(building: BoxBuilding, known: dict[str, IndexedCell], text: str) -> IndexedCell:
    """A cell; equal ones are one, but each that is no FEEL is a problem of its own."""
    if text in known:
        return known[text]
    problems = len(building.problems)
    tree = _tests(building, text)
    cell = indexed_cell(tree, _cell(building, tree), building.names - {"?"})
    if len(building.problems) == problems:
        known[text] = cell
    return cell


def _tests(building: BoxBuilding, text: str) -> FeelNode | FeelCode | None:
    """The tree of a cell; None when everything passes, and code for a text that is no FEEL."""
    other = building.other(text, is_test=True) if building.other is not None else None
    if other is not None:
        return other
    trees: list[FeelNode | None] = []

    def compiling() -> FeelCode:
        trees.append(parse_unary_tests(text, KNOWN_NAMES | building.names))
        return lambda _: None

    code = building.guarded(text, compiling)
    return trees[0] if trees else code


def _cell(building: BoxBuilding, tree: FeelNode | FeelCode | None) -> FeelCode | None:
    if isinstance(tree, FeelNode):
        node = tree
        return building.guarded("", lambda: compile_node(node, building.types.shapes()))
    return tree


def _result(building: BoxBuilding, rule: TableRule, outputs: tuple[TableOutput, ...]) -> FeelCode:
    """The code of what a row says: of one output its value, of several a context."""
    texts = [rule.outputs[at] if at < len(rule.outputs) else "" for at in range(len(outputs))]
    codes = [_output(building, text, output) for text, output in zip(texts, outputs, strict=True)]
    code = codes[0] if len(codes) == 1 else _context_code([output.name for output in outputs], codes)
    return _known_code(code) if all(map(_is_constant, texts)) else code


def _context_code(names: list[str], codes: list[FeelCode]) -> FeelCode:
    return lambda scope: dict(zip(names, [code(scope) for code in codes], strict=True))


def _output(building: BoxBuilding, text: str, output: TableOutput) -> FeelCode:
    code = building.feel(text) if text.strip() not in ("", "-") else _nothing
    return fitted_code(code, building.types.find(output.type_ref), output.name or building.element)


def _is_constant(text: str) -> bool:
    return text.strip() in ("", "-") or isinstance(simple_expression(text), syntax.Constant)


def _known_code(code: FeelCode) -> FeelCode:
    """Code that gives always the same, worked out now; one that gives a reason besides is left as it is."""
    run = FeelRun()
    value = code(FeelScope({}, None, run))
    return code if run.reasons else lambda _: value


def _nothing(_: FeelScope) -> FeelValue:
    return None


def _listed_values(building: BoxBuilding, output: TableOutput) -> list[FeelValue]:
    """The values of an output in the order of their priority."""
    if not output.allowed.strip():
        return []
    tree = _tests(building, output.allowed)
    if not isinstance(tree, UnaryTests):
        return []
    run = FeelRun()
    return [compile_node(test, {})(FeelScope({}, None, run)) for test in tree.tests]
