"""Timers of other tools: times of ISO 8601 without quotes, and expressions. For the conversion alone."""

from __future__ import annotations

from datetime import datetime

from engine.bpmn.lint.diagram import kind, tag, text_of
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.source import UNQUOTED
from engine.bpmn.lint.timers import CYCLE, DURATION, TIMES
from engine.clock import VIETNAM
from engine.studio.importing.expressions import Outside, called_text, is_foreign, literal, translated
from engine.studio.importing.report import Work

RULES = (
    "timer-unquoted",
    "timer-date",
    "timer-naive",
    "timer-duration",
    "timer-cycle",
    "expression",
    "function-unknown",
)
_FUNCTIONS = {"timeDate": {"date and time"}, "timeDuration": {"duration"}, "timeCycle": {"cycle"}}
_CRON_FIELDS = range(5, 8)


def convert(work: Work) -> None:
    """Convert every timer that is written otherwise than ours; what cannot be stays with an open point."""
    for definition in work.root.iter(tag("timerEventDefinition")):
        for time in definition:
            if kind(time) in TIMES and text_of(time):
                _convert(work, time, text_of(time))


def _convert(work: Work, time: Element, text: str) -> None:
    if not (is_foreign(text) or UNQUOTED.fullmatch(text) or _is_cron(text)):
        return
    try:
        after, rule = _after(kind(time), text)
    except Outside as outside:
        work.leave(time, "timer", *RULES, text=text, detail=str(outside))
        return
    time.text = after
    work.converted(time, rule, text, after)


def _after(name: str, text: str) -> tuple[str, str]:
    """What a timer's text is in our language, and the rule that says how it came about; raises Outside."""
    plain = _plain(name, text)
    if plain is None:
        return translated(text), "timer-expression"
    if name == "timeDate":
        return _date(plain)
    pattern = DURATION if name == "timeDuration" else CYCLE
    if pattern.fullmatch(plain) is None:
        raise Outside(plain)
    return f'"{plain}"', "timer-quoted"


def _plain(name: str, text: str) -> str | None:
    """The time that is written out in a text, bare or as a literal of an expression; None for what is computed."""
    if not is_foreign(text):
        return text
    try:
        function, value = called_text(text)
    except Outside:
        try:
            constant = literal(text)
        except Outside:
            return None
        return constant if isinstance(constant, str) else str(constant)
    if function not in _FUNCTIONS[name]:
        raise Outside(f"{function}(")
    return value


def _date(text: str) -> tuple[str, str]:
    """An instant; one without offset is taken for Vietnam's time, which the analyst is told."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Outside(text) from error
    if "T" not in text:
        raise Outside(text)
    if at.tzinfo is None:
        return f'"{at.replace(tzinfo=VIETNAM).isoformat()}"', "timer-zone"
    return f'"{text}"', "timer-quoted"


def _is_cron(text: str) -> bool:
    """Whether a text looks like a cron line, `0 0 9 ? * MON-FRI`."""
    fields = text.split()
    return len(fields) in _CRON_FIELDS and all(
        set(field) <= set("0123456789*?/-,#LWMONTUEHFRIASDJBPYGCV") for field in fields
    )
