"""What walks through a foreign diagram put into it: values for the names that its own expressions read."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lxml import etree

from engine.bpmn.lint.namespaces import BPMN
from tests.walks.drawing import Files
from tests.walks.oracle.feel import constants_in_feel, is_feel, lists_in_feel, names_in_feel
from tests.walks.sides import Deliver
from tests.walks.stored import PLACE
from tests.walks.walker import Giver

_EXPRESSIONS = ("conditionExpression", "condition", "loopCondition", "completionCondition", "messagePath")
_TIMERS = {
    "timeDuration": ("P1D", "PT30H", "P2M"),
    "timeDate": ("2031-01-01T00:00:00+00:00", "2030-06-01T07:30:00+07:00"),
    "timeCycle": ("R3/PT1H", "R/P1D"),
}
_PLAIN = (0, 1, 2, 5, True, False, "a", "b", "", "Đồng ý", None, 1.5)

_LIKES: Mapping[type, tuple[Any, ...]] = {int: (0, 1, 2, 3, 5, 100), str: ("a", "b", ""), bool: (True, False)}


@dataclass(frozen=True)
class Names:
    """The names that expressions read, by what they must give: any value, a list, a number of times, a time."""

    plain: set[str] = field(default_factory=set)
    lists: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    times: dict[str, str] = field(default_factory=dict)
    chosen: set[str] = field(default_factory=set)
    """Names of lists whose items are compared."""
    entries: dict[str, set[str]] = field(default_factory=dict)
    """Names of which an entry is read, with the entries."""
    constants: list[Any] = field(default_factory=list)
    results: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, files: Files) -> Names:
        """The names in some files, and the constants that expressions compare with."""
        names = cls()
        for content in files.values():
            for element in etree.fromstring(content).iter(f"{{{BPMN}}}*"):
                names._add(element)
        return names

    def _add(self, element: etree._Element) -> None:
        kind, text = etree.QName(element).localname, (element.text or "").strip()
        if kind in _EXPRESSIONS and is_feel(text):
            self._add_feel(text)
        elif kind in _EXPRESSIONS or kind == "script":
            parts = list(_parts(text))
            called = [part.func for part in parts if isinstance(part, ast.Call)]
            for part in parts:
                if isinstance(part, ast.Name) and part not in called:
                    self.plain.add(part.id)
                elif isinstance(part, ast.Constant):
                    self.constants.append(part.value)
        elif kind == "loopDataInputRef":
            self.lists.add(text)
        elif kind == "loopCardinality":
            self.numbers.update(part.id for part in _parts(text) if isinstance(part, ast.Name))
        elif kind in _TIMERS:
            self.times.update({part.id: kind for part in _parts(text) if isinstance(part, ast.Name)})
        elif kind in ("outputDataItem", "dataObject"):
            self.results.add(str(element.get("id")))

    def _add_feel(self, text: str) -> None:
        try:
            names = list(names_in_feel(text))
        except AssertionError:  # The walk says so.
            return
        self.chosen.update(lists_in_feel(text))
        self.constants.extend(constants_in_feel(text))
        self.plain.update(name for name, entry in names if not entry)
        for name, entry in names:
            if entry:
                self.entries.setdefault(name, set()).add(entry)


def _parts(text: str) -> Iterator[ast.AST]:
    try:
        yield from ast.walk(ast.parse(f"({text}\n)" if "\n" not in text and "=" not in text else text))
    except SyntaxError:
        try:
            yield from ast.walk(ast.parse(text, mode="exec"))
        except SyntaxError:
            return


@dataclass(frozen=True)
class ForeignGiver(Giver):
    """Gives values to the names of a diagram, of the kinds that the places ask for."""

    names: Names = field(default_factory=Names)

    def first_data(self) -> dict[str, Any]:
        return {"place": PLACE, **self._values(every=True)}

    def _values(self, *, every: bool) -> dict[str, Any]:
        rnd, given = self.rnd, {name: self.rnd.choice(self._options) for name in sorted(self.names.plain)}
        given |= {name: rnd.choice(([1, 2], ["a"], [], ["x", "y", "z"])) for name in sorted(self.names.lists)}
        given |= {name: rnd.choices(self._options, k=rnd.randrange(3)) for name in sorted(self.names.chosen)}
        for name, entries in sorted(self.names.entries.items()):
            given[name] = rnd.choice((None, {entry: rnd.choice(self._options) for entry in sorted(entries)}))
        given |= {name: rnd.choice((0, 1, 2, 3)) for name in sorted(self.names.numbers)}
        given |= {name: rnd.choice(_TIMERS[kind]) for name, kind in sorted(self.names.times.items())}
        return {name: value for name, value in given.items() if every or rnd.randrange(2)}

    @cached_property
    def _options(self) -> tuple[Any, ...]:
        """Mostly what the expressions compare with and its like, now and then anything."""
        likes = [
            value for kind, values in _LIKES.items() if kind in map(type, self.names.constants) for value in values
        ]
        return (*_PLAIN, *(*self.names.constants, *likes) * 4)

    def _answers(self, element: str, number: int) -> dict[str, Any]:
        results = {name: self.rnd.choice(_PLAIN) for name in sorted(self.names.results)}
        return {**self._values(every=False), **results, f"by_{element.rpartition('/')[2]}": number}

    def _message(self, name: str, shape: Mapping[str, list[str]], held: Mapping[str, Any], number: int) -> Deliver:
        message = super()._message(name, shape, held, number)
        return Deliver(name, {**self._values(every=True), **message.payload}, message.correlations)
