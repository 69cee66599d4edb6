"""The addresses of the protocol, below /open311/v2. No session counts here: a key does, and it is asked for anew."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from engine.config.environment import OPEN311_CLOSED, OPEN311_PUBLIC
from engine.errors import BadInput, NotFound
from engine.province import provinces
from engine.staff import api_keys
from engine.staff.api_keys import OPEN311, KnownCaller
from engine.store.db import transaction
from engine.translation.wording import say
from web.http import once
from web.http.request import current_application, current_language, public_page, request_time, tx
from web.open311 import documents, filing, queries, services
from web.open311.documents import MEDIA_TYPES, Written
from web.open311.filing import RefusedRequest
from web.pages.public import TooManyReports

blueprint = Blueprint("open311", __name__, url_prefix="/open311/v2")
PREFIX = "/open311/"
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGESET = "2026-12-01T00:00:00+07:00"  # When these answers last changed their form.
_BEARER = "Bearer "

View = TypeVar("View", bound=Callable[..., Any])


def protocol_page(view: View) -> View:
    """Mark an address of the protocol: open to all as a page, closed where the setting or the jurisdiction says so."""

    @wraps(view)
    def answer(written: Written, **values: Any) -> Response:
        if current_application().settings.open311 == OPEN311_CLOSED:
            raise NotFound
        sent = request.values.get("jurisdiction_id", "").strip()
        if sent and sent.lower() != _jurisdiction():
            raise NotFound("open311-jurisdiction-unknown", known=_jurisdiction())
        response: Response = view(written, **values)
        return response

    return public_page(answer)  # type: ignore[return-value]


def _jurisdiction() -> str:
    return provinces.load_identity(tx()).letters.lower()


def require_caller() -> KnownCaller:
    """Who calls with a key. Each call counts, whatever becomes of it. Raises UnknownKey, TooManyCalls."""
    sent = request.headers.get("Authorization", "")
    key = sent[len(_BEARER) :] if sent.startswith(_BEARER) else request.values.get("api_key", "")
    with transaction(current_application().database) as own:
        return api_keys.recognise_caller(own, key.strip(), OPEN311, request_time())


def require_reader() -> None:
    """Raise UnknownKey for whoever may not read, TooManyCalls; where everybody may, nobody is asked for a key."""
    if current_application().settings.open311 != OPEN311_PUBLIC:
        require_caller()


@blueprint.get("/discovery.<any(json,xml):written>")
@protocol_page
def describe_endpoint(written: Written) -> Response:
    """Say where the interface is and what it speaks."""
    site = current_application().settings.site
    endpoint = {
        "specification": SPECIFICATION,
        "url": f"{site}{blueprint.url_prefix}",
        "changeset": CHANGESET,
        "type": "production",
        "formats": list(MEDIA_TYPES.values()),
    }
    record = {
        "changeset": CHANGESET,
        "contact": f"{site}/",
        "key_service": _("Khóa do quản trị viên của tổng đài cấp."),
        "endpoints": [endpoint],
    }
    return documents.write_record(written, "discovery", record)


@blueprint.get("/services.<any(json,xml):written>")
@protocol_page
def list_services(written: Written) -> Response:
    """List the services: the province's fields of reports."""
    return documents.write_list(written, ("services", "service"), services.list_services())


@blueprint.get("/services/<code>.<any(json,xml):written>")
@protocol_page
def define_service(written: Written, code: str) -> Response:
    """Say what a report of a service tells."""
    return documents.write_record(written, "service_definition", services.define_service(code))


@blueprint.get("/requests.<any(json,xml):written>")
@protocol_page
def list_requests(written: Written) -> Response:
    """List requests by code, service, time and status."""
    require_reader()
    return documents.write_list(written, ("service_requests", "request"), queries.list_requests())


@blueprint.get("/requests/<code>.<any(json,xml):written>")
@protocol_page
def show_request(written: Written, code: str) -> Response:
    """Say how one request stands."""
    require_reader()
    return documents.write_list(written, ("service_requests", "request"), [queries.find_request(code)])


@blueprint.get("/tokens/<code>.<any(json,xml):written>")
@protocol_page
def resolve_token(written: Written, code: str) -> Response:
    """Say which request a token stands for."""
    require_reader()
    return documents.write_list(written, ("service_requests", "request"), [queries.describe_token(code)])


def _answer_again(receipt: Any) -> Response:
    """Answer a report that is sent again with the code of the first; the address names the format."""
    written = documents.JSON if request.path.endswith(".json") else documents.XML
    return _write_filed(written, filing.entry_of_receipt(receipt))


@blueprint.post("/requests.<any(json,xml):written>")
@once.answers_repeats(_answer_again)
@protocol_page
def file_request(written: Written) -> Response:
    """File a report."""
    caller = require_caller()
    receipt = filing.identify_request(caller)
    if receipt is not None:
        return _answer_again(receipt)
    try:
        return _write_filed(written, filing.file_request(caller))
    except RefusedRequest as refused:
        return documents.write_errors(written, 400, refused.sentences)
    except TooManyReports as refused:
        return documents.write_errors(written, 429, [say(refused, current_language())])
    except BadInput as refused:
        return documents.write_errors(written, 400, [say(refused, current_language())])


def _write_filed(written: Written, entry: dict[str, Any]) -> Response:
    return documents.write_list(written, ("service_requests", "request"), [entry], 201)
