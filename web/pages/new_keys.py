"""Gives a report that a page has just filed its first key, and queues the receipt that goes with it."""

from __future__ import annotations

from engine.cases import report_keys
from engine.mailing import channels, citizen_mails
from engine.staff.access import Officer
from web.http.request import current_application, request_origin, request_time, tx


def give_first_key(report_id: int, filer: Officer) -> str:
    """The key of a new report, to be shown or read out now: it cannot be shown again."""
    application, now = current_application(), request_time()
    key = report_keys.issue_key(tx(), application.key, report_id, filer.who(request_origin()).actor, now)
    queue_receipt(report_id)
    return key


def queue_receipt(report_id: int) -> None:
    """Queue the message with the link for the newest key."""
    names = channels.names_for_citizens(current_application().settings)
    citizen_mails.queue_receipt(tx(), report_id, names, request_time())
