"""Serves third-party files that pages load: the font from its package."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Response, abort, send_from_directory

from web.http.request import public_page

blueprint = Blueprint("assets", __name__)

FONT_FOLDER = Path(str(files("fontpkg_be_vietnam_pro"))) / "files"
WEIGHTS = ("Regular", "Italic", "SemiBold", "Bold")
YEAR_SECONDS = 31_536_000


@blueprint.get("/font/<weight>.ttf")
@public_page
def serve_font(weight: str) -> Response:
    """Serve one weight of Be Vietnam Pro (OFL)."""
    if weight not in WEIGHTS:
        abort(404)
    return send_from_directory(FONT_FOLDER, f"BeVietnamPro-{weight}.ttf", max_age=YEAR_SECONDS)
