"""Messages and signals from other systems, checked as those that an administrator sends by hand."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from engine.cases import outside_events
from engine.cases.outside_events import OutsideEvent
from web.api import problems
from web.api.callers import acts_with_key, caller_desk, demands_token, require_event_right
from web.api.schemas import EventReceipt, MessageOrder, SignalOrder
from web.http.request import current_world, tx

blueprint = Blueprint("api_events", __name__, url_prefix="/api/v1", description="Messages and signals")
problems.handle_problems(blueprint)


@blueprint.post("/messages")
@acts_with_key
@demands_token
@blueprint.arguments(MessageOrder)
@blueprint.response(200, EventReceipt)
def send_message(sent: dict[str, Any]) -> dict[str, Any]:
    """Give a message to the one case that waits for it, or begin an instance with it."""
    require_event_right()
    order = OutsideEvent(sent["name"], sent["case"], sent["keys"], sent["data"])
    receipt = outside_events.send_message(tx(), order, caller_desk().stamp, current_world())
    cases = outside_events.case_labels(tx(), [receipt.instance_id])
    return {"cases": cases, "begun": receipt.begun, "broadcast": None}


@blueprint.post("/signals")
@acts_with_key
@demands_token
@blueprint.arguments(SignalOrder)
@blueprint.response(200, EventReceipt)
def send_signal(sent: dict[str, Any]) -> dict[str, Any]:
    """Send a signal to everybody who waits for it now, or to one case."""
    require_event_right()
    order = OutsideEvent(sent["name"], sent["case"], {}, sent["data"])
    number = outside_events.send_signal(tx(), order, caller_desk().stamp, current_world())
    return {"cases": [sent["case"]] if sent["case"] else [], "begun": False, "broadcast": number}
