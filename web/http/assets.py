"""Files that pages load beside our own: the font out of its package. For the application alone."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Response, abort, send_from_directory

from web.http.request import public

blueprint = Blueprint("assets", __name__)

FONT = Path(str(files("fontpkg_be_vietnam_pro"))) / "files"
WEIGHTS = ("Regular", "Italic", "SemiBold", "Bold")
YEAR = 31_536_000


@blueprint.get("/font/<weight>.ttf")
@public
def font(weight: str) -> Response:
    """One weight of Be Vietnam Pro (OFL)."""
    if weight not in WEIGHTS:
        abort(404)
    return send_from_directory(FONT, f"BeVietnamPro-{weight}.ttf", max_age=YEAR)
