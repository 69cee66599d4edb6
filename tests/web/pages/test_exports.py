"""Lists as files: the rows and rights of the page, masked, recorded, and never a formula."""

from __future__ import annotations

import csv
import json
import re
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from engine.clock import VIETNAM
from engine.documents import list_file
from engine.documents.list_file import ListTable
from engine.journal import acts
from engine.store.models import JournalEntry
from tests.kit.site import COMMUNE, FOCAL, NOW, OFFICE, OPERATOR, Site
from tests.web.pages.test_intake import CALL

LISTS = {
    "/inbox?view=queue": ("/export/inbox/{kind}?view=queue", FOCAL, "inbox-queue"),
    "/cases?text=phản+ánh": ("/export/cases/{kind}?text=phản+ánh", OFFICE, "search"),
    "/cases/of?measure=open": ("/export/figures/{kind}?measure=open", OFFICE, "open"),
    "/chase?view=overdue": ("/export/chase/{kind}?view=overdue", OFFICE, "chase-overdue"),
}
FORMULA = "=HYPERLINK(1) phản ánh của {name}, gọi {phone}"


def rows_of(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(content.decode("utf-8-sig"))))


def file_late(site: Site, number: int) -> None:
    for _turn in range(number):
        content = FORMULA.format(name=CALL["reporter_name"], phone=CALL["phone"])
        assert site.browser(OPERATOR).post("/intake", {**CALL, "content": content}).status_code == 302
    site.later(days=30)


@pytest.mark.parametrize("page", LISTS)
def test_a_list_is_taken_away_with_the_rows_of_its_page(site: Site, page: str) -> None:
    file_late(site, 2)
    address, reader, name = LISTS[page]
    browser = site.browser(reader)
    shown = browser.get(page).text
    codes = list(dict.fromkeys(re.findall(r"DN-26-\d{6}-[A-Z]", shown)))
    answer = browser.get(address.format(kind="csv"))
    captions, *rows = rows_of(answer.data)
    assert [row[0] for row in rows] == codes
    assert len(rows) == 2
    content = rows[0][captions.index("Nội dung")]
    assert content.startswith("'=HYPERLINK(1) phản ánh của […]")
    for personal in (CALL["reporter_name"], CALL["phone"], CALL["address"]):
        assert personal not in answer.data.decode()
    assert address.partition("?")[0].format(kind="xlsx") in shown
    sheet = load_workbook(BytesIO(browser.get(address.format(kind="xlsx")).data)).worksheets[0]
    assert [cell.value for cell in sheet[1]] == captions
    assert sheet.cell(2, captions.index("Nội dung") + 1).data_type == "s"
    entries = site.read(select(JournalEntry.subject, JournalEntry.detail).where(JournalEntry.act == acts.EXPORT_LIST))
    facts = [(row.subject, json.loads(row.detail)["rows"], json.loads(row.detail)["kind"]) for row in entries]
    assert sorted(facts) == [(f"list:{name}", 2, "csv"), (f"list:{name}", 2, "xlsx")]


def test_nobody_takes_away_what_they_may_not_see(site: Site) -> None:
    file_late(site, 1)
    assert rows_of(site.browser(COMMUNE).get("/export/inbox/csv?view=queue").data)[1:] == []
    assert site.browser(OPERATOR).get("/export/chase/csv").status_code == 403
    assert site.browser(FOCAL).get("/export/inbox/pdf").status_code == 404
    assert site.browser().get("/export/cases/csv?text=x").status_code in (302, 401)


def test_a_cut_list_says_so_and_instants_are_in_vietnam_time() -> None:
    table = ListTable("Quá hạn", ["Mã", "Hạn"], [["DN-1", NOW], ["+1", None]], "Chỉ có 2 dòng đầu.")
    assert rows_of(list_file.render_list("csv", table, NOW)) == [
        ["Mã", "Hạn"],
        ["DN-1", f"{NOW.astimezone(VIETNAM):%d/%m/%Y %H:%M}"],
        ["'+1", ""],
        ["Chỉ có 2 dòng đầu."],
    ]
