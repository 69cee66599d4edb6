"""Heat map of waiting work on the diagram: how many now, how long, how late, for a period and a unit."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from math import sqrt

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine.cases import dossier
from engine.clock import VIETNAM
from engine.errors import BadInput
from engine.process import definitions
from engine.process.definitions import DefinitionRef
from engine.process.process_names import load_process_names
from engine.studio import heat
from engine.studio.heat import NodeHeat, TimeWindow
from engine.translation.wording import say
from web.display import diagram_titles, filters
from web.http.parsing import read_day
from web.http.request import current_language, current_world, request_time, requires_permission, tx
from web.studio.files import ACT

blueprint = Blueprint("studio_heat", __name__, url_prefix="/studio/heat")

DEFAULT_PROCESS = "citizen_report"
DEFAULT_DAYS = 30
SHADES = 4


@blueprint.get("")
@requires_permission(ACT)
def show_heatmap() -> ResponseReturnValue:
    """Show the heat map, and the same as a table."""
    today = request_time().astimezone(VIETNAM).date()
    first, last = _parse_day("from", today - timedelta(days=DEFAULT_DAYS)), _parse_day("to", today)
    definition, unit, fault, heat_by_node = _chosen_definition(), request.args.get("unit", ""), "", {}
    try:
        heat_by_node = heat.measure_elements(
            tx(), definition.key, _heat_period(first, last), unit or None, request_time()
        )
    except BadInput as error:
        fault = say(error, current_language())
    names = dossier.process_element_names(
        definitions.load_deployment(tx(), definition.digest).get_process(definition.key), current_language()
    )
    rows = [(filters.own_words(names[node]), node, one) for node, one in heat_by_node.items() if node in names]
    context = {"rows": sorted(rows, key=lambda row: (-row[2].now, row[0])), "fault": fault, "key": definition.key}
    called = load_process_names(tx(), definition.digest, current_language())
    processes = {key: called.get(key, key) for key in definitions.process_keys(tx(), definition.number)}
    chosen = {"processes": processes, "first": first, "last": last, "unit": unit}
    units = [item for item in current_world().units.units if not item.closed]
    return render_template("studio/heat.html", **context, **chosen, units=units, shades=_shade_elements(heat_by_node))


@blueprint.get("/diagram")
@requires_permission(ACT)
def show_heatmap_diagram() -> ResponseReturnValue:
    """Return the diagrams of a process and the processes it calls, for the viewer."""
    definition = _chosen_definition()
    process = definitions.load_deployment(tx(), definition.digest).get_process(definition.key)
    drawn = dossier.load_diagrams(tx(), definition.digest, process, current_world(), current_language())
    titles = diagram_titles.title_diagrams(process.key, drawn, current_language())
    return {"diagrams": [{"name": name, "title": titles[name], "xml": xml} for name, xml in drawn.items()]}


def _chosen_definition() -> DefinitionRef:
    return definitions.find_by_key(tx(), request.args.get("process", "") or DEFAULT_PROCESS)


def _parse_day(name: str, default: date) -> date:
    try:
        day = read_day(request.args.get(name, ""))
    except ValueError:
        return default
    return day if 2000 <= day.year <= 2100 else default  # Beyond this range, calendars end.


def _heat_period(first: date, last: date) -> TimeWindow:
    """From the start of the first day to the end of the last, in Vietnam time."""
    start, end = (datetime.combine(day, time(), VIETNAM) for day in (first, last + timedelta(days=1)))
    return TimeWindow(start, end)


def _shade_elements(heat_by_node: dict[str, NodeHeat]) -> dict[str, int]:
    """Shade of each element, from 1 to SHADES, by its waiting work relative to the maximum.

    The square root keeps shades apart when one element holds nearly everything.
    """
    most = max((one.now for one in heat_by_node.values()), default=0)
    return {node: 1 + int((SHADES - 1) * sqrt(one.now / most)) for node, one in heat_by_node.items() if one.now}
