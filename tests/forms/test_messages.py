"""Every sentence of a form is reachable, in both languages, and none of marshmallow's own is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from marshmallow import Schema, fields, validate

from forms.fields import KINDS
from forms.messages import LANGUAGES, MESSAGES, Language, form_message
from tests.kit.forms_kit import ASKED, EVERY_KIND, field, form, refused

# A wrong answer for each sentence a kind can give, with the amount it names.
WRONG: list[tuple[str, object, str, dict[str, float]]] = [
    ("textfield", 5, "text", {}),
    ("textfield", b"abc", "text", {}),
    ("textfield", "a\0b", "characters", {}),
    ("textfield", "a", "too_short", {"min": 2}),
    ("textfield", "abcdef", "too_long", {"max": 5}),
    ("textfield", "ABC", "pattern", {}),
    ("textarea", ["abc"], "text", {}),
    ("textarea", "\ud800ab", "characters", {}),
    ("textarea", "a", "too_short", {"min": 2}),
    ("textarea", "abcdef", "too_long", {"max": 5}),
    ("number", "năm", "number", {}),
    ("number", True, "number", {}),
    ("number", float("inf"), "number", {}),
    ("number", "1,25", "decimals", {"max": 1}),
    ("number", 0, "too_low", {"min": 1}),
    ("number", 2000, "too_high", {"max": 1234.5}),
    ("checkbox", "perhaps", "tick", {}),
    ("checkbox", [1], "tick", {}),
    ("radio", "perhaps", "choice", {}),
    ("select", 5, "choice", {}),
    ("select", b"\xff", "characters", {}),
    ("checklist", ["yes", "perhaps"], "choice", {}),
    ("checklist", {"yes": 1}, "choices", {}),
    ("checklist", ["yes", "no", "yes"], "too_many", {"max": 2}),
    ("date", "31/02/2026", "date", {}),
    ("time", "25:00", "time", {}),
    ("datetime", "2026-11-24", "datetime", {}),
    ("phone", "0912", "phone", {}),
    ("email", "a@b", "email", {}),
    ("commune", "26 068", "unit_code", {}),
    ("unit", 731, "unit_code", {}),
    ("file", "-3", "file", {}),
    ("file", 1.5, "file", {}),
]
# Sentences that other tests here drive, and the one that stands for keys that no kind raises today.
ELSEWHERE = {"required", *ASKED.values(), "form", "unknown", "hidden", "commune", "unit", "whole", "number_size"}
NEVER_RAISED = {"invalid"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "answer", "sentence", "amounts"), WRONG)
def test_each_wrong_answer_has_its_sentence(
    kind: str, answer: object, sentence: str, amounts: dict[str, float], language: Language
) -> None:
    compiled = form(EVERY_KIND[kind])
    assert form_message(sentence, language, **amounts) in refused(compiled, {"f": answer}, language)["f"]


def test_a_number_longer_than_python_reads_is_no_number() -> None:
    assert refused(form(field("n", "number")), {"n": 10**5000}) == {"n": [form_message("number", "vi")]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_too_large_for_json_readers_is_told_so(language: Language) -> None:
    compiled = form(field("n", "number"))
    for number in (10**16, -(10**40), 1e300):
        assert refused(compiled, {"n": number}, language) == {"n": [form_message("number_size", language)]}


def test_every_sentence_and_every_kind_is_driven() -> None:
    assert {sentence for _, _, sentence, _ in WRONG} | ELSEWHERE | NEVER_RAISED == set(MESSAGES)
    assert {kind for kind, *_ in WRONG} == set(KINDS) == set(EVERY_KIND)


def own_constants(thing: type) -> Iterator[str]:
    """The English sentences that a class of marshmallow brings along."""
    for cls in thing.__mro__:
        for name, value in vars(cls).items():
            if name.endswith("error_messages") and isinstance(value, Mapping):
                yield from value.values()
            if name.startswith(("default_message", "message_")) and isinstance(value, str):
                yield value


def marshmallow_sentences() -> set[str]:
    classes: list[type] = [Schema]
    for module in (fields, validate):
        classes += [value for value in vars(module).values() if isinstance(value, type)]
    return {sentence for cls in classes for sentence in own_constants(cls)}


def readers(schema: Schema) -> Iterator[fields.Field[Any]]:
    for reader in schema.fields.values():
        yield reader
        if isinstance(reader, fields.List):
            yield reader.inner


def sentences_within(schema: Schema) -> Iterator[str]:
    """Every sentence the schema, its fields and their validators could answer with."""
    yield from schema.error_messages.values()
    for reader in readers(schema):
        yield from map(str, reader.error_messages.values())
        for check in reader.validators:
            if isinstance(check, validate.Validator):
                yield str(vars(check)["error"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_sentence_of_marshmallow_can_reach_a_page(kind: str, language: Language) -> None:
    assert len(marshmallow_sentences()) > 30
    sentences = set(sentences_within(form(EVERY_KIND[kind]).schemas[language]))
    assert not sentences & (marshmallow_sentences() | {"None", ""})
    others = {other[1 - LANGUAGES.index(language)] for other in MESSAGES.values()}
    assert not sentences & others


def test_both_languages_say_everything_with_the_same_amounts() -> None:
    for vietnamese, english in MESSAGES.values():
        assert vietnamese != english
        assert {"{min}" in vietnamese, "{max}" in vietnamese} == {"{min}" in english, "{max}" in english}


def test_amounts_are_written_as_the_language_writes_them() -> None:
    assert "1.234,5" in form_message("too_high", "vi", max=1234.5)
    assert "1,234.5" in form_message("too_high", "en", max=1234.5)
    assert "10.000 " in form_message("too_long", "vi", max=10_000.0)
