"""Rules on timers: which texts are valid, and where cycles may be used.

A timer's text is an expression; a duration or cycle written as one is a quoted literal (measured).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import datetime

from engine.bpmn.feel_marks import is_feel_text, without_mark
from engine.bpmn.language import FUNCTIONS
from engine.bpmn.lint.diagram import Diagram, FlowNode, bpmn_tag, element_kind, extension_properties, text_of
from engine.bpmn.lint.events import is_interrupting, is_interrupting_start, started_sub_process
from engine.bpmn.lint.finding import Element, Finding, finding_at
from engine.bpmn.lint.source import UNQUOTED_TIME, leaf_nodes, literal_texts, names_in, syntax_tree
from engine.bpmn.start_times import HOURS, WORKING
from engine.bpmn.timers import ALL, MISSED_POLICIES, ONCE
from engine.feel.builtins.catalogue import BUILTINS
from engine.text import shorten_text

_INSTANT_FUNCTIONS = frozenset(
    {"now", "working_hours", "working_days", "clock_hours", "reminder", "deadline", "overdue_by", "overdue_by_hours"}
)
_DEADLINE_FUNCTIONS = frozenset({"reminder", "deadline", "overdue_by", "overdue_by_hours"})
_OTHER_FUNCTIONS = FUNCTIONS - _INSTANT_FUNCTIONS - {"str", "min", "max"}
EXPRESSION_RULES = {
    "timeDate": "timer-gives-no-instant",
    "timeDuration": "timer-gives-no-duration",
    "timeCycle": "timer-gives-no-cycle",
}
"""What is said of an expression that gives no time of the kind it stands for."""
TIMER_KINDS = ("timeDate", "timeDuration", "timeCycle")
DURATION_PATTERN = re.compile(
    r"P(?=\d|T\d)(?:(\d{1,5})W|(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,5})D)?"
    r"(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?)"
)
CYCLE_PATTERN = re.compile(r"R(\d{0,4})/(P.*)")


def check_timer_texts(diagram: Diagram) -> Iterator[Finding]:
    """Each timer has one time, and its text is a valid literal or an expression."""
    for definition in diagram.root.iter(bpmn_tag("timerEventDefinition")):
        times = [child for child in definition if element_kind(child) in TIMER_KINDS]
        if len(times) != 1 or not text_of(times[0]):
            yield finding_at(definition, "timer-empty")
            continue
        text = text_of(times[0])
        if UNQUOTED_TIME.fullmatch(without_mark(text)):
            yield finding_at(times[0], "timer-unquoted", text=shorten_text(without_mark(text)))
        elif is_feel_text(text):
            yield from _check_feel_literals(times[0], text)
        else:
            yield from _check_literals(times[0], text)


def _check_literals(time: Element, text: str) -> Iterator[Finding]:
    """Every value that the expression can give is of the timer's kind, as far as its text tells."""
    for leaf in leaf_nodes(syntax_tree(text)):
        if _gives_another_kind(leaf, element_kind(time)):
            yield finding_at(time, EXPRESSION_RULES[element_kind(time)], text=shorten_text(text))
            return
        if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str):
            rule = _LITERAL_CHECKS[element_kind(time)](leaf.value)
            if rule is not None:
                yield finding_at(time, rule, text=shorten_text(leaf.value))
        elif isinstance(leaf, ast.Constant):
            yield finding_at(time, _KIND_RULES[element_kind(time)], text=shorten_text(text))


def _check_feel_literals(time: Element, text: str) -> Iterator[Finding]:
    """The same for FEEL: texts that it can give are checked as such; of the rest, the rule on types tells."""
    for value in literal_texts(text):
        rule = _LITERAL_CHECKS[element_kind(time)](value)
        if rule is not None:
            yield finding_at(time, rule, text=shorten_text(value))


def _gives_another_kind(leaf: ast.AST, kind: str) -> bool:
    """Whether a computed value is certainly no time of this kind: an instant, a number, true or false."""
    match leaf:
        case ast.Call(func=ast.Name(id=name)):
            return name in _INSTANT_FUNCTIONS if kind != "timeDate" else name in _OTHER_FUNCTIONS
        case ast.Compare() | ast.UnaryOp() | ast.Dict():
            return True
    return False


def _broken_date_rule(text: str) -> str | None:
    try:
        return "timer-naive" if datetime.fromisoformat(text).tzinfo is None else None
    except ValueError:
        return "timer-date"


def _broken_duration_rule(text: str) -> str | None:
    return None if DURATION_PATTERN.fullmatch(text) else "timer-duration"


def _broken_cycle_rule(text: str) -> str | None:
    """A cycle is a number of repetitions (endless if omitted) and a fixed duration that is not zero.

    That of a start event may have an instant between them, at which it begins.
    """
    first, _slash, rest = text.partition("/")
    begins, _slash, period = rest.rpartition("/")
    if begins and _broken_date_rule(begins):
        return "timer-cycle"
    match = CYCLE_PATTERN.fullmatch(f"{first}/{period}")
    duration = DURATION_PATTERN.fullmatch(match[2]) if match is not None else None
    if match is None or duration is None:
        return "timer-cycle"
    turns = match[1] == "" or int(match[1]) > 0
    has_length = any(int(part or 0) for part in duration.groups())
    return None if turns and has_length else "timer-cycle"


_LITERAL_CHECKS = {
    "timeDate": _broken_date_rule,
    "timeDuration": _broken_duration_rule,
    "timeCycle": _broken_cycle_rule,
}
_KIND_RULES = {"timeDate": "timer-date", "timeDuration": "timer-duration", "timeCycle": "timer-cycle"}


def check_cycle_places(diagram: Diagram) -> Iterator[Finding]:
    """A cycle belongs to what starts another path at each firing: an event that does not interrupt.

    Such an event stands on the border of a step, or starts an event sub-process.
    """
    for cycle in diagram.root.iter(bpmn_tag("timeCycle")):
        definition = cycle.getparent()
        event = definition.getparent() if definition is not None else None
        node = diagram.nodes.get(event.get("id") or "") if event is not None else None
        if node is not None and begins_process(diagram, node):
            continue
        if node is None or not (_waits_at_border(node) or _starts_beside(diagram, node)):
            yield finding_at(cycle, "cycle-place")


def _waits_at_border(node: FlowNode) -> bool:
    return node.kind == "boundaryEvent" and not is_interrupting(node)


def _starts_beside(diagram: Diagram, node: FlowNode) -> bool:
    sub_process = started_sub_process(diagram, node)
    return sub_process is not None and sub_process.is_event_sub_process and not is_interrupting_start(node)


def check_cycle_beginnings(diagram: Diagram) -> Iterator[Finding]:
    """Only the cycle of a start event may say when it begins: all others begin with what they wait beside."""
    for cycle in diagram.root.iter(bpmn_tag("timeCycle")):
        node, text = _timed_node(diagram, cycle), text_of(cycle)
        if text.count("/") > 1 and not is_feel_text(text) and (node is None or not begins_process(diagram, node)):
            yield finding_at(cycle, "timer-cycle", text=shorten_text(text))


def _timed_node(diagram: Diagram, time: Element) -> FlowNode | None:
    definition = time.getparent()
    event = definition.getparent() if definition is not None else None
    return diagram.nodes.get(event.get("id") or "") if event is not None else None


def begins_process(diagram: Diagram, node: FlowNode) -> bool:
    """Whether a node is a start event of a process itself, which begins instances."""
    return node.kind == "startEvent" and diagram.is_process(node.scope)


def check_start_timers(diagram: Diagram) -> Iterator[Finding]:
    """A timer that begins instances knows no data and no deadline yet; `hours` has one value, for such a timer."""
    for kind in TIMER_KINDS:
        for time in diagram.root.iter(bpmn_tag(kind)):
            node = _timed_node(diagram, time)
            if node is not None and begins_process(diagram, node):
                yield from _check_start_time(time, text_of(time))
    for node in diagram.nodes.values():
        value = extension_properties(node.element).get(HOURS)
        is_timed = next(node.element.iter(bpmn_tag("timerEventDefinition")), None) is not None
        if value is not None and (value != WORKING or not begins_process(diagram, node) or not is_timed):
            yield finding_at(node.element, "start-hours", value=value)


def _check_start_time(time: Element, text: str) -> Iterator[Finding]:
    names = names_in(text)
    for name in sorted(names & _DEADLINE_FUNCTIONS):
        yield finding_at(time, "start-timer-deadline", name=name)
    for name in sorted(names - FUNCTIONS - BUILTINS.keys() - {"cycle"}):
        yield finding_at(time, "start-timer-data", name=name)


def check_missed_policy(diagram: Diagram) -> Iterator[Finding]:
    """The policy for missed timers is one of three words.

    Only a non-interrupting boundary event can be skipped, and only a cycle can be caught up on.
    """
    for node in diagram.nodes.values():
        policy = extension_properties(node.element).get("missed")
        if policy is None:
            continue
        is_non_interrupting = _waits_at_border(node) or _starts_beside(diagram, node)
        timer_definition = next(node.element.iter(bpmn_tag("timerEventDefinition")), None)
        if policy not in MISSED_POLICIES:
            yield finding_at(node.element, "missed-value", value=policy)
        elif (
            timer_definition is None
            or (policy != ONCE and not is_non_interrupting)
            or (policy == ALL and timer_definition.find(bpmn_tag("timeCycle")) is None)
        ):
            yield finding_at(node.element, "missed-place", value=policy)
