"""The province's name on every page."""

from __future__ import annotations

from flask import g

from engine.translation.wording import fact_text
from web.http import request as here


def province_name() -> str:
    """Tỉnh Đồng Nai in running text; "" on a page without the database before any page could read it.

    What the last page read is good enough: a province is named once, when it is set up.
    """
    worlds = here.current_application().worlds
    world = here.current_world() if worlds.last is None and "tx" in g else worlds.last
    return fact_text(world.province.full_name, here.current_language()) if world is not None else ""
