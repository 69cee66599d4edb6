"""Rewrites an untrusted Word file so that it holds exactly what was checked, and nothing that runs or fetches.

A Word file is a zip of XML parts and pictures. Each part is parsed, judged as parsed and written anew in UTF-8, each
picture measured: what a reader of bytes could take in another way (encodings, character references, comments, double
entries, a part under a false name) is gone. `word_parts` has the rules for one part.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from docx.image.image import Image

from engine.directives.language import MAX_SOURCE_LENGTH, UnfitTemplate
from engine.directives.word_parts import PLAIN_ENDINGS, parse_part, require_plain_types, require_still_part, write_part

MAX_UNPACKED_SIZE = 20 * 1024 * 1024
MAX_PARTS = 200
MAX_BRACES = 2000  # Of a part: docxtpl searches the rest of the text for the end of each field.
MAX_PIXELS = 40_000_000  # Of a picture: a scanned A4 page at 600 dpi has 35 million.
_MAIN_PART, _TYPES_PART = "word/document.xml", "[Content_Types].xml"
_PART_NAME = re.compile(r"(?!.*\.\.)[\w \[\]().+-]+(?:/[\w \[\]().+-]+)*", re.ASCII)
_XML_ENDINGS, _PICTURE_ENDINGS = (".xml", ".rels"), (".png", ".jpg", ".jpeg")
_ACTIVE_NAMES = re.compile(r"vba|activex|embeddings?/|oleobject|afchunk|externallinks|macroenabled", re.IGNORECASE)
_SAME_TIME = (1980, 1, 1, 0, 0, 0)


def rewrite_package(content: bytes) -> bytes:
    """The same Word file, of checked parts alone; raises UnfitTemplate, naming what is wrong."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            parts = _require_fit_names(package)
            return _pack({part.filename: _safe_content(part.filename, package.read(part)) for part in parts})
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise UnfitTemplate("directive-template-not-word") from error


def require_searchable(content: bytes) -> None:
    """Raise UnfitTemplate if a part of a rewritten package has more fields than docxtpl can search for."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        texts = {name: package.read(name) for name in package.namelist() if name.lower().endswith(_XML_ENDINGS)}
    for name, text in texts.items():
        if b"{" in text and (len(text.decode()) > MAX_SOURCE_LENGTH or text.count(b"{") > MAX_BRACES):
            raise UnfitTemplate("directive-template-too-large", name=name)


def _require_fit_names(package: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The parts, after a look at their names and sizes, before anything is unpacked."""
    entries = package.infolist()
    names = {entry.filename for entry in entries}
    if _MAIN_PART not in names or _TYPES_PART not in names:
        raise UnfitTemplate("directive-template-not-word")
    same_names = len({name.casefold() for name in names}) < len(entries)
    if len(entries) > MAX_PARTS or same_names or sum(entry.file_size for entry in entries) > MAX_UNPACKED_SIZE:
        raise UnfitTemplate("directive-template-too-large")
    parts = [entry for entry in entries if not entry.is_dir()]
    for part in parts:
        if _ACTIVE_NAMES.search(part.filename):
            raise UnfitTemplate("directive-template-active-part", name=part.filename)
        is_allowed = part.filename.lower().endswith(_XML_ENDINGS + PLAIN_ENDINGS)
        if not is_allowed or not _PART_NAME.fullmatch(part.filename):
            raise UnfitTemplate("directive-template-strange-part", name=part.filename)
    return parts


def _safe_content(name: str, content: bytes) -> bytes:
    """A part as it is written anew; raises UnfitTemplate."""
    if name.lower().endswith(_PICTURE_ENDINGS):
        _require_picture(name, content)
    if not name.lower().endswith(_XML_ENDINGS):
        return content
    root = parse_part(name, content)
    require_still_part(name, root)
    if name == _TYPES_PART:
        require_plain_types(root)
    return write_part(root)


def _require_picture(name: str, content: bytes) -> None:
    """Require a picture that Word can show: one of too many points would take all memory where it is opened."""
    try:
        picture = Image.from_blob(content)
        pixels = picture.px_width * picture.px_height
    except Exception as error:  # python-docx reads headers of pictures unguarded: whatever it raises, it is no picture.
        raise UnfitTemplate("directive-template-strange-part", name=name) from error
    if pixels > MAX_PIXELS:
        raise UnfitTemplate("directive-template-too-large", name=name)


def _pack(parts: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name in sorted(parts, key=lambda name: (name != _TYPES_PART, name)):
            entry = zipfile.ZipInfo(name, _SAME_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, parts[name])
    return buffer.getvalue()
