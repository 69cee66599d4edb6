"""A mail template and facts become a subject and a text. For this package and the mailbox page.

Templates are an analyst's and so not trusted: they run in Jinja's sandbox, and the checker has refused everything that
could make them long. A fact that is not there reads as nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import ChainableUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.errors import BadInput

LONGEST_SUBJECT = 200

_environment = ImmutableSandboxedEnvironment(
    autoescape=False, trim_blocks=True, lstrip_blocks=True, undefined=ChainableUndefined
)


@lru_cache(256)
def _compiled(text: str) -> Template:
    return _environment.from_string(text)


def render(text: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """The subject (the first line) and the body; raises BadInput when the template cannot be rendered."""
    try:
        written = _compiled(text).render(**facts)
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        raise BadInput(f"The mail template cannot be rendered: {error}.") from error
    subject, _break, body = written.strip().partition("\n")
    return " ".join(subject.split())[:LONGEST_SUBJECT], body.strip()
