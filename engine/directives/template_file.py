"""Checks that an uploaded file is a Word document that is safe to fill and forward, and fills it.

The file is judged by its content alone: a zip of XML parts and pictures, without macros, embedded objects, external
links or tricks in its XML; then it is filled with sample values by the same environment that fills it later.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from docx import Document
from docxtpl import DocxTemplate
from jinja2.exceptions import TemplateError

from engine.directives.fields import SAMPLE_VALUES
from engine.directives.language import MAX_SOURCE_LENGTH, TemplateEnvironment, UnfitTemplate

MAX_FILE_SIZE = 2 * 1024 * 1024
MAX_UNPACKED_SIZE = 20 * 1024 * 1024
MAX_PARTS = 200
MAX_BRACES = 2000  # docxtpl searches the rest of the text for the end of each field.
_MAIN_PART = "word/document.xml"
_ALLOWED_PARTS = re.compile(r".+\.(xml|rels|png|jpe?g|odttf)", re.IGNORECASE)
_ACTIVE_PARTS = re.compile(r"vba|activex|embeddings?/|oleobject|afchunk|externallinks|macroenabled", re.IGNORECASE)
_EXTERNAL_LINK = re.compile(rb"TargetMode\s*=\s*[\"']\s*External", re.IGNORECASE)
_ACTIVE_TYPES = re.compile(
    rb"macroEnabled|oleObject|activeX|vbaProject|template\.main|aFChunk|attachedTemplate", re.IGNORECASE
)
_FOREIGN_ENCODING = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)
# Word evaluates fields when it opens the file; a letter needs only page numbers. Field codes are matched under any
# prefix, and a code split into pieces is rejected, because the pieces could combine into another one.
_WORD_FIELD = re.compile(r"instrText\b[^>]*>([^<]*)<|\binstr\s*=\s*[\"']([^\"']*)[\"']")
_HARMLESS_FIELD = re.compile(r"\s*((PAGE|NUMPAGES)(\s+\\\*\s*\w+)*)?\s*")
_EMBEDDED_ELEMENT = re.compile(r"[<:](altChunk|object|control|subDoc|attachedTemplate)\b")


def require_usable_template(content: bytes) -> None:
    """Raise UnfitTemplate, naming what is wrong, unless the file is a usable template."""
    _require_word_package(content)
    filled = fill_document(content, SAMPLE_VALUES)
    try:
        Document(BytesIO(filled))
    except Exception as error:  # python-docx raises whatever its parser does; none of it is our fault.
        raise UnfitTemplate("directive-template-broken") from error


def fill_document(content: bytes, values: object) -> bytes:
    """Fill a template with the values; raises UnfitTemplate for anything that it may not do."""
    template = DocxTemplate(BytesIO(content))
    try:
        template.render(values, TemplateEnvironment(), autoescape=True)
    except UnfitTemplate:
        raise
    except TemplateError as error:
        raise UnfitTemplate("directive-template-syntax", name=str(error)[:120]) from error
    except Exception as error:  # The same: a file that Word may show but docxtpl cannot read.
        raise UnfitTemplate("directive-template-broken") from error
    buffer = BytesIO()
    template.save(buffer)
    return buffer.getvalue()


def _require_word_package(content: bytes) -> None:
    if not content:
        raise UnfitTemplate("directive-template-empty")
    if len(content) > MAX_FILE_SIZE:
        raise UnfitTemplate("directive-template-too-large")
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            _require_safe_parts(package)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise UnfitTemplate("directive-template-not-word") from error


def _require_safe_parts(package: zipfile.ZipFile) -> None:
    """Check names and sizes first, before unpacking anything."""
    parts = package.infolist()
    names = {part.filename for part in parts}
    if _MAIN_PART not in names or "[Content_Types].xml" not in names:
        raise UnfitTemplate("directive-template-not-word")
    if len(parts) > MAX_PARTS or len(names) < len(parts) or sum(part.file_size for part in parts) > MAX_UNPACKED_SIZE:
        raise UnfitTemplate("directive-template-too-large")
    for part in parts:
        if _ACTIVE_PARTS.search(part.filename):
            raise UnfitTemplate("directive-template-active-part", name=part.filename)
        if not part.is_dir() and not _ALLOWED_PARTS.fullmatch(part.filename):
            raise UnfitTemplate("directive-template-strange-part", name=part.filename)
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels")):
            _require_safe_xml(part.filename, package.read(part))


def _require_safe_xml(name: str, content: bytes) -> None:
    """Require an XML part in UTF-8, without its own definitions, external links or fields that fetch something."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnfitTemplate("directive-template-strange-part", name=name) from error
    if _FOREIGN_ENCODING.search(content) or "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise UnfitTemplate("directive-template-strange-part", name=name)
    if _EXTERNAL_LINK.search(content):
        raise UnfitTemplate("directive-template-outside-link", name=name)
    if _ACTIVE_TYPES.search(content) or _EMBEDDED_ELEMENT.search(text):
        raise UnfitTemplate("directive-template-active-part", name=name)
    if "{" in text and (len(text) > MAX_SOURCE_LENGTH or text.count("{") > MAX_BRACES):
        raise UnfitTemplate("directive-template-too-large", name=name)
    for match in _WORD_FIELD.finditer(text):
        code = match.group(1) or match.group(2) or ""
        if not _HARMLESS_FIELD.fullmatch(code):
            raise UnfitTemplate("directive-template-outside-link", name=code.strip()[:40])
