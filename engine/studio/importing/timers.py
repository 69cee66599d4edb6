"""Converts timers of other tools: unquoted ISO 8601 times, and expressions."""

from __future__ import annotations

from datetime import datetime

from engine.bpmn.feel_marks import is_feel_language, is_feel_text
from engine.bpmn.lint.diagram import bpmn_tag, element_kind, text_of
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.languages import stated_language
from engine.bpmn.lint.source import UNQUOTED_TIME
from engine.bpmn.lint.timers import CYCLE_PATTERN, DURATION_PATTERN, TIMER_KINDS
from engine.clock import VIETNAM
from engine.studio.importing.expressions import (
    OutsideGrammar,
    is_vendor_expression,
    literal_value,
    translate_expression,
)
from engine.studio.importing.report import ImportContext

TIMER_RULES = (
    "timer-unquoted",
    "timer-date",
    "timer-naive",
    "timer-duration",
    "timer-cycle",
    "timer-gives-no-instant",
    "timer-gives-no-duration",
    "timer-gives-no-cycle",
    "expression",
    "function-unknown",
)
_CRON_FIELDS = range(5, 8)


def convert_timers(context: ImportContext) -> None:
    """Convert every timer not written in our syntax; what cannot be converted stays with an open point."""
    for definition in context.root.iter(bpmn_tag("timerEventDefinition")):
        for time in definition:
            if element_kind(time) in TIMER_KINDS and text_of(time):
                _convert_time(context, time, text_of(time))


def _convert_time(context: ImportContext, time: Element, text: str) -> None:
    if is_feel_language(stated_language(time)) and not is_vendor_expression(text) and not UNQUOTED_TIME.fullmatch(text):
        text = f"={text}"
    if not (is_vendor_expression(text) or UNQUOTED_TIME.fullmatch(text) or _is_cron(text)):
        return
    try:
        translation, rule = _translate_time(element_kind(time), text)
    except OutsideGrammar as outside:
        advice = f"timer-{element_kind(time).removeprefix('time').lower()}"
        context.leave_open(time, advice, *TIMER_RULES, text=text, detail=outside.detail)
        return
    before, time.text = text_of(time), translation
    if time.get("language") is not None:
        del time.attrib["language"]
    if before == translation:
        return
    context.record_conversion(time, rule, text, translation)


def _translate_time(name: str, text: str) -> tuple[str, str]:
    """Translate a timer's text to our language; also returns the conversion rule. Raises OutsideGrammar."""
    if is_feel_text(text):
        return translate_expression(text), "feel"
    literal_text = _literal_time(text)
    if literal_text is None:
        return translate_expression(text), "timer-expression"
    if name == "timeDate":
        return _quote_instant(literal_text)
    pattern = DURATION_PATTERN if name == "timeDuration" else CYCLE_PATTERN
    if pattern.fullmatch(literal_text) is None:
        raise OutsideGrammar(literal_text)
    return f'"{literal_text}"', "timer-quoted"


def _literal_time(text: str) -> str | None:
    """The time given as a bare text or as a literal in an expression; None if it is computed."""
    if not is_vendor_expression(text):
        return text
    try:
        constant = literal_value(text)
    except OutsideGrammar:
        return None
    return constant if isinstance(constant, str) else str(constant)


def _quote_instant(text: str) -> tuple[str, str]:
    """Quote an instant; one without a UTC offset is read as Vietnam time, and the analyst is informed."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise OutsideGrammar(text) from error
    if "T" not in text:
        raise OutsideGrammar(text)
    if at.tzinfo is None:
        return f'"{at.replace(tzinfo=VIETNAM).isoformat()}"', "timer-zone"
    return f'"{text}"', "timer-quoted"


def _is_cron(text: str) -> bool:
    """Whether a text looks like a cron expression, `0 0 9 ? * MON-FRI`."""
    fields = text.split()
    return len(fields) in _CRON_FIELDS and all(
        set(field) <= set("0123456789*?/-,#LWMONTUEHFRIASDJBPYGCV") for field in fields
    )
