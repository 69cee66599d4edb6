"""Renders a mail template and facts into a subject and a text."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.mail_language import render_mail

MAX_SUBJECT_LENGTH = 200


def fill_template(text: str, facts: Mapping[str, object]) -> tuple[str, str]:
    """The subject (the first line) and the body; raises BadInput when the template cannot be rendered."""
    subject, _break, body = render_mail(text, facts).strip().partition("\n")
    return " ".join(subject.split())[:MAX_SUBJECT_LENGTH], body.strip()
