"""Every rule of a form is reachable and has its sentence in both languages; none of marshmallow's own is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from marshmallow import Schema, fields, validate

from engine.translation.catalogue import LANGUAGES, Language
from engine.translation.sentences.forms import SENTENCES
from engine.translation.wording import say
from forms.fields import KINDS
from forms.problems import AnswerProblem, AuthorSentence, answer_problem, flatten_problems
from tests.kit.forms_kit import ASKED, EVERY_KIND, field, form, form_message, refused

MESSAGES = {rule.removeprefix("form-answer-") for rule in SENTENCES if rule.startswith("form-answer-")}

# A wrong answer for each sentence a kind can give, with the amount it names.
WRONG: list[tuple[str, object, str, dict[str, float]]] = [
    ("textfield", 5, "text", {}),
    ("textfield", b"abc", "text", {}),
    ("textfield", "a\0b", "characters", {}),
    ("textfield", "a", "too-short", {"min": 2}),
    ("textfield", "abcdef", "too-long", {"max": 5}),
    ("textfield", "ABC", "pattern", {}),
    ("textarea", ["abc"], "text", {}),
    ("textarea", "\ud800ab", "characters", {}),
    ("textarea", "a", "too-short", {"min": 2}),
    ("textarea", "abcdef", "too-long", {"max": 5}),
    ("number", "năm", "number", {}),
    ("number", True, "number", {}),
    ("number", float("inf"), "number", {}),
    ("number", "1,500", "number-readings", {"whole": 1500, "decimal": 1.5}),
    ("number", "1,25", "decimals", {"max": 1}),
    ("number", 0, "too-low", {"min": 1}),
    ("number", 2000, "too-high", {"max": 1234.5}),
    ("checkbox", "perhaps", "tick", {}),
    ("checkbox", [1], "tick", {}),
    ("radio", "perhaps", "choice", {}),
    ("select", 5, "choice", {}),
    ("select", b"\xff", "characters", {}),
    ("checklist", ["yes", "perhaps"], "choice", {}),
    ("checklist", {"yes": 1}, "choices", {}),
    ("checklist", ["yes", "no", "yes"], "too-many", {"max": 2}),
    ("date", "31/02/2026", "date", {}),
    ("time", "25:00", "time", {}),
    ("datetime", "2026-11-24", "datetime", {}),
    ("phone", "0912", "phone", {}),
    ("email", "a@b", "email", {}),
    ("position", "ở đâu đó", "position", {}),
    ("commune", "26 068", "unit-code", {}),
    ("department", 731, "unit-code", {}),
    ("unit", 731, "unit-code", {}),
    ("file", "-3", "file", {}),
    ("file", 1.5, "file", {}),
]
# Sentences that other tests here drive, and the one that stands for keys that no kind raises today.
ELSEWHERE = {
    "required",
    "without-words",
    *ASKED.values(),
    "form",
    "unknown",
    "hidden",
    "commune",
    "department",
    "unit",
    "whole",
    "number-size",
    "rule",
}
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
        assert refused(compiled, {"n": number}, language) == {"n": [form_message("number-size", language)]}


def test_every_sentence_and_every_kind_is_driven() -> None:
    assert {sentence for _, _, sentence, _ in WRONG} | ELSEWHERE | NEVER_RAISED == MESSAGES
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


def messages_within(schema: Schema) -> Iterator[object]:
    """Whatever the schema and its fields could answer with by themselves."""
    yield from schema.error_messages.values()
    for reader in readers(schema):
        yield from reader.error_messages.values()


@pytest.mark.parametrize("kind", KINDS)
def test_no_sentence_of_marshmallow_can_reach_a_page(kind: str) -> None:
    assert len(marshmallow_sentences()) > 30
    schema = form(EVERY_KIND[kind]).schema
    for message in messages_within(schema):
        assert isinstance(message, list), message
        (problem,) = message
        assert isinstance(problem, AnswerProblem)
        assert problem.rule in SENTENCES
    assert not [check for reader in readers(schema) for check in validators_of(reader)]


def validators_of(reader: fields.Field[Any]) -> list[validate.Validator]:
    """The checks of a field that would word their refusals themselves."""
    return [check for check in reader.validators if isinstance(check, validate.Validator)]


def test_every_rule_is_said_in_both_languages_with_its_amounts() -> None:
    for key in MESSAGES:
        amounts = {"min": 1234, "max": 5678, "whole": 1500, "decimal": 1.5}
        problem = AnswerProblem(
            f"form-answer-{key}", {**amounts, "sentence": AuthorSentence("Sai giờ.", "Wrong time.")}
        )
        vietnamese, english = say(problem, "vi"), say(problem, "en")
        assert vietnamese != english
        assert ("1.234" in vietnamese, "5.678" in vietnamese) == ("1,234" in english, "5,678" in english)


def test_amounts_are_written_as_the_language_writes_them() -> None:
    assert "1.234,5" in form_message("too-high", "vi", max=1234.5)
    assert "1,234.5" in form_message("too-high", "en", max=1234.5)
    assert "10.000 " in form_message("too-long", "vi", max=10_000.0)


def test_a_problem_that_marshmallow_tells_of_twice_counts_once() -> None:
    one, other = AnswerProblem("form-answer-choice"), answer_problem("form-answer-too-many", max=2)
    assert flatten_problems({0: [one], 1: [[one], other], 2: {"x": [other]}}) == [one, other]


def test_one_form_answers_in_every_language() -> None:
    compiled = form(field(validate={"required": True}))
    assert refused(compiled, {}, "vi") == {"note": ["Vui lòng điền mục này."]}
    assert refused(compiled, {}, "en") == {"note": ["Please fill this in."]}


@pytest.mark.parametrize("kind", ["textfield", "textarea"])
@pytest.mark.parametrize("answer", [".", "…!", "- - -", "\u200b.\u00a0"])
def test_punctuation_is_no_answer_where_one_is_required(kind: str, answer: str) -> None:
    compiled = form(field(kind=kind, validate={"required": True}))
    assert refused(compiled, {"note": answer}) == {"note": [form_message("without-words", "vi")]}
    form(field(kind=kind)).load({"note": answer})
