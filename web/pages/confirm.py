"""The page that asks who is at the keyboard, for pages that are only opened; forms carry their proof themselves."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.http.confirmation import is_fresh, prove_from_form, render_confirmation
from web.http.request import PROOF_FIELDS
from web.http.targets import safe_target

blueprint = Blueprint("confirm", __name__)


@blueprint.get("/confirm")
def show_confirmation() -> ResponseReturnValue:
    """Ask for a proof, or go on at once when there is a fresh one."""
    after = safe_target(request.args.get("next", "")) or url_for("inbox.show_inbox")
    return redirect(after) if is_fresh() else render_confirmation("", after=after)


@blueprint.post("/confirm")
def submit_confirmation() -> ResponseReturnValue:
    """Check a proof and go on to where the visitor was going."""
    after = safe_target(request.form.get("next", "")) or url_for("inbox.show_inbox")
    has_proof = any(request.form.get(name) for name in PROOF_FIELDS)
    fault = prove_from_form() if has_proof or not is_fresh() else None
    if fault is None:
        return redirect(after)
    return render_confirmation(url_for("confirm.submit_confirmation"), after=after, fault=fault)
