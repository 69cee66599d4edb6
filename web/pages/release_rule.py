"""Whether a deployment needs the approval of a second person, for administrators to change."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.studio import release_rule
from web.http.confirmation import requires_fresh_proof
from web.http.request import current_desk, requires_permission, tx

blueprint = Blueprint("release_rule", __name__, url_prefix="/admin/release-rule")


@blueprint.get("")
@requires_permission(release_rule.ACT)
def show_release_rule() -> ResponseReturnValue:
    """Show the rule, and the form that changes it."""
    return render_template("release_rule.html", needed=release_rule.needs_approval(tx()))


@blueprint.post("")
@requires_permission(release_rule.ACT)
@requires_fresh_proof
def change_release_rule() -> ResponseReturnValue:
    """Have deployments need an approval, or not."""
    needs = request.form.get("needed") == "yes"
    release_rule.set_release_rule(tx(), current_desk(), needs=needs)
    sentence = _("Từ nay triển khai cần người thứ hai duyệt.") if needs else _("Từ nay triển khai không cần duyệt.")
    flash(sentence, "success")
    return redirect(url_for("release_rule.show_release_rule"))
