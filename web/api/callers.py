"""Who calls the REST interface, and calls that are sent again.

Every call shows its key anew; a session of a browser counts for nothing here. What a call does, the same use case does
as for pages, with the roles of the key's account.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Response, g, request

from engine.cases.tasks import Desk
from engine.errors import BadInput, Forbidden, Invalid
from engine.staff import api_keys
from engine.staff.api_keys import REST, KnownCaller
from engine.store.db import transaction
from web.http import once
from web.http.request import current_application, current_world, public_page, request_time, tx

MOST_BYTES = 1024 * 1024
LONGEST_TOKEN = 200
IDEMPOTENCY = "Idempotency-Key"
_BEARER = "Bearer "

View = TypeVar("View", bound=Callable[..., Any])


def acts_with_key(view: View) -> View:
    """Mark an address as open to whoever shows a key; g.officer is then the key's account.

    A call with an Idempotency-Key is done once for a day: sent again it gets the same answer.
    """

    @once.answers_repeats(_answer_again)
    @wraps(view)
    def answer(*values: Any, **named: Any) -> Any:
        try:
            _require_readable_body()
            g.caller = _recognise()
            g.pop("account", None)
            g.officer = api_keys.officer_of_caller(tx(), g.caller, request_time())
            receipt = _begin_call()
            return _answer_again(receipt) if receipt is not None else _keep_answer(view(*values, **named))
        except RecursionError as error:
            raise Invalid("body", "api-body-unreadable") from error

    return public_page(answer)  # type: ignore[return-value]


def demands_token(view: View) -> View:
    """Mark an address whose calls must say which of them are the same: without it a repetition would act twice."""

    @wraps(view)
    def answer(*values: Any, **named: Any) -> Any:
        if not _sent_token():
            raise Invalid(IDEMPOTENCY, "api-token-missing")
        return view(*values, **named)

    return cast("View", answer)


def current_caller() -> KnownCaller:
    """The system that calls."""
    return cast("KnownCaller", g.caller)


def caller_desk() -> Desk:
    """The key's account at work in this call."""
    origin = current_caller().origin_at(request.remote_addr or "")
    return Desk(g.officer, origin, request_time(), current_world())


def require_event_right() -> None:
    """Raise Forbidden unless the administrator has let the key send messages and signals."""
    if not current_caller().sends_events:
        raise Forbidden("api-key-without-events")


def _recognise() -> KnownCaller:
    sent = request.headers.get("Authorization", "")
    key = sent[len(_BEARER) :].strip() if sent.startswith(_BEARER) else ""
    with transaction(current_application().database) as own:  # The call counts, whatever becomes of it.
        return api_keys.recognise_caller(own, key, REST, request_time())


def _require_readable_body() -> None:
    if (request.content_length or 0) > MOST_BYTES:
        raise Invalid("body", "api-body-too-large", most=MOST_BYTES // 1024)
    if request.method == "POST" and request.is_json:
        with suppress(json.JSONDecodeError, UnicodeDecodeError):  # The schema's reader says so.
            _read_numbers(request.get_data())


def _read_numbers(body: bytes) -> None:
    """Raise Invalid for a number of more digits than Python reads, JSONDecodeError for what is no JSON."""
    try:
        json.loads(body)
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise
    except ValueError as error:
        raise Invalid("body", "api-number-too-long") from error


def _sent_token() -> str:
    return request.headers.get(IDEMPOTENCY, "").strip()[:LONGEST_TOKEN]


def _begin_call() -> Any | None:
    """Tell this call from others; the receipt of the same one. Raises BadInput for a token of another content."""
    token = _sent_token()
    if request.method != "POST" or not token:
        return None
    content = [("body", request.get_data(as_text=True))]
    sender = f"api_key:{current_caller().key_id}"
    receipt = once.begin_call(sender, f"{sender} {request.path} {token}", content)
    if receipt is None and once.sent_with_other_content() is not None:
        once.forget_submission()
        raise BadInput("api-token-of-another")
    return receipt


def _keep_answer(response: Response) -> Response:
    """Keep the answer of a call that has acted, for whoever sends it again."""
    if once.current_submission() is not None and response.status_code < 300:
        once.keep_result(status=response.status_code, body=response.get_json())
        once.record_call()
    return response


def _answer_again(receipt: Any) -> Response:
    result = once.kept_result(receipt)
    response = current_application().json.response(result["body"])
    response.status_code = result["status"]
    return cast("Response", response)
