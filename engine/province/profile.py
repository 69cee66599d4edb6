"""A province as a folder: what it is called, its units and hours, and what its demonstration shows.

`province.yaml` names the rest. Two folders come with the program; any other is chosen by its path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from engine.errors import BadInput
from engine.province.unit_files import read_unit_file
from engine.world.office_hours import OpeningPeriod, compile_hours
from engine.world.province_identity import KINDS, ProvinceIdentity
from engine.world.public_holidays import DayOverride, parse_overrides, shipped_overrides

FILE_NAME = "province.yaml"
SHIPPED = Path(str(files("engine.data"))) / "provinces"
THREE_LEVELS, TWO_LEVELS = 3, 2
MOST_BYTES, LONGEST_TYPED = 100_000, 60
_LETTERS = re.compile(r"[A-Z]{2}")
_TEXTS, _LISTS = ("name", "kind", "letters", "as", "holidays", "answers", "reports", "fields"), ("units", "follows")
_REQUIRED = ("name", "kind", "letters", "levels", "units")


@dataclass(frozen=True, slots=True)
class ProvinceProfile:
    """One province. Files are names in `folder`; what is empty it does not have.

    `alias` is another name for it in scenarios; `levels` counts province, districts, communes; `hours` are office hours
    by kind of unit; `follows` are the maps from the units that it has taken over; `answers` is the column of the
    invented standard answers that names its departments, `reports` says how the invented reports become its own;
    `fields` is the list of fields of reports with which its first deployment begins.
    """

    folder: Path
    identity: ProvinceIdentity
    levels: int
    units: tuple[str, ...]
    alias: str = ""
    hours: Mapping[str, tuple[OpeningPeriod, ...]] | None = None
    holidays: str = ""
    follows: tuple[str, ...] = ()
    answers: str = ""
    reports: str = ""
    fields: str = ""

    @property
    def unit_files(self) -> tuple[Path, ...]:
        """Its lists of units, places first."""
        return tuple(self.folder / name for name in self.units)

    @property
    def report_fields(self) -> bytes | None:
        """The list of fields of reports that its folder brings; None when it brings none."""
        return (self.folder / self.fields).read_bytes() if self.fields else None

    @property
    def maps(self) -> tuple[Path, ...]:
        """From the units that it has taken over to its own."""
        return tuple(self.folder / name for name in self.follows)


def find_profile(name: str) -> ProvinceProfile:
    """The shipped province of this key or alias, or the one in the folder of this path; raises BadInput."""
    shipped = shipped_profiles()
    for key, profile in shipped.items():
        if name in (key, profile.alias):
            return profile
    if not (Path(name) / FILE_NAME).is_file():
        raise BadInput("province-unknown", province=name, known=sorted(shipped))
    return read_profile(Path(name))


def shipped_names() -> tuple[str, ...]:
    """How scenarios and tables of past reports call the shipped provinces, the one with districts first."""
    return tuple(named_provinces())


def named_provinces(own: str = "") -> Mapping[str, ProvinceProfile]:
    """The provinces that scenarios can run in, by the name they use: the shipped ones, then `own` by key or path.

    The one with districts comes first. A folder without another name is called as the folder is. Raises BadInput.
    """
    shipped = sorted(shipped_profiles().values(), key=lambda profile: -profile.levels)
    chosen = [find_profile(own)] if own else []
    return {profile.alias or profile.folder.resolve().name: profile for profile in (*shipped, *chosen)}


@cache
def shipped_profiles() -> Mapping[str, ProvinceProfile]:
    """The provinces that come with the program, by key."""
    return {path.parent.name: read_profile(path.parent) for path in sorted(SHIPPED.glob(f"*/{FILE_NAME}"))}


def read_profile(folder: Path) -> ProvinceProfile:
    """The province in a folder; raises BadInput naming the entry that is missing, unknown or unusable."""
    place, entries = folder / FILE_NAME, _read_entries(folder / FILE_NAME)
    identity = ProvinceIdentity(entries["name"].strip(), entries["kind"], entries["letters"])
    profile = ProvinceProfile(
        folder=folder,
        identity=identity,
        levels=entries["levels"],
        units=tuple(entries["units"]),
        alias=entries.get("as", ""),
        hours=dict(_read_hours(place, entries["office_hours"])) if "office_hours" in entries else None,
        holidays=entries.get("holidays", ""),
        follows=tuple(entries.get("follows", ())),
        answers=entries.get("answers", ""),
        reports=entries.get("reports", ""),
        fields=entries.get("fields", ""),
    )
    for name in (*profile.units, *profile.follows, profile.holidays, profile.reports, profile.fields):
        if name and not _is_within(folder, name):
            raise BadInput("province-file-missing", path=place, file=name)
    return profile


def _is_within(folder: Path, name: str) -> bool:
    """Whether the name is that of a file in the folder: a folder from elsewhere has no other file read."""
    try:
        path = (folder / name).resolve()
        return path.is_file() and path.is_relative_to(folder.resolve())
    except (OSError, ValueError):
        return False


def _read_entries(place: Path) -> dict[str, Any]:
    try:
        entries = _load_plain(place)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise BadInput("province-unreadable", path=place, reason=str(error).replace("\n", " ")) from error
    entries = entries if isinstance(entries, dict) else {}
    for entry in entries.keys() - {*_TEXTS, *_LISTS, "levels", "office_hours"}:
        raise BadInput("province-entry-unknown", path=place, entry=entry)
    for entry in _REQUIRED:
        if entries.get(entry) in (None, "", []):
            raise BadInput("province-entry-missing", path=place, entry=entry)
    for entry, value in entries.items():
        if not _is_usable(entry, value):
            raise BadInput("province-entry-unusable", path=place, entry=entry, typed=str(value)[:LONGEST_TYPED])
    return entries


def _load_plain(place: Path) -> Any:
    """What a small file without references says; a few lines with references can stand for gigabytes."""
    with place.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise yaml.YAMLError(f"more than {MOST_BYTES} bytes")
    text = content.decode("utf-8")
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.SafeLoader)):
        raise yaml.YAMLError("a reference (*)")
    return yaml.safe_load(text)


def _is_usable(entry: str, value: Any) -> bool:
    if entry in _LISTS:
        return isinstance(value, list) and all(isinstance(name, str) for name in value)
    if entry == "levels":
        return value in (TWO_LEVELS, THREE_LEVELS)
    if entry == "kind":
        return value in KINDS
    if entry == "letters":
        return isinstance(value, str) and _LETTERS.fullmatch(value) is not None
    return isinstance(value, dict) if entry == "office_hours" else isinstance(value, str)


def _read_hours(place: Path, weeks: Any) -> Iterator[tuple[str, tuple[OpeningPeriod, ...]]]:
    """Office hours: by kind of unit, by weekday from 1 for Monday to 7 and 8 for holidays, a list of "07:30-11:30"."""
    for kind, week in weeks.items():
        try:
            periods = tuple((day, *span.split("-")) for day, spans in week.items() for span in spans)
            compile_hours({kind: periods})
        except (AttributeError, TypeError, ValueError) as error:
            raise BadInput(
                "province-entry-unusable", path=place, entry=f"office_hours: {kind}", typed=str(week)
            ) from error
        yield str(kind), periods


def read_overrides(profile: ProvinceProfile) -> tuple[DayOverride, ...]:
    """The days that differ from the published calendar: those that come with the program, and its own."""
    if not profile.holidays:
        return shipped_overrides()
    own = (profile.folder / profile.holidays).read_text(encoding="utf-8")
    return shipped_overrides() + parse_overrides(own, profile.holidays)


def check_levels(profile: ProvinceProfile) -> None:
    """Raise BadInput when the lists of units have districts and `levels` says that there are none, or the other way."""
    has_districts = any(row.kind == "district" for path in profile.unit_files for row in read_unit_file(path).rows)
    if has_districts != (profile.levels == THREE_LEVELS):
        raise BadInput("province-levels-contradict", path=profile.folder / FILE_NAME, levels=str(profile.levels))
