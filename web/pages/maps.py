"""The map on forms: the picture of the communes' borders, tiles under it, and the commune in which a point lies."""

from __future__ import annotations

import gzip
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request
from flask_babel import gettext as _

from engine.cases import map_points
from engine.errors import Invalid
from engine.province import borders
from engine.province.borders import BordersInUse
from engine.province.tile_file import TileFile
from engine.translation.wording import say
from forms.positions import position_text
from web.display import filters, small_map
from web.http import once
from web.http.assets import YEAR_SECONDS
from web.http.request import current_application, current_language, current_world, public_page, tx

blueprint = Blueprint("maps", __name__)
blueprint.add_app_template_global(small_map.show_point, "show_point")

LONGEST = 100  # Characters of a point as it is typed.


@blueprint.app_template_global("borders_in_use")
def borders_in_use() -> BordersInUse | None:
    """The borders that a map may be drawn from; None where the province has none, so that no map is offered."""
    return borders.current_borders(tx())


@blueprint.get("/map/<digest>.json")
@public_page
def send_picture(digest: str) -> Response:
    """Send the picture of the borders; its address changes with it, so browsers may keep it."""
    picture = borders.read_picture(tx(), digest)
    if picture is None:
        abort(404)
    compressed = request.accept_encodings["gzip"] > 0
    response = Response(picture if compressed else gzip.decompress(picture), mimetype="application/json")
    if compressed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    return response


@blueprint.app_template_global("tiles_in_use")
def tiles_in_use() -> TileFile | None:
    """The tiles to draw under borders; None where the province brings none."""
    return current_application().tiles


@blueprint.get("/map/tiles/<version>/<int:zoom>/<int:column>/<int:row>")
@public_page
def send_tile(version: str, zoom: int, column: int, row: int) -> Response:
    """Send a tile; its address changes with the file, so browsers may keep it. Where there is none, nothing is sent."""
    tiles = current_application().tiles
    if tiles is None or version != tiles.version:
        abort(404)
    picture = tiles.read_tile(zoom, column, row)
    response = Response(picture or b"", 200 if picture else 204, mimetype=tiles.media_type)
    response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    return response


@blueprint.post("/map/commune")
@once.may_repeat
@public_page
def locate_point() -> Response:
    """Say in which commune a point lies; sent by the page's script in the body, so that no log has it."""
    typed = request.form.get("position", "")[:LONGEST]
    position = position_text(typed) or ""
    if not position:
        return _answer("", (), say(Invalid("position", "form-answer-position"), current_language()) if typed else "")
    try:
        codes = map_points.communes_of(tx(), current_world().units, position)
    except Invalid as outside:
        return _answer(position, (), say(outside, current_language()))
    return _answer(position, codes, _place_sentence(codes))


def _place_sentence(codes: tuple[str, ...]) -> str:
    names = [str(filters.unit_caption(code)) for code in codes[: map_points.MOST_NAMED]]
    if len(names) > 1:
        return say(Invalid("place", "point-in-several-communes", communes=", ".join(names)), current_language())
    return _("Vị trí nằm ở %(name)s.", name=names[0]) if names else ""


def _answer(position: str, codes: tuple[str, ...], sentence: str) -> Any:
    return jsonify(position=position, codes=list(codes), sentence=sentence)
