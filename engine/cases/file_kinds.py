"""What kind of file an upload is: its content says so, never its name."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

from lxml.etree import LxmlError

from engine.pictures import film_boxes
from engine.safe_xml import parse_xml

MEDIA_TYPES = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".pdf": "application/pdf",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PICTURES = frozenset({".jpg", ".png", ".webp", ".avif"})  # What is drawn anew; AVIF becomes JPEG.
FILMS = frozenset({".mp4", ".mov", ".m4a"})
SOUND = ".mp3"
HEIC = ".heic"  # Known, so that the refusal can say what to do: no free library for it may be shipped.
# Known too, and refused with a sentence of their own.
MACROS, EMBEDDED, CUT_PDF = "macros", "embedded", "cut pdf"
_SIGNATURES = ((b"\xff\xd8\xff", ".jpg"), (b"\x89PNG\r\n\x1a\n", ".png"), (b"%PDF-", ".pdf"), (b"ID3", ".mp3"))
_OLE, _PACKAGE, MAX_EMBEDDED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", 5_000_000
_ENTRY, MAX_ENTRIES = (
    b"PK\x01\x02",
    5_000,
)  # Of an office file: 10 MB can hold 200,000, seconds of reading.
_CONTENT_TYPES, MAX_SAID = "[content_types].xml", 1_000_000  # Bytes of what a package says of its parts.
# Whatever the readers raise for a damaged or malicious file.
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, LxmlError),
    *(NotImplementedError, RuntimeError, ValueError, OSError, EOFError),
)
_ACTIVE_KINDS = ("macroenabled", "vbaproject", "activex", "macrosheet")
_OFFICE_PARTS = {"word/document.xml": ".docx", "xl/workbook.xml": ".xlsx"}


def detect_kind(content: bytes) -> str | None:
    """The extension that belongs to the content: of MEDIA_TYPES or ".avif"; None for any other kind.

    HEIC, MACROS, EMBEDDED and CUT_PDF are what is refused by its name.
    """
    for signature, extension in _SIGNATURES:
        if content.startswith(signature):
            return extension if extension != ".pdf" or _is_whole_pdf(content) else CUT_PDF
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return ".webp"
    if content[4:8] == b"ftyp":
        return film_boxes.kind_by_brand(content) or None
    if content[:1] == b"\xff" and content[1:2] in (b"\xfb", b"\xf3", b"\xf2"):
        return ".mp3"
    return _office_extension(content) if content.startswith(_PACKAGE) else None


def _is_whole_pdf(content: bytes) -> bool:
    """Whether a PDF has objects, and ends by saying where they are (ISO 32000-2, 7.5): else no program opens it."""
    return all(mark in content for mark in (b" obj", b"startxref", b"%%EOF"))


def _office_extension(content: bytes, *, embedded: bool = False) -> str | None:
    """The extension of a Word or Excel file without macros or objects; `embedded` says that it lies in another one."""
    if content.count(_ENTRY) > MAX_ENTRIES:
        return None
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            names = set(package.namelist())
            if len({name.lower() for name in names}) < len(package.namelist()):
                return None
            if _has_active_part(package, names):
                return MACROS
            if _has_object(package, embedded=embedded):
                return EMBEDDED
    except _UNREADABLE:
        return None
    return next((extension for part, extension in _OFFICE_PARTS.items() if part in names), None)


def _has_object(package: zipfile.ZipFile, *, embedded: bool) -> bool:
    """Whether a part is an OLE object or another package, told by its first bytes.

    The sheet of a chart is a plain package in one that is not embedded itself.
    """
    left = MAX_EMBEDDED
    for entry in package.infolist():
        with package.open(entry) as part:
            beginning = part.read(len(_OLE))
        if beginning == _OLE:
            return True
        if beginning.startswith(_PACKAGE):
            left -= entry.file_size
            if embedded or left < 0 or _office_extension(package.read(entry), embedded=True) not in MEDIA_TYPES:
                return True
    return False


def _has_active_part(package: zipfile.ZipFile, names: set[str]) -> bool:
    """Whether a package says that it has macros or controls, or takes a template from elsewhere (ECMA-376, 2)."""
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return True
    lists = [name for name in names if name.lower() == _CONTENT_TYPES or name.lower().endswith(".rels")]
    if sum(package.getinfo(name).file_size for name in lists) > MAX_SAID:
        return True  # No office program says so much about its parts.
    return any(_names_active_part(package.read(name)) for name in lists)


def _names_active_part(content: bytes) -> bool:
    """Whether a list of kinds of parts, or of relations between them, names one that acts by itself."""
    for element in parse_xml(content).iter("{*}Default", "{*}Override", "{*}Relationship"):
        kind = (element.get("ContentType") or element.get("Type") or "").lower()
        fetched = element.get("TargetMode", "").lower() == "external" and kind.endswith("/attachedtemplate")
        if fetched or any(word in kind for word in _ACTIVE_KINDS):
            return True
    return False
