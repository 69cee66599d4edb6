"""Pages without their looks, which decide nothing: what takes a third of a request when only its answer matters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask.templating
import pytest
from flask import Flask
from jinja2 import Template

_render: Callable[[Flask, Template, dict[str, Any]], str] = flask.templating._render


def leave_out_looks(monkeypatch: pytest.MonkeyPatch, *but: str) -> None:
    """Have pages made of their templates' names alone, but those whose text somebody reads."""

    def render_name(app: Flask, template: Template, context: dict[str, Any]) -> str:
        return _render(app, template, context) if template.name in but else str(template.name)

    monkeypatch.setattr(flask.templating, "_render", render_name)
