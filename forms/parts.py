"""A form's file, read with care: bounded JSON, and a view of its objects that notes each thing out of place.

Only `forms` imports it. A problem names where it stands and says what to do; reading goes on after it, so that an
analyst sees all of them at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from forms.messages import LANGUAGES, Language
from forms.texts import BLOCKED, tidy_text
from forms.wording import SENTENCES

MAX_BYTES = 256 * 1024
MAX_DEPTH = 12
MAX_NAME = 60
MAX_FACT = 300  # Names and values in a document may be of any length; a sentence about them may not.


@dataclass(frozen=True, slots=True)
class FormProblem:
    """One thing wrong with a form, said so that its author can mend it.

    `path` leads to the entry in the document, `key` names the field it belongs to, `rule` the sentence and
    `facts` what the sentence mentions.
    """

    path: str
    rule: str
    key: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, language: Language) -> str:
        """What is wrong and what to write instead, in `language`."""
        facts = {name: str(fact)[:MAX_FACT] for name, fact in self.facts.items()}
        return SENTENCES[self.rule][LANGUAGES.index(language)].format_map(facts)

    @property
    def message(self) -> str:
        """The Vietnamese sentence, the first language of those who draw forms."""
        return self.sentence("vi")

    def __str__(self) -> str:
        where = " ".join(filter(None, (self.path, f"({self.key})" if self.key else "")))
        return f"{where}: {self.message}" if where else self.message


class BadForm(Exception):
    """The form has problems."""

    def __init__(self, problems: list[FormProblem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """One object of the document with its place; what is wrong in it goes to `problems`, shared by all parts.

    Each method reads one entry and answers with an empty value when it is missing or was reported.
    """

    source: Mapping[str, object]
    problems: list[FormProblem] = field(default_factory=list)
    path: str = ""
    key: str = ""

    def report_problem(self, name: str, rule: str, **facts: object) -> None:
        """Notes that the entry `name` needs mending; every sentence may mention that name."""
        self.problems.append(FormProblem(self._path_of(name), rule, self.key, {"name": name, **facts}))

    def allow_only(self, allowed: Set[str]) -> None:
        """Reports every entry that is not understood here."""
        names = ", ".join(sorted(allowed)) or "-"
        for name in self.source:
            if name not in allowed:
                self.report_problem(str(name)[:MAX_NAME], "not-understood", understood=names)

    def read_text(self, name: str, longest: int, *, required: bool = False) -> str:
        """A text of at most `longest` characters, tidied."""
        value = self.source.get(name)
        if value is not None and not isinstance(value, str):
            self.report_problem(name, "text")
            return ""
        text = tidy_text(value or "", longest, lines=True)
        if text == BLOCKED:
            self.report_problem(name, "text-characters")
        elif len(text) > longest:
            self.report_problem(name, "text-long", most=longest)
        elif required and not text:
            self.report_problem(name, "missing")
        else:
            return text
        return ""

    def read_caption(self, name: str, longest: int, *, required: bool = False) -> str:
        """A text that people read as it stands: the editor's templates in it are not understood."""
        text = self.read_text(name, longest, required=required)
        if text.startswith("=") or "{{" in text:
            self.report_problem(name, "template")
        return text

    def read_flag(self, name: str) -> bool:
        """true or false; the editor writes properties as texts, so "true" and "false" count too."""
        value = self.source.get(name, False)
        if value in ("true", "false"):
            return value == "true"
        if not isinstance(value, bool):
            self.report_problem(name, "flag")
            return False
        return value

    def read_integer(self, name: str, least: int, most: int) -> int | None:
        """A whole number between `least` and `most`."""
        value = self.source.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.report_problem(name, "whole", least=least, most=most)
            return None
        return value

    def read_number(self, name: str, largest: int) -> float | None:
        """A number whose size is at most `largest`."""
        value = self.source.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= largest:
            self.report_problem(name, "number", most=largest)
            return None
        return value

    def read_object(self, name: str) -> DocumentPart:
        """The object under `name`; an empty one when there is none."""
        value = self.source.get(name, {})
        if not isinstance(value, Mapping):
            self.report_problem(name, "object")
            value = {}
        return DocumentPart(value, self.problems, self._path_of(name), self.key)

    def read_objects(self, name: str, most: int) -> list[DocumentPart]:
        """The objects in the list under `name`, of which there must be 1 to `most`."""
        values = self.source.get(name)
        if not isinstance(values, list) or not 0 < len(values) <= most:
            self.report_problem(name, "list", most=most)
            return []
        for index, value in enumerate(values):
            if not isinstance(value, Mapping):
                self.report_problem(f"{name}[{index}]", "object")
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
    """JSON that the reader accepts and a form must not have."""

    def __init__(self, rule: str, **facts: object) -> None:
        self.rule, self.facts = rule, facts
        super().__init__(rule)


def parse_form(raw: bytes) -> dict[str, object]:
    """The JSON object in `raw`, a form's file of at most MAX_BYTES in UTF-8; raises BadForm with one problem."""
    try:
        return _load_json(raw)
    except _RefusedJson as error:
        problem = FormProblem("", error.rule, facts=error.facts)
    except UnicodeDecodeError as error:
        problem = FormProblem("", "file-encoding", facts={"at": error.start})
    except json.JSONDecodeError as error:
        problem = FormProblem("", "file-json", facts={"line": error.lineno, "column": error.colno})
    except RecursionError:
        problem = FormProblem("", "file-depth", facts={"most": MAX_DEPTH})
    except ValueError:
        # Python refuses to read whole numbers of more than 4,300 digits.
        problem = FormProblem("", "file-number")
    raise BadForm([problem])


def _load_json(raw: bytes) -> dict[str, object]:
    if len(raw) > MAX_BYTES:
        raise _RefusedJson("file-size", most=MAX_BYTES // 1024)
    text = raw.decode("utf-8-sig")
    document = json.loads(text, object_pairs_hook=_reject_repeated_keys, parse_constant=_refuse_constant)
    if not isinstance(document, dict):
        raise _RefusedJson("file-object")
    _check_depth(document)
    return document


def _reject_repeated_keys(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    result: dict[str, object] = {}
    for key, value in pairs:
        if key in result:
            raise _RefusedJson("file-twice", name=key)
        result[key] = value
    return result


def _refuse_constant(_name: str) -> object:
    raise _RefusedJson("file-number")


def _check_depth(document: dict[str, object]) -> None:
    """Refuses objects and lists nested deeper than MAX_DEPTH; level by level, without recursion."""
    level: list[object] = [document]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in _child_nodes(node)]
    if level:
        raise _RefusedJson("file-depth", most=MAX_DEPTH)


def _child_nodes(node: object) -> list[object]:
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [child for child in inner if isinstance(child, dict | list)]
