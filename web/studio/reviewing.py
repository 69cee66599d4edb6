"""Drafts in company: whom a draft is shared with, what others remark on it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.errors import BadInput, NotFound
from engine.studio import drafts, sharing
from engine.studio.drafts import DeploymentDraft
from engine.translation.wording import say
from web.http.parsing import parse_digits
from web.http.request import current_language, current_officer, request_time, requires_permission, tx
from web.studio.commenting import comment_context
from web.studio.files import ACT, editable_draft, visible_draft

blueprint = Blueprint("studio_review", __name__, url_prefix="/studio/drafts/<int:draft_id>/review")


@blueprint.get("")
@requires_permission(ACT)
def show_review(draft_id: int) -> ResponseReturnValue:
    """Show who reads and edits the draft, and the remarks on it."""
    draft = visible_draft(draft_id)
    editors = sharing.list_editors(tx(), draft)
    known = {draft.person_id, *(row.id for row in editors)}
    others = [row for row in sharing.list_analysts(tx()) if row.id not in known]
    return render_template("studio/review.html", **comment_context(draft), editors=editors, others=others)


@blueprint.post("/share")
@requires_permission(ACT)
def change_sharing(draft_id: int) -> ResponseReturnValue:
    """Share the draft with all analysts, or share it no longer."""
    draft = editable_draft(draft_id)
    if request.form.get("shared") == "yes":
        sharing.share_draft(tx(), draft, request_time())
        flash(_("Mọi chuyên viên thiết kế nay xem được bản nháp này."), "success")
    else:
        sharing.unshare_draft(tx(), draft)
        flash(_("Bản nháp không còn được chia sẻ."), "success")
    return _back_to(draft)


@blueprint.post("/editors")
@requires_permission(ACT)
def change_editors(draft_id: int) -> ResponseReturnValue:
    """Let another analyst edit the draft, or no longer."""
    draft = drafts.load_own(tx(), current_officer().id, draft_id)
    person = parse_digits(request.form.get("person", "")) or 0
    try:
        if request.form.get("act") == "remove":
            sharing.remove_editor(tx(), draft, person)
        else:
            sharing.add_editor(tx(), draft, person)
    except (BadInput, NotFound) as error:
        flash(say(error, current_language()), "danger")
    return _back_to(draft)


def _back_to(draft: DeploymentDraft) -> ResponseReturnValue:
    return redirect(url_for("studio_review.show_review", draft_id=draft.id))
