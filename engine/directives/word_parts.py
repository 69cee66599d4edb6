"""What one XML part of a Word file may hold: text, layout and page numbers; nothing that runs, fetches or links out.

Word evaluates fields when it opens a file and follows relationships that point outside; an issued letter is opened by
every unit. Names are compared without their namespace, because Word knows several for the same thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from engine.directives.language import UnfitTemplate
from engine.safe_xml import parse_xml

PLAIN_ENDINGS = (".png", ".jpg", ".jpeg", ".odttf")  # Of the parts that are not XML.
_ENCODINGS = frozenset({"UTF-8", "ASCII", "US-ASCII"})
_EMBEDDED_ELEMENTS = frozenset(
    {"altChunk", "object", "OLEObject", "control", "subDoc", "attachedTemplate", "mailMerge", "frameset", "ddeLink"}
)
_ACTIVE_TYPES = re.compile(
    r"macroEnabled|oleObject|activeX|vbaProject|template\.main|aFChunk|attachedTemplate", re.IGNORECASE
)
# Addresses in attributes that name a vocabulary, which nothing fetches, and attributes that hold prose.
_OUTSIDE_ADDRESS = re.compile(
    r"\s*(?:(?:[a-z][a-z0-9+.-]*:)?(?://|\\\\)|(?:file|mhtml|javascript|data):)", re.IGNORECASE
)
_VOCABULARY = re.compile(
    r"http://(?:schemas\.(?:openxmlformats\.org|microsoft\.com)|purl\.(?:oclc\.)?org|www\.w3\.org)/"
)
_PROSE = frozenset({"descr", "title", "alt"})
_HARMLESS_FIELD = re.compile(r"\s*((PAGE|NUMPAGES)(\s+\\\*\s*\w+)*)?\s*")
_CODE_TEXTS, _TEXTS = frozenset({"instrText", "delInstrText"}), frozenset({"t", "delText"})
_PLAIN_TYPES = frozenset(
    {
        *("image/png", "image/jpeg", "image/jpg"),
        *("application/vnd.openxmlformats-officedocument.obfuscatedFont", "application/x-fontdata"),
    }
)


def parse_part(name: str, content: bytes) -> etree._Element:
    """The root of a part in UTF-8 without definitions of its own; its comments and instructions are removed."""
    try:
        root = parse_xml(content)
    except etree.XMLSyntaxError as error:
        raise UnfitTemplate("directive-template-strange-part", name=name) from error
    facts = root.getroottree().docinfo
    # No character of XML is written with a zero byte in UTF-8, but nearly every one is in UTF-16 and UTF-32.
    if facts.internalDTD is not None or b"\0" in content or (facts.encoding or "UTF-8").upper() not in _ENCODINGS:
        raise UnfitTemplate("directive-template-strange-part", name=name)
    etree.strip_elements(root, etree.Comment, etree.ProcessingInstruction, with_tail=False)
    return root


def write_part(root: etree._Element) -> bytes:
    """The part as UTF-8."""
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return content


def require_still_part(name: str, root: etree._Element) -> None:
    """Raise UnfitTemplate if a part embeds something or links to the outside."""
    for element in root.iter(etree.Element):
        if _local(element.tag) in _EMBEDDED_ELEMENTS:
            raise UnfitTemplate("directive-template-active-part", name=name)
        attributes = {_local(key): str(value) for key, value in element.items()}
        if any(_leads_outside(key, value) for key, value in attributes.items()):
            raise UnfitTemplate("directive-template-outside-link", name=name)
        if any(_ACTIVE_TYPES.search(value) for value in attributes.values()):
            raise UnfitTemplate("directive-template-active-part", name=name)
    for code in field_codes(root):
        if not _HARMLESS_FIELD.fullmatch(code):
            raise UnfitTemplate("directive-template-outside-link", name=code.strip()[:40])


def _leads_outside(key: str, value: str) -> bool:
    if key == "TargetMode" and value.strip().casefold() != "internal":
        return True
    if key == "Target" and ":" in value:
        return True
    return bool(_OUTSIDE_ADDRESS.match(value)) and not _VOCABULARY.match(value) and key not in _PROSE


def require_plain_types(root: etree._Element) -> None:
    """Require of the list of content types that only XML parts are XML: a picture could be settings under its name."""
    for entry in root.iter(etree.Element):
        name = entry.get("PartName") or f".{entry.get('Extension', '')}"
        if name.lower().endswith(PLAIN_ENDINGS) and entry.get("ContentType") not in _PLAIN_TYPES:
            raise UnfitTemplate("directive-template-strange-part", name=name)


@dataclass(slots=True)
class _OpenField:
    """A field that has begun; until its result begins, every text belongs to its code."""

    pieces: list[str] = field(default_factory=list)
    in_code: bool = True


def field_codes(root: etree._Element) -> Iterator[str]:
    """The code of every field, put together from all its runs and from the results of fields inside it."""
    opened: list[_OpenField] = []
    for element in root.iter(etree.Element):
        kind = _local(element.tag)
        attributes = {_local(key): str(value) for key, value in element.items()}
        if "instr" in attributes:
            yield attributes["instr"]
        if kind == "fldChar":
            yield from _turn_field(opened, attributes.get("fldCharType", ""))
        elif kind in _CODE_TEXTS | _TEXTS:
            text = "".join(map(str, element.itertext()))
            enclosing = [one for one in opened if one.in_code]
            for one in enclosing:
                one.pieces.append(text)
            if kind in _CODE_TEXTS and not enclosing:
                yield text
    yield from ("".join(one.pieces) for one in opened if one.in_code)


def _turn_field(opened: list[_OpenField], turn: str) -> Iterator[str]:
    """Follow the begin, separator and end of fields; yields the code of the one that is complete."""
    if turn == "begin":
        opened.append(_OpenField())
    elif opened:
        if opened[-1].in_code:
            yield "".join(opened[-1].pieces)
        opened[-1].in_code = False
        if turn == "end":
            opened.pop()


def _local(name: object) -> str:
    return str(name).rpartition("}")[2]
