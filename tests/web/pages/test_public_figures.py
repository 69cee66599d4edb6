"""The figures that everybody may read: those of the appendix, and nothing that few citizens stand behind."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from engine.statistics import public_figures
from engine.statistics.public_figures import LEAST, PublicRow, hide_small
from tests.kit.site import OFFICE, OPERATOR, PLACE, Site
from tests.web.pages.test_appendix import ANSWERED
from tests.web.pages.test_task import complete

NOVEMBER = "/cong-khai/figures.json?month=2026-11"


def open_figures(site: Site) -> None:
    """Publish, as TONGDAI_PUBLIC_FIGURES=on does."""
    object.__setattr__(site.app.settings, "public_figures", True)


def answer_reports(site: Site, count: int, place: str = PLACE, field: str = "health") -> None:
    """File so many reports and answer each at once."""
    for _report in range(count):
        filed = site.file(field=field, place=place)
        complete(site, site.browser(OPERATOR), filed.instance_id, "receive", {**ANSWERED, "field": field})


def busy_month(site: Site) -> None:
    """Seven reports on one field and three on another; five of them answered."""
    for number in range(10):
        filed = site.file(field="health" if number < 7 else "environment")
        if number < 5:
            sent = {**ANSWERED, "field": "health"}
            complete(site, site.browser(OPERATOR), filed.instance_id, "receive", sent)


def test_what_is_shown_equals_the_appendix_and_small_figures_are_hidden(site: Site) -> None:
    busy_month(site)
    visitor = site.browser()
    assert visitor.get("/cong-khai").status_code == 404
    open_figures(site)
    content = visitor.get(NOVEMBER).json
    assert content is not None
    assert (content["total"]["received"], content["total"]["resolved"], content["total"]["on_time"]) == (10, 5, 5)
    fields = {row["code"]: row["received"] for row in content["fields"]}
    assert fields["environment"] is None
    assert fields["health"] is None  # Else 10 - 7 would say what is hidden.
    units = {row["code"]: row["received"] for row in content["units"]}
    assert units[PLACE] == 10
    appendix = site.browser(OFFICE).get("/appendix?period=2026-11").text
    assert ">10<" in appendix
    page = visitor.get("/cong-khai?month=2026-11").text
    assert "Kết quả giải quyết phản ánh tháng 11/2026" in page
    assert "độ tin cậy 95 %:" in page
    assert '<option value="2026-11" selected>11/2026</option><option value="2026-10">' in page
    assert 'type="month"' not in page
    assert '<option value="2018-03" selected>03/2018</option></select>' in visitor.get("/cong-khai?month=2018-03").text
    assert "/cong-khai" in visitor.get("/").text
    table = csv.DictReader(io.StringIO(visitor.get("/cong-khai/figures.csv?month=2026-11").data.decode("utf-8-sig")))
    assert next(row for row in table if row["part"] == "total")["received"] == "10"


def test_figures_are_computed_once_in_ten_minutes(site: Site) -> None:
    open_figures(site)
    visitor = site.browser()
    before = visitor.get(NOVEMBER).json
    for _report in range(6):
        site.file()
    assert visitor.get(NOVEMBER).json == before
    site.later(minutes=11)
    after = visitor.get(NOVEMBER).json
    assert after is not None
    assert after["total"]["received"] == 6


def test_months_that_are_none_or_to_come_are_refused(site: Site) -> None:
    open_figures(site)
    for month in ("x", "2027-01", "1900-01", "2026-13"):
        assert site.browser().get(f"/cong-khai?month={month}").status_code == 400, month
    assert site.browser().get("/cong-khai").status_code == 200


@given(st.lists(st.integers(0, 30), min_size=1, max_size=12))
def test_no_hidden_figure_can_be_worked_out_from_the_total(counts: list[int]) -> None:
    rows = hide_small([PublicRow(str(place), "", count, count, 0, count, 0) for place, count in enumerate(counts)])
    hidden = [count for count, row in zip(counts, rows, strict=True) if row.received is None]
    assert all(row.received is None or row.received == 0 or row.received >= LEAST for row in rows)
    everything = len([count for count in counts if count]) == len(hidden)
    assert not hidden or everything or (len(hidden) >= 2 and sum(hidden) >= LEAST)
    assert public_figures.LEAST == 5
