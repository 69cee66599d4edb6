"""A Word template is what was checked, however its bytes are spelled, and cannot keep the server busy."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO
from typing import Any

import pytest
from docx import Document

from engine.directives.confined import CPU_SECONDS, fill_document, usable_template
from engine.directives.fields import SAMPLE_VALUES
from engine.directives.language import UnfitTemplate
from engine.directives.template_file import make_usable
from tests.directives.test_template_file import body, rels, with_part, with_text
from tests.kit.site import OFFICE, Site

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HOSTILE_LINK = '<Relationship Id="r9" Type="x/image" Target="http://evil.example/x" TargetMode="External"/>'
RELS = "word/_rels/settings.xml.rels"


def settings(xml: str, *, encoding: str = "utf-8", space: str = WORD) -> bytes:
    """A Word file whose settings are this XML."""
    return with_part("word/settings.xml", f'<w:settings xmlns:w="{space}">{xml}</w:settings>'.encode(encoding))


def links(relationship: str, encoding: str = "utf-8") -> bytes:
    """A Word file whose settings are related like this."""
    return with_part(RELS, f'<Relationships xmlns="{PACKAGE}">{relationship}</Relationships>'.encode(encoding))


def split_field(*runs: str) -> bytes:
    """A Word file with a field whose code stands in these runs."""
    inner = "".join(f"<w:r>{run}</w:r>" for run in runs)
    begin, middle, end = (f'<w:r><w:fldChar w:fldCharType="{turn}"/></w:r>' for turn in ("begin", "separate", "end"))
    return body(f"{begin}{inner}{middle}<w:r><w:t>1</w:t></w:r>{end}")


def code(text: str) -> str:
    return f"<w:instrText>{text}</w:instrText>"


def picture(width: int, height: int) -> bytes:
    """A PNG that claims so many points."""
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)), (b"IEND", b""))
    content = b"\x89PNG\r\n\x1a\n"
    for kind, data in chunks:
        content += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return content


def types(entry: str) -> bytes:
    """A Word file with one more content type."""
    with zipfile.ZipFile(BytesIO(with_text("x"))) as package:
        old = package.read("[Content_Types].xml").decode()
    return with_part("[Content_Types].xml", old.replace("</Types>", f"{entry}</Types>").encode())


NESTED = (
    '<w:fldChar w:fldCharType="begin"/>' + code("PAGE") + '<w:fldChar w:fldCharType="separate"/>'
    '<w:t>INCLUDEPICTURE "http://evil.example/x"</w:t><w:fldChar w:fldCharType="end"/>'
)
REFUSED = {
    "outside link in UTF-16 without a mark": (links(HOSTILE_LINK, "utf-16-le"), "strange-part"),
    "outside link in UTF-16 with a mark": (links(HOSTILE_LINK, "utf-16"), "strange-part"),
    "outside link as a character reference": (rels("hyperlink", mode="&#69;xternal"), "outside-link"),
    "outside link with space around": (rels("hyperlink", mode=" external "), "outside-link"),
    "outside link that claims to be inside": (rels("hyperlink", mode="Internal"), "outside-link"),
    "share of another machine": (links(r'<Relationship Id="r9" Type="x" Target="\\evil\x"/>'), "outside-link"),
    "attached template in UTF-16": (settings("<w:attachedTemplate/>", encoding="utf-16-le"), "strange-part"),
    "attached template, strict names": (settings("<w:attachedTemplate/>", space=STRICT), "active-part"),
    "mail merge": (settings("<w:mailMerge/>"), "active-part"),
    "field that fetches, its name split": (split_field(code("INCLUDE"), code("PICTURE x")), "outside-link"),
    "field that fetches, split by a comment": (split_field(code("PAGE<!-- -->INCLUDETEXT x")), "outside-link"),
    "field that fetches, as plain text": (split_field("<w:t>DDEAUTO x</w:t>"), "outside-link"),
    "field that fetches, behind a page number": (split_field(code("PAGE "), code("LINK Excel")), "outside-link"),
    "field that fetches, from a field inside": (split_field(NESTED), "outside-link"),
    "field without an end": (body('<w:r><w:fldChar w:fldCharType="begin"/><w:t>LINK x</w:t></w:r>'), "outside-link"),
    "deleted field": (body("<w:del><w:r><w:delInstrText>LINK x</w:delInstrText></w:r></w:del>"), "outside-link"),
    "field of an unknown name space": (body('<x:fldSimple xmlns:x="urn:x" x:instr="IMPORT x"/>'), "outside-link"),
    "field that a value would name": (split_field(code("{{ subject }}")), "outside-link"),
    "picture by address": (
        body('<w:pict><v:imagedata xmlns:v="urn:v" src="http://evil.example/x"/></w:pict>'),
        "outside-link",
    ),
    "settings under the name of a picture": (
        types('<Override PartName="/word/media/a.png" ContentType="application/settings+xml"/>'),
        "strange-part",
    ),
    "every picture as XML": (types('<Default Extension="png" ContentType="application/xml"/>'), "strange-part"),
    "XML as a picture": (with_part("word/media/a.png", b"<w:settings/>"), "strange-part"),
    "picture of 10 milliard points": (with_part("word/media/a.png", picture(100_000, 100_000)), "too-large"),
    "part outside the package": (with_part("../a.xml", b"<x/>"), "strange-part"),
    "the same part twice": (with_part("word/Document.xml", b"<x/>"), "too-large"),
    "deep XML": (with_part("word/deep.xml", b"<x>" * 100_000), "strange-part"),
    "laughs": (with_part("word/x.xml", b'<!DOCTYPE x [<!ENTITY a "aa">]><x/>'), "strange-part"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_runs_or_fetches_is_refused_in_every_spelling(name: str) -> None:
    content, reason = REFUSED[name]
    with pytest.raises(UnfitTemplate) as refused:
        make_usable(content)
    assert refused.value.rule == f"directive-template-{reason}"


def test_a_page_number_in_pieces_and_an_office_picture_are_taken() -> None:
    page = split_field(code(" PA"), code(r"GE \* MERGEFORMAT "))
    make_usable(with_part("word/media/a.png", picture(800, 600), base=page))


def upload(site: Site, content: bytes) -> Any:
    office = site.browser(OFFICE)
    return office.post("/paper-templates/directive", {"template": (BytesIO(content), "mau.docx")})


def test_what_is_stored_is_the_file_as_it_was_checked(site: Site) -> None:
    text = with_part("word/footnotes.xml", '<?x y?><f:f xmlns:f="urn:f"><!-- hidden --></f:f>'.encode("utf-8-sig"))
    assert upload(site, with_part("word/document.xml", main_part(text), base=text)).status_code == 302
    sent = site.browser(OFFICE).get("/paper-templates/directive/file").data
    with zipfile.ZipFile(BytesIO(sent)) as package:
        assert package.read("word/footnotes.xml") == (
            b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n" + b'<f:f xmlns:f="urn:f"/>'
        )
        assert {entry.date_time[0] for entry in package.infolist()} == {1980}


def main_part(content: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as package:
        return package.read("word/document.xml")


def test_an_upload_is_judged_over_http(site: Site) -> None:
    answer = upload(site, REFUSED["outside link in UTF-16 without a mark"][0])
    assert answer.status_code == 422
    assert RELS in answer.text


def test_a_template_stored_before_is_judged_again_when_it_is_filled() -> None:
    with pytest.raises(UnfitTemplate) as refused:
        fill_document(REFUSED["outside link as a character reference"][0], dict(SAMPLE_VALUES))
    assert refused.value.rule == "directive-template-outside-link"


def test_a_letter_is_filled_in_its_own_process() -> None:
    filled = fill_document(usable_template(with_text("{{ subject }}")), dict(SAMPLE_VALUES))
    assert Document(BytesIO(filled)).paragraphs[0].text == SAMPLE_VALUES["subject"]


@pytest.mark.slow
def test_a_file_that_is_searched_for_ever_is_given_up() -> None:
    """docxtpl took 9 seconds of processor time for it, and the whole server with it."""
    assert CPU_SECONDS < 9
    with pytest.raises(UnfitTemplate) as refused:
        usable_template(with_text("{%" * 990 + "x" * 300_000))
    assert refused.value.rule == "directive-template-too-heavy"


def test_a_letter_without_end_is_given_up() -> None:
    text = "{% for a in cases %}{% for b in cases %}" + "x" * 100_000 + "{% endfor %}{% endfor %}"
    values = {**SAMPLE_VALUES, "cases": SAMPLE_VALUES["cases"] * 100}
    with pytest.raises(UnfitTemplate) as refused:
        fill_document(with_text(text), values)
    assert refused.value.rule == "directive-template-too-heavy"
