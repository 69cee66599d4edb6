"""The fields of reports (lĩnh vực): a document of the deployment, versioned like its forms.

Its keys are stored in reports and figures and stand in decision tables; its captions are shown, and filled into every
form whose choices are `valuesKey: report_fields`. A province's folder may bring the list of its first deployment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

import yaml

from engine import shipped
from engine.errors import BadInput, EngineError
from engine.translation.catalogue import Language
from engine.yaml_documents import compose_yaml
from forms.fields import FieldChoice
from forms.schema import Form

FIELDS_PATH = PurePosixPath("workflows/report_fields.yaml")
FIELD_CHOICES = "report_fields"  # How a form names these choices.
MAX_FIELDS = 100
MAX_CAPTION_LENGTH = 100
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CODE = re.compile(r"[0-9A-Za-z._-]{1,40}")
_ENTRIES = frozenset({"key", "vi", "en", "departments"})


@dataclass(frozen=True, slots=True)
class ReportField:
    """A field of reports: its key, its captions, and the codes of the departments responsible for it.

    A code that the province does not have is passed over, so that one list serves a province before and after a reform.
    """

    key: str
    vietnamese: str
    english: str
    departments: tuple[str, ...] = ()

    def caption(self, language: Language) -> str:
        """The caption in `language`."""
        return self.english if language == "en" else self.vietnamese


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong in a list of fields, with its line; 0 for the file as a whole."""

    line: int
    error: BadInput


class BadFieldList(BadInput):
    """A list of fields that cannot be used; `faults` are all that is wrong in it."""

    def __init__(self, faults: list[FieldFault]) -> None:
        self.faults = faults
        super().__init__("in-file", file=FIELDS_PATH, reason=faults[0].error)


def read_report_fields(content: bytes) -> tuple[ReportField, ...]:
    """The list of fields in a document, in its order; raises BadFieldList naming everything that is wrong."""
    try:
        root = compose_yaml(content)
    except BadInput as error:
        raise BadFieldList([FieldFault(_line_in(error), error)]) from error
    faults: list[FieldFault] = []
    fields: dict[str, ReportField] = {}
    for item in _items_of(root, faults):
        field = _read_field(item, faults)
        if field.key in fields:
            faults.append(FieldFault(_line_of(item), BadInput("report-field-twice", key=field.key)))
        fields[field.key] = field
    if faults:
        raise BadFieldList(faults)
    return tuple(fields.values())


def _items_of(root: yaml.Node | None, faults: list[FieldFault]) -> list[yaml.Node]:
    entries = dict(_entries_of(root))
    items = entries.get("fields")
    if entries.keys() != {"fields"} or not isinstance(items, yaml.SequenceNode) or not items.value:
        faults.append(FieldFault(_line_of(items or root), BadInput("report-fields-missing")))
        return []
    if len(items.value) > MAX_FIELDS:
        faults.append(FieldFault(_line_of(items), BadInput("report-fields-too-many", most=MAX_FIELDS)))
    return list(items.value)[:MAX_FIELDS]


def _read_field(item: yaml.Node, faults: list[FieldFault]) -> ReportField:
    """The field of an item; what is wrong in it is added to `faults`."""
    entries = dict(_entries_of(item))

    def report(place: yaml.Node, rule: str, **facts: object) -> None:
        faults.append(FieldFault(_line_of(place), BadInput(rule, **facts)))

    key = _text_of(entries.get("key"))
    if _KEY.fullmatch(key) is None:
        report(entries.get("key", item), "report-field-key", key=key)
    for name in sorted(entries.keys() - _ENTRIES):
        report(entries[name], "report-field-entry-unknown", key=key, entry=name)
    captions = [_text_of(entries.get(name)).strip() for name in ("vi", "en")]
    for name, caption in zip(("vi", "en"), captions, strict=True):
        if not 0 < len(caption) <= MAX_CAPTION_LENGTH or not caption.isprintable():
            report(entries.get(name, item), "report-field-caption", key=key, entry=name, most=MAX_CAPTION_LENGTH)
    departments = _codes_of(entries.get("departments"))
    if departments is None:
        report(entries["departments"], "report-field-departments", key=key)
    return ReportField(key, captions[0], captions[1], departments or ())


def _entries_of(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return ((_text_of(name), value) for name, value in pairs)


def _text_of(node: yaml.Node | None) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def _codes_of(node: yaml.Node | None) -> tuple[str, ...] | None:
    """The codes of units in a list; None when it is none."""
    if node is None:
        return ()
    codes = tuple(_text_of(item) for item in node.value) if isinstance(node, yaml.SequenceNode) else ("",)
    return codes if all(_CODE.fullmatch(code) for code in codes) else None


def _line_of(node: yaml.Node | None) -> int:
    return node.start_mark.line + 1 if node is not None else 0


def _line_in(error: EngineError) -> int:
    line = str(error.facts.get("line", ""))
    return int(line) if line.isdigit() else 0


def fields_of_files(files: Mapping[PurePosixPath, bytes]) -> tuple[ReportField, ...] | None:
    """The fields that a deployment's files list; None when they have no such document. Raises BadFieldList."""
    content = files.get(FIELDS_PATH)
    return None if content is None else read_report_fields(content)


def fields_of_form(form: Form | None) -> tuple[ReportField, ...]:
    """The fields of a deployment of before, which listed them in its form `receive`; else those of the program."""
    question = form.inputs.get("field") if form is not None else None
    if question is None or not question.choices:
        return shipped_fields()
    return tuple(ReportField(one.value, one.label, one.label_en or one.label) for one in question.choices)


@cache
def shipped_fields() -> tuple[ReportField, ...]:
    """The list that comes with the program."""
    return read_report_fields((shipped.ROOT / FIELDS_PATH).read_bytes())


def option_lists(fields: tuple[ReportField, ...]) -> Mapping[str, tuple[FieldChoice, ...]]:
    """The choices that forms take from the deployment, by their name in a form."""
    return {FIELD_CHOICES: tuple(FieldChoice(field.key, field.vietnamese, field.english) for field in fields)}
