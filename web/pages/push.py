"""Notices for closed pages: a browser asks to be told of urgent work, or no more."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from engine.errors import Invalid
from engine.push import subscriptions, vapid
from engine.translation.wording import say
from web.http.request import current_application, current_language, request_time, tx

blueprint = Blueprint("push", __name__)


def public_key() -> str:
    """Our public key as browsers ask for it; "" where no push service is allowed."""
    app = current_application()
    return vapid.public_text(vapid.application_key(app.key)) if app.settings.push_hosts else ""


@blueprint.post("/account/push")
def subscribe_browser() -> ResponseReturnValue:
    """Have this session's browser told of urgent work, at its push service (push.js); 422 with the reason."""
    hosts = current_application().settings.push_hosts
    if not hosts:
        abort(NotFound.code)
    try:
        new = subscriptions.parse_subscription(request.form, hosts)
    except Invalid as error:
        return Response(say(error, current_language()), 422, mimetype="text/plain")
    subscriptions.subscribe(tx(), g.account, new, current_language(), request_time())
    return Response(status=204)


@blueprint.post("/account/push/end")
def unsubscribe_browser() -> ResponseReturnValue:
    """Have this session's browser told no more."""
    subscriptions.unsubscribe(tx(), g.account)
    return Response(status=204)
