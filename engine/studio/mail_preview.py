"""Renders a mail template as a real case's notice would read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy import literal, select

from engine.errors import BadInput, NotFound
from engine.mailing import facts
from engine.mailing.facts import PageLinks
from engine.mailing.template import fill_template
from engine.scenarios import deployment_check
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Deployment, Instance, ProcessDefinition, Report
from engine.translation.catalogue import Language
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


PREVIEW_PATH = PurePosixPath("workflows/mail/preview.txt")


@dataclass(frozen=True, slots=True)
class MailSample:
    """A template to preview, for the case with this code, the newest one if it is empty; `language` is the reader's."""

    template: str
    code: str
    language: Language


def render_for_case(
    tx: Transaction, sample: MailSample, world: World, pages: PageLinks, now: datetime
) -> tuple[str, str]:
    """Subject and body to the unit of the case's place.

    Raises BadInput if the template could not be deployed, NotFound if there is no such case.
    """
    _require_deployable(sample)
    code = sample.code
    query = _NEWEST_CASE.where(_report.c.code == code) if code else _NEWEST_CASE
    row = tx.read.execute(query).one_or_none()
    if row is None:
        raise NotFound("case-code-unknown", code=code) if code else NotFound("no-case-to-preview")
    return fill_template(sample.template, facts.notice_facts(tx, row, world, pages, row.place, now))


def _require_deployable(sample: MailSample) -> None:
    """A preview shows nothing that deployment would refuse: the template of a draft is not trusted here either."""
    files = {PREVIEW_PATH: sample.template.encode(errors="replace")}
    for problem in deployment_check.problems_in(files, sample.language, alone=True):
        raise BadInput("mail-unfit", line=str(problem.line), problem=problem.message)
