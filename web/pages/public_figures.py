"""The page of figures that everybody may read."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.statistics import public_figures
from engine.statistics.appendix import MIN_RESOLVED
from web.display import public_map
from web.display.kept_figures import current_answers, current_figures, offered_months
from web.http.request import public_page

blueprint = Blueprint("public_figures", __name__, url_prefix="/cong-khai")


@blueprint.get("")
@public_page
def show_public_figures() -> ResponseReturnValue:
    """Show the figures of a month."""
    kept = current_figures()
    figures = kept.figures
    tables = [
        (_("Theo lĩnh vực"), _("Lĩnh vực"), figures.fields),
        (_("Theo đơn vị"), _("Đơn vị"), figures.units),
        (_("Theo tháng"), _("Tháng"), figures.months),
    ]
    measure = request.args.get("map", public_map.ON_TIME)
    drawn = public_map.draw_public_map(kept.areas, measure if measure in public_map.MEASURES else public_map.ON_TIME)
    bounds = {"least": public_figures.LEAST, "compared": MIN_RESOLVED}
    months = {"month": kept.month, "offered": offered_months(figures.period.first), "answers": current_answers()}
    return render_template("public_figures.html", figures=figures, tables=tables, map=drawn, **months, **bounds)
