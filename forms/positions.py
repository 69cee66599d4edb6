"""Reads a point on the map as people write and paste it, and writes it as it is stored."""

from __future__ import annotations

import re

# The waters and islands of Vietnam included.
SOUTH, NORTH, WEST, EAST = 6.0, 24.0, 101.0, 118.0

_DEGREES = r"(\d{1,3}(?:[.,]\d{1,15})?)°?"
_PAIR = re.compile(rf"(?:geo:)?[\s(]{{0,3}}{_DEGREES}[\s;,/]{{1,5}}{_DEGREES}\)?")
_SEXAGESIMAL = re.compile(
    r"(\d{1,3})°\s?(\d{1,2})['′]\s?(\d{1,2}(?:[.,]\d{1,6})?)[\"″]\s?([NBEĐ])[\s,;]{0,3}", re.IGNORECASE
)


def position_text(text: object) -> str | None:
    """A point as it is stored, such as "10.95123, 106.82135": latitude first, five decimals, about a metre.

    None for what is no point in Vietnam. Longitude may come first: no latitude is as great. Decimal commas are read,
    and degrees with minutes and seconds as maps copy them.
    """
    pair = _read_pair(text.strip()) if isinstance(text, str) else None
    if pair is None:
        return None
    latitude, longitude = pair if pair[0] <= NORTH else (pair[1], pair[0])
    if not (SOUTH <= latitude <= NORTH and WEST <= longitude <= EAST):
        return None
    return f"{latitude:.5f}, {longitude:.5f}"


def _read_pair(text: str) -> tuple[float, float] | None:
    plain = _PAIR.fullmatch(text)
    if plain is not None:
        return _decimal(plain[1]), _decimal(plain[2])
    parts = list(_SEXAGESIMAL.finditer(text))
    if len(parts) != 2 or "".join(part[0] for part in parts) != text:
        return None
    return _decimal_degrees(parts[0]), _decimal_degrees(parts[1])


def _decimal_degrees(part: re.Match[str]) -> float:
    return int(part[1]) + int(part[2]) / 60 + _decimal(part[3]) / 3600


def _decimal(text: str) -> float:
    return float(text.replace(",", "."))
