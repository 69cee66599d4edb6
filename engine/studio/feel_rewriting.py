"""Rewrites the diagrams of a deployment in FEEL, and shows over past cases whether both languages say the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from lxml import etree
from sqlalchemy import select

from engine.bpmn.compiled_texts import compile_script_text
from engine.bpmn.feel_conversion import feel_expression, feel_script
from engine.bpmn.feel_marks import TEST, VALUE, is_feel_text
from engine.bpmn.functions import ExpressionContext
from engine.bpmn.lint.diagram import ROOT_TAG, Diagram, element_kind, from_document
from engine.bpmn.lint.document import read_xml
from engine.bpmn.lint.finding import Element, line_of, nearest_id
from engine.bpmn.lint.typed import EXPRESSION_TAGS, SourceText, diagram_texts
from engine.bpmn.scripts import ExpressionLanguage
from engine.bpmn.state import clock_of
from engine.bpmn.step import process_data_of
from engine.errors import EngineError, ScriptError
from engine.process import definitions
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Deployment, Instance, ProcessDefinition
from engine.world.world import World
from forms.name_types import name_kinds, name_types

_instance, _definition, _deployment = table_of(Instance), table_of(ProcessDefinition), table_of(Deployment)
Files = Mapping[PurePosixPath, bytes]
_NUMBERS = ("loopCardinality",)


@dataclass(frozen=True, slots=True)
class RewrittenText:
    """One text before and after; `refusal` says why it stays as it is, and `after` is empty then."""

    path: PurePosixPath
    element: str
    line: int
    before: str
    after: str = ""
    is_test: bool = False
    is_script: bool = False
    refusal: EngineError | None = None


@dataclass(frozen=True, slots=True)
class PastAnswers:
    """What both languages said of past cases: how many agree, and the first that does not."""

    same: int
    differ: int
    example: str = ""


def rewrite_files(files: Files) -> tuple[dict[PurePosixPath, bytes], list[RewrittenText]]:
    """The files with what can be written in FEEL, and each text with what became of it. Texts in FEEL stay."""
    forms = definitions.compile_files(files).forms.values()
    types, rewritten, texts = name_types(forms), dict(files), []
    for path, content in sorted(files.items()):
        if path.suffix != ".bpmn":
            continue
        document = read_xml(path, content, (ROOT_TAG,))
        own = [_rewrite(path, text, types) for text in _texts_of(from_document(document))]
        texts += own
        if any(item.after for item in own):
            rewritten[path] = etree.tostring(document.root, xml_declaration=True, encoding="UTF-8")
    return rewritten, texts


def _texts_of(diagram: Diagram) -> Iterator[SourceText]:
    """What is about a case's data and in the older language."""
    texts = [text for text in diagram_texts(diagram) if text.is_about_case and not is_feel_text(text.source.strip())]
    return (text for text in texts if text.original.strip())


def _rewrite(path: PurePosixPath, text: SourceText, types: Mapping[str, str]) -> RewrittenText:
    is_test = text.element.tag in EXPRESSION_TAGS and element_kind(text.element) not in _NUMBERS
    is_script = text.compile is compile_script_text
    place, line = nearest_id(text.element), line_of(text.element)
    try:
        after = feel_script(text.source, types) if is_script else feel_expression(text.source, types, is_test=is_test)
    except ScriptError as error:
        return RewrittenText(path, place, line, text.original, refusal=error)
    _put(text.element, text.original, VALUE + after)
    return RewrittenText(path, place, line, text.original, after, is_test, is_script)


def _put(element: Element, before: str, after: str) -> None:
    """Write a text where it stood: inside its element, or in an attribute of it or of one of its properties."""
    if (element.text or "").strip() == before.strip():
        element.text = after
        return
    units = (part for part in element.iter("{*}property") if part.get("name") == "unit")
    for part in (element, *units):
        if part.get("value") == before:
            part.set("value", after)
            return


def compare_answers(
    tx: Transaction, texts: list[RewrittenText], world: World, at: datetime, most: int
) -> list[PastAnswers]:
    """For each rewritten text what both languages say at `at` of the data of up to `most` past cases, newest first."""
    cases = list(_past_data(tx, world, at, most))
    answers = []
    for text in texts:
        results = [(code, _both(text, data, language)) for code, data, language in cases if text.after]
        differing = [f"{code}: {one} / {other}" for code, (one, other) in results if one != other]
        answers.append(PastAnswers(len(results) - len(differing), len(differing), next(iter(differing), "")))
    return answers


def _past_data(
    tx: Transaction, world: World, at: datetime, most: int
) -> Iterator[tuple[int, Mapping[str, object], ExpressionLanguage]]:
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
        yield row.id, process_data_of(deployment.get_process(row.key), row.state), language


def _both(text: RewrittenText, data: Mapping[str, object], language: ExpressionLanguage) -> tuple[str, str]:
    """What each language says, in words that can be compared."""
    if text.is_script:
        return _set_by(text.before, data, language), _set_by(VALUE + text.after, data, language)
    mark = TEST if text.is_test else VALUE
    return _answer(text.before, data, language, is_test=text.is_test), _answer(
        mark + text.after, data, language, is_test=text.is_test
    )


def _answer(source: str, data: Mapping[str, object], language: ExpressionLanguage, *, is_test: bool) -> str:
    try:
        value = language.evaluate(source, data)
    except EngineError:
        return "False" if is_test else "—"
    return str(bool(value)) if is_test else str(value)


def _set_by(source: str, data: Mapping[str, object], language: ExpressionLanguage) -> str:
    after = dict(data)
    try:
        language.execute(source, after)
    except EngineError:
        return "—"
    return str({name: value for name, value in after.items() if name not in data or data[name] != value})
