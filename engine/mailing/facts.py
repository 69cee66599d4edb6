"""The facts about a case that a notice's template may name, read when the notice is sent.

The names are those that the checker knows (`engine.bpmn.lint.vocabulary.MAIL_NAMES`); none of them is personal.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, func, select

from engine.clock import VIETNAM
from engine.process import definitions, element_captions, known_fields
from engine.process.instances import OPEN
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Deployment, Instance, Matter, Outbox, ProcessDefinition, Report, Task
from engine.translation.catalogue import N_, Language, translate
from engine.world.addressees import split_addressee
from engine.world.roles import names_of
from engine.world.world import World

EMERGENCY = "emergency"
# The roles whose units are named to citizens as those who handle their report.
_HANDLERS = sorted(names_of(lambda role: role.named))
_COMPETENT_UNIT = N_("cơ quan có thẩm quyền")

_outbox, _instance, _report, _task = table_of(Outbox), table_of(Instance), table_of(Report), table_of(Task)
_matter = table_of(Matter)


@dataclass(frozen=True, slots=True)
class PageLinks:
    """The base of links, without a trailing slash, and the language of names."""

    site: str
    language: Language

    def case_url(self, code: str) -> str:
        """The officers' page of a case."""
        return f"{self.site}/cases/{code}"

    def notice_url(self, row: Row[Any]) -> str:
        """The officers' page for the subject of a `notice_query` row."""
        return f"{self.site}{row.page}" if row.page else self.case_url(row.code)

    def tracking_url(self, code: str) -> str:
        """The citizen's page of a report, which asks for the key."""
        return f"{self.site}/follow?code={code}"

    def account_link_url(self, token: str) -> str:
        """The page on which the owner of an account chooses a password."""
        return f"{self.site}/account-link/{token}"

    def signed_tracking_url(self, token: str) -> str:
        """The citizen's page of the report that a signed token opens."""
        return f"{self.site}/follow/{token}"


def notice_query() -> Select[Any]:
    """Notices with the case data that a mail needs, or the matter's for a case without a report."""
    return (
        select(
            _outbox,
            _report.c.id.label("report_id"),
            func.coalesce(_report.c.code, _matter.c.code).label("code"),
            _matter.c.page,
            _report.c.field,
            _report.c.place,
            _report.c.urgency,
            _instance.c.due_at,
            Deployment.digest,
        )
        .join(_instance, _instance.c.id == _outbox.c.instance_id)
        .outerjoin(_report, _report.c.id == _instance.c.report_id)
        .outerjoin(_matter, _matter.c.instance_id == _instance.c.id)
        .join(ProcessDefinition, ProcessDefinition.id == _instance.c.definition_id)
        .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
    )


def addressees_of(row: Row[Any]) -> list[str]:
    """The addressees of a notice: unit codes, with whom of the unit is meant, or the word for the citizen."""
    addressees: list[str] = json.loads(row.payload)["to"]
    return addressees


def units_addressed(row: Row[Any]) -> list[str]:
    """The codes of the units that a notice is for, each once, or the word for the citizen."""
    return list(dict.fromkeys(split_addressee(one)[0] for one in addressees_of(row)))


def notice_facts(
    tx: Transaction, row: Row[Any], world: World, links: PageLinks, unit: str, now: datetime
) -> dict[str, Any]:
    """The facts of a notice to a unit; `row` comes from `notice_query`."""
    case = {
        "code": row.code,
        "field": _field_caption(tx, row, links.language) if row.field else "",
        "place": unit_display_name(world, row.place) if row.place else "",
        "deadline": f"{row.due_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}" if row.due_at else "",
        "handler": _handler_name(tx, row.instance_id, world, links.language),
    }
    return {
        "case": case,
        "unit": {"name": unit_display_name(world, unit)},
        "task": {"name": _current_task_name(tx, row.instance_id, links.language)},
        "link": links.notice_url(row),
        "days_late": world.working_days_late(row.due_at, now),
        "occurrence": row.occurrence,
    }


def unit_display_name(world: World, code: str) -> str:
    """A unit's name, or its code if it is unknown."""
    return world.units.get(code).name if world.units.knows(code) else code


def is_emergency(row: Row[Any]) -> bool:
    """Whether a notice's case is an emergency, whose notices do not wait for opening hours (R8)."""
    return bool(row.urgency == EMERGENCY)


def postponed_until(row: Row[Any], world: World, now: datetime) -> datetime | None:
    """The next opening, which a notice outside working time waits for; None if it may be sent now."""
    opening = world.calendar.next_opening(now)
    return None if is_emergency(row) or opening - now <= timedelta(0) else opening


def _field_caption(tx: Transaction, row: Row[Any], language: Language) -> str:
    """The caption of the case's field in its deployment."""
    captions = {one.key: one.caption(language) for one in definitions.load_deployment(tx, row.digest).report_fields}
    return captions.get(row.field) or known_fields.known_captions(tx, language).get(row.field, str(row.field))


def _handler_name(tx: Transaction, instance_id: int, world: World, language: Language) -> str:
    """The unit that handles the case now, in the words for citizens; inquiries into a suspicion are not disclosed."""
    query = select(_task.c.unit_code).where(
        _task.c.instance_id == instance_id, _task.c.state == OPEN, _task.c.role.in_(_HANDLERS)
    )
    unit = tx.read.execute(query.order_by(_task.c.id.desc()).limit(1)).scalar()
    return unit_display_name(world, unit) if unit is not None else translate(_COMPETENT_UNIT, language)


def _open_task_query(instance_id: int) -> Select[Any]:
    return (
        select(_task.c.name, _task.c.assignee_id)
        .where(_task.c.instance_id == instance_id, _task.c.state == OPEN)
        .order_by(_task.c.id)
    )


def _current_task_name(tx: Transaction, instance_id: int, language: Language) -> str:
    """The name of the first unclaimed open task, else of the first open one."""
    tasks = tx.read.execute(_open_task_query(instance_id)).all()
    unclaimed = [task for task in tasks if task.assignee_id is None]
    name = str((unclaimed or tasks)[0].name) if tasks else ""
    return element_captions.load_step_names(tx, language).get(name, name)
