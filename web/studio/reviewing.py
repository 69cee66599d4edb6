"""Drafts in company: whom a draft is shared with, what others remark on it, and who approves it."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.errors import BadInput, Forbidden, NotFound, Stale
from engine.operations import jobs
from engine.process import definitions
from engine.studio import draft_update, drafts, release_rule, reviews, sharing
from engine.studio.drafts import DeploymentDraft
from engine.studio.reviews import DraftVerdict
from engine.translation.wording import say
from web.http.confirmation import requires_fresh_proof
from web.http.parsing import parse_digits
from web.http.request import current_desk, current_language, current_officer, request_time, requires_permission, tx
from web.studio.commenting import comment_context
from web.studio.files import ACT, editable_draft, visible_draft
from web.studio.panels import difference_from, try_draft

blueprint = Blueprint("studio_review", __name__, url_prefix="/studio/drafts/<int:draft_id>/review")


@blueprint.get("")
@requires_permission(ACT)
def show_review(draft_id: int) -> ResponseReturnValue:
    """Show what the draft changes and how it was reviewed, who reads and edits it, and the remarks on it."""
    draft = visible_draft(draft_id)
    review, authors = reviews.load_review(tx(), draft), sharing.list_authors(tx(), draft)
    trial = try_draft(draft)
    context = {
        "review": review,
        "digest": definitions.digest_of(drafts.load_files(tx(), draft)),
        "is_author": g.account.id in authors,
        "reviewers": reviews.list_reviewers(tx(), draft),
        "needed": release_rule.needs_approval(tx()),
        "outdated": draft_update.is_outdated(tx(), draft),
        "trial": trial,
        "replay": jobs.newest_done(tx(), "replay", f"draft:{draft_id}"),
        "files": difference_from(draft, draft.number),
        "number": draft.number,
        "draft_id": draft.id,
    }
    editors = sharing.list_editors(tx(), draft)
    known = {draft.person_id, *(row.id for row in editors)}
    others = [row for row in sharing.list_analysts(tx()) if row.id not in known]
    return render_template("studio/review.html", **comment_context(draft), **context, editors=editors, others=others)


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


@blueprint.post("/ask")
@requires_permission(ACT)
def ask_draft_review(draft_id: int) -> ResponseReturnValue:
    """Ask the other analysts to approve the draft as it is."""
    draft = editable_draft(draft_id)
    try:
        reviews.ask_for_review(tx(), draft, request.form.get("note", "").strip(), current_desk())
    except (BadInput, Stale) as error:
        flash(say(error, current_language()), "danger")
    else:
        flash(_("Đã nhờ duyệt; các chuyên viên thiết kế khác được báo qua thư."), "success")
    return _back_to(draft)


@blueprint.post("/verdict")
@requires_permission(ACT)
@requires_fresh_proof
def submit_draft_verdict(draft_id: int) -> ResponseReturnValue:
    """Approve the draft, or return it with a reason."""
    draft, form = visible_draft(draft_id), request.form
    verdict = DraftVerdict(
        approved=form.get("verdict") == "approve",
        reason=form.get("reason", ""),
        review_id=parse_digits(form.get("review", "")) or 0,
        digest=form.get("digest", ""),
    )
    try:
        reviews.decide_review(tx(), draft, verdict, current_desk())
    except (BadInput, Stale, Forbidden, NotFound) as error:
        flash(say(error, current_language()), "danger")
    else:
        flash(_("Đã duyệt bản nháp.") if verdict.approved else _("Đã trả lại bản nháp."), "success")
    return _back_to(draft)


def _back_to(draft: DeploymentDraft) -> ResponseReturnValue:
    return redirect(url_for("studio_review.show_review", draft_id=draft.id))
