"""Renders a mail template as a real case's notice would read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import literal, select

from engine.errors import NotFound
from engine.mailing import facts
from engine.mailing.facts import PageLinks
from engine.mailing.template import fill_template
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Deployment, Instance, ProcessDefinition, Report
from engine.world.world import World

_instance, _report = table_of(Instance), table_of(Report)
_NEWEST_CASE = (
    select(
        _instance.c.id.label("instance_id"),
        _report.c.code,
        _report.c.field,
        _report.c.place,
        _report.c.urgency,
        _instance.c.due_at,
        literal(1).label("occurrence"),
        literal(None).label("page"),
        Deployment.digest,
    )
    .join(_report, _report.c.id == _instance.c.report_id)
    .join(ProcessDefinition, ProcessDefinition.id == _instance.c.definition_id)
    .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
    .order_by(_instance.c.id.desc())
    .limit(1)
)


def render_for_case(
    tx: Transaction, template: str, code: str, world: World, pages: PageLinks, now: datetime
) -> tuple[str, str]:
    """Subject and body for the case with this code, the newest case if `code` is empty, to the unit of its place.

    Raises NotFound if there is no such case, BadInput if the template cannot be rendered.
    """
    query = _NEWEST_CASE.where(_report.c.code == code) if code else _NEWEST_CASE
    row = tx.read.execute(query).one_or_none()
    if row is None:
        raise NotFound("case-code-unknown", code=code) if code else NotFound("no-case-to-preview")
    return fill_template(template, facts.notice_facts(tx, row, world, pages, row.place, now))
