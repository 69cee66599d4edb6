"""Pages without their looks, which decide nothing: what takes a third of a request when only its answer matters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import flask.templating
import pytest
from flask import Flask
from jinja2 import Template

_render: Callable[[Flask, Template, dict[str, Any]], str] = flask.templating._render


class Looks:
    """Whether pages are rendered."""

    def __init__(self) -> None:
        self.on = False

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Have them rendered for a while."""
        self.on = True
        yield
        self.on = False


def leave_out_looks(monkeypatch: pytest.MonkeyPatch, *but: str) -> Looks:
    """Have pages made of their templates' names alone, but those whose text somebody reads."""
    looks = Looks()

    def render_name(app: Flask, template: Template, context: dict[str, Any]) -> str:
        return _render(app, template, context) if looks.on or template.name in but else str(template.name)

    monkeypatch.setattr(flask.templating, "_render", render_name)
    return looks
