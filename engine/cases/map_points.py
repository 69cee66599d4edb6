"""A report's point on the map: it lies in the province, and the commune follows from it unless somebody says another.

The point is personal data like the address: it stands in the report, never in the process.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import Invalid
from engine.province import borders
from engine.store.db import Transaction
from engine.world.shapes import read_point
from engine.world.unit_tree import UnitTree
from forms.positions import position_text

POSITION, PLACE = "position", "place"
MOST_NAMED = 8  # Of the communes that a point may lie in.


def follow_point(tx: Transaction, units: UnitTree, values: Mapping[str, object]) -> dict[str, object]:
    """The values of a form, with the commune in which the point lies where none was chosen.

    A commune that was chosen stays: whoever knows the place corrects the map. Raises Invalid for a point outside the
    province, and where communes of today share a border's area, so that one has to be chosen.
    """
    communes = communes_of(tx, units, values.get(POSITION))
    if values.get(PLACE) or not communes:
        return dict(values)
    if len(communes) > 1:
        names = [units.get(code).name for code in communes[:MOST_NAMED]]
        raise Invalid(PLACE, "point-in-several-communes", communes=", ".join(names))
    return {**values, PLACE: communes[0]}


def communes_of(tx: Transaction, units: UnitTree, position: object) -> tuple[str, ...]:
    """The codes of the communes in which a point, as it was typed or stored, may lie; empty for what is no point.

    Raises Invalid for a point outside the province.
    """
    text = position_text(position) if isinstance(position, str) else None
    point = read_point(text) if text else None
    return borders.communes_at(tx, units, point) if point is not None else ()
