"""Where work waits, on the drawing: how many now, how long, how late, for a period and a unit."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from math import sqrt
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from engine.cases import dossier
from engine.clock import VIETNAM
from engine.errors import BadInput
from engine.process import definitions
from engine.process.definitions import Definition
from engine.studio import heat
from engine.studio.heat import NodeHeat, Period
from web.http.request import needs, now, tx, world
from web.studio.files import ACT

blueprint = Blueprint("studio_heat", __name__, url_prefix="/studio/heat")

Answer = Any
USUAL = "citizen_report"
USUAL_DAYS = 30
SHADES = 4


@blueprint.get("")
@needs(ACT)
def show() -> Answer:
    """The drawing with its heat, and the same as a table."""
    today = now().astimezone(VIETNAM).date()
    first, last = _day("from", today - timedelta(days=USUAL_DAYS)), _day("to", today)
    definition, unit, fault, found = _definition(), request.args.get("unit", ""), "", {}
    try:
        found = heat.heat(tx(), definition.key, _period(first, last), unit or None, now())
    except BadInput:
        fault = _("Ngày cuối phải sau ngày đầu.")
    names = dossier.names_of(definitions.content(tx(), definition.digest).process(definition.key))
    rows = [(names[node], node, one) for node, one in found.items() if node in names]
    shown = {"rows": sorted(rows, key=lambda row: (-row[2].now, row[0])), "fault": fault, "key": definition.key}
    chosen = {"keys": definitions.keys_of(tx(), definition.number), "first": first, "last": last, "unit": unit}
    units = [item for item in world().units.units if not item.closed]
    return render_template("studio/heat.html", **shown, **chosen, units=units, shades=_shades(found))


@blueprint.get("/diagram")
@needs(ACT)
def diagram() -> Answer:
    """The drawing of a process and what it calls, for the viewer."""
    found = _definition()
    process = definitions.content(tx(), found.digest).process(found.key)
    drawn = dossier.diagrams(tx(), found.digest, process)
    return {"diagrams": [{"name": name, "xml": xml} for name, xml in drawn.items()]}


def _definition() -> Definition:
    return definitions.find(tx(), request.args.get("process", "") or USUAL)


def _day(name: str, otherwise: date) -> date:
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return otherwise
    return day if 2000 <= day.year <= 2100 else otherwise  # Beyond, calendars end.


def _period(first: date, last: date) -> Period:
    """From the beginning of the first day to the end of the last one, in Vietnam."""
    start, end = (datetime.combine(day, time(), VIETNAM) for day in (first, last + timedelta(days=1)))
    return Period(start, end)


def _shades(found: dict[str, NodeHeat]) -> dict[str, int]:
    """How dark each element is drawn, from 1 to SHADES: by how much waits there, against where most waits.

    The root keeps shades apart where one element holds nearly everything.
    """
    most = max((one.now for one in found.values()), default=0)
    return {node: 1 + int((SHADES - 1) * sqrt(one.now / most)) for node, one in found.items() if one.now}
