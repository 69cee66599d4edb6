"""Remarks on a draft: a panel of the studio, marks for its drawings, and the forms that write and resolve them."""

from __future__ import annotations

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import BadInput
from engine.studio import comments, drafts
from engine.studio.comments import CommentPlace
from engine.studio.drafts import DeploymentDraft
from engine.studio.playing.walked_drawing import drawing_names
from engine.translation.wording import say
from web.http.parsing import parse_digits
from web.http.request import current_desk, current_language, request_time, requires_permission, tx
from web.studio.files import ACT, json_errors, visible_draft

blueprint = Blueprint("studio_comments", __name__, url_prefix="/studio/drafts/<int:draft_id>")


@blueprint.get("/panel/comments")
@requires_permission(ACT)
def show_comment_panel(draft_id: int) -> ResponseReturnValue:
    """Show what analysts remark on the draft, with a form for what is chosen in the editor."""
    return _render_panel(visible_draft(draft_id))


@blueprint.get("/comments")
@requires_permission(ACT)
@json_errors
def list_open_comments(draft_id: int) -> ResponseReturnValue:
    """List the unresolved remarks on files, to be marked on the drawings."""
    threads = comments.list_threads(tx(), visible_draft(draft_id))
    return jsonify(
        [
            {
                "path": thread.place.path,
                "element": thread.place.element,
                "line": thread.place.line,
                "sentence": "\n".join(f"{remark.author}: {remark.text}" for remark in thread.remarks),
            }
            for thread in threads
            if thread.resolved_at is None and thread.place.path
        ]
    )


@blueprint.post("/comments")
@requires_permission(ACT)
def add_draft_comment(draft_id: int) -> ResponseReturnValue:
    """Remark on the draft, a file, an element or a line."""
    draft, form = visible_draft(draft_id), request.form
    try:
        place = CommentPlace(form.get("path", ""), form.get("element", "").strip(), _sent_line())
        comments.add_comment(tx(), draft, place, form.get("text", ""), current_desk())
    except BadInput as error:
        return _answer(draft, error)
    return _answer(draft)


@blueprint.post("/comments/<int:number>/reply")
@requires_permission(ACT)
def reply_to_draft_comment(draft_id: int, number: int) -> ResponseReturnValue:
    """Reply to a remark, which is open again thereby."""
    draft = visible_draft(draft_id)
    try:
        comments.reply_to_comment(tx(), draft, number, request.form.get("text", ""), current_desk())
    except BadInput as error:
        return _answer(draft, error)
    return _answer(draft)


@blueprint.post("/comments/<int:number>/resolve")
@requires_permission(ACT)
def settle_draft_comment(draft_id: int, number: int) -> ResponseReturnValue:
    """Mark a remark as resolved, or as open again."""
    draft = visible_draft(draft_id)
    if request.form.get("resolved") == "no":
        comments.reopen_comment(tx(), draft, number)
    else:
        comments.resolve_comment(tx(), draft, number, request_time())
    return _answer(draft)


def _sent_line() -> int:
    typed = request.form.get("line", "").strip()
    line = parse_digits(typed) if typed else 0
    if line is None:
        raise BadInput("comment-place-unusable")
    return line


def _answer(draft: DeploymentDraft, fault: BadInput | None = None) -> ResponseReturnValue:
    """The panel again for the studio, the page about the draft for a browser without scripts."""
    if request.headers.get("HX-Request"):
        return _render_panel(draft, fault), 422 if fault else 200
    if fault is not None:
        flash(say(fault, current_language()), "danger")
    return redirect(url_for("studio_review.show_review", draft_id=draft.id) + "#comments")


def _render_panel(draft: DeploymentDraft, fault: BadInput | None = None) -> str:
    context = {"sentence": say(fault, current_language()) if fault else "", "typed": request.form.get("text", "")}
    return render_template("studio/comments.html", **comment_context(draft), **context)


def comment_context(draft: DeploymentDraft) -> dict[str, object]:
    """What the template of remarks needs of a draft."""
    paths = [str(row.path) for row in drafts.list_file_versions(tx(), draft)]
    names = drawing_names(drafts.load_files(tx(), draft), current_language())
    return {"draft": draft, "threads": comments.list_threads(tx(), draft), "paths": paths, "names": names}
