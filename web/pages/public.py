"""The page on which citizens file a report; it gives them its code and its key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.cases import attachments, callers, calls, chosen_files, expected_time, intake, tracking
from engine.cases.attachments import CleanFile, UnacceptableFile
from engine.cases.chosen_files import FormHolder
from engine.cases.intake import FiledReport, NewReport
from engine.cases.tasks import Desk, InvalidForm
from engine.errors import BadInput
from engine.staff import form_receipts, rate_limits
from engine.staff.access import CITIZEN
from engine.staff.rate_limits import RateLimit
from forms.phones import PhoneEntry, read_phone_entry
from forms.schema import Form
from web.display import form_view
from web.display.form_view import FilledForm
from web.http import expired_forms, once
from web.http.request import current_world, public_page, request_origin, request_time, tx
from web.pages import address_search, form_files, new_keys
from web.pages.address_search import AddressOffers

blueprint = Blueprint("public", __name__)

FILING = RateLimit("reports from an address", 10, timedelta(hours=1))
FILING_BY_NUMBER = RateLimit("reports from a number", 5, timedelta(days=1))
ASKED_FIELDS = ("reporter_name", "phone", "email", "position", "place", "address", "field", "content", "files")
PRESET_VALUES = {"outcome": "handed_over", "urgency": "normal"}
HONEYPOT = "website"  # People do not see this field; bots fill it in.
SIMILAR_SEEN = "similar_seen"  # Set by the page that has named what is like the report.
FILED = "filed_report"  # The submission that filed this visitor's newest report.


class SimilarReports(Exception):
    """Open cases of the commune are about the same, and the sender has not been told yet."""

    def __init__(self, cases: Sequence[Any]) -> None:
        super().__init__()
        self.cases = cases


class TooManyReports(BadInput):
    """An address or a number has filed as many reports as it may for now."""

    default_rule = "reports-too-often"


@blueprint.get("/report")
@public_page
def show_report_form() -> ResponseReturnValue:
    """Show the form to file a report."""
    return _render_report_form(FilledForm(calls.receive_form(tx(), current_world())), form_files.holder_of_form())


def _render_report_form(
    filled: FilledForm,
    holder: FormHolder,
    status: int = 200,
    offers: AddressOffers = None,
    similar: Sequence[Any] = (),
) -> ResponseReturnValue:
    filled.files = form_files.chosen_entries(holder)
    page = render_template(
        "report.html",
        shown=filled,
        asked=ASKED_FIELDS,
        trap=HONEYPOT,
        communes=form_view.communes_by_parent(),
        organisations=(),
        hidden_when=lambda _item: (),
        token=holder.token,
        address_offers=offers,
        similar=similar,
        similar_seen=SIMILAR_SEEN,
    )
    return page, status


def _show_filed_again(receipt: Any) -> ResponseReturnValue:
    """Lead a visitor who sends a report again to the page of the first."""
    session[FILED] = receipt.key
    return redirect(receipt.location)


def _show_form_again() -> ResponseReturnValue:
    """Show the form with everything that was sent in a session that has ended, files included."""
    form, holder = calls.receive_form(tx(), current_world()), form_files.holder_of_form()
    faults = {"_schema": [_("Trang đã mở quá lâu nên phản ánh chưa được nhận. Nội dung còn nguyên: bấm gửi lần nữa.")]}
    filled = FilledForm(form, _typed_values(form), {**faults, **form_files.receive_files(form, holder)})
    return _render_report_form(filled, holder, 400)


def _typed_values(form: Form) -> dict[str, object]:
    return {key: value for key, value in form_view.submitted_answers(form).items() if key in ASKED_FIELDS}


def _offer_addresses() -> ResponseReturnValue:
    """Show the form with the house numbers that were looked for, or with the one that was taken."""
    form, holder = calls.receive_form(tx(), current_world()), form_files.holder_of_form()
    faults = form_files.receive_files(form, holder)
    values, offers = address_search.answer_search(_typed_values(form))
    return _render_report_form(FilledForm(form, values, dict(faults)), holder, offers=offers)


@blueprint.post("/report")
@expired_forms.shows_again(_show_form_again)
@once.answers_repeats(_show_filed_again)
@public_page
@address_search.answers_searches(_offer_addresses)
def submit_report() -> ResponseReturnValue:
    """File the report, with the same checks as at the hotline; what cannot be filed stays in the form."""
    form = calls.receive_form(tx(), current_world())
    typed = _typed_values(form)
    if request.form.get(HONEYPOT):
        return redirect(url_for("auth.show_front_page"))
    holder = form_files.holder_of_form()
    other, faults = once.sent_with_other_content(), form_files.receive_files(form, holder)
    if other is not None:
        return _ask_again(FilledForm(form, typed, {"_schema": [_sent_before(other)]}), holder)
    try:
        filed = _file_report(form, typed, holder, faults)
    except InvalidForm as invalid:
        return _render_report_form(FilledForm(form, typed, {**invalid.errors, **faults}), holder, 422)
    except SimilarReports as named:
        return _ask_again(FilledForm(form, typed), holder, named.cases)
    except (UnacceptableFile, TooManyReports) as refused:
        place, status = ("files", 422) if isinstance(refused, UnacceptableFile) else ("_schema", 429)
        return _render_report_form(FilledForm(form, typed, {place: [refused]}), holder, status)
    new_keys.give_first_key(filed.report_id, CITIZEN)
    new_keys.keep_key_result(filed.report_id, filed.code)
    session[FILED] = once.require_submission().key
    return redirect(url_for("public.show_filed_report"))


def _ask_again(filled: FilledForm, holder: FormHolder, similar: Sequence[Any] = ()) -> ResponseReturnValue:
    """Ask whether this is a report of its own; sent once more, it is filed.

    It differs from one filed from the same page, or is like the open cases `similar`.
    """
    once.forget_submission()
    new = form_files.holder_of_form(form_receipts.new_form_token())
    chosen_files.move_chosen_files(tx(), holder, new.token)
    return _render_report_form(filled, new, 409, similar=similar)


def _sent_before(receipt: Any) -> str:
    code = form_receipts.receipt_result(receipt).get("code", "")
    return _(
        "Từ trang này ông/bà đã gửi phản ánh %(code)s. Nếu nội dung dưới đây là phản ánh khác, bấm gửi lần nữa.",
        code=code,
    )


def _file_report(
    form: Form, typed: dict[str, object], holder: FormHolder, faults: Mapping[str, Sequence[UnacceptableFile]]
) -> FiledReport:
    """File it; raises InvalidForm, also for `faults` of files, SimilarReports, UnacceptableFile, TooManyReports."""
    desk = Desk(CITIZEN, request_origin(), request_time(), current_world())
    new = calls.build_report(tx(), desk, {**typed, **PRESET_VALUES}, "web")
    form_files.require_no_faults(faults)
    if not request.form.get(SIMILAR_SEEN):
        _name_similar(new)
    files = [file for files in form_files.files_to_attach(form, holder).values() for file in files]
    filed = store_citizen_report(desk, new, files, rate_limits.address_group(request.remote_addr or ""))
    chosen_files.drop_chosen_files(tx(), holder)
    return filed


def _name_similar(new: NewReport) -> None:
    """Raise SimilarReports when open cases are about the same: who files it once more knows of them."""
    similar = callers.list_similar_cases(tx(), new.place, new.content, request_time())
    if similar:
        raise SimilarReports(similar)


def store_citizen_report(desk: Desk, new: NewReport, files: Sequence[CleanFile], address: str) -> FiledReport:
    """File what a citizen reports, with its files, whichever door it came through.

    `address` is what counts as its sender beside its numbers; "" when another limit counts it. Raises Invalid,
    TooManyReports, UnacceptableFile.
    """
    with tx().write().begin_nested():  # A refused report is not counted.
        _count_report(read_phone_entry(new.phone) or PhoneEntry(new.phone), address)
        filed = intake.file_report(tx(), new, calls.report_definition(tx(), desk.world), desk.who, desk.world)
        attachments.add_files(tx(), filed.report_id, files, desk.who.actor, desk.now)
    return filed


def _count_report(phones: PhoneEntry, address: str) -> None:
    """Count a report against what an address and each of its numbers may file; raises TooManyReports."""
    numbers = [(FILING_BY_NUMBER, number) for number in (phones.number, phones.second) if number]
    for limit, subject in (*([(FILING, address)] if address else []), *numbers):
        if rate_limits.count_try(tx(), limit, subject, request_time()) is not None:
            raise TooManyReports


@blueprint.get("/report/filed")
@public_page
def show_filed_report() -> ResponseReturnValue:
    """Show code and key of the report that this visitor has just filed; a reload shows them again, for a while."""
    receipt = form_receipts.find_receipt(tx(), str(session.get(FILED, "")))
    key = new_keys.key_of_receipt(receipt) if receipt is not None else ""
    if receipt is None or not key:
        return redirect(url_for("following.show_doors"))
    result = form_receipts.receipt_result(receipt)
    report_id = result["report"]
    progress = tracking.load_progress(tx(), report_id, current_world(), request_time())
    return render_template(
        "filed.html",
        code=result["code"],
        key=key,
        content=progress.report.content,
        taken_in_by=progress.case.due_at if progress.awaits_intake else None,
        due=expected_time.expected_deadline(tx(), report_id, current_world(), request_time()),
        told=new_keys.is_told_of_stages(report_id),
    )
