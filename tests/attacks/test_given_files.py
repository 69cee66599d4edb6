"""Folders and files that somebody hands to whoever runs the program: a province, a map of borders."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import BadInput
from engine.province import profile
from engine.province.border_file import read_border_file

WHOLE = "name: Thử\nkind: province\nletters: TH\nlevels: 2\n"
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nname: [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
OUTSIDE = (
    *("units: [../secret.csv]", "units: [/etc/passwd]", "units: [link.csv]", "units: ['\\0']", "units: ['.']"),
    *("units: [units.csv]\nholidays: ../secret.csv", "units: [units.csv]\nreports: /etc/passwd"),
    *("units: [units.csv]\nfollows: [../secret.csv]", "units: !!python/object/apply:os.system [id]"),
)
BROKEN = (
    *(BOMB, "name: &a [*a]\n", "name: " + "[" * 3000, "name: 2026-13-45\n", "x: " + "y" * 200_000, "? [a]\n: b\n"),
    *("levels: yes\n", "\x00", "name: !!binary x\n", "- " * 4000, "name: {a: b}\n"),
)


@pytest.mark.parametrize(
    "text", [*(WHOLE + entry for entry in OUTSIDE), *BROKEN], ids=range(len(OUTSIDE) + len(BROKEN))
)
def test_a_province_folder_reads_no_other_file_and_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "secret.csv").write_text("bí mật")
    folder = tmp_path / "province"
    folder.mkdir()
    (folder / "units.csv").write_text("x")
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "province.yaml").write_text(text)
    with pytest.raises(BadInput) as refused:
        profile.read_profile(folder)
    assert len(str(refused.value)) < 1500
    assert "bí mật" not in str(refused.value)


def of_area(coordinates: str, kind: str = '"Polygon"') -> str:
    """A file with one commune's border."""
    area = f'{{"type": {kind}, "coordinates": {coordinates}}}'
    return f'{{"features": [{{"id": "26008", "geometry": {area}}}]}}'


MAPS = (
    *("[" * 100_000, '{"features": [{},{},{}]}', '{"features": "x"}', "9" * 5000, "\ufeff{}", '{"features": [[]]}'),
    *(of_area("[[[NaN, 10]]]"), of_area("[[[1e999, 10], [1,2], [1,2], [1e999, 10]]]"), of_area('{"0": 1}')),
    *(of_area("[" * 900 + "]" * 900), of_area("[]", '["Polygon"]'), of_area("[[[true, 10]]]"), of_area("[[[107]]]")),
    *('{"features": [{"id": "26008\\u0000", "geometry": null}]}', '{"features": [{"id": {"a": 1}}]}'),
)


@pytest.mark.parametrize("text", MAPS, ids=range(len(MAPS)))
def test_a_map_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.geojson"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput):
        read_border_file(file)
