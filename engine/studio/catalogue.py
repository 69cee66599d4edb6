"""Choices offered to analysts while drawing: roles, forms, mails, decisions, processes, messages, recipients.

All of them come from the draft's own files and from what the linter accepts, so that a list never offers what the check
rejects.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from lxml import etree

from engine.bpmn.lint.namespaces import SPIFF
from engine.bpmn.lint.source import literal_texts
from engine.bpmn.lint.vocabulary import OUTSIDE_MESSAGES, ROLES, START_ROLES, START_UNIT_KINDS
from engine.bpmn.operators import RECIPIENTS
from engine.safe_xml import recover_xml
from forms.fields import KINDS

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_START = f"{_BPMN}startEvent"
_PROPERTY, _PARAMETER = f"{{{SPIFF}}}property", f"{{{SPIFF}}}parameter"
# The marks that the program itself knows the meaning of.
MARKS = frozenset({"overdue", "resolved", "false_report", "diverted", "withdrawn", "merged", "reopened"})
MOST_STEPS = 2

ChoiceLists = dict[str, list[dict[str, str]]]


def collect_choices(files: Mapping[PurePosixPath, bytes]) -> ChoiceLists:
    """Collect the choices in a set of files, each with value and label; unreadable files add none."""
    diagrams = [root for path, content in sorted(files.items()) if (root := _parse_diagram(path, content)) is not None]
    steps = _steps_of_forms(diagrams)
    return {
        "roles": _value_choices(ROLES),
        "start_roles": _value_choices(START_ROLES),
        "unit_kinds": _value_choices(START_UNIT_KINDS),
        "answers": [one for path, content in _files_under(files, "forms") for one in _answers_of(path.stem, content)],
        "forms": [
            _labelled_value(path.stem, _steps_named(steps.get(path.stem, ())) or _form_title(content) or path.stem)
            for path, content in _files_under(files, "forms")
        ],
        "mails": [
            _labelled_value(path.stem, mail_title(content) or path.stem)
            for path, content in _files_under(files, "workflows/mail")
        ],
        "decisions": _element_choices(files, "decision"),
        "processes": _element_choices(files, "process"),
        "starts": _start_choices(diagrams),
        "messages": _value_choices(OUTSIDE_MESSAGES | _drawn_names(diagrams, "message")),
        "marks": _value_choices(MARKS | _literals_given(diagrams, "status")),
        "rungs": _value_choices(_literals_given(diagrams, "rung")),
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


_ANSWER_KINDS = {"number": "number", "checkbox": "flag"}


def form_fields(files: Mapping[PurePosixPath, bytes]) -> dict[str, list[dict[str, Any]]]:
    """The fields of each form that can be read: value, label, kind (of unit fields the unit's), values where few."""
    return {path.stem: _fields_of(content) for path, content in _files_under(files, "forms")}


def _fields_of(content: bytes) -> list[dict[str, Any]]:
    try:
        parts = [part for part in json.loads(content)["components"] if part.get("key")]
        return [
            {
                **_labelled_value(str(part["key"]), str(part.get("label") or part["key"])),
                "kind": str((part.get("properties") or {}).get("kind") or _answer_kind(part)),
                "values": [
                    _labelled_value(str(one["value"]), str(one.get("label") or one["value"]))
                    for one in part.get("values") or ()
                ],
            }
            for part in parts
        ]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return []  # A form that is still being written; what is wrong with it, the check says.


def _answer_kind(part: Mapping[str, Any]) -> str:
    if part.get("type") == "datetime" and part.get("subtype") == "date":
        return "date"
    return _ANSWER_KINDS.get(str(part.get("type")), "")


def _form_title(content: bytes) -> str:
    """The first line of the form's first text; empty if there is none."""
    try:
        parts = json.loads(content)["components"]
        texts = [str(part["text"]) for part in parts if part.get("type") == "text"]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return ""  # A form that is still being written; what is wrong with it, the check says.
    return texts[0].lstrip("# ").splitlines()[0][:80] if texts and texts[0].strip("# ") else ""


_SUBJECT_MARK = re.compile(r"^\s*(\[[^\]]*\])?|\{\{[^}]*\}\}|\{%[^%]*%\}")


def mail_title(content: bytes) -> str:
    """The subject of a mail in words: without its mark and what is filled in."""
    subject = (content.decode("utf-8", "replace").splitlines() or [""])[0]
    before, colon, after = _SUBJECT_MARK.sub("", subject).partition(":")
    title = " ".join((after if colon and after.strip() else before).split()).strip(' -–“”"')
    return title[:1].upper() + title[1:80]


def _steps_of_forms(diagrams: list[etree._Element]) -> dict[str, list[str]]:
    """The names of the steps that use each form, in their order."""
    steps: dict[str, list[str]] = {}
    for root in diagrams:
        for part in root.iter(_PROPERTY):
            step = next((one for one in part.iterancestors() if one.get("id")), None)
            if part.get("name") == "form" and step is not None and step.get("name"):
                steps.setdefault(str(part.get("value")), []).append(" ".join(str(step.get("name")).split()))
    return steps


def _steps_named(names: Iterable[str]) -> str:
    return " / ".join(list(dict.fromkeys(names))[:MOST_STEPS])


def _literals_given(diagrams: list[etree._Element], parameter: str) -> frozenset[str]:
    """The texts that service tasks give to a parameter as they stand."""
    given = (part for root in diagrams for part in root.iter(_PARAMETER) if part.get("id") == parameter)
    return frozenset(text for part in given for text in literal_texts(part.get("value") or ""))


def _drawn_names(diagrams: list[etree._Element], kind: str) -> frozenset[str]:
    """The names of the messages or signals that are declared."""
    return frozenset(
        str(one.get("name")) for root in diagrams for one in root.iter(f"{_BPMN}{kind}") if one.get("name")
    )


def _element_choices(files: Mapping[PurePosixPath, bytes], element_name: str) -> list[dict[str, str]]:
    """The decisions or processes of all files, each with its file."""
    choices = {
        str(element.get("id")): {"label": str(element.get("name") or element.get("id")), "path": str(path)}
        for path, content in sorted(files.items())
        if (root := _parse_diagram(path, content)) is not None
        for element in root.iter(f"{{*}}{element_name}")
        if element.get("id")
    }
    return [{"value": value, **choice} for value, choice in sorted(choices.items())]


def _start_choices(diagrams: list[etree._Element]) -> list[dict[str, str]]:
    """The start events of processes, none of their sub-processes."""
    events = [event for root in diagrams for process in root.iter(f"{_BPMN}process") for event in process]
    starts = {str(one.get("id")): one for one in events if one.tag == _START}
    return [
        {**_labelled_value(value, str(one.get("name") or value)), "form": _form_named(one)}
        for value, one in sorted(starts.items())
    ]


def _form_named(element: etree._Element) -> str:
    return next((str(part.get("value")) for part in element.iter(_PROPERTY) if part.get("name") == "form"), "")


def _value_choices(values: frozenset[str]) -> list[dict[str, str]]:
    return [_labelled_value(value, value) for value in sorted(values)]


def _labelled_value(value: str, label: str) -> dict[str, str]:
    return {"value": value, "label": label}
