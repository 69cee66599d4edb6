"""Parses untrusted XML safely: no entities, no DTD, no network, no huge trees."""

from __future__ import annotations

from lxml import etree


def parse_xml(content: bytes) -> etree._Element:
    """The root of well-formed XML; raises lxml's XMLSyntaxError, which names line and reason."""
    return etree.fromstring(content, _safe_parser(recover=False))


def recover_xml(content: bytes) -> etree._Element | None:
    """The root of XML that is still being written, as far as it can be read; None when none of it can."""
    try:
        return etree.fromstring(content, _safe_parser(recover=True))
    except etree.XMLSyntaxError:
        return None


def _safe_parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=recover)
