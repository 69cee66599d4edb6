"""What a case's transfer slip says, as its reader may see it: the same texts and the same masking as the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from flask_babel import force_locale
from flask_babel import gettext as _

from engine.cases import hand_overs, instance_record
from engine.cases.dossier import Dossier
from engine.cases.hand_overs import HandOver
from engine.cases.instance_rows import InstanceTask
from engine.clock import VIETNAM
from engine.documents import official
from engine.documents import transfer_slip as paper
from engine.documents.transfer_slip import TransferSlip
from engine.errors import NotFound
from engine.process import past_acts
from engine.process.act_detail import decode_detail
from engine.translation.catalogue import SOURCE
from engine.world.roles import CITIZEN
from web.display import filters, form_turns, history_text
from web.http import request as here


def compose_slip(case: Dossier, task_id: int | None) -> TransferSlip:
    """The slip for where the case lies: with one open task's unit, or with all that hold it.

    In Vietnamese whatever the reader's language, as official papers are.
    """
    with force_locale(SOURCE):
        tasks = _receiving_tasks(case, task_id)
        moves = hand_overs.list_hand_overs(case)
        last = hand_overs.hand_over_to(moves, tasks[0].unit_code if tasks else "")
        receivers = tuple(dict.fromkeys(task.unit_code for task in tasks)) or (last.receivers if last else ())
        units = here.current_world().units
        return TransferSlip(
            issuer=official.public_body(units, _issuing_unit(case, last, receivers)),
            receivers=[official.public_body(units, code).name for code in receivers],
            code=case.report.code,
            facts=[*_report_facts(case), *_transfer_facts(case, tasks, last)],
            moves=[_move_texts(case, move) for move in moves],
            day=_today(),
        )


def _today() -> date:
    return here.request_time().astimezone(VIETNAM).date()


def _receiving_tasks(case: Dossier, task_id: int | None) -> Sequence[InstanceTask]:
    """The open tasks of officers, or the one with this id if it is among them."""
    tasks = [task for task in case.open_tasks if task.role != CITIZEN]
    return [task for task in tasks if task.id == task_id] or tasks


def _issuing_unit(case: Dossier, last: HandOver | None, receivers: Sequence[str]) -> str:
    """The unit that hands over; the hotline for what citizens and time limits send, which it keeps watch over."""
    if last is not None and last.sender:
        return last.sender
    units = here.current_world().units
    near = next((code for code in (*receivers, case.report.place) if code and units.knows(code)), "")
    try:
        return units.serving_unit("operator", near).code
    except NotFound:
        return near or next(unit.code for unit in units.units if unit.parent is None)


def _report_facts(case: Dossier) -> Iterator[tuple[str, str]]:
    report = case.report
    yield paper.CODE, report.code
    received = f"{filters.instant_text(report.received_at)} · {filters.channel_caption(report.channel)}"
    yield paper.RECEIVED, received
    yield paper.REPORTER, _reporter_text(case)
    kinds = (filters.field_caption(report.field), filters.urgency_caption(report.urgency))
    yield paper.FIELD, " · ".join(text for text in kinds if text)
    yield paper.PLACE, filters.unit_caption(report.place)
    yield paper.MATTER, case.readable(report.content) or _("(chưa có nội dung)")


def _reporter_text(case: Dossier) -> str:
    """Name, number and address for those who may see them on the page of the case."""
    report = case.report
    if not case.personal:
        return _("(được che)")
    parts = (report.reporter_name, filters.report_phones(report), report.email, report.address)
    return " · ".join(part for part in parts if part) or _("(chưa có)")


def _transfer_facts(case: Dossier, tasks: Sequence[InstanceTask], last: HandOver | None) -> Iterator[tuple[str, str]]:
    if last is not None:
        yield paper.SENDER, f"{_sender_text(case, last)} · {filters.instant_text(last.entry.at)}"
    yield paper.HOLDERS, "; ".join(_receiver_texts(tasks, last))
    left = filters.time_left(case.case.due_at, here.request_time(), here.current_world().calendar)
    yield paper.DEADLINE, left.words if left.due is None else filters.deadline_text(left.due)
    guidance = " ".join(
        text for task in tasks if (text := instance_record.instructions_for(case, task, here.current_world(), SOURCE))
    )
    if guidance:
        yield paper.REQUEST, guidance
    if last is not None and (words := _senders_words(case, last)):
        yield paper.REMARKS, words


def _receiver_texts(tasks: Sequence[InstanceTask], last: HandOver | None) -> Iterator[str]:
    """Who has the case to do what; who had it last when nobody has it now."""
    for task in tasks:
        yield paper.HOLDER.format(unit=filters.unit_caption(task.unit_code), task=filters.step_caption(task.name))
    if not tasks and last is not None:
        yield from map(filters.unit_caption, last.receivers)


def _senders_words(case: Dossier, move: HandOver) -> str:
    """The answers of the form with which the case was handed over."""
    if move.entry.action != past_acts.COMPLETE:
        return ""
    who = history_text.author_name(case, move.entry)
    turn = form_turns.form_turn(case, move.entry, decode_detail(move.entry.detail), who)
    return "; ".join(f"{label}: {text}" if label else text for label, text in turn.answers)


def _sender_text(case: Dossier, move: HandOver) -> str:
    who = history_text.author_name(case, move.entry)
    return f"{filters.unit_caption(move.sender)} ({who})" if move.sender else who


def _move_texts(case: Dossier, move: HandOver) -> tuple[str, str, str, str]:
    names = instance_record.element_names(case, SOURCE)
    works = dict.fromkeys(names.get(node, node) for _task, node, _unit in move.opened)
    receivers = ", ".join(filters.unit_caption(unit) for unit in move.receivers)
    return filters.instant_text(move.entry.at), _sender_text(case, move), receivers, ", ".join(works)
