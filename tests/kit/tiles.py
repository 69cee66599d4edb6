"""Tiny MBTiles files, as a province would bring them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from io import BytesIO
from pathlib import Path

from PIL import Image

COLOR = "#c0d8b0"


def tile_picture() -> bytes:
    """A tile of one colour, as PNG."""
    file = BytesIO()
    Image.new("RGB", (256, 256), COLOR).save(file, "PNG")
    return file.getvalue()


def write_tiles(path: Path, zooms: range = range(3), metadata: Mapping[str, str] | None = None) -> Path:
    """A file with all tiles of the zoom levels, all of one picture."""
    told = {"name": "Thử", "format": "png", "attribution": '<a href="https://x.vn">Sở thử</a>', **(metadata or {})}
    picture = tile_picture()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE metadata (name text, value text)")
        connection.execute(
            "CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob)"
        )
        connection.executemany("INSERT INTO metadata VALUES (?, ?)", told.items())
        places = [(zoom, x, y, picture) for zoom in zooms for x in range(2**zoom) for y in range(2**zoom)]
        connection.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", places)
    return path
