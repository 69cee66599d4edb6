"""The assumptions of a replay as a table to fill in: what is assumed of each step, and where the figures come from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from engine.errors import BadInput
from engine.simulation.assumptions import (
    DEFAULT,
    EDITED,
    HISTORY,
    ROLE,
    Assumption,
    AssumptionTable,
)
from web.display import filters

PERCENT = 100
MOST_ANSWERS = 50


@dataclass(frozen=True, slots=True)
class AssumptionRow:
    """One step: its assumption, where the figures come from in words, and each answer in words with its values."""

    step: Assumption
    origin: str
    role: str
    answers: list[tuple[float, str, str]]


def assumption_rows(table: AssumptionTable, fields: Mapping[str, Mapping[str, Any]]) -> list[AssumptionRow]:
    """The rows of the page, by name; `fields` says what answers are called, by their name in the data."""
    steps = sorted(table.values(), key=lambda step: (step.name, step.node))
    return [
        AssumptionRow(step, _origin(step), str(filters.role_caption(step.role)), _answer_rows(step, fields))
        for step in steps
    ]


def entries_in_form(form: MultiDict[str, str]) -> dict[str, Any]:
    """What the analyst has filled in, by step, as JSON-native values that nobody has judged yet."""
    return {node: _entry(form, node) for node in form.getlist("step")}


def _entry(form: MultiDict[str, str], node: str) -> dict[str, Any]:
    hours = {name: _number(form.get(f"{name}.{node}", "")) for name in ("median", "p90")}
    shares = {name: _share(form.get(f"{name}.{node}", "")) for name in ("done", "claimed")}
    weights = form.getlist(f"weight.{node}")[:MOST_ANSWERS]
    values = form.getlist(f"values.{node}")[:MOST_ANSWERS]
    answers = [
        {"weight": _number(weight), "values": _values(text)} for weight, text in zip(weights, values, strict=False)
    ]
    return {"hours": hours, **shares, "answers": answers}


def _number(text: str) -> object:
    """A number as typed, with a comma or a point; what is none is left for the parser to name."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return text


def _share(text: str) -> object:
    number = _number(text)
    return round(number / PERCENT, 5) if isinstance(number, float) else number


def _values(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError as error:
        raise BadInput("request-without-scenario") from error


def _origin(step: Assumption) -> str:
    words = {
        HISTORY: _("từ %(num)s lần làm bước này", num=step.seen),
        ROLE: _("từ %(num)s lần làm bước khác cùng vai trò", num=step.seen),
        DEFAULT: _("mặc định, chưa có số liệu"),
        EDITED: _("bạn đã sửa"),
    }
    return words[step.source]


def _answer_rows(step: Assumption, fields: Mapping[str, Mapping[str, Any]]) -> list[tuple[float, str, str]]:
    return [
        (answer.weight, _answer_words(answer.values, fields), json.dumps(dict(answer.values), ensure_ascii=False))
        for answer in step.answers
    ]


def _answer_words(values: Mapping[str, Any], fields: Mapping[str, Mapping[str, Any]]) -> str:
    words = []
    for name, value in values.items():
        field = fields.get(name, {})
        captions = {one["value"]: one["label"] for one in field.get("values") or ()}
        answer = _("như của hồ sơ") if value == "$case" else captions.get(str(value), str(value))
        words.append(f"{field.get('label', name)}: {answer}")
    return "; ".join(words) or _("không hỏi gì mà quy trình dùng")
