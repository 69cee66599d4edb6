"""The channel over which an officer's pages hear that something has come."""

from __future__ import annotations

from flask import Blueprint, Response, g, request
from flask.typing import ResponseReturnValue

from engine.staff import channel_holders
from web.http.event_channel import HAND_OVER
from web.http.event_streams import StreamHolder
from web.http.request import ask_by_itself, current_application, refuse_for_now, request_time, tx

blueprint = Blueprint("live", __name__)


@blueprint.get("/live")
def open_stream() -> ResponseReturnValue:
    """Keep the connection and tell over it that something has come, never what (server-sent events).

    204 where the server keeps no connections, which tells browsers not to come back; 503 when there is no room.
    """
    ask_by_itself()
    channel, hand_over = current_application().channel, request.environ.get(HAND_OVER)
    if channel is None or hand_over is None or request.method != "GET":
        return Response(status=204)
    if not channel.has_room(g.account.id):
        return refuse_for_now()
    receivers = channel_holders.receivers_by_session(tx(), {g.account.digest}, request_time())
    holder = StreamHolder(g.account.digest, g.account.id)
    hand_over(channel.receiver_of(holder, receivers.get(g.account.digest, frozenset())))
    # Proxies hand on each event at once (nginx: X-Accel-Buffering).
    return Response(content_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
