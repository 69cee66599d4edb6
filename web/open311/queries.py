"""Lists reports for other systems and says how they stand; nothing that anybody wrote is among it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import request
from flask_babel import lazy_gettext

from engine.cases import outside_requests
from engine.cases.outside_requests import ENDED, IN_PROGRESS, RECEIVED, OutsideRequest, RequestQuery
from engine.clock import VIETNAM
from engine.errors import Invalid, NotFound
from web.display import filters
from web.http.parsing import parse_digits
from web.http.request import current_world, request_time, tx

LONGEST_SPAN = timedelta(days=90)
MOST_LISTED = 1000
MOST_SKIPPED = 100_000
OPEN, CLOSED = "open", "closed"
# What a client is told of a case's standing, in words.
STANDING_CAPTIONS: Mapping[str, Any] = {
    RECEIVED: lazy_gettext("Đã nhận, tổng đài đang xem."),
    IN_PROGRESS: lazy_gettext("Đang được xử lý."),
    "resolved": lazy_gettext("Đã có kết quả."),
    "decided": lazy_gettext("Đã có quyết định của lãnh đạo tỉnh."),
    "reopened": lazy_gettext("Được xử lý lại theo ý kiến người dân."),
    "withdrawn": lazy_gettext("Người phản ánh đã rút."),
    "false_report": lazy_gettext("Đã xác minh là không đúng sự thật."),
    "diverted": lazy_gettext("Đã hướng dẫn nơi nhận đơn."),
    "merged": lazy_gettext("Được xử lý cùng một phản ánh khác."),
    ENDED: lazy_gettext("Đã kết thúc."),
}


def list_requests() -> list[dict[str, Any]]:
    """The requests that the arguments ask for; raises Invalid."""
    codes = [code.strip() for code in request.args.get("service_request_id", "").split(",") if code.strip()]
    if codes:
        return [_describe_request(one) for one in outside_requests.find_requests(tx(), codes[:MOST_LISTED])]
    return [_describe_request(one) for one in outside_requests.list_requests(tx(), _sent_query())]


def find_request(code: str) -> dict[str, Any]:
    """The request with this code; raises NotFound."""
    requests = outside_requests.find_requests(tx(), [code])
    if not requests:
        raise NotFound("open311-request-unknown", code=code[:80])
    return _describe_request(requests[0])


def _sent_query() -> RequestQuery:
    since, end = _sent_instant("start_date"), _sent_instant("end_date")
    until = end or (min(since + LONGEST_SPAN, request_time()) if since else request_time())
    since = since or until - LONGEST_SPAN
    if since > until or until - since > LONGEST_SPAN:
        raise Invalid("start_date", "open311-span", most=LONGEST_SPAN.days)
    size = _sent_number("page_size", MOST_LISTED, MOST_LISTED)
    offset = (_sent_number("page", 1, MOST_SKIPPED) - 1) * size
    if offset > MOST_SKIPPED:
        raise Invalid("page", "open311-number", name="page", most=MOST_SKIPPED // size)
    fields = tuple(code.strip() for code in request.args.get("service_code", "").split(",") if code.strip())
    return RequestQuery(since, until, fields[:MOST_LISTED], _sent_status(), size, offset)


def _sent_instant(name: str) -> datetime | None:
    """An instant with its offset, as W3C has it; raises Invalid for any other text."""
    text = request.args.get(name, "").strip().replace(" ", "+")  # Whoever forgets to escape a plus sends a space.
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(name, "open311-date", name=name) from error
    if at.tzinfo is None or not 1970 < at.year < 9999:
        raise Invalid(name, "open311-date", name=name)
    return at


def _sent_number(name: str, default: int, most: int) -> int:
    text = request.args.get(name, "").strip()
    number = parse_digits(text) if text else default
    if number is None or not 0 < number <= most:
        raise Invalid(name, "open311-number", name=name, most=most)
    return number


def _sent_status() -> bool | None:
    """Whether open or closed ones are asked for; None for both."""
    words = {word.strip().lower() for word in request.args.get("status", "").split(",") if word.strip()}
    if words - {OPEN, CLOSED}:
        raise Invalid("status", "open311-status")
    return None if len(words) != 1 else words == {OPEN}


def _describe_request(one: OutsideRequest) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "service_request_id": one.code,
        "status": OPEN if one.is_open else CLOSED,
        "status_notes": str(STANDING_CAPTIONS.get(one.standing, STANDING_CAPTIONS[ENDED])),
        "service_name": filters.field_caption(one.field),
        "service_code": one.field,
        "description": None,
        "agency_responsible": filters.unit_caption(one.unit) if one.unit else None,
        "service_notice": None,
        "requested_datetime": _instant_text(one.received_at),
        "updated_datetime": _instant_text(one.updated_at),
        "expected_datetime": _instant_text(one.due_at) if one.due_at else None,
        "address": current_world().units.get(one.place).name if current_world().units.knows(one.place) else None,
        "address_id": one.place,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }
    if request.args.get("extensions") == "true":
        entry["extended_attributes"] = {"detailed_status": one.standing}
    return entry


def _instant_text(at: datetime) -> str:
    return at.astimezone(VIETNAM).isoformat(timespec="seconds")


def describe_token(code: str) -> dict[str, Any]:
    """The request of a token, which is its code: reports get theirs at once; raises NotFound."""
    return {"service_request_id": find_request(code)["service_request_id"], "token": code}
