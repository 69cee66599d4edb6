"""Begins what an officer has filled in a start form for, after asking again whether they may."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from engine.bpmn.actions import Start
from engine.cases import attachments, matter_files, tasks
from engine.cases.attachments import CleanFile
from engine.cases.tasks import CompletionFailed, Desk
from engine.errors import BadInput, StepFailed
from engine.matters import offers
from engine.matters.offers import StartOffer
from engine.process import definitions, matters
from engine.process.acts import Command
from engine.process.matters import BegunMatter, NewMatter
from engine.store.db import Transaction
from forms.schema import Form, FormAnswers, FormFacts


def start_form(tx: Transaction, offer: StartOffer) -> Form:
    """The form of an offer, from the newest deployment."""
    return definitions.load_active_deployment(tx).forms[offer.event.form]


def send_start_form(
    tx: Transaction,
    desk: Desk,
    start: tuple[str, str, str],
    values: Mapping[str, object],
    files: Mapping[str, Sequence[CleanFile]],
) -> BegunMatter:
    """Begin what a start form asks for; `start` is the process, its start event and the unit it is begun for.

    Raises NotFound, Forbidden, BadInput for a unit that is not the officer's, InvalidForm, UnacceptableFile, and
    CompletionFailed when the process cannot begin. In every case nothing has changed.
    """
    process, node, unit = start
    offer = offers.find_offer(tx, desk.officer, desk.world.units, process, node)
    if unit not in offer.roles_by_unit:
        raise BadInput("start-unit-not-yours")
    form = start_form(tx, offer)
    checked = check_start_form(form, desk, {**values, **attachments.placeholder_ids(files)})
    tasks.require_pictures(form, files)
    with tx.write().begin_nested():
        ids = _store_files(tx, desk, checked, files)
        begun = _begin(tx, desk, offer, unit, checked)
        matter_files.adopt_files(tx, begun.instance_id, ids)
    return begun


def check_start_form(form: Form, desk: Desk, values: Mapping[str, object]) -> FormAnswers:
    """The answers of a start form by where they are kept; raises InvalidForm."""
    return tasks.check_form(form, values, desk.world, FormFacts(now=desk.now, received=desk.now, opened=desk.now))


def _store_files(
    tx: Transaction, desk: Desk, checked: FormAnswers, files: Mapping[str, Sequence[CleanFile]]
) -> list[int]:
    """Store the files of a checked form, and put their ids in the place of what stood for them."""
    stored: list[int] = []
    for key, uploads in files.items():
        ids = matter_files.add_matter_files(tx, None, uploads, desk.who.actor, desk.now)
        checked.case[key] = ids if isinstance(checked.case[key], list) else ids[0]
        stored += ids
    attachments.require_few_files(len(stored))
    return stored


def _begin(tx: Transaction, desk: Desk, offer: StartOffer, unit: str, checked: FormAnswers) -> BegunMatter:
    line = _line_of(offer, {**checked.process, **checked.case})
    role = offer.roles_by_unit[unit]
    new = NewMatter(offer.event, unit, line, desk.officer.id, role, data=checked.process)
    command = Command(
        Start({}),
        desk.who,
        desk.now,
        personal=checked.case,
        salt=secrets.token_bytes(16) if checked.case else b"",
        form=offer.event.form,
    )
    try:
        return matters.begin_matter(tx, definitions.find_by_key(tx, offer.process), new, command, desk.world)
    except StepFailed as error:
        raise CompletionFailed(error, None, command) from error


def _line_of(offer: StartOffer, answers: Mapping[str, object]) -> str:
    value = answers.get(offer.event.matter)
    return value if isinstance(value, str) else ""
