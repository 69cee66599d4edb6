"""The studio's front page, its drafts, and the way from a draft to a deployment."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.cases import lookup
from engine.errors import BadInput, NotFound, Problems
from engine.scenarios import recording
from engine.studio import drafts, release
from engine.studio.release import Unproven, Why
from web.http.request import language, needs, now, tx
from web.studio.files import ACT, mine

blueprint = Blueprint("studio", __name__, url_prefix="/studio")

Answer = Any


@blueprint.get("")
@needs(ACT)
def show() -> Answer:
    """The analyst's drafts, and what has been deployed."""
    return render_template(
        "studio/start.html", drafts=drafts.listed(tx(), g.account.id), versions=release.versions(tx())
    )


@blueprint.post("/drafts")
@needs(ACT)
def begin() -> Answer:
    """Begin a draft; with `restore` it holds the content of an old deployment, to be deployed again."""
    title, old = request.form.get("title", "").strip(), request.form.get("restore", "")
    number = int(old) if old.isdecimal() and len(old) < 9 else None
    if number is not None:
        title = title or _("Trở lại bản %(number)s", number=number)
    try:
        draft_id = drafts.begin(tx(), g.account.id, title, now())
    except BadInput:
        flash(_("Đặt tên cho bản nháp (tối đa 200 ký tự), và bỏ bớt nếu đã có 50 bản nháp."), "danger")
        return redirect(url_for("studio.show"))
    if number is not None:
        release.restore(tx(), mine(draft_id), number, now())
    return redirect(url_for("studio.edit", draft_id=draft_id))


@blueprint.get("/drafts/<int:draft_id>/edit")
@needs(ACT)
def edit(draft_id: int) -> Answer:
    """The editors."""
    return render_template("studio/editor.html", draft=mine(draft_id))


@blueprint.post("/drafts/<int:draft_id>/discard")
@needs(ACT)
def discard(draft_id: int) -> Answer:
    """Throw a draft away."""
    draft = mine(draft_id)
    drafts.discard(tx(), draft)
    flash(_("Đã bỏ bản nháp “%(title)s”.", title=draft.title), "success")
    return redirect(url_for("studio.show"))


@blueprint.post("/drafts/<int:draft_id>/rebase")
@needs(ACT)
def rebase(draft_id: int) -> Answer:
    """Base a draft on the newest deployment, unless both have changed the same file."""
    both = drafts.rebase(tx(), mine(draft_id), now())
    if both:
        names = ", ".join(path.name for path in both)
        flash(
            _("Bản mới nhất cũng đã sửa %(files)s; hãy so sánh rồi sửa lại trên bản nháp mới.", files=names), "danger"
        )
    else:
        flash(_("Bản nháp nay dựa trên bản triển khai mới nhất."), "success")
    return redirect(url_for("studio.edit", draft_id=draft_id))


@blueprint.post("/drafts/<int:draft_id>/deploy")
@needs(ACT)
def deploy(draft_id: int) -> Answer:
    """Deploy a draft; new cases use it at once, and the analyst goes on to the open ones."""
    why = Why(request.form.get("message", "").strip(), request.form.get("reason", "").strip())
    try:
        done = release.deploy(tx(), mine(draft_id), why, language(), now())
    except Unproven as error:
        flash(_("%(num)s kịch bản không đạt; ghi lý do nếu vẫn triển khai.", num=len(error.failures)), "danger")
    except Problems as error:
        flash(_("Bản nháp còn %(num)s vấn đề; sửa hết rồi triển khai.", num=len(error.problems)), "danger")
    except BadInput:
        flash(_("Ghi rõ vì sao triển khai (tối đa 2.000 ký tự)."), "danger")
    else:
        if done.new:
            flash(_("Đã triển khai bản %(number)s; hồ sơ mới dùng ngay bản này.", number=done.number), "success")
        else:
            flash(_("Nội dung này đã là bản triển khai %(number)s.", number=done.number), "info")
        return redirect(url_for("studio_moving.show", number=done.number))
    return redirect(url_for("studio.edit", draft_id=draft_id) + "#versions")


@blueprint.post("/drafts/<int:draft_id>/record")
@needs(ACT)
def record(draft_id: int) -> Answer:
    """Make a scenario of a real case: what was done, when, and what came of it, without anything personal."""
    code = request.form.get("code", "").strip().upper()
    try:
        content = recording.record(tx(), lookup.case_of(tx(), code), now())
        path = PurePosixPath(f"workflows/tests/recorded_{now():%Y%m%d_%H%M%S}.yaml")
        drafts.write(tx(), mine(draft_id), path, content, None, now())
    except NotFound:
        flash(_("Không có hồ sơ %(code)s.", code=code), "danger")
    except BadInput as error:
        flash(str(error), "danger")
    else:
        flash(_("Đã ghi kịch bản %(file)s từ hồ sơ %(code)s.", file=path.name, code=code), "success")
    return redirect(url_for("studio.edit", draft_id=draft_id) + "#tests")
