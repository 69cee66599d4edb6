"""What a form may ask for: its fields as data, and for each kind the marshmallow field that reads an answer.

Only `forms` imports it; a page draws a `Field` without knowing marshmallow. What an answer becomes is always
JSON-native: text, a number, true or false, a list of texts, an ISO date or instant, a unit's code, a file's id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, Literal

from marshmallow import ValidationError, fields, validate

from forms.messages import Language, overrides, say
from forms.patterns import MAX_TEXT, compile_pattern
from forms.texts import (
    BLOCKED,
    iso_date,
    iso_instant,
    iso_time,
    national_number,
    plain_number,
    tidy,
    unit_code,
    whole_number,
)

Store = Literal["case", "process"]
MAX_FILES = 20
MAX_NUMBER = 10**15  # Every number below it with a few decimals is told apart by a JSON reader.
DEFAULT_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a radio, select or checklist."""

    value: str
    label: str
    label_en: str = ""

    def caption(self, language: Language) -> str:
        """The label in `language`; the Vietnamese one stands in for a missing English one."""
        return (self.label_en if language == "en" else "") or self.label


@dataclass(frozen=True, slots=True)
class Condition:
    """When a field is hidden: the answer to `key` equals `value`, or with `equal` False differs from it."""

    key: str
    value: str | float | bool
    equal: bool

    def hides(self, answer: object) -> bool:
        """Whether `answer`, None for an empty one, hides the field. As in form-js, an empty answer differs."""
        return (answer == self.value) is self.equal


@dataclass(frozen=True, slots=True)
class Field:
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
    choices: tuple[Choice, ...] = ()
    condition: Condition | None = None
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
Step = Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of field is read, and which sentence asks for it.

    A `personal` answer, one that is or may be about a person, is never seen by the process. `compared` is the type
    that a condition may compare an answer with, None for answers that are lists or ids.
    """

    read: Callable[[Field, Language], Reader]
    required: str = "required"
    personal: bool = False
    compared: type | None = str


def build(field: Field, language: Language) -> Reader:
    """The marshmallow field that reads the answer to `field` and complains in `language`.

    Nothing is required here: whether a field is asked for depends on the other answers, so the form decides.
    """
    return KINDS[field.kind].read(field, language)


def prepare(field: Field, value: object) -> object:
    """`value` tidied for `field`, None when it is blank."""
    return tidy(value, field.max_length or MAX_TEXT, lines=field.kind == "textarea")


def unanswered(field: Field) -> object:
    """What no answer to `field` means: a page sends nothing for an unticked box or an empty list."""
    if field.kind == "checkbox":
        return False
    return [] if field.kind == "checklist" or field.multiple else None


def _step(read: Step, sentence: str) -> Step:
    """`read` as a step of a marshmallow field: where it answers None, the value is refused with `sentence`.

    None itself, a blank answer, passes: marshmallow runs these steps before it asks about None.
    """

    def step(value: object) -> object:
        result = None if value is None else read(value)
        if result is None and value is not None:
            raise ValidationError(sentence)
        return result

    return step


def _options(language: Language, invalid: str) -> dict[str, Any]:
    return {"allow_none": True, "error_messages": overrides(language, invalid)}


def _text(field: Field, language: Language, *more: Step) -> Reader:
    longest = field.max_length or MAX_TEXT
    checks: list[Step] = [validate.Length(max=longest, error=say("too_long", language, max=longest))]
    if field.min_length:
        error = say("too_short", language, min=field.min_length)
        checks.append(validate.Length(min=field.min_length, error=error))
    if field.pattern:
        matches = compile_pattern(field.pattern).fullmatch
        checks.append(_step(matches, say("pattern", language)))
    steps = [_step(_only_text, say("text", language)), _step(_readable, say("characters", language))]
    return fields.String(pre_load=steps, validate=[*checks, *more], **_options(language, "text"))


def _number(field: Field, language: Language) -> Reader:
    places = DEFAULT_DECIMALS if field.decimals is None else field.decimals
    too_fine = say("decimals", language, max=places) if places else say("whole", language)
    checks: list[Step] = [
        validate.Range(-MAX_NUMBER, MAX_NUMBER, error=say("number_size", language)),
        _step(partial(_rounded, places), too_fine),
    ]
    if field.minimum is not None:
        error = say("too_low", language, min=field.minimum)
        checks.append(validate.Range(min=Decimal(str(field.minimum)), error=error))
    if field.maximum is not None:
        error = say("too_high", language, max=field.maximum)
        checks.append(validate.Range(max=Decimal(str(field.maximum)), error=error))
    steps = [_step(plain_number, say("number", language))]
    options = _options(language, "number")
    return fields.Decimal(pre_load=steps, validate=checks, post_load=_json_number, **options)


def _tick(_field: Field, language: Language) -> Reader:
    return fields.Boolean(**_options(language, "tick"))


def _choice(field: Field, language: Language) -> Reader:
    values = [choice.value for choice in field.choices]
    check = validate.OneOf(values, error=say("choice", language))
    return fields.String(validate=check, **_options(language, "choice"))


def _choices(field: Field, language: Language) -> Reader:
    return _list(_choice(field, language), len(field.choices), language, "choices")


def _list(inner: Reader, most: int, language: Language, invalid: str) -> Reader:
    """A list of at most `most` answers that `inner` reads; one answer alone is a list of one."""
    steps = [
        _step(_as_list, say(invalid, language)),
        _step(partial(_at_most, most), say("too_many", language, max=most)),
    ]
    options = _options(language, invalid)
    return fields.List(inner, pre_load=steps, post_load=lambda values: list(dict.fromkeys(values)), **options)


def _spelled(read: Step, sentence: str) -> Callable[[Field, Language], Reader]:
    """Reads a kind of text that `read` brings into one spelling; where it cannot, `sentence` says so."""

    def reader(_field: Field, language: Language) -> Reader:
        steps = [_step(read, say(sentence, language))]
        return fields.String(pre_load=steps, **_options(language, sentence))

    return reader


def _email(field: Field, language: Language) -> Reader:
    return _text(field, language, validate.Email(error=say("email", language)))


def _file(field: Field, language: Language) -> Reader:
    steps = [_step(whole_number, say("file", language))]
    check = validate.Range(1, 2**63 - 1, error=say("file", language))
    one = fields.Integer(strict=True, pre_load=steps, validate=check, **_options(language, "file"))
    return _list(one, MAX_FILES, language, "file") if field.multiple else one


KINDS: Mapping[str, Kind] = {
    "textfield": Kind(_text),
    "textarea": Kind(_text, personal=True),
    "number": Kind(_number, compared=float),
    "checkbox": Kind(_tick, "required_tick", compared=bool),
    "radio": Kind(_choice, "required_choice"),
    "select": Kind(_choice, "required_choice"),
    "checklist": Kind(_choices, "required_choices", compared=None),
    "date": Kind(_spelled(iso_date, "date")),
    "time": Kind(_spelled(iso_time, "time")),
    "datetime": Kind(_spelled(iso_instant, "datetime")),
    "phone": Kind(_spelled(national_number, "phone"), personal=True),
    "email": Kind(_email, personal=True),
    "commune": Kind(_spelled(unit_code, "unit_code"), "required_choice"),
    "unit": Kind(_spelled(unit_code, "unit_code"), "required_choice"),
    "file": Kind(_file, "required_file", personal=True, compared=None),
}


def _only_text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _readable(value: object) -> object:
    return None if value == BLOCKED else value


def _rounded(places: int, value: object) -> object:
    """`value` if no digit is lost at `places` decimals. Too large a number is not rounded: Decimal would raise."""
    assert isinstance(value, Decimal)
    return value if abs(value) > MAX_NUMBER or round(value, places) == value else None


def _json_number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _as_list(value: object) -> object:
    if isinstance(value, list | tuple):
        return value
    return [value] if isinstance(value, str | int) else None


def _at_most(most: int, value: object) -> object:
    return None if isinstance(value, Sized) and len(value) > most else value
