"""Compares a case's facts before and after, and gives the reasons for differences as codes with arguments.

Only results count: a timer that was set for another instant and never mattered is not a difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

from engine.simulation.facts import OVERDUE, CaseFacts
from engine.simulation.record import PastCase
from engine.simulation.run import RunOutcome
from engine.translation.wording import Caption

PATH, UNIT, DEADLINE, RUNG, MARK, OUTCOME, END, FAILED = (
    "path",
    "unit",
    "deadline",
    "rung",
    "mark",
    "outcome",
    "end",
    "failed",
)
KINDS = (PATH, UNIT, DEADLINE, RUNG, MARK, OUTCOME, END, FAILED)

# Instants closer than this count as equal: a worker fires a timer some seconds after it is due.
TOLERANCE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class DifferenceReason:
    """Why a case differs: the kind of difference, the sentence's code and its arguments."""

    kind: str
    code: str
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaseDifference:
    """A case that differs: how, why, and a summary of its facts before and after."""

    id: int
    code: str
    kinds: tuple[str, ...]
    reasons: tuple[DifferenceReason, ...]
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ElementNames:
    """The element names of both sets of diagrams, by id."""

    before: Mapping[str, Caption | str]
    after: Mapping[str, Caption | str]

    def label_of(self, node: str) -> Caption | str:
        """The name of an element, or its id if it has none."""
        return self.after.get(node) or self.before.get(node) or node


def compare_case(case: PastCase, before: CaseFacts, outcome: RunOutcome, names: ElementNames) -> CaseDifference | None:
    """How a case's run differs from its past, None if it does not."""
    reasons = list(_difference_reasons(before, outcome, names))
    kinds = {reason.kind for reason in reasons}
    if not kinds:
        return None
    reasons += _explaining_remarks(outcome, names)
    ordered_kinds = tuple(kind for kind in KINDS if kind in kinds)
    return CaseDifference(
        case.id, case.code, ordered_kinds, tuple(reasons), summarise_facts(before), summarise_facts(outcome.facts)
    )


def _difference_reasons(before: CaseFacts, outcome: RunOutcome, names: ElementNames) -> Iterator[DifferenceReason]:
    if outcome.failed is not None:
        node, message = outcome.failed
        yield DifferenceReason(FAILED, "failed", {"element": node, "name": names.label_of(node), "message": message})
        return
    after = outcome.facts
    yield from _path_reasons(before, after, names)
    yield from _unit_reasons(before, after, names)
    if _instants_differ(before.deadline, after.deadline):
        yield DifferenceReason(
            DEADLINE, "deadline", {"before": _iso_or_none(before.deadline), "after": _iso_or_none(after.deadline)}
        )
    yield from _rung_reasons(before, after)
    yield from _mark_reasons(before, after)
    yield from _outcome_reasons(before, after, names)


def _path_reasons(before: CaseFacts, after: CaseFacts, names: ElementNames) -> Iterator[DifferenceReason]:
    """The first element that only one of the paths passes; if there is none, the first change of order."""
    gained, lost = _extra_positions(after.path, before.path), _extra_positions(before.path, after.path)
    if gained:
        yield DifferenceReason(PATH, *_describe_passage(after, gained, names.before, ("new_step", "passes"), names))
    if lost:
        yield DifferenceReason(PATH, *_describe_passage(before, lost, names.after, ("gone_step", "passes_not"), names))
    if not gained and not lost and before.completed != after.completed:
        one, other = next((a, b) for a, b in zip_longest(before.completed, after.completed, fillvalue="") if a != b)
        yield DifferenceReason(PATH, "order", {"before": names.label_of(one), "after": names.label_of(other)})


def _extra_positions(path: Sequence[str], other_path: Sequence[str]) -> list[int]:
    """The positions at which a path passes an element more often than the other path does."""
    remaining, positions = Counter(other_path), []
    for index, element in enumerate(path):
        remaining[element] -= 1
        if remaining[element] < 0:
            positions.append(index)
    return positions


def _describe_passage(
    facts: CaseFacts,
    positions: Sequence[int],
    other_names: Mapping[str, Caption | str],
    codes: tuple[str, str],
    names: ElementNames,
) -> tuple[str, dict[str, Any]]:
    """The sentence on one of these elements: the first that is missing from the other side's diagrams, else the first.

    It names the element, its predecessor on the path, and how many other elements there are.
    """
    path = facts.path
    index = next((position for position in positions if path[position] not in other_names), positions[0])
    element, predecessor = path[index], facts.origins[index]
    return codes[element in other_names], {
        "element": element,
        "name": names.label_of(element),
        "after": predecessor,
        "after_name": names.label_of(predecessor),
        "more": len({path[position] for position in positions}) - 1,
    }


def _unit_reasons(before: CaseFacts, after: CaseFacts, names: ElementNames) -> Iterator[DifferenceReason]:
    old, new = before.units_by_node, after.units_by_node
    for node in sorted(old.keys() & new.keys()):
        if old[node] != new[node]:
            args = {"element": node, "name": names.label_of(node), "before": old[node], "after": new[node]}
            yield DifferenceReason(UNIT, "unit", args)
    all_units = [{unit for units in units_by_node.values() for unit in units} for units_by_node in (old, new)]
    for code, units in (("unit_gained", all_units[1] - all_units[0]), ("unit_lost", all_units[0] - all_units[1])):
        if units:
            yield DifferenceReason(UNIT, code, {"units": sorted(units)})


def _rung_reasons(before: CaseFacts, after: CaseFacts) -> Iterator[DifferenceReason]:
    old, new = before.notices_by_rung, after.notices_by_rung
    for rung in sorted(old.keys() | new.keys()):
        if old.get(rung, 0) != new.get(rung, 0):
            yield DifferenceReason(RUNG, "rung", {"rung": rung, "before": old.get(rung, 0), "after": new.get(rung, 0)})
        elif before.recipients_by_rung[rung] != after.recipients_by_rung[rung]:
            args = {"rung": rung, "before": before.recipients_by_rung[rung], "after": after.recipients_by_rung[rung]}
            yield DifferenceReason(RUNG, "rung_to", args)


def _mark_reasons(before: CaseFacts, after: CaseFacts) -> Iterator[DifferenceReason]:
    old, new = Counter(before.marks), Counter(after.marks)
    for mark in sorted((old - new).keys() | (new - old).keys()):
        code = "overdue" if mark == OVERDUE and mark in new and mark not in old else "mark"
        code = "in_time" if mark == OVERDUE and mark in old and mark not in new else code
        yield DifferenceReason(MARK, code, {"mark": mark, "before": old[mark], "after": new[mark]})


def _outcome_reasons(before: CaseFacts, after: CaseFacts, names: ElementNames) -> Iterator[DifferenceReason]:
    if (before.ended is None) != (after.ended is None):
        code, closed, still_open = ("finished", after, before) if before.ended is None else ("left_open", before, after)
        args = {
            "end": names.label_of(closed.end_event),
            "at": _iso_or_none(closed.ended),
            "waiting": _labels_of(still_open.open_nodes, names),
        }
        yield DifferenceReason(OUTCOME, code, args)
        return
    if before.end_event != after.end_event:
        args = {"before": names.label_of(before.end_event), "after": names.label_of(after.end_event)}
        yield DifferenceReason(OUTCOME, "outcome", args)
    if before.open_nodes != after.open_nodes:
        args = {"before": _labels_of(before.open_nodes, names), "after": _labels_of(after.open_nodes, names)}
        yield DifferenceReason(OUTCOME, "waiting", args)
    if _instants_differ(before.ended, after.ended):
        yield DifferenceReason(END, "ended", {"before": _iso_or_none(before.ended), "after": _iso_or_none(after.ended)})


def _labels_of(nodes: Sequence[str], names: ElementNames) -> list[Caption | str]:
    return [names.label_of(node) for node in nodes]


def _explaining_remarks(outcome: RunOutcome, names: ElementNames) -> list[DifferenceReason]:
    """Remarks that explain a difference without being one."""
    reasons = [DifferenceReason("", "refused", {"message": message}) for message in outcome.refused]
    for node, times in sorted(outcome.assumed.items()):
        if times:
            reasons.append(
                DifferenceReason("", "assumed", {"element": node, "name": names.label_of(node), "times": times})
            )
    return reasons


def summarise_facts(facts: CaseFacts) -> dict[str, Any]:
    """Summarise the facts of a case."""
    return {
        "steps": facts.completed,
        "units": facts.units_by_node,
        "deadline": _iso_or_none(facts.deadline),
        "overdue": facts.is_overdue,
        "rungs": facts.notices_by_rung,
        "marks": facts.marks,
        "outcome": facts.end_event,
        "waiting": facts.open_nodes,
        "ended": _iso_or_none(facts.ended),
    }


def _instants_differ(one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None:
        return one is not other
    return abs(one - other) >= TOLERANCE


def _iso_or_none(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
