"""What a form may ask for: its fields as data, and for each kind the marshmallow field that reads an answer.

A page renders a `FormField` without knowing marshmallow. A loaded answer is always JSON-native: text, a number, true
or false, a list of texts, an ISO date or instant, a unit's code, a file's id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, Literal

from marshmallow import ValidationError, fields, validate

from forms.conditions import AnswerCondition, FieldRule
from forms.patterns import MAX_TEXT, compile_pattern
from forms.phones import phone_entry_text
from forms.positions import position_text
from forms.problems import AnswerProblem, answer_problem, marshmallow_messages
from forms.texts import (
    BLOCKED,
    iso_date,
    iso_instant,
    iso_time,
    mail_address,
    parse_integer,
    parse_plain_number,
    tidy_value,
    two_readings,
    unit_code,
)

Language = Literal["vi", "en"]  # Of captions: a document has them in both languages.
Store = Literal["case", "process"]
MAX_FILES = 20
MAX_COMMUNES = 200  # As many as one activity is repeated for.
MAX_NUMBER = 10**15  # A JSON reader distinguishes all smaller numbers with a few decimals.
DEFAULT_DECIMALS = 6

_EMAIL = validate.Email()


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """One option of a radio, select or checklist."""

    value: str
    label: str
    label_en: str = ""

    def caption(self, language: Language) -> str:
        """The label in `language`, falling back to Vietnamese."""
        return (self.label_en if language == "en" else "") or self.label


@dataclass(frozen=True, slots=True)
class FormField:
    """One component of a form, with all that is needed to render it and to read its answer.

    `kind` is a key of KINDS, or "text" or "separator", which are only displayed and have no key. Limits that do not
    apply to the kind are None. `default` prefills the page; an answer never falls back to it. `filled_from` is the key
    of a field, of any form, whose last answer in the case prefills it. A file field with `pictures` takes nothing else.
    `condition` hides the field, and what one of its `rules` refuses is not accepted.
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
    condition: AnswerCondition | None = None
    rules: tuple[FieldRule, ...] = ()
    default: object = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None
    decimals: int | None = None
    multiple: bool = False
    pictures: bool = False
    filled_from: str = ""

    @property
    def is_input(self) -> bool:
        """Whether it takes an answer; texts and separators are only displayed."""
        return bool(self.key)

    def caption(self, language: Language) -> str:
        """The label in `language`, falling back to Vietnamese."""
        return (self.label_en if language == "en" else "") or self.label

    def hint(self, language: Language) -> str:
        """The description in `language`, falling back to Vietnamese."""
        return (self.description_en if language == "en" else "") or self.description


Reader = fields.Field[Any]
ReadStep = Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class FieldKind:
    """How one kind of field is read, and which rule an empty answer breaks when an answer is required.

    A `personal` answer, one that is or may be about a person, never reaches the process. `comparable_type` is the type
    that a condition may compare an answer with; None for answers that are lists or ids.
    """

    make_reader: Callable[[FormField], Reader]
    required_rule: str = "form-answer-required"
    personal: bool = False
    comparable_type: type | None = str


def build_reader(field: FormField) -> Reader:
    """The marshmallow field that reads the answer to `field` or reports the rules that it breaks.

    Nothing is required here: whether a field is shown depends on the other answers, so the form decides.
    """
    return KINDS[field.kind].make_reader(field)


def tidy_answer(field: FormField, value: object) -> object:
    """`value` normalised for `field`; None when it is blank."""
    return tidy_value(value, field.max_length or MAX_TEXT, lines=field.kind == "textarea")


def empty_answer(field: FormField) -> object:
    """The meaning of a missing answer to `field`: a page sends nothing for an unticked box or an empty list."""
    if field.kind == "checkbox":
        return False
    return [] if field.kind == "checklist" or field.multiple else None


def _refusing_step(read: ReadStep, problem: AnswerProblem) -> ReadStep:
    """`read` as a step of a marshmallow field: when it returns None, the value is rejected with `problem`.

    None itself, a blank answer, passes: marshmallow runs these steps before it checks for None.
    """

    def step(value: object) -> object:
        result = None if value is None else read(value)
        if result is None and value is not None:
            raise ValidationError([problem])
        return result

    return step


def _check(accepts: Callable[[Any], bool], rule: str, **amounts: float) -> ReadStep:
    """A validator for a marshmallow field. Marshmallow's own are not used because they word their own messages."""
    problem = answer_problem(rule, **amounts)

    def check(value: object) -> object:
        if not accepts(value):
            raise ValidationError([problem])
        return value

    return check


def _reader_options(invalid: str) -> dict[str, Any]:
    return {"allow_none": True, "error_messages": marshmallow_messages(invalid)}


def _text_reader(field: FormField, *extra_checks: ReadStep, respell: Callable[[str], str] = str) -> Reader:
    longest, shortest = field.max_length or MAX_TEXT, field.min_length or 0
    checks = [_check(lambda text: len(text) <= longest, "form-answer-too-long", max=longest)]
    if shortest:
        checks.append(_check(lambda text: len(text) >= shortest, "form-answer-too-short", min=shortest))
    if field.pattern:
        matches = compile_pattern(field.pattern).fullmatch
        checks.append(_check(lambda text: matches(text) is not None, "form-answer-pattern"))
    steps = [
        _refusing_step(_text_or_none, AnswerProblem("form-answer-text")),
        _refusing_step(_unless_blocked, AnswerProblem("form-answer-characters")),
        _refusing_step(respell, AnswerProblem("form-answer-text")),
    ]
    return fields.String(pre_load=steps, validate=[*checks, *extra_checks], **_reader_options("form-answer-text"))


def _number_reader(field: FormField) -> Reader:
    decimals = DEFAULT_DECIMALS if field.decimals is None else field.decimals
    is_fine = partial(_fits_decimals, decimals)
    checks = [
        _check(lambda number: -MAX_NUMBER <= number <= MAX_NUMBER, "form-answer-number-size"),
        _check(is_fine, "form-answer-decimals", max=decimals) if decimals else _check(is_fine, "form-answer-whole"),
    ]
    if field.minimum is not None:
        least = Decimal(str(field.minimum))
        checks.append(_check(lambda number: number >= least, "form-answer-too-low", min=field.minimum))
    if field.maximum is not None:
        most = Decimal(str(field.maximum))
        checks.append(_check(lambda number: number <= most, "form-answer-too-high", max=field.maximum))
    steps = [_ask_which_number, _refusing_step(parse_plain_number, AnswerProblem("form-answer-number"))]
    options = _reader_options("form-answer-number")
    return fields.Decimal(pre_load=steps, validate=checks, post_load=_json_number, **options)


def _ask_which_number(value: object) -> object:
    """Refuse a number with two readings: nobody but its author knows which was meant."""
    if isinstance(value, str) and (readings := two_readings(value)):
        whole, decimal = readings
        raise ValidationError([answer_problem("form-answer-number-readings", whole=whole, decimal=decimal)])
    return value


def _boolean_reader(_field: FormField) -> Reader:
    return fields.Boolean(**_reader_options("form-answer-tick"))


def _choice_reader(field: FormField) -> Reader:
    values = frozenset(choice.value for choice in field.choices)
    check = _check(values.__contains__, "form-answer-choice")
    return fields.String(validate=check, **_reader_options("form-answer-choice"))


def _choices_reader(field: FormField) -> Reader:
    return _list_reader(_choice_reader(field), len(field.choices), "form-answer-choices")


def _list_reader(inner: Reader, most: int, invalid: str) -> Reader:
    """Reads a list of at most `most` answers with `inner`; a single answer becomes a list of one."""
    steps = [
        _refusing_step(_as_list, AnswerProblem(invalid)),
        _refusing_step(partial(_within_count, most), answer_problem("form-answer-too-many", max=most)),
    ]
    options = _reader_options(invalid)
    return fields.List(inner, pre_load=steps, post_load=lambda values: list(dict.fromkeys(values)), **options)


def _spelling_reader(read: ReadStep, rule: str) -> Callable[[FormField], Reader]:
    """Reads a kind of text that `read` normalises; an answer for which it returns None breaks `rule`."""

    def reader(_field: FormField) -> Reader:
        steps = [_refusing_step(read, AnswerProblem(rule))]
        return fields.String(pre_load=steps, **_reader_options(rule))

    return reader


def _email_reader(field: FormField) -> Reader:
    return _text_reader(field, _check(_is_email, "form-answer-email"), respell=mail_address)


def _file_reader(field: FormField) -> Reader:
    steps = [_refusing_step(parse_integer, AnswerProblem("form-answer-file"))]
    check = _check(lambda number: 1 <= number < 2**63, "form-answer-file")
    reader = fields.Integer(strict=True, pre_load=steps, validate=check, **_reader_options("form-answer-file"))
    return _list_reader(reader, MAX_FILES, "form-answer-file") if field.multiple else reader


def _commune_reader(field: FormField) -> Reader:
    reader = _spelling_reader(unit_code, "form-answer-unit-code")(field)
    return _list_reader(reader, MAX_COMMUNES, "form-answer-unit-code") if field.multiple else reader


PROSE_KINDS = ("textfield", "textarea")  # A full stop is no answer to them.
LEFT_OUT = "…"  # What stands for a text that was somebody's own.
KINDS: Mapping[str, FieldKind] = {
    "textfield": FieldKind(_text_reader),
    "textarea": FieldKind(_text_reader, personal=True),
    "number": FieldKind(_number_reader, comparable_type=float),
    "checkbox": FieldKind(_boolean_reader, "form-answer-required-tick", comparable_type=bool),
    "radio": FieldKind(_choice_reader, "form-answer-required-choice"),
    "select": FieldKind(_choice_reader, "form-answer-required-choice"),
    "checklist": FieldKind(_choices_reader, "form-answer-required-choices", comparable_type=None),
    "date": FieldKind(_spelling_reader(iso_date, "form-answer-date")),
    "time": FieldKind(_spelling_reader(iso_time, "form-answer-time")),
    "datetime": FieldKind(_spelling_reader(iso_instant, "form-answer-datetime")),
    "phone": FieldKind(_spelling_reader(phone_entry_text, "form-answer-phone"), personal=True),
    "email": FieldKind(_email_reader, personal=True),
    "commune": FieldKind(_commune_reader, "form-answer-required-choice"),
    "department": FieldKind(_spelling_reader(unit_code, "form-answer-unit-code"), "form-answer-required-choice"),
    "unit": FieldKind(_spelling_reader(unit_code, "form-answer-unit-code"), "form-answer-required-choice"),
    "position": FieldKind(_spelling_reader(position_text, "form-answer-position"), personal=True),
    "file": FieldKind(_file_reader, "form-answer-required-file", personal=True, comparable_type=None),
}


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _unless_blocked(value: object) -> object:
    return None if value == BLOCKED else value


def _is_email(text: str) -> bool:
    try:
        _EMAIL(text)
    except ValidationError:
        return False
    return True


def _fits_decimals(decimals: int, value: Decimal) -> bool:
    """Whether rounding to `decimals` decimals loses no digit. Larger numbers are not rounded: Decimal would raise."""
    return abs(value) > MAX_NUMBER or round(value, decimals) == value


def _json_number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _as_list(value: object) -> object:
    if isinstance(value, list | tuple):
        return value
    return [value] if isinstance(value, str | int) else None


def _within_count(most: int, value: object) -> object:
    return None if isinstance(value, Sized) and len(value) > most else value
