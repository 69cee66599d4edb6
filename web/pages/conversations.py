"""What citizens wrote through other channels and nobody has filed yet: an operator completes it into a report."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.cases import calls
from engine.channels import conversations
from engine.channels.conversations import MAIL, REPORT_CHANNELS, SMS, OpenConversation, ReadMessage
from engine.errors import NotFound, Stale
from engine.staff import form_drafts
from engine.translation.wording import say
from web.http.parsing import parse_digits
from web.http.request import current_language, current_stamp, request_time, requires_permission, tx
from web.pages.call_ends import DRAFT_KEY

blueprint = Blueprint("conversations", __name__, url_prefix="/conversations")

CONVERSATION = "conversation"  # What the intake page keeps of the conversation that it completes.


@blueprint.get("")
@requires_permission(calls.PERMISSION)
def show_conversations() -> ResponseReturnValue:
    """List the conversations that wait, the oldest first."""
    return render_template("conversations.html", rows=conversations.list_open(tx()))


@blueprint.get("/<int:number>")
@requires_permission(calls.PERMISSION)
def show_conversation(number: int) -> ResponseReturnValue:
    """Show a conversation that waits."""
    opened, messages = conversations.load_open(tx(), number)
    return render_template("conversation.html", opened=opened, messages=messages)


@blueprint.post("/<int:number>/complete")
@requires_permission(calls.PERMISSION)
def begin_report(number: int) -> ResponseReturnValue:
    """Open the intake page with what the conversation says, and the conversation beside it."""
    opened, messages = conversations.load_open(tx(), number)
    values = _first_values(opened, messages)
    form_drafts.save_values(tx(), g.account.id, DRAFT_KEY, values, request_time())
    return redirect(url_for("intake.show_intake"))


def _first_values(opened: OpenConversation, messages: list[ReadMessage]) -> dict[str, object]:
    content = "\n\n".join("\n".join(part for part in (row.subject, row.text) if part) for row in messages)
    values: dict[str, object] = {"urgency": "normal", "content": content, CONVERSATION: str(opened.id)}
    values["channel"] = REPORT_CHANNELS[opened.channel]
    values |= {MAIL: {"email": opened.peer}, SMS: {"phone": opened.peer}}.get(opened.channel, {})
    positions = [row.position for row in messages if row.position]
    return values | ({"position": positions[-1]} if positions else {})


@blueprint.post("/<int:number>/drop")
@requires_permission(calls.PERMISSION)
def drop_conversation(number: int) -> ResponseReturnValue:
    """Make nothing of a conversation."""
    try:
        conversations.drop_conversation(tx(), number, current_stamp())
    except Stale as error:
        flash(say(error, current_language()), "warning")
    else:
        flash(_("Đã bỏ qua; tin nhắn được xóa sau 30 ngày."), "success")
    return redirect(url_for("conversations.show_conversations"))


def conversation_beside(number: str) -> list[ReadMessage]:
    """The messages of the conversation that the intake page completes; none when it waits no more."""
    try:
        return conversations.load_open(tx(), parse_digits(number) or 0)[1]
    except NotFound:
        return []


def close_completed(number: str, report_id: int) -> None:
    """The conversation that the intake page completed has become a report; raises Stale if it had before."""
    if number:
        conversations.close_as_filed(tx(), parse_digits(number) or 0, report_id, current_stamp())
