"""A province's own tiles: read as they lie, and a file that cannot be used is said in one sentence."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.errors import BadInput
from engine.province.map_picture import MercatorGrid, place_tiles
from engine.province.tile_file import open_tile_file
from engine.translation.wording import say
from tests.kit.tiles import tile_picture, write_tiles


def test_tiles_are_read_with_rows_from_the_north(tmp_path: Path) -> None:
    path = write_tiles(tmp_path / "a.mbtiles", range(2))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE tiles SET tile_data = 'south' WHERE zoom_level = 1 AND tile_row = 0")
    tiles = open_tile_file(path)
    assert (tiles.media_type, tiles.least_zoom, tiles.most_zoom, tiles.attribution) == ("image/png", 0, 1, "Sở thử")
    assert tiles.read_tile(1, 0, 0) == tile_picture()
    assert tiles.read_tile(1, 0, 1) is None  # The southern row holds a text.
    for outside in ((1, 2, 0), (1, 0, 2), (2, 0, 0)):
        assert tiles.read_tile(*outside) is None


def test_a_file_that_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    text, vector, empty = tmp_path / "text", tmp_path / "vector.mbtiles", tmp_path / "empty.mbtiles"
    text.write_text("no tiles")
    write_tiles(vector, metadata={"format": "pbf"})
    write_tiles(empty, range(0))
    for path, words in (
        (text, "không phải là tệp MBTiles"),
        (tmp_path / "missing", "không phải là tệp MBTiles"),
        (tmp_path, "không phải là tệp MBTiles"),
        (vector, "dạng pbf"),
        (empty, "không có mảnh bản đồ nào"),
    ):
        with pytest.raises(BadInput) as refused:
            open_tile_file(path)
        assert words in say(refused.value, "vi")


def test_tiles_cover_the_picture_at_the_zoom_nearest_to_their_size() -> None:
    grid = MercatorGrid(west=1.86, north=0.19, scale=360 / 0.002)
    placed = place_tiles(grid, (360, 240), (0, 14))
    assert {tile.zoom for tile in placed} == {12}
    assert min(tile.x for tile in placed) <= 0
    assert max(tile.x + tile.side for tile in placed) >= 360
    assert min(tile.y for tile in placed) <= 0
    assert max(tile.y + tile.side for tile in placed) >= 240
    assert place_tiles(grid, (360, 240), (18, 20)) == []  # Too many pictures for so small a map.
