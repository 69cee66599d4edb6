"""Whose a task is from the moment it opens: of whoever began the instance, while they hold the role (R20)."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, select

from engine.bpmn.actions import Step
from engine.store.columns import table_of
from engine.store.models import Person, RoleAssignment

_person, _assignment = table_of(Person), table_of(RoleAssignment)


def with_true_keepers(connection: Connection, step: Step) -> Step:
    """The step without keepers who no longer hold the role of their task: it then waits in the unit's queue (R20)."""
    kept = [item for item in step.opened_tasks if item.keeper is not None]
    if not kept:
        return step
    query = select(_assignment.c.person_id, _assignment.c.unit_code, _assignment.c.role)
    query = query.join(_person, _person.c.id == _assignment.c.person_id)
    held = connection.execute(query.where(_person.c.active, _person.c.id.in_({item.keeper for item in kept})))
    posts = {(row.person_id, row.unit_code, row.role) for row in held}
    opened = tuple(
        item if (item.keeper, item.unit, item.role) in posts else replace(item, keeper=None)
        for item in step.opened_tasks
    )
    return replace(step, opened_tasks=opened)
