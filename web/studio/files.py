"""The files of a draft, for the editors in the browser: plain contents with versions, everything else as JSON.

What cannot be done is answered as JSON too, with one sentence; 409 where somebody else was faster.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import PurePosixPath
from typing import Any, TypeVar

from flask import Blueprint, Response, g, jsonify, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from lxml import etree

from engine.errors import BadInput, EngineError, NotFound, Stale
from engine.scenarios import deployment_check
from engine.studio import drafts, mail_preview
from engine.studio.catalogue import catalogue
from engine.studio.drafts import Draft
from web.display import filters
from web.http.request import app, language, needs, now, tx, world

blueprint = Blueprint("studio_files", __name__, url_prefix="/studio/drafts/<int:draft_id>")
View = TypeVar("View", bound=Callable[..., Any])

Answer = Any
ACT = "design"
RECIPIENTS = {
    "unit": lazy_gettext("Đơn vị đang giữ việc"),
    "unit_above": lazy_gettext("Đơn vị cấp trên"),
    "provincial_office": lazy_gettext("Văn phòng UBND tỉnh"),
    "hotline": lazy_gettext("Tổng đài 1022"),
    "police": lazy_gettext("Công an"),
    "citizen": lazy_gettext("Người dân"),
}


def said(view: View) -> View:
    """Answer errors of the program as JSON, undoing what was begun."""

    @wraps(view)
    def answer(*args: Any, **named: Any) -> Answer:
        try:
            return view(*args, **named)
        except Stale:
            sentence = _("Tệp đã được sửa ở cửa sổ khác. Nội dung của bạn chưa mất: hãy so sánh rồi chọn bản giữ lại.")
            return jsonify(sentence=sentence, who=g.account.name), 409
        except NotFound as error:
            return jsonify(sentence=str(error)), 404
        except EngineError as error:
            return jsonify(sentence=str(error)), 422

    return answer  # type: ignore[return-value]


def mine(draft_id: int) -> Draft:
    """The signed-in analyst's draft of that id; raises NotFound."""
    return drafts.find(tx(), g.account.id, draft_id)


@blueprint.get("/files")
@needs(ACT)
@said
def listing(draft_id: int) -> Answer:
    """What files there are, and which of them the draft has changed."""
    rows = drafts.listing(tx(), mine(draft_id))
    return jsonify([{"path": str(row.path), "version": row.version, "changed": row.version > 0} for row in rows])


@blueprint.get("/files/<path:path>")
@needs(ACT)
@said
def read(draft_id: int, path: str) -> Answer:
    """A file as it stands."""
    content, version = drafts.read(tx(), mine(draft_id), PurePosixPath(path))
    answer = Response(content, mimetype="text/plain")
    answer.set_etag(str(version))
    return answer


@blueprint.put("/files/<path:path>")
@needs(ACT)
@said
def write(draft_id: int, path: str) -> Answer:
    """Store a file; broken XML is refused before it replaces a diagram."""
    content = request.get_data(cache=False)
    _require_xml(PurePosixPath(path), content)
    return _stored(drafts.write(tx(), mine(draft_id), PurePosixPath(path), content, _version(), now()))


@blueprint.delete("/files/<path:path>")
@needs(ACT)
@said
def remove(draft_id: int, path: str) -> Answer:
    """Leave a file out."""
    drafts.write(tx(), mine(draft_id), PurePosixPath(path), None, _version(), now())
    return "", 204


def _stored(version: int) -> Answer:
    answer = Response(status=204)
    answer.set_etag(str(version))
    return answer


def _version() -> int | None:
    """The version that the browser has read; None when it says that the file is new."""
    if request.headers.get("If-None-Match") == "*":
        return None
    tags = request.if_match.as_set()
    if len(tags) != 1 or not (text := tags.pop()).isdecimal() or len(text) > 9:
        raise BadInput(_("Yêu cầu không nói đã đọc phiên bản nào của tệp."))
    return int(text)


def _require_xml(path: PurePosixPath, content: bytes) -> None:
    if path.suffix not in (".bpmn", ".dmn"):
        return
    try:
        etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as error:
        raise BadInput(
            _("%(file)s không phải là XML đúng: dòng %(line)s.", file=path.name, line=error.lineno)
        ) from error


@blueprint.get("/problems")
@needs(ACT)
@said
def problems(draft_id: int) -> Answer:
    """Everything that is wrong with the draft, said so that its author can mend it."""
    found = deployment_check.check(drafts.files(tx(), mine(draft_id)), language())
    rows = [
        {
            "path": str(item.file),
            "element": item.element,
            "line": item.line,
            "sentence": item.message,
            "rule": item.rule,
        }
        for item in found
    ]
    return jsonify(problems=rows)


@blueprint.get("/catalogue")
@needs(ACT)
@said
def choices(draft_id: int) -> Answer:
    """What can be chosen while drawing, in the words of this language."""
    found = catalogue(drafts.files(tx(), mine(draft_id)))
    for item in found["roles"]:
        item["label"] = str(filters.role(item["value"]))
    for item in found["recipients"]:
        item["label"] = str(RECIPIENTS.get(item["value"], item["value"]))
    return jsonify(found)


@blueprint.get("/others")
@needs(ACT)
@said
def others(draft_id: int) -> Answer:
    """Who else works on files of a deployment now."""
    found: dict[str, dict[str, Any]] = {}
    for row in drafts.others(tx(), mine(draft_id)):
        one = found.setdefault(row.name, {"who": row.name, "at": row.saved_at.isoformat(), "paths": []})
        if row.path not in one["paths"]:
            one["paths"].append(row.path)
    return jsonify(list(found.values()))


@blueprint.post("/mail-preview")
@needs(ACT)
@said
def preview(draft_id: int) -> Answer:
    """A mail as a real case's notice would read."""
    mine(draft_id)
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not isinstance(body.get("text"), str) or len(body["text"]) > drafts.MOST_BYTES:
        raise BadInput(_("Yêu cầu xem thử không có nội dung mẫu thư."))
    pages = app().writing(world()).pages
    subject, text = mail_preview.preview(tx(), body["text"], str(body.get("case") or ""), world(), pages, now())
    return jsonify(subject=subject, text=text)
