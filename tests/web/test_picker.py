"""The box into which a commune is typed: the whole name wins, what may mean two places asks; for every name."""

from __future__ import annotations

import csv
from collections import defaultdict
from typing import Any

from playwright.sync_api import expect

from engine.text import strip_diacritics
from tests.kit.chromium import Desk
from tests.kit.site import OPERATOR
from tests.paths import ROOT

KINDS = ("phuong ", "xa ", "thi tran ")
# For each text: what is meant (its index, or null), and the indices of what fits as well as the best.
RANK = """([texts, places]) => texts.map((text) => {
    const ranked = rankPlaces(text, places), meant = meantPlace(ranked);
    const best = ranked.filter((item) => item.fit === ranked[0].fit).map((item) => places.indexOf(item.place));
    return [meant ? places.indexOf(meant) : null, best];
})"""


def places_of(file: str) -> list[dict[str, str]]:
    """The communes of a province as the page names them, with the district above each in 2021."""
    with (ROOT / "engine" / "data" / file).open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    names = {row["code"]: row["name_with_type"] for row in rows}
    communes = [row for row in rows if row.get("level", "commune") == "commune"]
    return [{"name": row["name_with_type"], "above": names.get(row.get("parent_code", ""), "")} for row in communes]


def without_kind(name: str) -> str:
    folded = strip_diacritics(name)
    return next((folded.removeprefix(kind) for kind in KINDS if folded.startswith(kind)), folded)


def check_every_name(rank: Any, places: list[dict[str, str]]) -> None:
    """Every name in full means its place, or asks where others have that name; first letters find it at once."""
    spelled: list[tuple[str, set[int]]] = []
    by_core, by_full, by_initials = defaultdict(set), defaultdict(set), defaultdict(set)
    for index, place in enumerate(places):
        core, full = without_kind(place["name"]), strip_diacritics(place["name"])
        by_core[core].add(index)
        by_full[full].add(index)
        by_initials["".join(word if word.isdigit() else word[0] for word in core.split())].add(index)
        if place["above"]:
            spelled.append((f"{full}, {strip_diacritics(place['above'])}", {index}))
            spelled.append((f"{place['name']}, {place['above']}".upper(), {index}))
    spelled += [*by_core.items(), *by_full.items(), *((text.replace(" ", ""), same) for text, same in by_full.items())]
    for (text, same), (meant, best) in zip(spelled, rank([[text for text, _same in spelled], places]), strict=True):
        assert set(best) == same, text
        assert meant == (next(iter(same)) if len(same) == 1 else None), text
    for (text, same), (_meant, best) in zip(by_initials.items(), rank([list(by_initials), places]), strict=True):
        assert same <= set(best) or all(strip_diacritics(places[index]["name"]).find(text) >= 0 for index in best), text


def test_a_name_typed_in_full_is_taken_and_what_may_mean_two_places_asks(desk: Desk) -> None:
    page = desk.visit(OPERATOR)
    page.goto("/intake")
    for file, count in (("provinces/dong_nai_2021/units.csv", 170), ("provinces/dong_nai_2025/units.csv", 95)):
        places = places_of(file)
        assert len(places) >= count
        check_every_name(lambda asked: page.evaluate(RANK, asked), places)
    box, options = page.locator("#place"), page.locator("#place-list [role=option]")
    box.fill("thanh son")
    expect(options).to_have_count(2)
    box.press("Enter")
    expect(page.locator("select[name=place]")).to_have_value("")
    expect(page.locator(".combobox .hint")).to_contain_text("Nhiều nơi có tên như vậy")
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("Xã Thanh Sơn, Huyện Định Quán")
    box.fill("xa thanh binh")
    expect(options.first).to_contain_text("Xã Thanh Bình")
    box.press("Enter")
    expect(box).to_have_value("Xã Thanh Bình, Huyện Trảng Bom")
    box.fill("thanh son")
    box.press("Tab")
    expect(page.locator("select[name=place]")).to_have_value("")
    expect(box).to_have_value("thanh son")
    box.fill("p trang dai")
    box.press("Tab")
    expect(box).to_have_value("Phường Trảng Dài, Thành phố Biên Hòa")
