"""What the names of a deployment's data and their values are called, in one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from engine.bpmn.lint.known_names import KnownName
from engine.errors import BadInput
from engine.process.report_fields import FIELDS_PATH, ReportField, read_report_fields
from engine.scenarios.deployment_check import askable_names
from engine.studio.telling.outside_words import ANSWER_WORDS, CLOCK_WORDS, NAME_WORDS
from engine.translation.catalogue import Language, translate
from engine.translation.wording import Caption, fact_text
from engine.world.roles import STAFF_ROLES, role_term

Files = Mapping[PurePosixPath, bytes]
REPORT_FIELD = "field"  # The name that holds the field of a report.


@dataclass(frozen=True, slots=True)
class NameBook:
    """Captions of names, of their values by name, and of units by code."""

    language: Language
    names: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    def name(self, name: str) -> str:
        """What a name of the data is called; itself where nobody has captioned it."""
        return self.names.get(name, name)

    def value(self, name: str, value: str) -> str:
        """What a value of a name is called."""
        common = {**ANSWER_WORDS, **CLOCK_WORDS}
        called = self.values.get(name, {}).get(value, value)
        if called == value and value in common:
            return translate(common[value], self.language)
        return self.units.get(value, value) if called == value else called


def read_name_book(files: Files, language: Language, units: Mapping[str, Caption] | None = None) -> NameBook:
    """The book of a deployment, from its forms, tables and list of fields; `units` are those that exist, by code."""
    known = askable_names(files, PurePosixPath(), units)
    labels = {one.name: fact_text(one.label, language) for one in known}
    outside = {name: translate(words, language) for name, words in NAME_WORDS.items()}
    named = {name: outside.get(name, label) if label == name else label for name, label in labels.items()}
    values = {one.name: dict(_value_captions(one, language)) for one in known if one.values}
    fields = {one.key: one.caption(language) for one in listed_report_fields(files)}
    values[REPORT_FIELD] = values.get(REPORT_FIELD, {}) | fields
    values["starter_role"] = {role: fact_text(role_term(role), language) for role in STAFF_ROLES}
    codes = {code: fact_text(caption, language) for code, caption in (units or {}).items()}
    return NameBook(language, named | outside, values, codes)


def _value_captions(known: KnownName, language: Language) -> Iterator[tuple[str, str]]:
    for value, caption in (known.values or {}).items():
        yield value, fact_text(caption, language)


def listed_report_fields(files: Files) -> Iterator[ReportField]:
    """The fields of reports that the files list; none where they cannot be read."""
    try:
        yield from read_report_fields(files.get(FIELDS_PATH, b""))
    except BadInput:
        return  # A list that is still being written; what is wrong with it, the check says.
