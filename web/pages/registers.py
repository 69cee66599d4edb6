"""What the law asks for: the register of breaches, and drafts of papers as pages and Word files."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from engine.actor import person_key
from engine.clock import VIETNAM
from engine.directives.document import issuing_office
from engine.documents.outline_docx import write_outline
from engine.errors import BadInput, NotFound
from engine.journal import acts, journal
from engine.records import audit_log
from engine.registers import breaches
from engine.registers.breach_register import breach_register, clock_text
from engine.registers.breaches import BreachRecord, NewBreachEntry
from engine.registers.counts import count_for_registers
from engine.registers.impact_assessment import impact_assessment
from engine.registers.papers import LegalPaper, Wording
from engine.registers.processing import processing_register
from engine.registers.security_dossier import security_dossier
from engine.translation.catalogue import Language
from engine.translation.wording import say
from web.http.parsing import parse_digits, read_moment
from web.http.request import (
    current_application,
    current_desk,
    current_language,
    current_stamp,
    current_world,
    request_time,
    requires_permission,
    tx,
)

blueprint = Blueprint("registers", __name__, url_prefix="/privacy")

ACT = breaches.PERMISSION
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LOCAL_TIME = "%d/%m/%Y %H:%M"  # As forms show a moment.
PAPER_CAPTIONS = {
    "processing": lazy_gettext("Sổ đăng ký hoạt động xử lý dữ liệu cá nhân"),
    "impact": lazy_gettext("Hồ sơ đánh giá tác động xử lý dữ liệu cá nhân"),
    "security": lazy_gettext("Hồ sơ đề xuất cấp độ 3 của hệ thống thông tin Tổng đài 1022"),
    "breaches": lazy_gettext("Sổ sự cố dữ liệu cá nhân"),
}


@blueprint.get("/registers")
@requires_permission(ACT)
def show_registers() -> ResponseReturnValue:
    """List the papers, and the breaches with their clocks."""
    return _render_registers()


def _render_registers(fault: str = "", status: int = 200) -> ResponseReturnValue:
    words, now = Wording(current_language(), current_world().province), request_time()
    records = [(one, clock_text(words, one, now), one.late_at(now)) for one in breaches.list_breaches(tx())]
    page = render_template(
        "registers.html", papers=PAPER_CAPTIONS, records=records, fault=fault, typed=request.form, here=_local(now)
    )
    return page, status


@blueprint.post("/breaches")
@requires_permission(ACT)
def submit_breach() -> ResponseReturnValue:
    """Record a breach."""
    try:
        number = breaches.open_breach(tx(), current_desk(), _sent_entry(breaches.DETECTED))
    except BadInput as error:
        return _render_registers(say(error, current_language()), 422)
    journal.record(tx(), current_stamp(), acts.OPEN_BREACH, f"breach:{number}")
    return redirect(url_for("registers.show_breach", number=number))


@blueprint.get("/breaches/<int:number>")
@requires_permission(ACT)
def show_breach(number: int) -> ResponseReturnValue:
    """Show a breach with every entry, the corrected ones too."""
    return _render_breach(_load_breach(number))


@blueprint.post("/breaches/<int:number>")
@requires_permission(ACT)
def submit_breach_entry(number: int) -> ResponseReturnValue:
    """Add what happened since, or put an entry in the place of the one that it corrects."""
    breach, wrong = _load_breach(number), parse_digits(request.form.get("corrects", ""))
    try:
        if wrong is None:
            breaches.add_breach_entry(tx(), current_desk(), number, _sent_entry(request.form.get("kind", "")))
        else:
            breaches.correct_breach_entry(tx(), current_desk(), number, wrong, _sent_entry(""))
    except BadInput as error:
        return _render_breach(breach, say(error, current_language()), 422)
    act = acts.ADD_BREACH_ENTRY if wrong is None else acts.CORRECT_BREACH_ENTRY
    journal.record(tx(), current_stamp(), act, f"breach:{number}")
    flash(_("Đã ghi vào sổ sự cố; mục được đính chính vẫn còn trong sổ."), "success")
    return redirect(url_for("registers.show_breach", number=number))


def _sent_entry(kind: str) -> NewBreachEntry:
    form = request.form
    try:
        happened_at = read_moment(form.get("happened_at", "")).astimezone(UTC)
    except ValueError:
        happened_at = None
    return NewBreachEntry(kind, happened_at, form.get("text", "")[:4000], form.get("recipient", ""))


def _local(at: datetime) -> str:
    return at.astimezone(VIETNAM).strftime(LOCAL_TIME)


def _load_breach(number: int) -> BreachRecord:
    if number >= 2**31:
        raise NotFound("breach-unknown")
    return breaches.load_breach(tx(), number)


def _render_breach(breach: BreachRecord, fault: str = "", status: int = 200) -> ResponseReturnValue:
    words, now = Wording(current_language(), current_world().province), request_time()
    page = render_template(
        "breach.html",
        breach=breach,
        current={entry.id for entry in breach.current},
        clock=clock_text(words, breach, now),
        late=breach.late_at(now),
        kinds={key: words(text) for key, text in breaches.ENTRY_CAPTIONS.items()},
        recipients={key: words(text) for key, text in breaches.RECIPIENT_CAPTIONS.items()},
        names=_recorders([breach]),
        local=_local,
        fault=fault,
        typed=request.form,
        here=_local(now),
    )
    return page, status


def _recorders(records: list[BreachRecord]) -> dict[str, str]:
    """The names of those who recorded entries, by actor."""
    actors = {entry.recorded_by for record in records for entry in record.entries}
    names = audit_log.names_of_actors(tx(), actors)
    return {person_key(person_id): name for person_id, name in names.items()}


@blueprint.get("/papers/<kind>")
@requires_permission(ACT)
def show_paper(kind: str) -> ResponseReturnValue:
    """Show a draft in the reader's language."""
    return render_template("legal_paper.html", paper=_paper(kind, current_language()), kind=kind)


@blueprint.get("/papers/<kind>/file")
@requires_permission(ACT)
def download_paper(kind: str) -> ResponseReturnValue:
    """Send a draft as a Word file, which is in Vietnamese as all official papers are."""
    paper = _paper(kind, "vi")
    content = write_outline(paper.title, (*paper.confirmations, paper.basis), paper.sections, request_time())
    return send_file(BytesIO(content), DOCX, as_attachment=True, download_name=f"1022-{kind}.docx")


def _paper(kind: str, language: Language) -> LegalPaper:
    """A paper filled with what is known now; raises NotFound."""
    words, now = Wording(language, current_world().province), request_time()
    settings, controller = current_application().settings, issuing_office(current_world()).name
    match kind:
        case "processing":
            paper = processing_register(words, controller, settings.retention_days)
        case "impact":
            paper = impact_assessment(words, controller, settings, count_for_registers(tx(), now))
        case "security":
            paper = security_dossier(words, controller, settings, count_for_registers(tx(), now), now)
        case "breaches":
            records = breaches.list_breaches(tx())
            paper = breach_register(words, records, _recorders(records), now)
        case _:
            raise NotFound
    return paper
