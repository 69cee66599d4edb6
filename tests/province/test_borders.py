"""Promises of the borders: a province's own file is loaded whole or not at all, and says where a point lies."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from engine.actor import SYSTEM, ActStamp
from engine.errors import BadInput, Invalid
from engine.journal import acts
from engine.province import borders
from engine.province.border_file import CommuneBorder, read_border_file
from engine.province.borders import BorderOrigin
from engine.province.map_picture import draw_picture
from engine.province.units import load_unit_tree
from engine.store.db import Transaction, transaction
from engine.store.models import Border, JournalEntry
from engine.world.shapes import MapPoint, is_inside, metres_to_edge, read_point
from tests.kit.province import DATA, NOW, load_year

sqlite_alone = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
FILE, MAP = DATA / "provinces/dong_nai_2025/borders.geojson", DATA / "provinces/dong_nai_2025/former_units.csv"
DATA_2025, DATA_2021 = "provinces/dong_nai_2025/units.csv", "provinces/dong_nai_2021/units.csv"
ORIGIN = BorderOrigin("the project's data", "MIT")
SEA = MapPoint(108.5, 10.0)
SQUARE = [[106.0, 10.0], [106.1, 10.0], [106.1, 10.1], [106.0, 10.1], [106.0, 10.0]]


def load(tx: Transaction, path: Path = FILE, map_path: Path | None = None) -> borders.BorderLoadResult:
    return borders.load_borders(tx, path, ORIGIN, ActStamp(SYSTEM, NOW), map_path)


def feature(code: str, *rings: list[list[float]], kind: str = "Polygon") -> dict[str, Any]:
    return {"type": "Feature", "id": code, "properties": {}, "geometry": {"type": kind, "coordinates": list(rings)}}


def write_file(tmp_path: Path, *features: Any) -> Path:
    path = tmp_path / "borders.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
    return path


def centres(name: str) -> dict[str, MapPoint]:
    rows = csv.DictReader((DATA / name).read_text(encoding="utf-8").splitlines())
    return {row["code"]: MapPoint(float(row["lon"]), float(row["lat"])) for row in rows if row["lat"]}


@sqlite_alone
def test_every_commune_of_2025_is_found_at_its_centre_and_the_sea_is_refused(tx: Transaction) -> None:
    load_year(tx, 2025)
    assert load(tx) == borders.BorderLoadResult(95, ())
    tree = load_unit_tree(tx.read)
    told = {code: borders.communes_at(tx, tree, at) for code, at in centres(DATA_2025).items()}
    assert {code for code, communes in told.items() if communes != (code,)} == set()
    with pytest.raises(Invalid) as refused:
        borders.communes_at(tx, tree, SEA)
    assert (refused.value.field, refused.value.rule) == ("position", "point-outside-province")


@sqlite_alone
def test_a_province_of_2021_is_told_its_own_communes_and_asked_where_they_are_several(tx: Transaction) -> None:
    load_year(tx, 2021)
    load(tx, map_path=MAP)
    tree = load_unit_tree(tx.read)
    today = {code: at for code, at in centres(DATA_2021).items() if tree.knows_commune(code)}
    told = {code: borders.communes_at(tx, tree, at) for code, at in today.items()}
    assert {code for code, communes in told.items() if code not in communes} == {"26266"}  # Split in 2025.
    assert sum(communes == (code,) for code, communes in told.items()) == 5
    assert sum(communes[0] == code for code, communes in told.items()) == len(told) - 1


def test_without_borders_nothing_is_said_of_a_point(tx: Transaction) -> None:
    load_year(tx, 2025)
    assert borders.communes_at(tx, load_unit_tree(tx.read), SEA) == ()
    assert borders.current_borders(tx) is None


def test_borders_are_replaced_whole_and_the_journal_says_so(tx: Transaction, tmp_path: Path) -> None:
    load_year(tx, 2025)
    codes = [row.code for row in tx.read.execute(select(Border.code))]
    assert codes == []
    path = write_file(tmp_path, feature("26068", SQUARE), feature("99999", [[x + 1, y] for x, y in SQUARE]))
    assert load(tx, path) == borders.BorderLoadResult(1, ("99999",))
    assert borders.communes_at(tx, load_unit_tree(tx.read), MapPoint(106.05, 10.05)) == ("26068",)
    load(tx)
    current = borders.current_borders(tx)
    assert current is not None
    assert (current.source, current.licence) == (ORIGIN.source, ORIGIN.licence)
    assert borders.read_picture(tx, current.digest) == draw_picture(read_border_file(FILE))
    assert borders.read_picture(tx, "0" * 64) is None


def test_the_load_is_an_act_of_the_journal(engine_db: Engine) -> None:
    with transaction(engine_db) as tx:
        with pytest.raises(BadInput) as refused:
            load(tx)
        assert refused.value.rule == "borders-of-no-commune"
        load_year(tx, 2025)
        load(tx)
    with transaction(engine_db) as tx:
        assert list(tx.read.execute(select(JournalEntry.act)).scalars()) == [
            acts.LOAD_UNITS,
            acts.LOAD_UNITS,
            acts.LOAD_BORDERS,
        ]


@pytest.mark.parametrize(
    ("features", "rule"),
    [
        ([feature("", SQUARE)], "border-without-code"),
        ([feature("1", SQUARE[:3])], "border-ring-open"),
        ([feature("1", SQUARE[:-1])], "border-ring-open"),
        ([feature("1", [[x * 5000, y * 100000] for x, y in SQUARE])], "border-not-degrees"),
        ([feature("1", [["a", "b"]] * 5)], "border-not-degrees"),  # type: ignore[list-item]
        ([feature("1", SQUARE, kind="LineString")], "border-not-area"),
        ([feature("1")], "border-not-area"),
        ([feature("1", SQUARE), feature("1", SQUARE)], "border-twice"),
        ([], "borders-not-geojson"),
        (["x"], "border-without-code"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_fault(tmp_path: Path, features: Any, rule: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_border_file(write_file(tmp_path, *features))
    assert refused.value.rule == rule


@pytest.mark.parametrize("content", [b"", b"\xff", b"[" * 100_000, b"[]", b"{}"])
def test_what_is_no_geojson_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.geojson"
    path.write_bytes(content)
    with pytest.raises(BadInput):
        read_border_file(path)
    with pytest.raises(BadInput):
        read_border_file(tmp_path / "missing")


def test_the_picture_is_small_and_neighbours_keep_their_corners() -> None:
    picture = draw_picture(read_border_file(FILE))
    document = json.loads(gzip.decompress(picture))
    assert len(picture) < 60_000
    assert len(document["paths"]) == 95
    assert all(path.startswith("M") and path.endswith("z") for path in document["paths"].values())
    left, right = CommuneBorder("l", (tuple(map(tuple, SQUARE)),)), [[x + 0.1, y] for x, y in SQUARE]  # type: ignore[arg-type]
    two = json.loads(gzip.decompress(draw_picture([left, CommuneBorder("r", (tuple(map(tuple, right)),))])))["paths"]  # type: ignore[arg-type]
    assert two["l"].startswith("M0 ")
    assert two["r"].startswith("M6000 ")


def test_geometry_knows_holes_edges_and_distances() -> None:
    hole = [[106.04, 10.04], [106.06, 10.04], [106.06, 10.06], [106.04, 10.06], [106.04, 10.04]]
    assert is_inside([SQUARE], MapPoint(106.05, 10.05))
    assert not is_inside([SQUARE, hole], MapPoint(106.05, 10.05))
    neighbour = [[x + 0.1, y] for x, y in SQUARE]
    on_edge = MapPoint(106.1, 10.05)
    assert is_inside([SQUARE], on_edge) != is_inside([neighbour], on_edge)
    assert 1090 < metres_to_edge([SQUARE], MapPoint(106.11, 10.05)) < 1100
    assert read_point("10.95000, 106.82000") == MapPoint(106.82, 10.95)
    assert read_point(MapPoint(106.82, 10.95).text) == MapPoint(106.82, 10.95)
    assert [read_point(text) for text in ("", "x, y", "1")] == [None, None, None]
