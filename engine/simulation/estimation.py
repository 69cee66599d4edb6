"""Estimates the assumption for each user task of a draft: from its own past, else its role's, else a default."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping

from engine.bpmn.drawn_tasks import DrawnUserTask
from engine.errors import BadInput
from engine.simulation import answers
from engine.simulation.assumptions import (
    DEFAULT,
    EDITED,
    HISTORY,
    ROLE,
    USUAL_HOURS,
    Assumption,
    AssumptionTable,
    WeightedAnswer,
    median_and_p90,
)
from engine.simulation.reading import PastTaskStats
from engine.simulation.record import canonical_json
from engine.yaml_documents import spell_value
from forms.schema import Form

# Rarer answers make no difference to the assumptions.
MOST_ANSWERS = 20


def estimate_assumptions(
    tasks: Mapping[str, DrawnUserTask],
    forms: Mapping[str, Form],
    nodes: Mapping[str, PastTaskStats],
    roles: Mapping[str, PastTaskStats],
) -> dict[str, Assumption]:
    """One assumption per user task."""
    return {
        node: _estimate_step(task, forms.get(task.form), nodes.get(node), roles.get(task.role))
        for node, task in tasks.items()
    }


def require_accepted_answers(
    table: AssumptionTable, tasks: Mapping[str, DrawnUserTask], forms: Mapping[str, Form]
) -> None:
    """Raise BadInput for an analyst's answer that the form of its step does not accept."""
    for node, assumption in table.items():
        form = forms.get(tasks[node].form)
        for answer in assumption.answers if assumption.source == EDITED else ():
            accepted = answers.accepted_values(form, answer.values) if form is not None else {}
            refused = sorted(
                key
                for key, value in answer.values.items()
                if key not in accepted and not answers.is_case_placeholder(form, key, value)
            )
            if refused:
                value = spell_value(answer.values[refused[0]])
                raise BadInput("assumption-answer-refused", step=node, field=refused[0], value=value)


def _estimate_step(
    task: DrawnUserTask, form: Form | None, node_past: PastTaskStats | None, role_past: PastTaskStats | None
) -> Assumption:
    if node_past is not None and node_past.hours:
        weighted_answers = _past_answers(form, node_past) or _candidate_answers(form)
        share = len(node_past.hours) / node_past.ended
        return _assumption_from_past(task, weighted_answers, node_past, HISTORY, share)
    if role_past is not None and role_past.hours:
        return _assumption_from_past(task, _candidate_answers(form), role_past, ROLE, 1.0)
    return Assumption(task.node, task.name, task.role, _candidate_answers(form), DEFAULT, 0, USUAL_HOURS)


def _assumption_from_past(
    task: DrawnUserTask,
    weighted_answers: tuple[WeightedAnswer, ...],
    past: PastTaskStats,
    source: str,
    completed_share: float,
) -> Assumption:
    claimed = past.claimed / past.ended
    hours = median_and_p90(past.hours)
    return Assumption(
        task.node, task.name, task.role, weighted_answers, source, len(past.hours), hours, completed_share, claimed
    )


def _past_answers(form: Form | None, past: PastTaskStats) -> tuple[WeightedAnswer, ...]:
    """Past answers, generalised for other cases and reduced to what the draft's form accepts."""
    counts: Counter[str] = Counter()
    for text, count in past.answers.items():
        values = answers.generalise_values(form, json.loads(text))
        counts[canonical_json(values if form is None else answers.accepted_values(form, values))] += count
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(WeightedAnswer(count, json.loads(text)) for text, count in ordered[:MOST_ANSWERS])


def _candidate_answers(form: Form | None) -> tuple[WeightedAnswer, ...]:
    return tuple(WeightedAnswer(1, values) for values in answers.candidate_values(form))
