"""Rules on timers: what their texts may say, and where repeated ones may stand. For this package and the studio.

A timer's text is an expression; a duration or cycle written as one is a quoted literal (ecosystem trap T7).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import datetime

from engine.bpmn.lint.diagram import Diagram, kind, properties, tag, text_of
from engine.bpmn.lint.events import interrupts
from engine.bpmn.lint.finding import Element, Finding, at, shown
from engine.bpmn.lint.source import UNQUOTED, leaves, tree
from engine.bpmn.timers import ALL, ONCE, POLICIES

TIMES = ("timeDate", "timeDuration", "timeCycle")
DURATION = re.compile(
    r"P(?=\d|T\d)(?:(\d{1,5})W|(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,5})D)?"
    r"(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?)"
)
CYCLE = re.compile(r"R(\d{0,4})/(P.*)")


def timer_texts(diagram: Diagram) -> Iterator[Finding]:
    """Each timer has one time, and its text is a literal that can be read or an expression."""
    for definition in diagram.root.iter(tag("timerEventDefinition")):
        times = [child for child in definition if kind(child) in TIMES]
        if len(times) != 1 or not text_of(times[0]):
            yield at(definition, "timer-empty")
            continue
        text = text_of(times[0])
        if UNQUOTED.fullmatch(text):
            yield at(times[0], "timer-unquoted", text=shown(text))
        else:
            yield from _literals(times[0], text)


def _literals(time: Element, text: str) -> Iterator[Finding]:
    for leaf in leaves(tree(text)):
        if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str):
            rule = _READERS[kind(time)](leaf.value)
            if rule is not None:
                yield at(time, rule, text=shown(leaf.value))
        elif isinstance(leaf, ast.Constant):
            yield at(time, _WRONG[kind(time)], text=shown(text))


def _date(text: str) -> str | None:
    try:
        return "timer-naive" if datetime.fromisoformat(text).tzinfo is None else None
    except ValueError:
        return "timer-date"


def _duration(text: str) -> str | None:
    return None if DURATION.fullmatch(text) else "timer-duration"


def _cycle(text: str) -> str | None:
    """A number of turns (or none: without end) and a fixed duration that is not zero."""
    match = CYCLE.fullmatch(text)
    duration = DURATION.fullmatch(match[2]) if match is not None else None
    if match is None or duration is None:
        return "timer-cycle"
    turns = match[1] == "" or int(match[1]) > 0
    lasts = any(int(part or 0) for part in duration.groups())
    return None if turns and lasts else "timer-cycle"


_READERS = {"timeDate": _date, "timeDuration": _duration, "timeCycle": _cycle}
_WRONG = {"timeDate": "timer-date", "timeDuration": "timer-duration", "timeCycle": "timer-cycle"}


def cycle_places(diagram: Diagram) -> Iterator[Finding]:
    """A cycle starts another path at each firing and ends only after the last: right only on a boundary event that
    does not interrupt (store_constructs).
    """
    for cycle in diagram.root.iter(tag("timeCycle")):
        definition = cycle.getparent()
        event = definition.getparent() if definition is not None else None
        node = diagram.nodes.get(event.get("id") or "") if event is not None else None
        if node is None or node.kind != "boundaryEvent" or interrupts(node):
            yield at(cycle, "cycle-place")


def missed(diagram: Diagram) -> Iterator[Finding]:
    """What becomes of a missed timer is one of three words. Only what goes on beside the work can be left out, and only
    what repeats can be made up for.
    """
    for node in diagram.nodes.values():
        value = properties(node.element).get("missed")
        if value is None:
            continue
        beside = node.kind == "boundaryEvent" and not interrupts(node)
        timed = next(node.element.iter(tag("timerEventDefinition")), None)
        if value not in POLICIES:
            yield at(node.element, "missed-value", value=value)
        elif timed is None or (value != ONCE and not beside) or (value == ALL and timed.find(tag("timeCycle")) is None):
            yield at(node.element, "missed-place", value=value)
