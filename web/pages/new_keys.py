"""Gives a report that a page has just filed its first key, and queues the receipt that goes with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from engine.cases import report_keys, tracking_key
from engine.mailing import channels, citizen_mails
from engine.staff import form_receipts
from engine.staff.access import Officer
from web.http import once
from web.http.request import current_application, request_origin, request_time, tx

SHOWN_FOR = timedelta(minutes=30)  # How long whoever sent a form may see its key again, by a reload or going back.


def give_first_key(report_id: int, filer: Officer) -> str:
    """The key of a new report, to be shown or read out now: only the form that was sent can show it again."""
    application, now = current_application(), request_time()
    key = new_key()
    report_keys.store_key(tx(), application.key, report_id, key, filer.who(request_origin()).actor, now)
    queue_receipt(report_id)
    return key


def new_key() -> str:
    """The key that goes with what this request submits; kept with its serial for `key_of_receipt`."""
    return tracking_key.derive_key(current_application().key, once.require_submission().key)


def key_of_receipt(receipt: Any) -> str:
    """The key that a submission gave its report; empty when it is no longer to be shown, or has been replaced."""
    result = form_receipts.receipt_result(receipt)
    if request_time() - receipt.at > SHOWN_FOR or report_keys.key_serial(tx(), result["report"]) != result["serial"]:
        return ""
    return tracking_key.derive_key(current_application().key, receipt.key)


def keep_key_result(report_id: int, code: str) -> None:
    """Keep with the submission which report got the key, for the page that shows both."""
    once.keep_result(report=report_id, code=code, serial=report_keys.key_serial(tx(), report_id))


def queue_receipt(report_id: int) -> None:
    """Queue the message with the link for the newest key."""
    names = channels.names_for_citizens(current_application().settings)
    citizen_mails.queue_receipt(tx(), report_id, names, request_time())


def is_told_of_stages(report_id: int) -> bool:
    """Whether a mail or text message reaches the report's citizen."""
    names = channels.names_for_citizens(current_application().settings)
    return bool(citizen_mails.channel_of(tx(), report_id, names))
