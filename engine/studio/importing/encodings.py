"""Files in other encodings than UTF-8, which XML allows, rewritten in UTF-8."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress

_DECLARATION = re.compile(r"\A<\?xml\b[^>]*\?>\s*")
_DECLARED = re.compile(rb"\A<\?xml\b[^>]*?encoding\s*=\s*[\"']([A-Za-z][A-Za-z0-9._-]{0,40})[\"']")
_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# Those in which tools save diagrams; XML's own rule is that anything undeclared is UTF-8 (XML 1.0, 4.3.3).
_READABLE = {
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
    "iso-8859-1": "latin-1",
    "iso8859-1": "latin-1",
    "latin1": "latin-1",
    "iso-8859-15": "iso8859-15",
    "windows-1258": "cp1258",
}


def to_utf8(content: bytes) -> tuple[bytes, str]:
    """The same document in UTF-8 and the encoding that it was in; unchanged, with "", if it is UTF-8 or no text."""
    encoding = _encoding_of(content)
    with suppress(UnicodeDecodeError):
        if encoding:
            text = content.decode(encoding).removeprefix("\ufeff")
            return b'<?xml version="1.0" encoding="UTF-8"?>\n' + _DECLARATION.sub("", text).encode(), encoding
    return content, ""


def _encoding_of(content: bytes) -> str:
    """Python's name of the encoding that the document's first bytes tell; empty for UTF-8 and what is not known."""
    for mark, name in _MARKS.items():
        if content.startswith(mark):
            return name
    for name in ("utf-16-le", "utf-16-be"):
        if content.startswith("<?xml".encode(name)):
            return name
    match = _DECLARED.match(content)
    return _READABLE.get(match[1].decode().lower(), "") if match is not None else ""
