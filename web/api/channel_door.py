"""The door of message channels: a gateway delivers what citizens write, signed, as often as it likes; kept once.

The signature is that of the gateways (docs/reference/gateways.md): the time, a dot and the body under a key that both
sides know. A request that is older than five minutes is refused, so one that was overheard is of no use later; one that
is sent again within them changes nothing.
"""

from __future__ import annotations

import hmac
import json
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from engine.channels import conversations
from engine.channels.conversations import CHANNELS, IncomingMessage
from engine.errors import EngineError, Invalid, NotFound
from engine.mailing.gateway import sign_request
from engine.translation.wording import say
from web.api.problems import write_problem
from web.http import once
from web.http.request import current_application, current_language, public_page, request_time, tx

PREFIX = "/channels"
MOST_BYTES = 1_000_000
MOST_APART = 300  # Seconds between the clocks of both sides.
_PARTS = {"id": "message_id", "from": "sender", "text": "text", "subject": "subject", "position": "position"}

blueprint = Blueprint("channel_door", __name__, url_prefix=PREFIX)


class RefusedDelivery(EngineError):
    """A delivery that no key of ours has signed, or not now."""

    default_rule = "delivery-not-signed"


@blueprint.post(f"/<any({', '.join(CHANNELS)}):channel>/messages")
@once.may_repeat
@public_page
def receive_delivery(channel: str) -> Response:
    """Keep a message; says in which conversation it is, whether it had been kept, and the code of its case."""
    body = request.get_data()
    if len(body) > MOST_BYTES:
        abort(413)
    try:
        _require_signed(body)
        message = IncomingMessage(channel, **_read_parts(body))
    except RefusedDelivery as refused:
        return write_problem(401, say(refused, current_language()))
    except Invalid as refused:
        return write_problem(422, say(refused, current_language()))
    kept = conversations.keep_message(tx(), message, request_time())
    return jsonify(conversation=kept.conversation_id, repeated=kept.repeated, code=kept.code)


def _require_signed(body: bytes) -> None:
    """Raise NotFound where no channel is set up, RefusedDelivery for a wrong signature or time."""
    key = current_application().settings.channels_key
    if key is None:
        raise NotFound
    sent = request.headers.get("X-Tongdai-Timestamp", "")
    if not (sent.isascii() and sent.isdigit() and len(sent) < 12):
        raise RefusedDelivery
    expected = sign_request(key, int(sent), body)
    if not hmac.compare_digest(expected.encode(), request.headers.get("X-Tongdai-Signature", "").encode()):
        raise RefusedDelivery
    if abs(request_time().timestamp() - int(sent)) > MOST_APART:
        raise RefusedDelivery("delivery-too-old")


def _read_parts(body: bytes) -> dict[str, Any]:
    """What the JSON says; raises Invalid for other media, and for what is missing, unknown or no text."""
    if request.mimetype != "application/json":
        raise Invalid("body", "delivery-not-json")
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Invalid("body", "delivery-not-json") from error
    if not isinstance(content, dict) or not {"id", "from", "text"} <= content.keys() <= _PARTS.keys():
        raise Invalid("body", "delivery-parts", known=", ".join(_PARTS))
    if not all(isinstance(value, str) for value in content.values()):
        raise Invalid("body", "delivery-parts", known=", ".join(_PARTS))
    return {_PARTS[name]: value for name, value in content.items()}
