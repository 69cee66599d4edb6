"""Uploaded templates: what a Word file may hold and what it may ask of the program; the rest is refused by name."""

from __future__ import annotations

import zipfile
from functools import cache
from io import BytesIO
from xml.sax.saxutils import escape

import pytest
from docx import Document

from engine.directives import word_package
from engine.directives.default_template import build_default_template
from engine.directives.fields import SAMPLE_VALUES
from engine.directives.language import UnfitTemplate
from engine.directives.template_file import MAX_FILE_SIZE, fill_uploaded, make_usable
from engine.translation.wording import say

MARK = "the line"


@cache
def with_text(*lines: str, heading: str = "", title: str = "") -> bytes:
    """A Word file with these paragraphs, this running head and this title."""
    if lines[1:] or heading or title or lines == (MARK,):
        return _written(lines, heading, title)
    base = with_text(MARK)  # Writing a file whole takes ten times as long, and many tests have one each.
    with zipfile.ZipFile(BytesIO(base)) as package:
        part = package.read("word/document.xml")
    return with_part("word/document.xml", part.replace(MARK.encode(), escape(lines[0]).encode()), base=base)


def _written(lines: tuple[str, ...], heading: str, title: str) -> bytes:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    document.sections[0].header.paragraphs[0].text = heading
    document.core_properties.title = title
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def with_part(name: str, content: bytes, *, base: bytes | None = None) -> bytes:
    """A Word file in which one part is added or replaced."""
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(base or with_text("x"))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for item in old.infolist():
            if item.filename != name:
                new.writestr(item, old.read(item))
        new.writestr(name, content)
    return out.getvalue()


def with_heading(text: str) -> bytes:
    """A Word file with a long running head, which python-docx would put there letter by letter."""
    short = with_text("x", heading="HEAD")
    with zipfile.ZipFile(BytesIO(short)) as package:
        part = package.read("word/header1.xml")
    return with_part("word/header1.xml", part.replace(b"HEAD", text.encode()), base=short)


def body(xml: str, *, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    """A Word file whose body is this XML."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document = f"{head}<w:document {space}><w:body><w:p>{xml}</w:p></w:body></w:document>"
    return with_part("word/document.xml", document.encode("utf-8"))


def rels(kind: str, *, mode: str = "External") -> bytes:
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = f'<Relationship Id="r1" Type="{office}/{kind}" Target="http://evil.example/x" TargetMode = "{mode}"/>'
    text = f'<Relationships xmlns="{space}">{link}</Relationships>'
    return with_part("word/_rels/settings.xml.rels", text.encode())


LOOPS = "{% for a in cases %}{% for b in cases %}{% for c in cases %}{{ c.code }}{% endfor %}{% endfor %}{% endfor %}"
HOSTILE = [
    (b"", "empty", ""),
    (b"x" * (MAX_FILE_SIZE + 1), "too-large", ""),
    (b"%PDF-1.7", "not-word", ""),
    (b"PK\x03\x04" + b"x" * 60, "not-word", ""),
    (with_part("word/vbaProject.bin", b"x"), "active-part", "word/vbaProject.bin"),
    (with_part("word/embeddings/oleObject1.bin", b"x"), "active-part", "word/embeddings/oleObject1.bin"),
    (with_part("word/activeX/activeX1.xml", b"<x/>"), "active-part", "word/activeX/activeX1.xml"),
    (with_part("word/run.exe", b"MZ"), "strange-part", "word/run.exe"),
    (with_part("word/media/a.png.xml", b"\xff\xfe<\x00x\x00"), "strange-part", "word/media/a.png.xml"),
    (with_part("word/bomb.xml", b"0" * (word_package.MAX_UNPACKED_SIZE + 1)), "too-large", ""),
    (with_part("docProps/app.xml", b'<!DOCTYPE x [<!ENTITY y "z">]><x>&y;</x>'), "strange-part", "docProps/app.xml"),
    (with_part("docProps/app.xml", b'<?xml version="1.0" encoding="utf-7"?><x/>'), "strange-part", "docProps/app.xml"),
    (rels("attachedTemplate"), "outside-link", "word/_rels/settings.xml.rels"),
    (rels("hyperlink", mode="external"), "outside-link", "word/_rels/settings.xml.rels"),
    (body('<w:r><w:instrText>INCLUDETEXT "c:/x"</w:instrText></w:r>'), "outside-link", 'INCLUDETEXT "c:/x"'),
    (body("<w:r><w:instrText>DDE</w:instrText></w:r>"), "outside-link", "DDE"),
    (body('<w:fldSimple w:instr="LINK Excel"/>'), "outside-link", "LINK Excel"),
    (body("<w:r><w:object/></w:r>"), "active-part", "word/document.xml"),
    (body("<w:altChunk/>"), "active-part", "word/document.xml"),
    (with_text("{{ phone }}"), "field-unknown", "phone"),
    (with_text("{{ reporter_name }}", "x"), "field-unknown", "reporter_name"),
    (with_text("{% for case in cases %}{{ case.address }}{% endfor %}"), "field-unknown", "case.address"),
    (with_text("{{ subject.__class__ }}"), "field-unknown", "subject.__class__"),
    (with_text("{{ ''.__class__.__mro__ }}"), "field-unknown", "….__mro__"),
    (with_text("{{ cases[0].code }}"), "field-unknown", "….code"),
    (with_text("{{ range(10) }}"), "construct-refused", "Call"),
    (with_text("{% set x = subject %}"), "construct-refused", "Assign"),
    (with_text("{% include 'x' %}"), "construct-refused", "Include"),
    (with_text("{% macro x() %}{% endmacro %}"), "construct-refused", "Macro"),
    (with_text("{{ subject | attr('upper') }}"), "filter-refused", "attr"),
    (with_text("{{ 9 ** 99 }}"), "construct-refused", "Pow"),
    (with_text("{{ 'x' * 999999 }}"), "construct-refused", "Mul"),
    (with_text(LOOPS), "loop-refused", "cases"),
    (with_text("{% for x in subject %}{{ x }}{% endfor %}"), "loop-refused", "subject"),
    (with_text("{% for case in cases %}x"), "syntax", ""),
    (with_text("{{ subject"), "syntax", ""),
    (with_text("{{tr " * 1001), "too-large", "word/document.xml"),
    (with_heading("{" + "x" * 400_001), "too-large", "word/header1.xml"),
    (with_text("x", heading="{{ phone }}"), "field-unknown", "phone"),
    (with_text("x", title="{{ phone }}"), "field-unknown", "phone"),
]


@pytest.mark.parametrize(("content", "reason", "name"), HOSTILE)
def test_what_is_no_template_is_refused_by_name(content: bytes, reason: str, name: str) -> None:
    with pytest.raises(UnfitTemplate) as refused:
        make_usable(content)
    assert refused.value.rule == f"directive-template-{reason}"
    if name:
        assert refused.value.facts["name"] == name
        assert say(refused.value, "vi") != say(refused.value, "en")


@pytest.mark.parametrize(
    "content",
    [
        build_default_template(),
        with_text("V/v {{ subject | upper }}", "{% if total == '02' and not signer_name %}x{% else %}y{% endif %}"),
        with_text(
            "{%p for case in cases %}", "{{ loop.index }}. {{ case.code }}", "{%p endfor %}", title="V/v {{ subject }}"
        ),
        with_text("{{ recipients | join(', ') }}", heading="Số: {{ number }}"),
    ],
)
def test_what_an_office_writes_is_taken(content: bytes) -> None:
    make_usable(content)


def test_values_are_printed_as_text_whatever_they_hold() -> None:
    evil = {**SAMPLE_VALUES, "subject": "<w:p>{{ 7 * 7 }} & {% raw %} \x26lt;"}
    (paragraph,) = Document(BytesIO(fill_uploaded(with_text("{{ subject }}"), evil))).paragraphs
    assert paragraph.text == evil["subject"]


def test_the_page_is_measured_as_the_decree_says() -> None:
    document = Document(BytesIO(build_default_template()))
    (section,) = document.sections
    sides = ("page_width", "page_height", "top_margin", "bottom_margin", "left_margin", "right_margin")
    assert [round(getattr(section, side).mm) for side in sides] == [210, 297, 20, 20, 30, 20]
    font = document.styles["Normal"].font
    assert (font.name, font.size.pt) == ("Times New Roman", 14)
    assert build_default_template() == build_default_template()
