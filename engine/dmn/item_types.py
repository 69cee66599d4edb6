"""The types of a model: what item definitions make of FEEL's types, and how values are fitted to them (7.3.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.dmn.elements import DmnModel, ItemDefinition
from engine.feel.expression import compile_tests
from engine.feel.reasons import FeelSyntaxError
from engine.feel.types import ANY, SIMPLE_NAMES, coerce, type_text
from engine.feel.value_text import value_text
from engine.feel.values import FeelCode, FeelRun, FeelScope, FeelType, FeelValue, type_name

_OTHER_NAMES = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
}
_MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class ItemType:
    """A type: its shape for FEEL, and what FEEL's types do not say: bases, entries and what is allowed."""

    name: str
    shape: FeelType
    base: ItemType | None = None
    allowed: tuple[FeelCode, ...] = ()
    entries: tuple[tuple[str, ItemType], ...] = ()
    item: ItemType | None = None  # Of a collection, the type of its items.


ANY_ITEM = ItemType("Any", ANY)


class TypeBook:
    """The types that a model and its imports name, made when they are first asked for."""

    def __init__(self, model: DmnModel) -> None:
        self._definitions = {item.name: item for item in model.items}
        self._imports = {name: TypeBook(other) for name, other in model.imports.items()}
        self._made: dict[str, ItemType] = {}
        self._making: list[str] = []
        self._shapes: dict[str, FeelType] | None = None
        self._entry_names: frozenset[str] | None = None

    def find(self, reference: str) -> ItemType:
        """The type of a reference; Any for one that is empty or unknown."""
        name = reference.strip()
        name = name.removeprefix("feel:") if name.startswith("feel:") else name
        if name in self._made:
            return self._made[name]
        made = self._make(name)
        self._made[name] = made
        return made

    def _make(self, name: str) -> ItemType:
        definition = self._definitions.get(name)
        if definition is not None and name not in self._making:
            self._making.append(name)
            made = self._of_definition(definition)
            self._making.pop()
            return made
        prefix, dot, rest = name.partition(".")
        if dot and prefix in self._imports:
            return self._imports[prefix].find(rest)
        simple = _OTHER_NAMES.get(name, name)
        if simple in SIMPLE_NAMES and simple != "Any":
            return ItemType(simple, FeelType(simple))
        if not dot and ":" in name:  # DMN 1.1 puts the prefix of an XML namespace before names.
            return self.find(name.rpartition(":")[2])
        return ANY_ITEM

    def _of_definition(self, item: ItemDefinition) -> ItemType:
        made = self._plain(item)
        tests = (item.allowed,) if item.is_collection else (item.allowed, item.constraint)
        made = _allowing(made, tests)
        if not item.is_collection:
            return made
        listed = ItemType(item.name, FeelType("list", (made.shape,)), item=made)
        return _allowing(listed, (item.constraint,))

    def _plain(self, item: ItemDefinition) -> ItemType:
        """The type without what is allowed, and of a collection that of its items."""
        if item.parameters is not None:
            parts = [self.find(reference).shape for reference in (*item.parameters, item.type_ref)]
            return ItemType(item.name, FeelType("function", tuple(parts)))
        if item.components:
            entries = tuple((part.name, self._of_definition(part)) for part in item.components)
            parts = [made.shape for _, made in entries]
            return ItemType(
                item.name, FeelType("context", tuple(parts), tuple(name for name, _ in entries)), None, (), entries
            )
        base = self.find(item.type_ref)
        return ItemType(item.name, base.shape, base)

    def shapes(self) -> Mapping[str, FeelType]:
        """The types by the names that FEEL may call them."""
        if self._shapes is None:
            self._shapes = {name: self.find(name).shape for name in self._definitions}
            for prefix, book in self._imports.items():
                self._shapes |= {f"{prefix}.{name}": shape for name, shape in book.shapes().items()}
        return self._shapes

    def allowed_texts(self, reference: str) -> list[str]:
        """The tests that a type of the model sets to its values, with those of the types it is made of."""
        texts: list[str] = []
        for _ in range(_MAX_DEPTH):
            item = self._definitions.get(reference.strip())
            if item is None or item.is_collection:
                break
            texts += filter(None, (item.allowed, item.constraint))
            reference = item.type_ref
        return texts

    def entry_names(self) -> frozenset[str]:
        """The names of all entries of contexts, which may have blanks and signs in them."""
        if self._entry_names is None:
            names: set[str] = set()
            waiting = list(self._definitions.values())
            while waiting:
                item = waiting.pop()
                names |= {part.name for part in item.components}
                waiting += item.components
            self._entry_names = frozenset(names.union(*(book.entry_names() for book in self._imports.values())))
        return self._entry_names


def _allowing(kind: ItemType, texts: tuple[str, ...]) -> ItemType:
    """The type with tests of what is allowed; a text that cannot be read allows nothing, which the checker names."""
    codes = []
    for text in filter(None, texts):
        try:
            code = compile_tests(text)
        except FeelSyntaxError:
            code = _allow_nothing
        if code is not None:
            codes.append(code)
    return ItemType(kind.name, kind.shape, kind.base, (*kind.allowed, *codes), kind.entries, kind.item)


def _allow_nothing(_: FeelScope) -> FeelValue:
    return False


def fit_item(run: FeelRun, value: FeelValue, kind: ItemType, name: str) -> FeelValue:
    """The value fitted to a type of the model; null with a reason when it does not fit or is not allowed."""
    if value is None or kind is ANY_ITEM:
        return value
    fitted = _fit_shape(run, value, kind, name)
    if fitted is None:
        return None
    for code in kind.allowed:
        run.spend()
        if code(FeelScope({"?": fitted}, None, run)) is not True:
            return run.null_because("feel-value-not-allowed", name=name, value=value_text(fitted)[:100])
    return fitted


def _fit_shape(run: FeelRun, value: FeelValue, kind: ItemType, name: str) -> FeelValue:
    if kind.item is not None:
        items = value if isinstance(value, list) else [value]
        fitted = [fit_item(run, item, kind.item, name) for item in items]
        lost = any(new is None and old is not None for new, old in zip(fitted, items, strict=True))
        return None if lost else fitted
    if kind.entries:
        return _fit_entries(run, value, kind, name)
    if kind.base is not None:
        return fit_item(run, value, kind.base, name)
    return coerce(run, value, kind.shape, name)


def _fit_entries(run: FeelRun, value: FeelValue, kind: ItemType, name: str) -> FeelValue:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, dict) or any(entry not in value for entry, _ in kind.entries):
        return run.null_because("feel-type-mismatch", name=name, type=type_name(value), expected=type_text(kind.shape))
    result = dict(value)
    for entry, part in kind.entries:
        result[entry] = fit_item(run, value[entry], part, f"{name}.{entry}")
        if result[entry] is None and value[entry] is not None:
            return None
    return result
