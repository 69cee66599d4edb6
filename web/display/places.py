"""Names kinds of communes as the province has them: with its towns where there are some, as before July 2025."""

from __future__ import annotations

from flask_babel import gettext as _

from web.http import request as here


def place_kinds_text(text: str) -> str:
    """A label that speaks of communes and wards, and of towns as well if the province has them."""
    if not here.current_world().units.has_towns:
        return text
    short, full = _("Xã, phường"), _("Xã, phường, thị trấn")
    return text.replace(short, full).replace(short.lower(), full.lower())
