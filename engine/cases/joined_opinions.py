"""What a citizen says of the result when the case that answers their report is another one's (R11).

Everybody rates for their own report. Satisfaction is recorded on the main case and counted beside its own citizen's; it
decides nothing for the others. Whoever is not satisfied leaves: their report goes on as a case of its own, one level up
as the diagram says. The main case is not reopened for it, because what its own citizen thinks of it decides that.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from engine.cases import attachments
from engine.cases.attachments import CleanFile
from engine.cases.case_ends import RESOLVED, CaseStanding
from engine.cases.joined_reports import CitizenWords, leave_main
from engine.cases.tasks import Desk, InvalidForm
from engine.errors import NotFound
from engine.journal.salted_digests import salted_digests
from engine.process import definitions, spells
from engine.process.act_detail import ActDetail
from engine.process.damaged_acts import readable_details
from engine.process.history import AuditEntry, append_entry
from engine.process.past_acts import JOINED_OPINION, JOINED_TASK
from engine.process.spells import OPINION_KEY
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Deployment, History, Instance, ProcessDefinition, Submission
from engine.world.world import World
from forms.schema import FormAnswers, InvalidAnswers

FEEDBACK = "feedback"
WORKING_DAYS = 5  # As long as the diagrams wait for the citizen of a case.

_history, _instance = table_of(History), table_of(Instance)


@dataclass(frozen=True, slots=True)
class RatedReport:
    """A report whose case is another one's: its id and code, and that case."""

    id: int
    code: str
    main_case: int


def awaits_opinion(
    tx: Transaction, joined: RatedReport, standing: CaseStanding, *, asks_now: bool, now: datetime, world: World
) -> bool:
    """Whether the citizen may say what they think of the main case's result.

    They may while the main case asks its own citizen (`asks_now`), and for five working days after it has ended.
    """
    if standing.mark != RESOLVED or standing.marked_at is None:
        return False
    ended = standing.finished_at
    if ended is not None and now > world.calendar.add(ended, WORKING_DAYS * world.calendar.day_length()):
        return False
    if ended is None and not asks_now:
        return False
    return not _has_spoken(tx, joined, standing.marked_at)


def _has_spoken(tx: Transaction, joined: RatedReport, since: datetime) -> bool:
    """Whether the citizen has given an opinion on the result told at `since`."""
    query = select(_history.c.detail).where(
        _history.c.instance_id == joined.main_case, _history.c.action == JOINED_OPINION, _history.c.at >= since
    )
    return any(detail.code == joined.code for detail in readable_details(tx.read.execute(query).scalars()))


def give_opinion(
    tx: Transaction,
    desk: Desk,
    joined: RatedReport,
    values: Mapping[str, object],
    files: Mapping[str, Sequence[CleanFile]],
) -> None:
    """Record the opinion, and let the report go on by itself if its citizen is not satisfied.

    Files are pictures of how it looks now. Raises InvalidForm, UnacceptableFile, Stale, StepFailed.
    """
    checked = _check_feedback(tx, desk, joined, {**values, **attachments.placeholder_ids(files)})
    with tx.write().begin_nested():
        _record_opinion(tx, desk, joined, checked)
        if checked.process[OPINION_KEY] == "no":
            for key, uploads in files.items():
                checked.case[key] = attachments.add_files(tx, joined.id, uploads, desk.who.actor, desk.now)
            words = CitizenWords(FEEDBACK, checked.process, checked.case)
            leave_main(tx, joined.id, words, desk.who, desk.now, desk.world)


def _record_opinion(tx: Transaction, desk: Desk, joined: RatedReport, checked: FormAnswers) -> None:
    """Record it on the main case and count it; what they object to is told in their own case."""
    answer = str(checked.process[OPINION_KEY])
    personal = checked.case if answer != "no" else {}
    salt = secrets.token_bytes(16) if personal else b""
    digests = salted_digests(salt, personal) if personal else {}
    detail = ActDetail(code=joined.code, satisfied=answer, personal=digests)
    append_entry(tx, joined.main_case, AuditEntry(desk.now, desk.who, "joined_opinion", "", detail))
    if personal:
        row = {"instance_id": joined.main_case, "task_engine_id": JOINED_TASK, "at": desk.now, "actor": desk.who.actor}
        content = json.dumps(personal, ensure_ascii=False, separators=(",", ":"))
        tx.write().execute(insert(Submission), {**row, "form": FEEDBACK, "content": content, "salt": salt})
    spells.add_joined_opinion(tx.write(), joined.main_case, answer, desk.now)


def _check_feedback(tx: Transaction, desk: Desk, joined: RatedReport, values: Mapping[str, object]) -> FormAnswers:
    """The values checked against the feedback form of the main case's deployment."""
    digest_query = (
        select(Deployment.digest)
        .join(ProcessDefinition, ProcessDefinition.deployment_id == Deployment.id)
        .join(Instance, Instance.definition_id == ProcessDefinition.id)
        .where(Instance.id == joined.main_case)
    )
    digest: str = tx.read.execute(digest_query).scalar_one()
    form = definitions.load_deployment(tx, digest).forms.get(FEEDBACK)
    if form is None:
        raise NotFound("report-form-missing", form=FEEDBACK)
    units = desk.world.units
    try:
        return form.load(values, known_unit=units.knows, known_commune=units.knows_commune)
    except InvalidAnswers as invalid:
        raise InvalidForm(invalid.errors) from invalid
