"""Texts and measures shared by all official papers, after Decree 30/2020/NĐ-CP, annex I.

Pure: values in, Vietnamese texts out. An official paper is in Vietnamese whatever language its reader has chosen, so
nothing here is translated. Names come from the unit tree, so that three-level and two-level provinces work alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.world.unit_tree import OrgUnit, UnitTree

NATIONAL_TITLE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
FONT = "Times New Roman"
COMMITTEE = "Ủy ban nhân dân"
NO_SHARE = "–"  # Shown when there is nothing to take a percentage of.

# Kinds of places, as prefixes of their names; a longer prefix comes before a shorter one that it contains.
_PLACE_PREFIXES = ("Thành phố", "Thị xã", "Thị trấn", "Đặc khu", "Tỉnh", "Huyện", "Quận", "Phường", "Xã")
_KIND_WORDS = {"province": "Tỉnh", "district": "Huyện", "commune": "Xã"}
_HEAD_TITLES = {
    "province": "Chủ tịch",
    "district": "Chủ tịch",
    "commune": "Chủ tịch",
    "office": "Chánh Văn phòng",
    "hotline": "Trưởng Tổng đài",
    "police": "Trưởng Công an",
}
# Titles of department heads other than director, by the start of the department's name.
_DEPARTMENT_HEAD_TITLES = {"Thanh tra": "Chánh Thanh tra", "Ban ": "Trưởng Ban"}
_DEPUTY_TITLES = {"Chánh Văn phòng": "Phó Chánh Văn phòng", "Chánh Thanh tra": "Phó Chánh Thanh tra"}
_SMALL_WORDS = {"và", "các", "-"}


@dataclass(frozen=True, slots=True)
class PageMargins:
    """Page margins in millimetres; the decree allows 20–25, 20–25, 30–35 and 15–20."""

    top: float = 20
    bottom: float = 20
    left: float = 30
    right: float = 15


MARGINS = PageMargins()
A4 = (210.0, 297.0)  # Width and height in millimetres, portrait.


@dataclass(frozen=True, slots=True)
class PublicBody:
    """The issuer of a paper.

    `superior` appears above the name in regular type and is empty for a People's Committee; `lines` are the name in
    capitals, broken into lines; `name` is the same in running text; `head` is the title of its head, `place` where its
    papers are dated, `abbreviation` its part of a symbol.
    """

    superior: str
    lines: tuple[str, ...]
    name: str
    head: str
    place: str
    abbreviation: str


def public_body(units: UnitTree, code: str) -> PublicBody:
    """The unit `code` as the issuer or addressee of a paper; raises NotFound for an unknown unit."""
    unit = units.get(code)
    above = _place_above(units, unit)
    head = _head_title(unit, above)
    if unit.kind in _KIND_WORDS:
        full_name = place_name(unit)
        name = f"{COMMITTEE} {_lower_first(full_name)}"
        return PublicBody("", (COMMITTEE.upper(), full_name.upper()), name, head, short_place_name(unit), "UBND")
    superior = f"{COMMITTEE} {_lower_first(place_name(above))}" if above is not None else ""
    place = short_place_name(above) if above is not None else ""
    if unit.kind == "office":
        name = f"Văn phòng {superior}".rstrip()
        return PublicBody(superior.upper(), ("VĂN PHÒNG",), name, head, place, "VP")
    if unit.kind == "police":
        return PublicBody(_superior_police(units, unit, above), (unit.name.upper(),), unit.name, head, place, "CA")
    return PublicBody(superior.upper(), (unit.name.upper(),), unit.name, head, place, _initials_of(unit.name))


def place_name(unit: OrgUnit) -> str:
    """A place with its kind: Tỉnh Đồng Nai, Phường Trảng Dài; the most common word for it if the name has none."""
    if any(unit.name.startswith(f"{word} ") for word in _PLACE_PREFIXES):
        return unit.name
    return f"{_KIND_WORDS[unit.kind]} {unit.name}"


def short_place_name(unit: OrgUnit) -> str:
    """The place before a date: its name without its kind, unless that leaves a number (Quận 1)."""
    for word in _PLACE_PREFIXES:
        bare = unit.name.removeprefix(f"{word} ")
        if bare != unit.name:
            return unit.name if bare[:1].isdigit() else bare
    return unit.name


def addressee_line(recipient: PublicBody) -> str:
    """The addressee of a paper: Chủ tịch Ủy ban nhân dân huyện Long Thành, Giám đốc Sở Y tế."""
    for word in ("Văn phòng", "Thanh tra", "Công an", "Tổng đài", "Ban"):
        if recipient.head.endswith(word) and recipient.name.startswith(word):
            return f"{recipient.head}{recipient.name.removeprefix(word)}"
    return f"{recipient.head} {recipient.name}"


def signature_lines(issuer: PublicBody, *, deputy: bool = False, collective: bool = False) -> tuple[str, ...]:
    """The lines above a signature, in capitals: prefixed with KT. for a deputy, TM. for the whole committee."""
    head = issuer.head.upper()
    lines = (f"KT. {head}", _deputy_title(issuer.head).upper()) if deputy else (head,)
    return (f"TM. {COMMITTEE.upper()}", *lines) if collective and issuer.abbreviation == "UBND" else lines


def format_integer(value: int) -> str:
    """A whole number with points as thousands separators: 1.234.567."""
    return f"{value:,}".replace(",", ".")


def format_decimal(value: float, digits: int = 1) -> str:
    """A number with a decimal comma: 1.234,5."""
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))


def format_percentage(part: int, whole: int) -> str:
    """A percentage with one decimal: 97,4; a dash if the whole is zero."""
    return format_decimal(100 * part / whole) if whole else NO_SHARE


def printable_text(text: str) -> str:
    """Replace characters that cannot be printed or put in XML, in text from files and people, with spaces."""
    return "".join(character if character.isprintable() else " " for character in text)


def two_digits(value: int) -> str:
    """A paper number or day, zero-padded below ten so that nobody can add a digit in front."""
    return f"{value:02d}"


def short_date(day: date) -> str:
    """26/11/2026."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def long_date(day: date) -> str:
    """Ngày 05 tháng 02 năm 2026: the decree zero-pads days below ten and months one and two."""
    month = two_digits(day.month) if day.month < 3 else str(day.month)
    return f"ngày {two_digits(day.day)} tháng {month} năm {day.year}"


def place_and_date(place: str, day: date | None = None) -> str:
    """Đồng Nai, ngày 26 tháng 11 năm 2026; without a day, room to fill it in by hand."""
    when = long_date(day) if day is not None else "ngày ..... tháng ..... năm ........"
    return f"{place}, {when}" if place else when[0].upper() + when[1:]


def document_symbol(serial: int | None, *parts: str) -> str:
    """Number and symbol, 05/UBND-HCC, from the non-empty parts; without a number, room to fill it in by hand."""
    numeral = two_digits(serial) if serial is not None else "........"
    return f"{numeral}/{'-'.join(part for part in parts if part)}"


def annex_reference(paper_symbol: str, day: date | None, issuer: PublicBody) -> str:
    """What links an annex to its paper: (Kèm theo Văn bản số 05/UBND-HCC ngày … của Ủy ban nhân dân tỉnh Đồng Nai)."""
    when = long_date(day) if day is not None else "ngày ..... tháng ..... năm ........"
    return f"(Kèm theo Văn bản số {paper_symbol} {when} của {issuer.name})"


def _head_title(unit: OrgUnit, above: OrgUnit | None) -> str:
    if unit.kind == "police" and above is not None and above.kind == "province":
        return "Giám đốc"
    department_titles = (head for start, head in _DEPARTMENT_HEAD_TITLES.items() if unit.name.startswith(start))
    return _HEAD_TITLES.get(unit.kind) or next(department_titles, "Giám đốc")


def _deputy_title(head: str) -> str:
    return _DEPUTY_TITLES.get(head, f"Phó {head}")


def _lower_first(name: str) -> str:
    """A place's name in running text: tỉnh Đồng Nai."""
    return name[:1].lower() + name[1:]


def _place_above(units: UnitTree, unit: OrgUnit) -> OrgUnit | None:
    """The nearest province, district or commune to which a unit belongs."""
    step = unit
    while step.parent is not None:
        step = units.get(step.parent)
        if step.kind in _KIND_WORDS:
            return step
    return None


def _superior_police(units: UnitTree, unit: OrgUnit, above: OrgUnit | None) -> str:
    """The superior of a police unit: the police of the next level, or the ministry for the provincial police."""
    step = above
    while step is not None:
        step = _place_above(units, step)
        for other in units.children(step.code) if step is not None else ():
            if other.kind == "police" and other.code != unit.code and not other.closed:
                return other.name.upper()
    return "BỘ CÔNG AN"


def _initials_of(name: str) -> str:
    """The initials of the significant words: SYT for Sở Y tế."""
    return "".join(word[0].upper() for word in name.replace(",", " ").split() if word.lower() not in _SMALL_WORDS)
