"""Whether an uploaded file is a Word document that is safe to fill and to send on. For this package.

The file is judged by its content alone: a zip of XML parts and pictures, without macros, embedded objects, links to
anywhere, or a trick in its XML; then it is filled with a sample by the same environment that later fills it.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from docx import Document
from docxtpl import DocxTemplate
from jinja2.exceptions import TemplateError

from engine.directives.fields import SAMPLE
from engine.directives.language import LONGEST, Environment, Unfit

LARGEST = 2 * 1024 * 1024
UNPACKED = 20 * 1024 * 1024
MOST_PARTS = 200
MOST_BRACES = 2000  # docxtpl looks for the end of each field through the rest of the text.
_MAIN = "word/document.xml"
_PARTS = re.compile(r".+\.(xml|rels|png|jpe?g|odttf)", re.IGNORECASE)
_ACTIVE = re.compile(r"vba|activex|embeddings?/|oleobject|afchunk|externallinks|macroenabled", re.IGNORECASE)
_OUTSIDE = re.compile(rb"TargetMode\s*=\s*[\"']\s*External", re.IGNORECASE)
_TYPES = re.compile(
    rb"macroEnabled|oleObject|activeX|vbaProject|template\.main|aFChunk|attachedTemplate", re.IGNORECASE
)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)
# Fields of Word are worked out when the file is opened; page numbers are all that a letter needs. Their code is matched
# under any prefix, and a code in pieces is not taken, because the pieces could be put together to another one.
_FIELD = re.compile(r"instrText\b[^>]*>([^<]*)<|\binstr\s*=\s*[\"']([^\"']*)[\"']")
_HARMLESS = re.compile(r"\s*((PAGE|NUMPAGES)(\s+\\\*\s*\w+)*)?\s*")
_EMBEDDED = re.compile(r"[<:](altChunk|object|control|subDoc|attachedTemplate)\b")


def require_fit(content: bytes) -> None:
    """Raise Unfit unless the file is a template that can be used, naming what is wrong."""
    _require_word(content)
    result = fill(content, SAMPLE)
    try:
        Document(BytesIO(result))
    except Exception as error:  # Python-docx raises whatever its parser does; none of it is our fault.
        raise Unfit("broken") from error


def fill(content: bytes, values: object) -> bytes:
    """The document that a template makes of the values; raises Unfit for what it may not do."""
    template = DocxTemplate(BytesIO(content))
    try:
        template.render(values, Environment(), autoescape=True)
    except Unfit:
        raise
    except TemplateError as error:
        raise Unfit("syntax", str(error)[:120]) from error
    except Exception as error:  # The same: a file that Word may show but docxtpl cannot read.
        raise Unfit("broken") from error
    out = BytesIO()
    template.save(out)
    return out.getvalue()


def _require_word(content: bytes) -> None:
    if not content:
        raise Unfit("empty")
    if len(content) > LARGEST:
        raise Unfit("large")
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            _require_parts(package)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise Unfit("not_word") from error


def _require_parts(package: zipfile.ZipFile) -> None:
    """The names and sizes first, before anything is unpacked."""
    parts = package.infolist()
    names = {part.filename for part in parts}
    if _MAIN not in names or "[Content_Types].xml" not in names:
        raise Unfit("not_word")
    if len(parts) > MOST_PARTS or len(names) < len(parts) or sum(part.file_size for part in parts) > UNPACKED:
        raise Unfit("large")
    for part in parts:
        if _ACTIVE.search(part.filename):
            raise Unfit("active", part.filename)
        if not part.is_dir() and not _PARTS.fullmatch(part.filename):
            raise Unfit("strange", part.filename)
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels")):
            _require_text(part.filename, package.read(part))


def _require_text(name: str, content: bytes) -> None:
    """An XML part: UTF-8, without definitions of its own, links to outside, or fields that fetch something."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unfit("strange", name) from error
    if _DECLARED.search(content) or "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Unfit("strange", name)
    if _OUTSIDE.search(content):
        raise Unfit("link", name)
    if _TYPES.search(content) or _EMBEDDED.search(text):
        raise Unfit("active", name)
    if "{" in text and (len(text) > LONGEST or text.count("{") > MOST_BRACES):
        raise Unfit("large", name)
    for found in _FIELD.finditer(text):
        code = found.group(1) or found.group(2) or ""
        if not _HARMLESS.fullmatch(code):
            raise Unfit("link", code.strip()[:40])
