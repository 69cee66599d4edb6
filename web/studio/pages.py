"""The studio's front page, its drafts, and their deployment."""

from __future__ import annotations

from pathlib import PurePosixPath

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.cases import lookup
from engine.errors import BadInput, InvalidFiles, NotFound, Stale
from engine.journal import acts, journal
from engine.scenarios import recording
from engine.studio import comments, draft_update, drafts, release
from engine.studio.merging.conflict import MINE, THEIRS, Choice
from engine.studio.merging.words import part_name
from engine.studio.red_list import read_red_list
from engine.studio.release import ReleaseNote
from engine.translation.wording import fact_text, say
from web.http.confirmation import requires_fresh_proof
from web.http.parsing import parse_digits
from web.http.request import current_language, current_stamp, request_time, requires_permission, tx
from web.studio.files import ACT, editable_draft, known_provinces, visible_draft

blueprint = Blueprint("studio", __name__, url_prefix="/studio")


@blueprint.app_template_global("red_list_names")
def list_red_names(text: str | None) -> list[str]:
    """What the scenarios are called that failed when a deployment was deployed; none where nobody has run them."""
    return list((read_red_list(text) or {}).values())


@blueprint.get("")
@requires_permission(ACT)
def show_studio() -> ResponseReturnValue:
    """List the analyst's drafts, those that others share, and the deployments."""
    visible = drafts.list_visible(tx(), g.account.id)
    remarks = comments.count_open(tx(), [draft.id for draft in visible])
    return render_template(
        "studio/start.html", drafts=visible, remarks=remarks, versions=release.list_deployments(tx())
    )


@blueprint.post("/drafts")
@requires_permission(ACT)
def begin_studio_draft() -> ResponseReturnValue:
    """Create a draft; with `restore` it contains an old deployment, to deploy it again."""
    title, old = request.form.get("title", "").strip(), request.form.get("restore", "")
    number = parse_digits(old)
    if number is not None:
        title = title or _("Trở lại bản %(number)s", number=number)
    try:
        draft_id = drafts.create_from_deployment(tx(), g.account.id, title, request_time())
    except BadInput as error:
        flash(say(error, current_language()), "danger")
        return redirect(url_for("studio.show_studio"))
    if number is not None:
        release.reset_to_deployment(tx(), editable_draft(draft_id), number, request_time())
    return redirect(url_for("studio.show_editor", draft_id=draft_id))


@blueprint.get("/drafts/<int:draft_id>/edit")
@requires_permission(ACT)
def show_editor(draft_id: int) -> ResponseReturnValue:
    """Show the editors."""
    return render_template("studio/editor.html", draft=visible_draft(draft_id))


@blueprint.post("/drafts/<int:draft_id>/discard")
@requires_permission(ACT)
def discard_studio_draft(draft_id: int) -> ResponseReturnValue:
    """Discard a draft."""
    draft = editable_draft(draft_id)
    drafts.delete_with_files(tx(), draft)
    flash(_("Đã bỏ bản nháp “%(title)s”.", title=draft.title), "success")
    return redirect(url_for("studio.show_studio"))


@blueprint.get("/drafts/<int:draft_id>/update")
@requires_permission(ACT)
def show_draft_update(draft_id: int) -> ResponseReturnValue:
    """Show what the draft and the newest deployment have both changed, to choose part by part."""
    draft = editable_draft(draft_id)
    planned = draft_update.plan_update(tx(), draft, {})
    return render_template("studio/update.html", draft=draft, planned=planned, part_words=_part_words)


@blueprint.post("/drafts/<int:draft_id>/update")
@requires_permission(ACT)
def update_studio_draft(draft_id: int) -> ResponseReturnValue:
    """Bring a draft up to date; where both have changed a part, what was chosen on the page before stays."""
    draft = editable_draft(draft_id)
    choices = {key: choice for key in request.form if (choice := _choice(request.form[key])) is not None}
    planned = draft_update.update_draft(tx(), draft, choices, request_time())
    if planned.conflicts:
        if choices:
            flash(_("Số chỗ còn phải chọn: %(num)s.", num=len(planned.conflicts)), "danger")
        return redirect(url_for("studio.show_draft_update", draft_id=draft_id))
    flash(_("Bản nháp nay dựa trên bản triển khai %(number)s.", number=planned.number), "success")
    return redirect(url_for("studio.show_editor", draft_id=draft_id))


@blueprint.get("/drafts/<int:draft_id>/update/<any(mine, theirs):side>/<path:path>")
@requires_permission(ACT)
def show_update_side(draft_id: int, side: Choice, path: str) -> ResponseReturnValue:
    """A file as the draft has it or the newest deployment, for the drawing beside the choices."""
    content = draft_update.load_side(tx(), editable_draft(draft_id), side, PurePosixPath(path))
    return Response(content, mimetype="text/plain")


def _part_words(what: str) -> str:
    return fact_text(part_name(what), current_language())


def _choice(value: str) -> Choice | None:
    return value if value in (MINE, THEIRS) else None


@blueprint.post("/drafts/<int:draft_id>/deploy")
@requires_permission(ACT)
@requires_fresh_proof
def deploy_studio_draft(draft_id: int) -> ResponseReturnValue:
    """Deploy a draft; new cases use it immediately, and the analyst is taken to migrating the open ones."""
    form = request.form
    why = ReleaseNote(form.get("message", "").strip(), form.get("reason", "").strip(), form.get("seen") == "yes")
    try:
        deployment = release.check_and_deploy(
            tx(), editable_draft(draft_id), why, current_language(), current_stamp(), known_provinces()
        )
    except InvalidFiles as error:
        flash(_("Bản nháp còn %(num)s vấn đề; sửa hết rồi triển khai.", num=len(error.problems)), "danger")
    except (BadInput, Stale) as error:
        flash(say(error, current_language()), "danger")
    else:
        if deployment.new:
            flash(_("Đã triển khai bản %(number)s; hồ sơ mới dùng ngay bản này.", number=deployment.number), "success")
        else:
            flash(_("Nội dung này đã là bản triển khai %(number)s.", number=deployment.number), "info")
        return redirect(url_for("studio_moving.show_migration", number=deployment.number))
    return redirect(url_for("studio.show_editor", draft_id=draft_id) + "#versions")


@blueprint.post("/drafts/<int:draft_id>/record")
@requires_permission(ACT)
def record_scenario(draft_id: int) -> ResponseReturnValue:
    """Record a scenario from a real case: what was done, when, and the result, without personal data."""
    draft, code = editable_draft(draft_id), request.form.get("code", "").strip().upper()
    try:
        content = recording.record_case(tx(), lookup.case_id_by_code(tx(), code), request_time(), known_provinces())
        journal.record(tx(), current_stamp(), acts.EXPORT_SCENARIO, f"case:{code}")
        path = PurePosixPath(f"workflows/tests/recorded_{request_time():%Y%m%d_%H%M%S}.yaml")
        drafts.save_file(tx(), draft, path, content, None, request_time())
    except (NotFound, BadInput, Stale) as error:
        flash(say(error, current_language()), "danger")
    else:
        flash(_("Đã ghi kịch bản %(file)s từ hồ sơ %(code)s.", file=path.name, code=code), "success")
    return redirect(url_for("studio.show_editor", draft_id=draft_id) + "#tests")
