"""A file that a citizen or officer attaches is told by its first bytes; a damaged or malicious one is only refused."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from engine.cases.attachments import UnacceptableFile, Upload, extension_of
from engine.cases.file_kinds import MAX_ENTRIES


def office_file(*names: str) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name in ("word/document.xml", *names):
            package.writestr(name, b"x")
    return buffer.getvalue()


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
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_office_file_is_refused(name: str) -> None:
    with pytest.raises(UnacceptableFile):
        extension_of(Upload("x.docx", DAMAGED[name]))


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
