"""The borders that come with the program, those of Đồng Nai of 2025, for a province that has loaded none of its own."""

from __future__ import annotations

from contextlib import ExitStack
from importlib.resources import as_file, files

from sqlalchemy import select

from engine.actor import ActStamp
from engine.province import borders
from engine.province.border_file import read_border_file
from engine.province.borders import BorderOrigin
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Unit

DATA = "engine.data"
BORDERS, BORDERS_MAP = "provinces/dong_nai_2025/borders.geojson", "provinces/dong_nai_2025/former_units.csv"
BORDERS_ORIGIN = BorderOrigin("github.com/thanglequoc/vietnamese-provinces-database", "MIT")

_unit = table_of(Unit)


def load_shipped_borders(tx: Transaction, by: ActStamp) -> int:
    """Load the shipped borders where they are of use; returns how many, 0 if the province has borders or is another.

    They serve the province of 2021 too: its communes went into those of 2025.
    """
    communes = set(tx.read.execute(select(_unit.c.code).where(_unit.c.kind == "commune")).scalars())
    if not communes or borders.current_borders(tx) is not None:
        return 0
    with ExitStack() as stack:
        file, map_file = (stack.enter_context(as_file(files(DATA) / name)) for name in (BORDERS, BORDERS_MAP))
        if communes.isdisjoint(border.code for border in read_border_file(file)):
            return 0
        return borders.load_borders(tx, file, BORDERS_ORIGIN, by, map_file).borders
