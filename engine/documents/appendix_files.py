"""The appendix as a file of a wanted kind. Imported by pages and commands."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from engine.documents import appendix_docx, appendix_pdf, appendix_xlsx, fonts, official
from engine.documents.appendix_paper import Paper, paper
from engine.documents.official import Body
from engine.errors import NotFound
from engine.statistics.period import Appendix
from engine.statistics.scope import Scope
from engine.world.unit_tree import UnitTree

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def require(kind: str) -> None:
    """Raise NotFound unless an appendix can be a file of this kind."""
    if kind not in KINDS:
        raise NotFound(f"An appendix is no {kind[:20]!r} file; there are {', '.join(KINDS)}.")


def written(kind: str, drawn: Paper, made_at: datetime, serif: Path | None = None) -> bytes:
    """The bytes of a file; `serif` is the folder where set-up puts the typeface. Raises NotFound for another kind."""
    require(kind)
    if kind == "xlsx":
        return appendix_xlsx.write(drawn, made_at)
    if kind == "docx":
        return appendix_docx.write(drawn, made_at)
    return appendix_pdf.write(drawn, fonts.typeface(serif), made_at)


def paper_of(made: Appendix, seen: Scope, units: UnitTree) -> Paper:
    """The paper of whoever sees `seen`; it names the units that it is about where it leaves some of these out."""
    return paper(made, issuer_of(seen, units), "" if made.scope == seen.name and len(seen.top) == 1 else made.scope)


def issuer_of(seen: Scope, units: UnitTree) -> Body:
    """The one unit that somebody answers for; for several, the topmost unit above them."""
    code = seen.top[0]
    if len(seen.top) > 1:
        while (above := units.get(code).parent) is not None:
            code = above
    return official.body(units, code)
