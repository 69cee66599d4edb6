"""Shows over past cases whether a text and its FEEL say the same, without personal data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.bpmn.feel_marks import TEST, VALUE
from engine.bpmn.functions import ExpressionContext
from engine.bpmn.scripts import ExpressionLanguage
from engine.bpmn.state import clock_of
from engine.bpmn.step import process_data_of
from engine.cases.masking import mask_personal_data
from engine.errors import EngineError
from engine.process import definitions
from engine.scenarios.pseudonyms import CodePseudonyms
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Deployment, Instance, ProcessDefinition
from engine.studio.feel_rewriting import RewrittenText
from engine.studio.value_words import value_words
from engine.text import shorten_text
from engine.translation.catalogue import Language
from engine.world.world import World
from forms.name_types import name_kinds

_instance, _definition, _deployment = table_of(Instance), table_of(ProcessDefinition), table_of(Deployment)
NO_ANSWER = "—"
_UNANSWERED = object()
MOST_SHOWN = 120


@dataclass(frozen=True, slots=True)
class PastResult:
    """What both languages say of `number` past cases, in words without personal data; `example` is one of them."""

    before: str
    after: str
    number: int
    example: int
    is_same: bool


@dataclass(frozen=True, slots=True)
class PastAnswers:
    """What both languages said of past cases; results that differ come first, then the most frequent."""

    results: tuple[PastResult, ...] = ()

    @property
    def same(self) -> int:
        """How many cases have the same result in both."""
        return sum(result.number for result in self.results if result.is_same)

    @property
    def differ(self) -> int:
        """How many cases have another result in FEEL."""
        return sum(result.number for result in self.results if not result.is_same)


@dataclass(frozen=True, slots=True)
class _PastCase:
    id: int
    data: Mapping[str, object]
    language: ExpressionLanguage


def compare_answers(
    tx: Transaction, texts: Sequence[RewrittenText], world: World, at: datetime, most: int, language: Language = "vi"
) -> list[PastAnswers]:
    """For each rewritten text what both languages say at `at` of the data of up to `most` past cases, newest first.

    Values are worded in `language`.
    """
    cases, words = list(_past_cases(tx, world, at, most)), _Words(language, CodePseudonyms(at.year))
    return [_answers_of(text, cases, words) if text.after else PastAnswers() for text in texts]


@dataclass(frozen=True, slots=True)
class _Words:
    """Values in words without personal data."""

    language: Language
    codes: CodePseudonyms

    def show(self, value: Any) -> str:
        if value is _UNANSWERED:
            return NO_ANSWER
        text = mask_personal_data(value_words(self.codes.replace_codes(value), self.language))
        return shorten_text(text, MOST_SHOWN)


def _past_cases(tx: Transaction, world: World, at: datetime, most: int) -> Iterator[_PastCase]:
    query = (
        select(_instance.c.id, _instance.c.state, _definition.c.key, _deployment.c.digest)
        .select_from(_instance.join(_definition, _definition.c.id == _instance.c.definition_id))
        .join(_deployment, _deployment.c.id == _definition.c.deployment_id)
        .order_by(_instance.c.id.desc())
        .limit(most)
    )
    for row in tx.read.execute(query):
        deployment = definitions.load_deployment(tx, row.digest)
        functions = ExpressionContext(at, world, clock_of(row.state)).functions()
        language = ExpressionLanguage(functions, name_kinds(deployment.forms.values()))
        yield _PastCase(row.id, process_data_of(deployment.get_process(row.key), row.state), language)


def _answers_of(text: RewrittenText, cases: Sequence[_PastCase], words: _Words) -> PastAnswers:
    counts: Counter[tuple[str, str, bool]] = Counter()
    examples: dict[tuple[str, str, bool], int] = {}
    for case in cases:
        one, other = _both(text, case)
        shown = (words.show(one), words.show(other), one == other)
        counts[shown] += 1
        examples.setdefault(shown, case.id)
    rows = [PastResult(*key[:2], number, examples[key], key[2]) for key, number in counts.items()]
    return PastAnswers(tuple(sorted(rows, key=lambda row: (row.is_same, -row.number))))


def _both(text: RewrittenText, case: _PastCase) -> tuple[Any, Any]:
    """What each language says, so that it can be compared."""
    if text.is_script:
        return _set_by(text.before, case), _set_by(VALUE + text.after, case)
    mark = TEST if text.is_test else VALUE
    sources = (text.before, mark + text.after)
    one, other = (_answer(source, case, is_test=text.is_test) for source in sources)
    return one, other


def _answer(source: str, case: _PastCase, *, is_test: bool) -> Any:
    try:
        value = case.language.evaluate(source, case.data)
    except EngineError:
        return False if is_test else _UNANSWERED
    return bool(value) if is_test else value


def _set_by(source: str, case: _PastCase) -> Any:
    after = dict(case.data)
    try:
        case.language.execute(source, after)
    except EngineError:
        return _UNANSWERED
    return {name: value for name, value in after.items() if name not in case.data or case.data[name] != value}
