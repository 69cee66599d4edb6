"""The drawers below the drawing: scenarios, simulation, difference, versions. Pieces of pages, loaded when opened."""

from __future__ import annotations

import os
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from engine.errors import BadInput, Problems
from engine.process import definitions
from engine.scenarios import trial
from engine.simulation import assumptions, simulation
from engine.simulation import wording as simulated_words
from engine.simulation.simulation import Order
from engine.studio import drafts, release
from engine.studio.diff import deployment_diff, drawing
from engine.studio.diff import words as changed_words
from engine.studio.diff.deployment_diff import Change, FileDifference
from engine.studio.diff.drawing import Place
from web.http.parsing import whole
from web.http.request import app, language, needs, now, tx, world
from web.studio.files import ACT, mine

blueprint = Blueprint("studio_panels", __name__, url_prefix="/studio/drafts/<int:draft_id>/panel")

Answer = Any
USUAL_CASES, MOST_CASES = 1_000, 10_000
MOST_LISTED = 200


@blueprint.get("/tests")
@needs(ACT)
def tests(draft_id: int) -> Answer:
    """Every scenario run anew: what failed, what each walked, what none walks."""
    found = trial.run(drafts.files(tx(), mine(draft_id)), language())
    return render_template("studio/tests.html", trial=found, draft_id=draft_id)


@blueprint.get("/replay")
@needs(ACT)
def replay(draft_id: int) -> Answer:
    """What to run through the draft, and what is assumed where it asks something new."""
    order = Order(drafts.files(tx(), mine(draft_id)), USUAL_CASES)
    return _replay(draft_id, order)


@blueprint.post("/replay")
@needs(ACT)
def simulate(draft_id: int) -> Answer:
    """Run the newest cases through the draft and say what would have been different."""
    draft, form = mine(draft_id), request.form
    try:
        order = Order(
            drafts.files(tx(), draft),
            _number(form.get("cases", ""), MOST_CASES),
            assumptions.parse(form["assumptions"]) if form.get("assumptions", "").strip() else {},
            _number(form.get("seed", ""), 999_999_999),
            workers=os.cpu_count() or 1,
        )
        result = simulation.run(app().database, order, app().settings.chase_cap, language=language())
    except BadInput as error:
        return _replay(draft_id, Order(drafts.files(tx(), draft), USUAL_CASES), str(error))
    return render_template("studio/simulated.html", **_shown(result), draft_id=draft_id, units=world().units)


def _replay(draft_id: int, order: Order, fault: str = "") -> Answer:
    try:
        table = simulation.assumed(app().database, order, app().settings.chase_cap, language())
    except Problems as error:
        fault, table = _("Bản nháp còn %(num)s vấn đề; sửa hết rồi chạy lại.", num=len(error.problems)), None
    except BadInput as error:
        fault, table = str(error), None
    text = None if table is None else assumptions.written(table)
    shown = {"cases": order.number, "most": MOST_CASES, "seed": order.seed}
    return render_template("studio/replay.html", draft_id=draft_id, fault=fault, assumptions=text, **shown)


def _shown(result: simulation.Result) -> dict[str, Any]:
    names = {unit.code: unit.name for unit in world().units.units}
    rows = [
        (change, [simulated_words.sentence(reason, language(), names) for reason in change.reasons])
        for change in result.totals.changes[:MOST_LISTED]
    ]
    kinds = [(simulated_words.kind(name, language()), count) for name, count in result.totals.kinds.items()]
    return {"result": result, "totals": result.totals, "rows": rows, "kinds": kinds, "unit_names": names}


def _number(text: str, most: int) -> int:
    number = whole(text)
    if not number or number > most:
        raise BadInput(_("Nhập một số từ 1 đến %(most)s.", most=most))
    return number


@blueprint.get("/difference")
@needs(ACT)
def differ(draft_id: int) -> Answer:
    """What the draft changes of its base, or of another deployment, in sentences and on the drawing."""
    draft = mine(draft_id)
    versions = release.versions(tx())
    number = _number(request.args.get("with") or str(draft.number), definitions.LARGEST)
    old = definitions.files_of(tx(), definitions.digest_of_number(tx(), number))
    found = deployment_diff.differences(old, drafts.files(tx(), draft))
    files = [(one, _told(one, old.get(one.path, b""))) for one in found]
    return render_template("studio/difference.html", files=files, draft=draft, number=number, versions=versions)


def _told(one: FileDifference, old: bytes) -> list[tuple[Change, str, Place | None]]:
    """The changes of a file, each with its sentence and, where the draft draws it no more, its old place."""
    gone = {change.element for change in one.changes if change.kind == deployment_diff.REMOVED}
    places = drawing.places(old, gone) if gone and one.path.suffix == ".bpmn" else {}
    return [(each, changed_words.sentence(each, language()), places.get(each.element)) for each in one.changes]


@blueprint.get("/versions")
@needs(ACT)
def versions(draft_id: int) -> Answer:
    """Deploying, with what stands in its way; what was deployed before."""
    draft = mine(draft_id)
    found = trial.run(drafts.files(tx(), draft), language())
    failures = [one for one in found.scenarios if one.failure]
    rows = release.versions(tx())
    shown = {"draft": draft, "mistakes": found.mistakes, "failures": failures, "versions": rows, "now": now()}
    return render_template("studio/versions.html", **shown, outdated=rows[0].number != draft.number)
