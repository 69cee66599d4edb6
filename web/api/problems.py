"""Errors of the REST interface: problem details (RFC 9457) with the sentences that pages have."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response
from werkzeug.exceptions import HTTPException

from engine.cases import tasks
from engine.cases.tasks import CompletionFailed, InvalidForm
from engine.errors import BadInput, Invalid
from engine.staff.api_keys import UnknownKey
from engine.translation.wording import say
from web.display import form_view
from web.http.request import current_language, tx

MEDIA_TYPE = "application/problem+json"
Faults = Mapping[str, Sequence[str]]


def write_problem(status: int, sentence: str, faults: Faults | None = None) -> Response:
    """A problem: its status and sentence, and for a form what is wrong in which field."""
    problem: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    problem |= {"detail": sentence} | ({"errors": faults} if faults else {})
    return Response(json.dumps(problem, ensure_ascii=False), status, content_type=MEDIA_TYPE)


def handle_problems(blueprint: Blueprint) -> None:
    """Have the errors of a blueprint that say more than a sentence written as problems."""
    blueprint.register_error_handler(UnknownKey, _write_unknown_key)
    blueprint.register_error_handler(InvalidForm, _write_invalid_form)
    blueprint.register_error_handler(422, _write_bad_arguments)


def _write_unknown_key(error: UnknownKey) -> Response:
    response = write_problem(401, say(error, current_language()))
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _write_invalid_form(error: InvalidForm) -> Response:
    faults = form_view.fault_sentences(error.errors)
    return write_problem(422, say(BadInput("api-form-has-faults"), current_language()), faults)


def _write_bad_arguments(error: HTTPException) -> Response:
    """What the document of the interface does not allow; webargs tells where, in words that are not ours."""
    messages = getattr(error, "data", {}).get("messages", {})
    names = sorted(str(name) for fields in messages.values() if isinstance(fields, dict) for name in fields)
    return write_problem(422, say(Invalid("body", "api-arguments", names=", ".join(names)[:500]), current_language()))


def blocked_problem(failure: CompletionFailed) -> Response:
    """A process that could not go on: the incident that is opened, in the transaction that changes nothing else."""
    return write_problem(422, form_view.blocked_sentence(tasks.report_failed_completion(tx(), failure)))
