"""A file that a citizen or officer attaches is told by its first bytes; a damaged or malicious one is only refused."""

from __future__ import annotations

import warnings
import zipfile
from io import BytesIO

import pytest
from docx import Document

from engine.cases.attachments import UnacceptableFile, Upload, extension_of
from engine.cases.file_kinds import MAX_ENTRIES
from engine.translation.wording import say


def office_file(*names: str) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("[Content_Types].xml", types("text/xml"), zipfile.ZIP_DEFLATED)
        for name in ("word/document.xml", *names):
            package.writestr(name, b"x")
    return buffer.getvalue()


TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
PROJECT = "application/vnd.ms-office.vbaProject"


def told_by(part: str, text: str, encoding: str = "utf-8") -> bytes:
    """An office file with a part that says what the others are."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("word/document.xml", b"x")
        package.writestr(part, f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding))
    return buffer.getvalue()


def doubled(part: str, *texts: str) -> bytes:
    """An office file in which one part stands several times: readers differ in which they take."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as package, warnings.catch_warnings(action="ignore"):
        package.writestr("word/document.xml", b"x")
        for text in texts:
            package.writestr(part, text)
    return buffer.getvalue()


def types(kind: str) -> str:
    return f'<Types xmlns="{TYPES}"><Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'


def relation(kind: str, mode: str = "Internal") -> str:
    one = f'<Relationship Id="r" Type="{OFFICE}/{kind}" Target="http://x.example/t" TargetMode="{mode}"/>'
    return f'<Relationships xmlns="{RELATIONS}">{one}</Relationships>'


def changed(offset: int, value: bytes, *, mark: bytes = b"PK\x01\x02") -> bytes:
    """An office file with other bytes at an offset of its first central entry."""
    content = bytearray(office_file())
    start = content.index(mark) + offset
    content[start : start + len(value)] = value
    return bytes(content)


DAMAGED = {
    "newer version": changed(6, b"\xff\xff"),
    "name that is no UTF-8": changed(8, b"\x00\x08").replace(b"word/", b"\xff\xfe\xff\xff/"),
    "directory that is longer than the file": changed(12, b"\xff\xff\xff\x7f", mark=b"PK\x05\x06"),
    "only the beginning": office_file()[:40],
    "macros": office_file("word/vbaProject.bin"),
    "macros in other letters": office_file("word/VBAPROJECT.BIN"),
    "macros by their kind": told_by("[Content_Types].xml", types(MACROS)),
    "macros by their kind, in another encoding": told_by("[Content_Types].xml", types(MACROS), "utf-16"),
    "macros by their kind, in references": told_by("[Content_Types].xml", types(MACROS.replace("E", "&#69;"))),
    "a part of macros with a harmless name": told_by("[Content_Types].xml", types(PROJECT)),
    "a sheet of old macros": told_by("[Content_Types].xml", types("application/vnd.ms-excel.macrosheet+xml")),
    "a sheet of old macros by its relation": told_by("xl/_rels/workbook.xml.rels", relation("xlMacrosheet")),
    "a list of types that stands twice": doubled("[Content_Types].xml", types(MACROS), types("text/xml")),
    "a control": told_by("word/_rels/document.xml.rels", relation("activeXControlBinary")),
    "a template from elsewhere": told_by("word/_rels/settings.xml.rels", relation("attachedTemplate", "External")),
    "types that cannot be read": told_by("[Content_Types].xml", "<Types"),
    "types without end": told_by("[Content_Types].xml", types("x" * 1_100_000)),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_office_file_is_refused(name: str) -> None:
    with pytest.raises(UnacceptableFile):
        extension_of(Upload("x.docx", DAMAGED[name]))


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def holding(name: str, content: bytes) -> bytes:
    """An office file with another file in it."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("[Content_Types].xml", types("text/xml"))
        package.writestr("word/document.xml", b"x")
        package.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7\n", "không đầy đủ"),
        (b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF", "không đầy đủ"),
        (office_file("word/vbaProject.bin"), "macro"),
        (told_by("[Content_Types].xml", types(MACROS)), "macro"),
        (holding("word/embeddings/oleObject1.bin", OLE + b"x"), "nhúng"),
        (holding("word/media/a.png", OLE), "nhúng"),
        (holding("word/embeddings/a.docx", office_file("word/vbaProject.bin")), "nhúng"),
        (holding("word/media/a.bin", told_by("[Content_Types].xml", types(MACROS))), "nhúng"),
        (holding("word/embeddings/a.docx", holding("word/embeddings/b.docx", office_file())), "nhúng"),
    ],
)
def test_what_is_refused_by_its_kind_says_which(content: bytes, sentence: str) -> None:
    with pytest.raises(UnacceptableFile) as caught:
        extension_of(Upload("x.docx", content))
    assert sentence in say(caught.value, "vi")


def test_a_chart_brings_its_sheet() -> None:
    assert extension_of(Upload("x.docx", holding("word/embeddings/sheet.xlsx", office_file()))) == ".docx"


def test_an_ordinary_office_file_is_taken() -> None:
    word = BytesIO()
    Document().save(word)
    assert extension_of(Upload("x.docx", word.getvalue())) == ".docx"
    assert extension_of(Upload("x.docx", told_by("word/_rels/document.xml.rels", relation("hyperlink", "External"))))


def test_a_file_of_very_many_parts_is_refused_before_they_are_read() -> None:
    with pytest.raises(UnacceptableFile):
        extension_of(Upload("x.docx", office_file() + b"PK\x01\x02" * MAX_ENTRIES))


def test_every_byte_of_an_office_file_may_be_wrong() -> None:
    good = office_file()
    assert extension_of(Upload("x.docx", good)) == ".docx"
    for place in range(len(good)):
        for value in (0x00, 0x7F, 0xFF):
            try:
                extension_of(Upload("x.docx", good[:place] + bytes([value]) + good[place + 1 :]))
            except UnacceptableFile:
                continue
