"""Map tiles that a province brings: one MBTiles file of pictures, read where it lies and never written.

MBTiles 1.3: an SQLite file with the tables `metadata` (name, value) and `tiles` (zoom_level, tile_column, tile_row,
tile_data); rows are counted from the south, addresses of pages from the north.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from engine.errors import BadInput

MEDIA_TYPES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp"}
DEEPEST = 22  # Zoom levels; a tile of the 22nd is some ten metres wide.
MOST_BYTES = 1024 * 1024  # Of one tile.
LONGEST_ATTRIBUTION = 200
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class TileFile:
    """A usable file: its pictures' type, its least and greatest zoom, whose they are, and a mark of its version."""

    path: Path
    media_type: str
    least_zoom: int
    most_zoom: int
    attribution: str
    version: str

    def read_tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """The picture of a tile, its row counted from the north; None when the file has none there."""
        if not (self.least_zoom <= zoom <= self.most_zoom and column < 2**zoom and row < 2**zoom):
            return None
        place = (zoom, column, 2**zoom - 1 - row)
        query = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"
        try:
            with closing(_connect(self.path)) as connection:
                (picture,) = connection.execute(query, place).fetchone() or (None,)
        except sqlite3.Error:  # It was fine when the server started: a map without a tile is still a map.
            return None
        return picture if isinstance(picture, bytes) and 0 < len(picture) <= MOST_BYTES else None


def open_tile_file(path: Path) -> TileFile:
    """The tile file at `path`; raises BadInput for one that cannot be used, saying why."""
    try:
        with closing(_connect(path)) as connection:
            metadata = {str(name): str(value) for name, value in connection.execute("SELECT name, value FROM metadata")}
            zooms = connection.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles").fetchone()
    except sqlite3.Error as error:
        raise BadInput("tiles-unreadable", file=path) from error
    kind = metadata.get("format", "").lower()
    if kind not in MEDIA_TYPES:
        raise BadInput("tiles-no-pictures", file=path, kind=kind or "?")
    if not all(isinstance(zoom, int) and 0 <= zoom <= DEEPEST for zoom in zooms):
        raise BadInput("tiles-empty", file=path)
    least, most = zooms
    return TileFile(path, MEDIA_TYPES[kind], least, most, _attribution_of(metadata), _version_of(path))


def _connect(path: Path) -> sqlite3.Connection:
    """A connection that takes no locks: the file is another one's and does not change while it is used."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _attribution_of(metadata: Mapping[str, str]) -> str:
    """Whose pictures they are, as text: the format allows HTML."""
    return " ".join(_TAG.sub(" ", metadata.get("attribution", "")).split())[:LONGEST_ATTRIBUTION]


def _version_of(path: Path) -> str:
    status = path.stat()
    return hashlib.sha256(f"{status.st_size} {status.st_mtime_ns}".encode()).hexdigest()[:12]
