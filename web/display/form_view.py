"""Renders a deployment's form on a page and reads the submitted values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from engine.cases.attachments import MAX_BYTES, MAX_FILES, Upload
from engine.clock import VIETNAM
from engine.text import vietnamese_order
from engine.translation.wording import Fault, say
from engine.world.unit_tree import TERRITORIAL, OrgUnit, UnitTree
from forms.conditions import FormFacts
from forms.fields import FormField
from forms.schema import Form
from forms.texts import number_text
from web.http.once import TOKEN_FIELD
from web.http.request import current_language, current_world, submitted_values

LOCAL_FORMATS = {"datetime": "%d/%m/%Y %H:%M", "date": "%d/%m/%Y"}
_PAGE_FIELDS = frozenset({"csrf_token", "version", "next", "act", "drop_file", "given_from", "start_unit", TOKEN_FIELD})

# Faults by field key; a text is already a sentence.
Faults = Mapping[str, Sequence[Fault | str]]


@dataclass(frozen=True, slots=True)
class ChosenEntry:
    """A file that the form keeps until it is sent: its number there, name, size, and a picture as a data address."""

    number: int
    name: str
    size: int
    preview: str


@dataclass(slots=True)
class FilledForm:
    """A form with its values and faults by field key, and the files that were chosen for it."""

    form: Form
    values: Mapping[str, object] = field(default_factory=dict)
    faults: Faults = field(default_factory=dict)
    files: Mapping[str, Sequence[ChosenEntry]] = field(default_factory=dict)
    facts: FormFacts = field(default_factory=FormFacts)

    @property
    def facts_text(self) -> str:
        """What the form's rules may ask besides the answers, for the page's script."""
        return json.dumps(self.facts.values())

    @property
    def errors(self) -> dict[str, list[str]]:
        """Error messages by field key, in the visitor's language."""
        return fault_sentences(self.faults)

    def value(self, item: FormField) -> Any:
        """Value shown in the field: the one typed, or the form's default."""
        value = self.values.get(item.key)
        return item.default if value is None else value

    def local(self, item: FormField) -> str:
        """A day or an instant as people write it in Vietnam; what cannot be read stays as it was typed."""
        value = self.value(item)
        if not isinstance(value, str) or not value:
            return ""
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            return value
        return (at.astimezone(VIETNAM) if at.tzinfo else at).strftime(LOCAL_FORMATS[item.kind])

    def number(self, item: FormField) -> str:
        """A number as it would be typed; what was typed stays as it is."""
        value = self.value(item)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return number_text(value)
        return "" if value is None else str(value)

    def ticked(self, item: FormField) -> set[str]:
        """Selected values of a checklist."""
        value = self.value(item)
        return set(value) if isinstance(value, list) else {str(value)} if value else set()


def submitted_answers(form: Form) -> dict[str, object]:
    """Submitted values of a form, in the shape it parses; file fields are left out."""
    sent = submitted_values(request.form)
    values = {key: value for key, value in sent.items() if key not in _PAGE_FIELDS}
    for key, item in form.inputs.items():
        if item.kind == "file":
            values.pop(key, None)
    return values


def submitted_uploads(form: Form) -> dict[str, list[Upload]]:
    """Uploaded files by field key."""
    by_field = {key: sent_files(key) for key, item in form.inputs.items() if item.kind == "file"}
    return {key: files for key, files in by_field.items() if files}


def sent_files(key: str) -> list[Upload]:
    """The files sent in one field, at most one more than may be."""
    files = [sent for sent in request.files.getlist(key) if sent.filename]
    return [read_upload(sent) for sent in files[: MAX_FILES + 1]]


def read_upload(file: FileStorage) -> Upload:
    """A file as it was sent, and one byte more than it may have."""
    return Upload(file.filename or "", file.stream.read(MAX_BYTES + 1))


def blocked_sentence(incident: int) -> str:
    """What an officer does when the process cannot take a form: nothing is lost, and who mends it already knows."""
    return _(
        "Quy trình chưa đi tiếp được từ bước này; nội dung đã được giữ và sự cố số %(number)s đã báo cho quản trị viên."
        " Hãy bấm Hoàn thành lại khi được báo là đã sửa.",
        number=incident,
    )


def fault_sentences(faults: Faults) -> dict[str, list[str]]:
    """Word faults by field key, in the visitor's language."""
    language = current_language()
    return {
        key: [fault if isinstance(fault, str) else say(fault, language) for fault in about]
        for key, about in faults.items()
    }


def communes_by_parent(tree: UnitTree | None = None) -> dict[str, list[OrgUnit]]:
    """Open communes by the name of their parent unit, of this province or of another tree."""
    by_parent: dict[str, list[OrgUnit]] = {}
    units = current_world().units if tree is None else tree
    for unit in sort_units(units.units):
        if unit.kind == "commune" and not unit.closed:
            above = units.get(unit.parent).name if unit.parent else ""
            by_parent.setdefault(above, []).append(unit)
    return dict(sorted(by_parent.items(), key=lambda item: vietnamese_order(item[0])))


def sort_units(units: Iterable[OrgUnit]) -> list[OrgUnit]:
    """Units by name, in the order of the Vietnamese alphabet."""
    return sorted(units, key=lambda unit: vietnamese_order(unit.name))


def open_departments() -> list[OrgUnit]:
    """Open departments, of the province: no police of a district, no hotline, no office."""
    return sort_units(unit for unit in current_world().units.units if unit.kind == "department" and not unit.closed)


def open_organisations(tree: UnitTree | None = None) -> list[OrgUnit]:
    """Open units that are not territorial, of this province or of another tree."""
    units = current_world().units if tree is None else tree
    open_units = (unit for unit in units.units if unit.kind not in TERRITORIAL and not unit.closed)
    return sort_units(open_units)


def field_attributes(item: FormField) -> Iterator[tuple[str, str]]:
    """Yield what the page's script has to know of a field: its key and kind, what hides it, what its rules refuse."""
    if item.is_input:
        yield "data-field", item.key
        yield "data-kind", item.kind
    if item.condition is not None:
        yield "data-hide", json.dumps(item.condition.tree)
    if item.rules:
        language = current_language()
        rules = [[rule.refuses.tree, (language == "en" and rule.sentence_en) or rule.sentence] for rule in item.rules]
        yield "data-rules", json.dumps(rules, ensure_ascii=False)
