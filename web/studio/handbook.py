"""Handbooks of processes as Word files and PDFs, of a draft and of every deployment, in both languages."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from engine.documents import fonts
from engine.errors import NotFound
from engine.handbook import book
from engine.handbook.book import BookSource
from engine.process import definitions
from engine.province import unit_captions
from engine.studio import drafts, release
from engine.translation.catalogue import LANGUAGES, Language
from web.display.typefaces import SERIF_FOLDER
from web.http import downloads
from web.http.request import current_language, request_time, requires_permission, tx
from web.studio.files import ACT, visible_draft

blueprint = Blueprint("studio_handbook", __name__, url_prefix="/studio")

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


@blueprint.get("/drafts/<int:draft_id>/handbook")
@requires_permission(ACT)
def show_draft_handbooks(draft_id: int) -> ResponseReturnValue:
    """List the processes of a draft, each with its handbooks."""
    draft = visible_draft(draft_id)
    return _render_list(draft.title, drafts.load_files(tx(), draft), "draft", draft_id=draft_id)


@blueprint.get("/drafts/<int:draft_id>/handbook/<any(docx, pdf):kind>/<path:path>")
@requires_permission(ACT)
def download_draft_handbook(draft_id: int, kind: book.PaperKind, path: str) -> ResponseReturnValue:
    """Send the handbook of a process of a draft; what has changed since its deployment is in it."""
    draft = visible_draft(draft_id)
    with force_locale(_asked_language()):
        version = _("Bản nháp “%(title)s”, dựa trên bản triển khai %(number)s", title=draft.title, number=draft.number)
    source = BookSource(drafts.load_files(tx(), draft), drafts.load_base_files(tx(), draft), version, _units())
    return _send_book(source, kind, PurePosixPath(path))


@blueprint.get("/versions/<int:number>/handbook")
@requires_permission(ACT)
def show_version_handbooks(number: int) -> ResponseReturnValue:
    """List the processes of a deployment, each with its handbooks."""
    title = _("Bản triển khai %(number)s", number=number)
    return _render_list(title, _stored_files(number), "version", number=number)


@blueprint.get("/versions/<int:number>/handbook/<any(docx, pdf):kind>/<path:path>")
@requires_permission(ACT)
def download_version_handbook(number: int, kind: book.PaperKind, path: str) -> ResponseReturnValue:
    """Send the handbook of a process as deployed; what has changed since the deployment before is in it."""
    earlier = max((one.number for one in release.list_deployments(tx()) if one.number < number), default=None)
    before = None if earlier is None else _stored_files(earlier)
    with force_locale(_asked_language()):
        version = _("Bản triển khai %(number)s", number=number)
    source = BookSource(_stored_files(number), before, version, _units())
    return _send_book(source, kind, PurePosixPath(path))


def _stored_files(number: int) -> book.Files:
    if number > definitions.MAX_NUMBER:
        raise NotFound("deployment-unknown", number=str(number))
    return definitions.load_stored_files(tx(), definitions.digest_of_number(tx(), number))


def _units() -> Any:
    return unit_captions.current_units(tx().read)


def _render_list(title: str, files: book.Files, owner: str, **values: int) -> ResponseReturnValue:
    rows = [
        (name, {language: _links(owner, path, language, values) for language in LANGUAGES})
        for path, name in book.list_books(files, current_language())
    ]
    return render_template("studio/handbook.html", title=title, rows=rows)


def _links(owner: str, path: PurePosixPath, language: Language, values: dict[str, int]) -> dict[str, str]:
    page = f"studio_handbook.download_{owner}_handbook"
    return {
        kind: url_for(page, kind=kind, path=str(path), language=language, **values)  # type: ignore[arg-type]
        for kind in book.PAPER_KINDS
    }


def _asked_language() -> Language:
    """The language of the file, which need not be the page's."""
    asked = request.args.get("language", "")
    return next((one for one in LANGUAGES if one == asked), current_language())


def _send_book(source: BookSource, kind: book.PaperKind, path: PurePosixPath) -> ResponseReturnValue:
    composed = book.compose_book(source, path, _asked_language())
    content = book.write_book(composed, kind, fonts.choose_typeface(SERIF_FOLDER), request_time())
    return downloads.file_response(content, MEDIA_TYPES[kind], f"{composed.title.replace(':', ' -')}.{kind}")
