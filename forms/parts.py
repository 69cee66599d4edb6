"""Reads a form's file: JSON within limits, and a view of its objects that collects problems.

A problem gives its location and says what to do; reading continues after it, so that an analyst sees all problems at
once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from forms.problems import BadForm, FormProblem, bounded_facts
from forms.texts import BLOCKED, tidy_text

MAX_BYTES = 256 * 1024
MAX_DEPTH = 12
MAX_NAME = 60


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """One object of the document with its path; its problems are added to `problems`, which all parts share.

    Each method reads one entry and returns an empty value when it is missing or was reported.
    """

    source: Mapping[str, object]
    problems: list[FormProblem] = field(default_factory=list)
    path: str = ""
    key: str = ""

    def report_problem(self, name: str, rule: str, **facts: object) -> None:
        """Record a problem with the entry `name`, which every sentence may mention."""
        self.problems.append(FormProblem(self._path_of(name), rule, self.key, bounded_facts({"name": name, **facts})))

    def allow_only(self, allowed: Set[str]) -> None:
        """Report every entry that is not in `allowed`."""
        names = ", ".join(sorted(allowed)) or "-"
        for name in self.source:
            if name not in allowed:
                self.report_problem(str(name)[:MAX_NAME], "form-entry-not-understood", understood=names)

    def read_text(self, name: str, longest: int, *, required: bool = False) -> str:
        """A normalised text of at most `longest` characters."""
        value = self.source.get(name)
        if value is not None and not isinstance(value, str):
            self.report_problem(name, "form-entry-text")
            return ""
        text = tidy_text(value or "", longest, lines=True)
        if text == BLOCKED:
            self.report_problem(name, "form-entry-characters")
        elif len(text) > longest:
            self.report_problem(name, "form-entry-long", most=longest)
        elif required and not text:
            self.report_problem(name, "form-entry-missing")
        else:
            return text
        return ""

    def read_caption(self, name: str, longest: int, *, required: bool = False) -> str:
        """A text that is displayed verbatim: the editor's templates are not supported in it."""
        text = self.read_text(name, longest, required=required)
        if text.startswith("=") or "{{" in text:
            self.report_problem(name, "form-entry-template")
        return text

    def read_flag(self, name: str) -> bool:
        """A boolean; the editor writes properties as texts, so "true" and "false" are accepted too."""
        value = self.source.get(name, False)
        if value in ("true", "false"):
            return value == "true"
        if not isinstance(value, bool):
            self.report_problem(name, "form-entry-flag")
            return False
        return value

    def read_integer(self, name: str, least: int, most: int) -> int | None:
        """A whole number between `least` and `most`."""
        value = self.source.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.report_problem(name, "form-entry-whole", least=least, most=most)
            return None
        return value

    def read_number(self, name: str, largest: int) -> float | None:
        """A number whose absolute value is at most `largest`."""
        value = self.source.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= largest:
            self.report_problem(name, "form-entry-number", most=largest)
            return None
        return value

    def read_object(self, name: str) -> DocumentPart:
        """The object under `name`; an empty one when there is none."""
        value = self.source.get(name, {})
        if not isinstance(value, Mapping):
            self.report_problem(name, "form-entry-object")
            value = {}
        return DocumentPart(value, self.problems, self._path_of(name), self.key)

    def read_objects(self, name: str, most: int) -> list[DocumentPart]:
        """The objects in the list under `name`, which must have 1 to `most` items."""
        values = self.source.get(name)
        if not isinstance(values, list) or not 0 < len(values) <= most:
            self.report_problem(name, "form-entry-list", most=most)
            return []
        for index, value in enumerate(values):
            if not isinstance(value, Mapping):
                self.report_problem(f"{name}[{index}]", "form-entry-object")
        return [
            DocumentPart(value, self.problems, self._path_of(f"{name}[{index}]"), self._key_of(value))
            for index, value in enumerate(values)
            if isinstance(value, Mapping)
        ]

    def _path_of(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def _key_of(self, item: Mapping[str, object]) -> str:
        key = item.get("key")
        return self.key or (key[:MAX_NAME] if isinstance(key, str) else "")


class _RefusedJson(ValueError):
    """JSON that the parser accepts but a form must not contain."""

    def __init__(self, rule: str, **facts: object) -> None:
        self.rule, self.facts = rule, bounded_facts(facts)
        super().__init__(rule)


def parse_form(raw: bytes) -> dict[str, object]:
    """The JSON object in `raw`, a UTF-8 file of at most MAX_BYTES; raises BadForm with one problem."""
    try:
        return _load_json(raw)
    except _RefusedJson as error:
        problem = FormProblem("", error.rule, facts=error.facts)
    except UnicodeDecodeError as error:
        problem = FormProblem("", "form-file-encoding", facts={"at": str(error.start)})
    except json.JSONDecodeError as error:
        problem = FormProblem("", "form-file-json", facts={"line": str(error.lineno), "column": str(error.colno)})
    except RecursionError:
        problem = FormProblem("", "form-file-depth", facts={"most": MAX_DEPTH})
    except ValueError:
        # Python refuses to parse integers of more than 4,300 digits.
        problem = FormProblem("", "form-file-number")
    raise BadForm([problem])


def _load_json(raw: bytes) -> dict[str, object]:
    if len(raw) > MAX_BYTES:
        raise _RefusedJson("form-file-size", most=MAX_BYTES // 1024)
    text = raw.decode("utf-8-sig")
    document = json.loads(text, object_pairs_hook=_reject_repeated_keys, parse_constant=_refuse_constant)
    if not isinstance(document, dict):
        raise _RefusedJson("form-file-object")
    _check_depth(document)
    return document


def _reject_repeated_keys(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    result: dict[str, object] = {}
    for key, value in pairs:
        if key in result:
            raise _RefusedJson("form-file-twice", name=key)
        result[key] = value
    return result


def _refuse_constant(_name: str) -> object:
    raise _RefusedJson("form-file-number")


def _check_depth(document: dict[str, object]) -> None:
    """Reject objects and lists nested deeper than MAX_DEPTH; works level by level, without recursion."""
    level: list[object] = [document]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in _child_nodes(node)]
    if level:
        raise _RefusedJson("form-file-depth", most=MAX_DEPTH)


def _child_nodes(node: object) -> list[object]:
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [child for child in inner if isinstance(child, dict | list)]
