"""Complaints (khiếu nại) and denunciations (tố cáo): recognised while typing, and where the law has them filed (R1).

They are not reports. The places are a table, `petition_places.csv`: the one shipped, or a file of this name in the
program's folder, which the province edits (Law on Complaints 2011, Law on Denunciation 2018).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from engine.cases.phrases import TypedText
from engine.errors import BadInput
from engine.translation.catalogue import SOURCE, Language

COMPLAINT, DENUNCIATION = "complaint", "denunciation"
KINDS = (COMPLAINT, DENUNCIATION)
FILE_NAME = "petition_places.csv"
EVERY_PROVINCE = "any"
# A denunciation is named first: what it stores is the more sensitive.
_PHRASES = (
    *(("tố cáo", DENUNCIATION), ("tố giác", DENUNCIATION), ("khiếu nại", COMPLAINT)),
    *(("khiếu lại", COMPLAINT), ("kiếu nại", COMPLAINT), ("khíu nại", COMPLAINT)),  # As they are often misspelt.
    *(("khiếu tố", DENUNCIATION), ("khiếu kiện", COMPLAINT)),
)
# After and before these, "to cao" typed without diacritics is how big and tall something is.
_TALL_THINGS = frozenset(
    [
        "be",
        "bien",
        "cau",
        "cay",
        "cong",
        "cot",
        "da",
        "den",
        "lan",
        "mai",
        "nha",
        "qua",
        "rao",
        "rat",
        "tang",
        "thap",
        "thung",
        "toa",
        "tru",
        "tuong",
        "xe",
    ]
)
_TALL_SIGNS = frozenset(("chan", "che", "gan", "hon", "khoang", "moc", "ngang", "nghieng", "sap", "vuot", "vut"))


@dataclass(frozen=True, slots=True)
class PetitionPlace:
    """A place that takes complaints or denunciations of some kind; `basis` is the law that says so."""

    key: str
    kind: str
    province: str
    title: str
    title_en: str
    place: str
    place_en: str
    guidance: str
    guidance_en: str
    basis: str

    def title_in(self, language: Language) -> str:
        """What is filed there."""
        return self.title if language == SOURCE else self.title_en or self.title

    def place_in(self, language: Language) -> str:
        """The name of the place."""
        return self.place if language == SOURCE else self.place_en or self.place

    def guidance_in(self, language: Language) -> str:
        """What the operator tells the caller."""
        return self.guidance if language == SOURCE else self.guidance_en or self.guidance


def recognise_petition(text: str) -> str:
    """COMPLAINT or DENUNCIATION if the text names one, with or without diacritics, in any Unicode form; else ""."""
    typed = TypedText(text)
    return next(
        (
            kind
            for phrase, kind in _PHRASES
            if typed.has_phrase(phrase, bare_not_after=_TALL_THINGS, bare_not_before=_TALL_SIGNS)
        ),
        "",
    )


def list_petition_places(folder: Path, *, has_districts: bool) -> list[PetitionPlace]:
    """The places of the province, in the order of the table; raises BadInput for a table that cannot be read."""
    own = folder / FILE_NAME
    text = own.read_text(encoding="utf-8-sig") if own.is_file() else _shipped_text()
    level = "three_level" if has_districts else "two_level"
    return [place for place in _read_places(text) if place.province in (EVERY_PROVINCE, level)]


@lru_cache(maxsize=1)
def _shipped_text() -> str:
    return (files("engine.data") / FILE_NAME).read_text(encoding="utf-8")


@lru_cache(maxsize=4)
def _read_places(text: str) -> Sequence[PetitionPlace]:
    return tuple(_parse_places(text))


def _parse_places(text: str) -> Iterator[PetitionPlace]:
    names = PetitionPlace.__slots__
    for row in csv.DictReader(text.splitlines()):
        values = {name: (row.get(name) or "").strip() for name in names}
        if not values["key"] or not values["title"] or not values["place"] or values["kind"] not in KINDS:
            raise BadInput("petition-places-malformed", file=FILE_NAME)
        yield PetitionPlace(**values)
