"""Renders a mail template and facts into a subject and a text.

Templates come from analysts and are not trusted: they run in Jinja's sandbox, and the checker rejects everything that
could make their output long. A missing fact renders as nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import ChainableUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.errors import BadInput

MAX_SUBJECT_LENGTH = 200

_environment = ImmutableSandboxedEnvironment(
    autoescape=False, trim_blocks=True, lstrip_blocks=True, undefined=ChainableUndefined
)


@lru_cache(256)
def _compile_template(text: str) -> Template:
    return _environment.from_string(text)


def fill_template(text: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """The subject (the first line) and the body; raises BadInput when the template cannot be rendered."""
    try:
        rendered = _compile_template(text).render(**facts)
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        raise BadInput("mail-template-failed", reason=str(error)) from error
    subject, _break, body = rendered.strip().partition("\n")
    return " ".join(subject.split())[:MAX_SUBJECT_LENGTH], body.strip()
