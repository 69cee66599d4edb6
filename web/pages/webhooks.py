"""Systems that are told of notices and changes: an administrator makes one, sees its key once, reads its log."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.errors import BadInput
from engine.translation.wording import say
from engine.webhooks import receivers
from engine.webhooks.receivers import NewWebhook
from web.http.confirmation import requires_fresh_proof
from web.http.request import current_application, current_language, current_stamp, requires_permission, tx
from web.pages.admin import ACT

blueprint = Blueprint("webhooks", __name__)


@blueprint.get("/admin/webhooks")
@requires_permission(ACT)
def list_webhooks() -> ResponseReturnValue:
    """List the webhooks, and offer to make one."""
    return _render_webhooks()


def _render_webhooks(fault: str = "", status: int = 200) -> ResponseReturnValue:
    rows = receivers.list_webhooks(tx())
    return render_template("webhooks.html", rows=rows, typed=request.form, fault=fault), status


@blueprint.post("/admin/webhooks")
@requires_permission(ACT)
@requires_fresh_proof
def make_webhook() -> ResponseReturnValue:
    """Make a webhook and show its key, this once."""
    new = NewWebhook(request.form.get("name", "")[:200], request.form.get("url", "")[:2000])
    application = current_application()
    try:
        hosts = application.settings.webhook_hosts
        key = receivers.make_webhook(tx(), application.key, new, hosts, current_stamp())
    except BadInput as error:
        return _render_webhooks(say(error, current_language()), 422)
    return render_template("webhook_given.html", name=new.name, key=key)


@blueprint.post("/admin/webhooks/<int:number>/end")
@requires_permission(ACT)
@requires_fresh_proof
def end_webhook(number: int) -> ResponseReturnValue:
    """Tell a webhook nothing more."""
    receivers.end_webhook(tx(), number, current_stamp())
    flash(_("Đã ngừng báo."), "success")
    return redirect(url_for("webhooks.list_webhooks"))


@blueprint.get("/admin/webhooks/<int:number>")
@requires_permission(ACT)
def show_calls(number: int) -> ResponseReturnValue:
    """Show the newest calls of a webhook and what came of them."""
    return render_template("webhook_calls.html", rows=receivers.list_calls(tx(), number))


@blueprint.post("/admin/webhooks/calls/<int:call_id>/replay")
@requires_permission(ACT)
def replay_call(call_id: int) -> ResponseReturnValue:
    """Tell something once more."""
    number = receivers.replay_call(tx(), call_id, current_stamp())
    flash(_("Sẽ báo lại trong ít giây."), "success")
    return redirect(url_for("webhooks.show_calls", number=number))
