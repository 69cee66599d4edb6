"""What a form may ask for: its fields as data, and for each kind the marshmallow field that reads an answer.

Only `forms` imports it; a page draws a `FormField` without knowing marshmallow. What an answer becomes is always
JSON-native: text, a number, true or false, a list of texts, an ISO date or instant, a unit's code, a file's id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, Literal

from marshmallow import ValidationError, fields, validate

from forms.messages import Language, form_message, marshmallow_messages
from forms.patterns import MAX_TEXT, compile_pattern
from forms.texts import (
    BLOCKED,
    iso_date,
    iso_instant,
    iso_time,
    national_number,
    parse_integer,
    parse_plain_number,
    tidy_value,
    unit_code,
)

Store = Literal["case", "process"]
MAX_FILES = 20
MAX_NUMBER = 10**15  # Every number below it with a few decimals is told apart by a JSON reader.
DEFAULT_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """One option of a radio, select or checklist."""

    value: str
    label: str
    label_en: str = ""

    def caption(self, language: Language) -> str:
        """The label in `language`; the Vietnamese one stands in for a missing English one."""
        return (self.label_en if language == "en" else "") or self.label


@dataclass(frozen=True, slots=True)
class HideCondition:
    """When a field is hidden: the answer to `key` equals `value`, or with `equal` False differs from it."""

    key: str
    value: str | float | bool
    equal: bool

    def hides(self, answer: object) -> bool:
        """Whether `answer`, None for an empty one, hides the field. As in form-js, an empty answer differs."""
        return (answer == self.value) is self.equal


@dataclass(frozen=True, slots=True)
class FormField:
    """One component of a form, enough to draw it and to read its answer.

    `kind` is a key of KINDS, or "text" or "separator", which are only drawn and have no key. Limits that the
    kind does not know are None. `default` is what the page shows first; an answer never falls back to it.
    """

    key: str
    kind: str
    label: str = ""
    label_en: str = ""
    description: str = ""
    description_en: str = ""
    store: Store = "case"
    required: bool = False
    choices: tuple[FieldChoice, ...] = ()
    condition: HideCondition | None = None
    default: object = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None
    decimals: int | None = None
    multiple: bool = False

    @property
    def is_input(self) -> bool:
        """Whether it takes an answer; texts and separators are only drawn."""
        return bool(self.key)

    def caption(self, language: Language) -> str:
        """The label in `language`; the Vietnamese one stands in for a missing English one."""
        return (self.label_en if language == "en" else "") or self.label

    def hint(self, language: Language) -> str:
        """The description in `language`, chosen like the label."""
        return (self.description_en if language == "en" else "") or self.description


Reader = fields.Field[Any]
ReadStep = Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class FieldKind:
    """How one kind of field is read, and which sentence asks for it.

    A `personal` answer, one that is or may be about a person, is never seen by the process. `compared` is the type
    that a condition may compare an answer with, None for answers that are lists or ids.
    """

    make_reader: Callable[[FormField, Language], Reader]
    required_message: str = "required"
    personal: bool = False
    comparable_type: type | None = str


def build_reader(field: FormField, language: Language) -> Reader:
    """The marshmallow field that reads the answer to `field` and complains in `language`.

    Nothing is required here: whether a field is asked for depends on the other answers, so the form decides.
    """
    return KINDS[field.kind].make_reader(field, language)


def tidy_answer(field: FormField, value: object) -> object:
    """`value` tidied for `field`, None when it is blank."""
    return tidy_value(value, field.max_length or MAX_TEXT, lines=field.kind == "textarea")


def empty_answer(field: FormField) -> object:
    """What no answer to `field` means: a page sends nothing for an unticked box or an empty list."""
    if field.kind == "checkbox":
        return False
    return [] if field.kind == "checklist" or field.multiple else None


def _refusing_step(read: ReadStep, sentence: str) -> ReadStep:
    """`read` as a step of a marshmallow field: where it answers None, the value is refused with `sentence`.

    None itself, a blank answer, passes: marshmallow runs these steps before it asks about None.
    """

    def step(value: object) -> object:
        result = None if value is None else read(value)
        if result is None and value is not None:
            raise ValidationError(sentence)
        return result

    return step


def _reader_options(language: Language, invalid: str) -> dict[str, Any]:
    return {"allow_none": True, "error_messages": marshmallow_messages(language, invalid)}


def _text_reader(field: FormField, language: Language, *extra_checks: ReadStep) -> Reader:
    longest = field.max_length or MAX_TEXT
    checks: list[ReadStep] = [validate.Length(max=longest, error=form_message("too_long", language, max=longest))]
    if field.min_length:
        error = form_message("too_short", language, min=field.min_length)
        checks.append(validate.Length(min=field.min_length, error=error))
    if field.pattern:
        matches = compile_pattern(field.pattern).fullmatch
        checks.append(_refusing_step(matches, form_message("pattern", language)))
    steps = [
        _refusing_step(_text_or_none, form_message("text", language)),
        _refusing_step(_unless_blocked, form_message("characters", language)),
    ]
    return fields.String(pre_load=steps, validate=[*checks, *extra_checks], **_reader_options(language, "text"))


def _number_reader(field: FormField, language: Language) -> Reader:
    decimals = DEFAULT_DECIMALS if field.decimals is None else field.decimals
    too_fine = form_message("decimals", language, max=decimals) if decimals else form_message("whole", language)
    checks: list[ReadStep] = [
        validate.Range(-MAX_NUMBER, MAX_NUMBER, error=form_message("number_size", language)),
        _refusing_step(partial(_within_decimals, decimals), too_fine),
    ]
    if field.minimum is not None:
        error = form_message("too_low", language, min=field.minimum)
        checks.append(validate.Range(min=Decimal(str(field.minimum)), error=error))
    if field.maximum is not None:
        error = form_message("too_high", language, max=field.maximum)
        checks.append(validate.Range(max=Decimal(str(field.maximum)), error=error))
    steps = [_refusing_step(parse_plain_number, form_message("number", language))]
    options = _reader_options(language, "number")
    return fields.Decimal(pre_load=steps, validate=checks, post_load=_json_number, **options)


def _boolean_reader(_field: FormField, language: Language) -> Reader:
    return fields.Boolean(**_reader_options(language, "tick"))


def _choice_reader(field: FormField, language: Language) -> Reader:
    values = [choice.value for choice in field.choices]
    check = validate.OneOf(values, error=form_message("choice", language))
    return fields.String(validate=check, **_reader_options(language, "choice"))


def _choices_reader(field: FormField, language: Language) -> Reader:
    return _list_reader(_choice_reader(field, language), len(field.choices), language, "choices")


def _list_reader(inner: Reader, most: int, language: Language, invalid: str) -> Reader:
    """A list of at most `most` answers that `inner` reads; one answer alone is a list of one."""
    steps = [
        _refusing_step(_as_list, form_message(invalid, language)),
        _refusing_step(partial(_within_count, most), form_message("too_many", language, max=most)),
    ]
    options = _reader_options(language, invalid)
    return fields.List(inner, pre_load=steps, post_load=lambda values: list(dict.fromkeys(values)), **options)


def _spelling_reader(read: ReadStep, sentence: str) -> Callable[[FormField, Language], Reader]:
    """Reads a kind of text that `read` brings into one spelling; where it cannot, `sentence` says so."""

    def reader(_field: FormField, language: Language) -> Reader:
        steps = [_refusing_step(read, form_message(sentence, language))]
        return fields.String(pre_load=steps, **_reader_options(language, sentence))

    return reader


def _email_reader(field: FormField, language: Language) -> Reader:
    return _text_reader(field, language, validate.Email(error=form_message("email", language)))


def _file_reader(field: FormField, language: Language) -> Reader:
    steps = [_refusing_step(parse_integer, form_message("file", language))]
    check = validate.Range(1, 2**63 - 1, error=form_message("file", language))
    reader = fields.Integer(strict=True, pre_load=steps, validate=check, **_reader_options(language, "file"))
    return _list_reader(reader, MAX_FILES, language, "file") if field.multiple else reader


KINDS: Mapping[str, FieldKind] = {
    "textfield": FieldKind(_text_reader),
    "textarea": FieldKind(_text_reader, personal=True),
    "number": FieldKind(_number_reader, comparable_type=float),
    "checkbox": FieldKind(_boolean_reader, "required_tick", comparable_type=bool),
    "radio": FieldKind(_choice_reader, "required_choice"),
    "select": FieldKind(_choice_reader, "required_choice"),
    "checklist": FieldKind(_choices_reader, "required_choices", comparable_type=None),
    "date": FieldKind(_spelling_reader(iso_date, "date")),
    "time": FieldKind(_spelling_reader(iso_time, "time")),
    "datetime": FieldKind(_spelling_reader(iso_instant, "datetime")),
    "phone": FieldKind(_spelling_reader(national_number, "phone"), personal=True),
    "email": FieldKind(_email_reader, personal=True),
    "commune": FieldKind(_spelling_reader(unit_code, "unit_code"), "required_choice"),
    "unit": FieldKind(_spelling_reader(unit_code, "unit_code"), "required_choice"),
    "file": FieldKind(_file_reader, "required_file", personal=True, comparable_type=None),
}


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _unless_blocked(value: object) -> object:
    return None if value == BLOCKED else value


def _within_decimals(decimals: int, value: object) -> object:
    """`value` if no digit is lost at `decimals` decimals. Too large a number is not rounded: Decimal would raise."""
    assert isinstance(value, Decimal)
    return value if abs(value) > MAX_NUMBER or round(value, decimals) == value else None


def _json_number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _as_list(value: object) -> object:
    if isinstance(value, list | tuple):
        return value
    return [value] if isinstance(value, str | int) else None


def _within_count(most: int, value: object) -> object:
    return None if isinstance(value, Sized) and len(value) > most else value
