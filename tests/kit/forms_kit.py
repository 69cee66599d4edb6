"""Small documents and what a form says to answers. Used by the tests of `forms`."""

from __future__ import annotations

from typing import Any

import pytest

from engine.translation.catalogue import Language
from engine.translation.wording import say
from forms.problems import answer_problem
from forms.schema import Form, InvalidAnswers, compile_form

Component = dict[str, Any]
YES_NO = [{"value": "yes", "label": "Có", "label_en": "Yes"}, {"value": "no", "label": "Không"}]


def document(*components: Component, **top: object) -> dict[str, object]:
    return {"type": "default", "id": "verify", "schemaVersion": 18, "components": list(components), **top}


def field(key: str = "note", kind: str = "textfield", **more: Any) -> Component:
    return {"type": kind, "key": key, "label": "Ghi chú", **more}


def special(key: str, kind: str, **properties: object) -> Component:
    return field(key, properties={"kind": kind, **properties})


def form(*components: Component) -> Form:
    return compile_form(document(*components))


def refused(compiled: Form, values: Any, language: Language = "vi", **options: Any) -> dict[str, list[str]]:
    """What is said of refused answers, by field."""
    with pytest.raises(InvalidAnswers) as caught:
        compiled.load(values, **options)
    return {key: [say(problem, language) for problem in problems] for key, problems in caught.value.errors.items()}


def form_message(rule: str, language: Language, **amounts: float) -> str:
    """What is said of an answer that breaks a rule."""
    return say(answer_problem(f"form-answer-{rule}", **amounts), language)


def case(compiled: Form, **values: object) -> dict[str, object]:
    return compiled.load(values).case


OUTCOME = field("outcome", "radio", values=YES_NO, validate={"required": True}, properties={"store": "process"})
REASON = field("reason", validate={"required": True}, conditional={"hide": '=outcome != "no"'})

# One component of every kind, with all the limits it knows.
EVERY_KIND: dict[str, Component] = {
    "textfield": field("f", validate={"minLength": 2, "maxLength": 5, "pattern": "^[a-z]+$"}),
    "textarea": field("f", "textarea", validate={"minLength": 2, "maxLength": 5}),
    "number": field("f", "number", decimalDigits=1, validate={"min": 1, "max": 1234.5}),
    "checkbox": field("f", "checkbox"),
    "radio": field("f", "radio", values=YES_NO),
    "select": field("f", "select", values=YES_NO),
    "checklist": field("f", "checklist", values=YES_NO),
    "date": field("f", "datetime", subtype="date"),
    "time": field("f", "datetime", subtype="time"),
    "datetime": field("f", "datetime", subtype="datetime"),
    **{kind: special("f", kind) for kind in ("phone", "email", "commune", "department", "unit", "position", "file")},
}

# The sentence that asks for a required field, where it is not the ordinary one.
ASKED = {"checkbox": "required-tick", "checklist": "required-choices", "file": "required-file"} | dict.fromkeys(
    ("radio", "select", "commune", "department", "unit"), "required-choice"
)
