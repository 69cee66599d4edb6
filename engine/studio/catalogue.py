"""What an analyst can choose from while drawing: roles, forms, mails, decisions, processes, messages, recipients.

Called by pages of the studio. Everything is taken from the draft's own files and from what the checker accepts, so that
a list never offers what the check refuses.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from lxml import etree

from engine.bpmn.lint.vocabulary import OUTSIDE_MESSAGES, RECIPIENTS, ROLES
from forms.fields import KINDS

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_SAFE = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)

Choices = dict[str, list[dict[str, str]]]


def catalogue(files: Mapping[PurePosixPath, bytes]) -> Choices:
    """The choices that a set of files offers, each as value and label; files that cannot be read offer nothing."""
    diagrams = [root for path, content in sorted(files.items()) if (root := _root(path, content)) is not None]
    drawn = {str(found.get("name")) for root in diagrams for found in root.iter(f"{_BPMN}message") if found.get("name")}
    return {
        "roles": _plain(ROLES),
        "forms": [_choice(path.stem, _title(content) or path.stem) for path, content in _under(files, "forms")],
        "mails": [_choice(path.stem, path.stem) for path, _content in _under(files, "workflows/mail")],
        "decisions": _named(diagrams, "decision"),
        "processes": _named(diagrams, "process"),
        "messages": _plain(OUTSIDE_MESSAGES | drawn),
        "recipients": _plain(RECIPIENTS),
        "field_kinds": _plain(frozenset(KINDS)),
    }


def _root(path: PurePosixPath, content: bytes) -> etree._Element | None:
    if path.suffix not in (".bpmn", ".dmn"):
        return None
    try:
        return etree.fromstring(content, _SAFE)
    except etree.XMLSyntaxError:
        return None


def _under(files: Mapping[PurePosixPath, bytes], folder: str) -> Iterator[tuple[PurePosixPath, bytes]]:
    return ((path, content) for path, content in sorted(files.items()) if str(path.parent) == folder)


def _title(content: bytes) -> str:
    """What a form says of itself above its fields."""
    try:
        parts = json.loads(content)["components"]
        texts = [str(part["text"]) for part in parts if part.get("type") == "text"]
    except (ValueError, KeyError, TypeError):
        return ""
    return texts[0].lstrip("# ").splitlines()[0][:80] if texts and texts[0].strip("# ") else ""


def _named(diagrams: list[etree._Element], kind: str) -> list[dict[str, str]]:
    found = {
        str(item.get("id")): str(item.get("name") or item.get("id"))
        for root in diagrams
        for item in root.iter(f"{{*}}{kind}")
        if item.get("id")
    }
    return [_choice(value, label) for value, label in sorted(found.items())]


def _plain(values: frozenset[str]) -> list[dict[str, str]]:
    return [_choice(value, value) for value in sorted(values)]


def _choice(value: str, label: str) -> dict[str, str]:
    return {"value": value, "label": label}
