"""Choices offered to analysts while drawing: roles, forms, mails, decisions, processes, messages, recipients.

All of them come from the draft's own files and from what the linter accepts, so that a list never offers what the check
rejects.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from lxml import etree

from engine.bpmn.lint.vocabulary import OUTSIDE_MESSAGES, RECIPIENTS, ROLES, START_ROLES, START_UNIT_KINDS
from engine.safe_xml import recover_xml
from forms.fields import KINDS

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_START = f"{_BPMN}startEvent"

ChoiceLists = dict[str, list[dict[str, str]]]


def collect_choices(files: Mapping[PurePosixPath, bytes]) -> ChoiceLists:
    """Collect the choices in a set of files, each with value and label; unreadable files add none."""
    diagrams = [root for path, content in sorted(files.items()) if (root := _parse_diagram(path, content)) is not None]
    return {
        "roles": _value_choices(ROLES),
        "start_roles": _value_choices(START_ROLES),
        "unit_kinds": _value_choices(START_UNIT_KINDS),
        "answers": [one for path, content in _files_under(files, "forms") for one in _answers_of(path.stem, content)],
        "forms": [
            _labelled_value(path.stem, _form_title(content) or path.stem)
            for path, content in _files_under(files, "forms")
        ],
        "mails": [_labelled_value(path.stem, path.stem) for path, _content in _files_under(files, "workflows/mail")],
        "decisions": _element_choices(diagrams, "decision"),
        "processes": _element_choices(diagrams, "process"),
        "starts": _start_choices(diagrams),
        "messages": _value_choices(OUTSIDE_MESSAGES | _drawn_names(diagrams, "message")),
        "signals": _value_choices(_drawn_names(diagrams, "signal")),
        "recipients": _value_choices(RECIPIENTS),
        "field_kinds": _value_choices(frozenset(KINDS)),
    }


def _parse_diagram(path: PurePosixPath, content: bytes) -> etree._Element | None:
    return recover_xml(content) if path.suffix in (".bpmn", ".dmn") else None


def _files_under(files: Mapping[PurePosixPath, bytes], folder: str) -> Iterator[tuple[PurePosixPath, bytes]]:
    return ((path, content) for path, content in sorted(files.items()) if str(path.parent) == folder)


def _answers_of(form: str, content: bytes) -> list[dict[str, str]]:
    """The fields of a form, each with its label and the form; none of one that cannot be read."""
    try:
        parts = [part for part in json.loads(content)["components"] if part.get("key")]
        return [
            {**_labelled_value(str(part["key"]), str(part.get("label") or part["key"])), "form": form} for part in parts
        ]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return []  # A form that is still being written; what is wrong with it, the check says.


def _form_title(content: bytes) -> str:
    """The first line of the form's first text; empty if there is none."""
    try:
        parts = json.loads(content)["components"]
        texts = [str(part["text"]) for part in parts if part.get("type") == "text"]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return ""  # A form that is still being written; what is wrong with it, the check says.
    return texts[0].lstrip("# ").splitlines()[0][:80] if texts and texts[0].strip("# ") else ""


def _drawn_names(diagrams: list[etree._Element], kind: str) -> frozenset[str]:
    """The names of the messages or signals that are declared."""
    return frozenset(
        str(one.get("name")) for root in diagrams for one in root.iter(f"{_BPMN}{kind}") if one.get("name")
    )


def _element_choices(diagrams: list[etree._Element], element_name: str) -> list[dict[str, str]]:
    labels = {
        str(element.get("id")): str(element.get("name") or element.get("id"))
        for root in diagrams
        for element in root.iter(f"{{*}}{element_name}")
        if element.get("id")
    }
    return [_labelled_value(value, label) for value, label in sorted(labels.items())]


def _start_choices(diagrams: list[etree._Element]) -> list[dict[str, str]]:
    """The start events of processes, none of their sub-processes."""
    events = [event for root in diagrams for process in root.iter(f"{_BPMN}process") for event in process]
    named = {str(one.get("id")): str(one.get("name") or one.get("id")) for one in events if one.tag == _START}
    return [_labelled_value(value, label) for value, label in sorted(named.items())]


def _value_choices(values: frozenset[str]) -> list[dict[str, str]]:
    return [_labelled_value(value, value) for value in sorted(values)]


def _labelled_value(value: str, label: str) -> dict[str, str]:
    return {"value": value, "label": label}
