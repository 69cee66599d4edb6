"""Renders the appendix as a file of the requested kind."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from engine.documents import appendix_docx, appendix_pdf, appendix_xlsx, fonts, official
from engine.documents.appendix_paper import AppendixPaper, compose_paper
from engine.documents.official import PublicBody
from engine.errors import NotFound
from engine.statistics.period import Appendix
from engine.statistics.scope import FiguresScope
from engine.world.unit_tree import UnitTree

MIME_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def require_kind(kind: str) -> None:
    """Raise NotFound unless an appendix can be a file of this kind."""
    if kind not in MIME_TYPES:
        raise NotFound("appendix-kind-unknown", kind=kind[:20], kinds=list(MIME_TYPES))


def render_file(kind: str, annex: AppendixPaper, made_at: datetime, serif: Path | None = None) -> bytes:
    """The bytes of a file; `serif` is the folder where setup puts the typeface. Raises NotFound for an unknown kind."""
    require_kind(kind)
    if kind == "xlsx":
        return appendix_xlsx.write_workbook(annex, made_at)
    if kind == "docx":
        return appendix_docx.write_document(annex, made_at)
    return appendix_pdf.write_pdf(annex, fonts.choose_typeface(serif), made_at)


def paper_for_scope(appendix: Appendix, scope: FiguresScope, units: UnitTree) -> AppendixPaper:
    """The paper for a viewer of `scope`; it names the units that it covers if it leaves some of the scope out."""
    return compose_paper(
        appendix,
        issuer_for_scope(scope, units),
        "" if appendix.scope == scope.name and len(scope.top) == 1 else appendix.scope,
    )


def issuer_for_scope(scope: FiguresScope, units: UnitTree) -> PublicBody:
    """The issuer for a scope: its top unit or, if there are several, the topmost unit above them."""
    code = scope.top[0]
    if len(scope.top) > 1:
        while (above := units.get(code).parent) is not None:
            code = above
    return official.public_body(units, code)
