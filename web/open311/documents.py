"""Writes answers of the protocol, as XML and as JSON, from the same data."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from flask import Response, request
from lxml import etree

Written = Literal["json", "xml"]
FORMATS: tuple[Written, ...] = ("xml", "json")
MEDIA_TYPES: Mapping[Written, str] = {"xml": "text/xml", "json": "application/json"}
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2.
XML: Written = "xml"
JSON: Written = "json"


def write_list(
    written: Written, names: tuple[str, str], items: Sequence[Mapping[str, Any]], status: int = 200
) -> Response:
    """A list of things; `names` are what XML calls the list and each thing, for which JSON has no words."""
    return _respond(written, list(items), _list_element(names, items), status)


def write_record(written: Written, name: str, record: Mapping[str, Any]) -> Response:
    """One thing, which XML calls `name`."""
    return _respond(written, record, _element(name, record), 200)


def write_errors(written: Written, status: int, sentences: Sequence[str]) -> Response:
    """What is wrong, one entry for each sentence, in the protocol's own form."""
    errors = [{"code": status, "description": sentence} for sentence in sentences]
    return write_list(written, ("errors", "error"), errors, status)


def write_error(status: int, sentence: str) -> Response:
    """An error anywhere below the protocol's addresses, in the format that the address names; XML without one."""
    return write_errors(JSON if request.path.endswith(".json") else XML, status, [sentence])


def _respond(written: Written, plain: Any, element: etree._Element, status: int) -> Response:
    if written == JSON:
        text = json.dumps(plain, ensure_ascii=False).encode()
    else:
        text = etree.tostring(element, xml_declaration=True, encoding="utf-8")
    return Response(text, status, content_type=f"{MEDIA_TYPES[written]}; charset=utf-8")


def _list_element(names: tuple[str, str], items: Sequence[Mapping[str, Any]]) -> etree._Element:
    root = etree.Element(names[0])
    root.extend(_element(names[1], item) for item in items)
    return root


# What XML calls the things of a list that stands in a thing.
_ITEMS = {"attributes": "attribute", "values": "value", "endpoints": "endpoint", "formats": "format"}


def _element(name: str, value: Any) -> etree._Element:
    element = etree.Element(name)
    match value:
        case Mapping():
            element.extend(_element(key, inner) for key, inner in value.items())
        case list():
            element.extend(_element(_ITEMS[name], inner) for inner in value)
        case bool():
            element.text = "true" if value else "false"
        case None:
            pass
        case _:
            element.text = _NOT_IN_XML.sub("", str(value))
    return element
