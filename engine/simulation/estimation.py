"""Draws up what is assumed of each user task of a draft: from its own past, else from its role's, else a default.

For this package.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping

from engine.bpmn.drawn_tasks import UserTask
from engine.errors import BadInput
from engine.simulation import answers
from engine.simulation.assumptions import (
    DEFAULT,
    EDITED,
    HISTORY,
    ROLE,
    USUAL_HOURS,
    Answer,
    Assumption,
    Table,
    quantiles,
)
from engine.simulation.reading import Past
from engine.simulation.record import spelled
from forms.schema import Form

# Rarer answers than these make no difference to what is assumed.
MOST_ANSWERS = 20


def draw_up(
    tasks: Mapping[str, UserTask],
    forms: Mapping[str, Form],
    nodes: Mapping[str, Past],
    roles: Mapping[str, Past],
) -> dict[str, Assumption]:
    """One assumption per user task."""
    return {
        node: _one(task, forms.get(task.form), nodes.get(node), roles.get(task.role)) for node, task in tasks.items()
    }


def require_fitting(table: Table, tasks: Mapping[str, UserTask], forms: Mapping[str, Form]) -> None:
    """Raise BadInput for an answer of an analyst that the form of its step would not take."""
    for node, assumption in table.items():
        form = forms.get(tasks[node].form)
        for answer in assumption.answers if assumption.source == EDITED else ():
            taken = answers.fit(form, answer.values) if form is not None else {}
            refused = sorted(
                key for key, value in answer.values.items() if key not in taken and not answers.own(form, key, value)
            )
            if refused:
                raise BadInput(f"steps: {node}: answers: the form takes no {refused[0]} {answer.values[refused[0]]!r}.")


def _one(task: UserTask, form: Form | None, own: Past | None, role: Past | None) -> Assumption:
    if own is not None and own.hours:
        given = _given(form, own) or _possible(form)
        share = len(own.hours) / own.ended
        return _known(task, given, own, HISTORY, share)
    if role is not None and role.hours:
        return _known(task, _possible(form), role, ROLE, 1.0)
    return Assumption(task.node, task.name, task.role, _possible(form), DEFAULT, 0, USUAL_HOURS)


def _known(task: UserTask, given: tuple[Answer, ...], past: Past, source: str, done: float) -> Assumption:
    claimed = past.claimed / past.ended
    hours = quantiles(past.hours)
    return Assumption(task.node, task.name, task.role, given, source, len(past.hours), hours, done, claimed)


def _given(form: Form | None, past: Past) -> tuple[Answer, ...]:
    """What was answered so far, as another case could answer it and as the draft's form takes it."""
    counts: Counter[str] = Counter()
    for text, count in past.answers.items():
        values = answers.general(form, json.loads(text))
        counts[spelled(values if form is None else answers.fit(form, values))] += count
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Answer(count, json.loads(text)) for text, count in ordered[:MOST_ANSWERS])


def _possible(form: Form | None) -> tuple[Answer, ...]:
    return tuple(Answer(1, values) for values in answers.possible(form))
