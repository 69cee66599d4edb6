"""The page of the appendix: whose figures, of which period, a list behind each number, the files, what is refused."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from docx import Document
from lxml import html
from openpyxl import load_workbook
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect
from pypdf import PdfReader

from engine.statistics import check
from tests.kit.chromium import TELEPHONE, Desk, overflow, serious
from tests.kit.site import COMMUNE, DEPARTMENT, FOCAL, OFFICE, OPERATOR, PLACE, Browser, Site
from tests.web.pages.test_task import RECEIVE, complete
from web.cli import main
from web.serve import in_thread

NOVEMBER = "/appendix?period=2026-11"
ANSWERED = {**RECEIVE, "outcome": "answered", "given_answer": "Trạm mở cửa từ 7 giờ."}
FIGURES = {"received": 4, "resolved": 1, "on_time": 1, "in_progress": 3, "overdue": 1}


@pytest.fixture
def busy(site: Site) -> Site:
    """Four reports: one answered at once, one overdue, one in another district."""
    late = site.file()
    complete(site, site.browser(OPERATOR), late.instance_id, "receive", RECEIVE)
    site.later(days=9)
    answered = site.file(field="environment")
    complete(site, site.browser(OPERATOR), answered.instance_id, "receive", {**ANSWERED, "field": "environment"})
    site.file()
    site.file(place="26191")
    return site


def cells(page: str) -> dict[str, dict[str, str]]:
    """The linked figures of both tables by row: measure → address."""
    found: dict[str, dict[str, str]] = {}
    document: Any = html.fromstring(page)
    for row in document.xpath("//table//tr[td]"):
        name = " ".join(row.xpath("./th")[0].text_content().split())
        for link in row.xpath("./td/a"):
            measure = re.search(r"measure=(\w+)", link.get("href"))
            assert measure is not None
            found.setdefault(name, {})[f"{measure.group(1)}={link.text_content()}"] = link.get("href")
    return found


def test_every_number_opens_a_list_as_long_as_it_says(busy: Site) -> None:
    office = busy.browser(OFFICE)
    page = office.get("/appendix?from=2026-11-01&to=2026-12-04").text
    found = cells(page)
    assert set(found["Tổng cộng"]) == {f"{name}={number}" for name, number in FIGURES.items()}
    assert {"I Thành phố Biên Hòa", "1 Phường Trảng Dài", "IV Huyện Vĩnh Cửu"} <= set(found)
    seen = 0
    for numbers in found.values():
        for figure, address in numbers.items():
            listed = office.get(address).text
            assert f"<strong>{figure.partition('=')[2]} hồ sơ</strong>" in listed, address
            seen += 1
    assert seen >= 20
    assert "Chưa có đơn vị nào." in page


@pytest.mark.slow
def test_everybody_sees_the_figures_of_their_own_units(busy: Site) -> None:
    period = "/appendix?from=2026-11-01&to=2026-12-04"
    focal = busy.browser(FOCAL)
    page = focal.get(period).text
    assert "received=3" in cells(page)["Tổng cộng"]
    assert "Vĩnh Cửu" not in page
    assert "received=1" in cells(busy.browser(OFFICE).get(f"{period}&unit=735").text)["Tổng cộng"]
    for kind in ("", "/xlsx", "/docx", "/pdf"):
        assert focal.get(f"/appendix{kind}?period=2026-10&unit=735").status_code == 403
        assert focal.get(f"/appendix{kind}?period=2026-10&unit=nowhere").status_code == 404
        for stranger in (OPERATOR, COMMUNE):
            assert busy.browser(stranger).get(f"/appendix{kind}").status_code == 403
    assert "Sở Y tế" in busy.browser(DEPARTMENT).get(NOVEMBER).text


def test_without_a_choice_it_is_the_month_before_and_an_empty_period_says_so(site: Site) -> None:
    page = site.browser(OFFICE).get("/appendix").text
    assert "Từ 01/10/2026 đến hết 31/10/2026" in page
    assert "Không có hồ sơ nào trong kỳ này." in page
    assert '<option value="2026-10" selected>' in page
    assert "Từ 01/11/2026 đến hết 25/11/2026" in site.browser(OFFICE).get(NOVEMBER).text


IMPOSSIBLE = {
    "from=2026-11-05&to=2026-11-01": "Ngày cuối phải không sớm hơn ngày đầu.",
    "from=2026-11-05&to=2027-01-01": "không được kết thúc sau hôm nay",
    "period=2027-01": "không được kết thúc sau hôm nay",
    "from=2001-01-01&to=2026-01-01": "tối đa 10 năm",
    "from=2026-11-05": "Kỳ chưa đúng",
    "from=x&to=2026-11-05": "Kỳ chưa đúng",
    "from=0001-01-01&to=9999-12-31": "Kỳ chưa đúng",
    "period=2026-13": "Kỳ chưa đúng",
    "period=%3Cscript%3Ex": "Kỳ chưa đúng",
}


def test_impossible_periods_are_refused_in_one_sentence(site: Site) -> None:
    office = site.browser(OFFICE)
    for query, sentence in IMPOSSIBLE.items():
        for path in ("/appendix", "/appendix/pdf"):
            answer = office.get(f"{path}?{query}")
            assert (answer.status_code, sentence in answer.text, "<script>x" in answer.text) == (400, True, False), (
                query
            )


@pytest.mark.slow
def test_the_files_say_what_the_page_says_in_vietnamese(busy: Site) -> None:
    office = busy.browser(OFFICE)
    office.post("/language", {"language": "en"})
    books = {kind: office.get(f"/appendix/{kind}?period=2026&unit=731") for kind in ("xlsx", "docx", "pdf")}
    for kind, answer in books.items():
        disposition = f'attachment; filename="phu-luc-2026-01-01-den-2026-12-04.{kind}"'
        assert answer.headers["Content-Disposition"] == disposition
        assert answer.headers["Cache-Control"] == "no-store"
    sheet = load_workbook(BytesIO(books["xlsx"].data), data_only=True)["Theo đơn vị"]
    assert "Đơn vị: Thành phố Biên Hòa" in str(sheet["A3"].value)
    assert sheet.cell(sheet.max_row, 1).value
    received = {sheet.cell(row, 2).value: sheet.cell(row, 4).value for row in range(9, sheet.max_row)}
    assert (received["Phường Trảng Dài"], received["TỔNG CỘNG"]) == (3, 3)
    word = Document(BytesIO(books["docx"].data))
    assert "Đơn vị: Thành phố Biên Hòa" in [paragraph.text for paragraph in word.paragraphs]
    pdf = PdfReader(BytesIO(books["pdf"].data))
    assert "TỈNH ĐỒNG NAI" in pdf.pages[0].extract_text()
    assert pdf.metadata is not None
    assert "KẾT QUẢ" in str(pdf.metadata.title)
    assert office.get("/appendix/exe").status_code == 404


def test_figures_that_are_not_complete_yet_are_not_signed(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an update the worker has to count the older cases first."""
    monkeypatch.setattr(check, "is_built", lambda _tx: False)
    site.file()
    office = site.browser(OFFICE)
    assert "các con số dưới đây chưa đủ" in office.get(NOVEMBER).text
    assert office.get("/appendix/pdf?period=2026-11").status_code == 409
    assert run(site, tmp_path / "x.pdf", "--from", "2020-01-01", "--to", "2020-01-31").exit_code == 1


@pytest.mark.slow
def test_the_command_writes_the_same_files(site: Site, tmp_path: Path) -> None:
    days = ("--from", "2020-01-01", "--to", "2020-01-31")  # Past whatever the clock of the machine says.
    for kind in ("xlsx", "docx", "pdf"):
        out = tmp_path / f"phu-luc.{kind}"
        done = run(site, out, *days, "--unit", "731")
        assert done.output == f"{out}: Thành phố Biên Hòa, tháng 1 năm 2020, 0 received.\n"
        assert out.stat().st_size > 5000
    for refused in (
        run(site, out, *days, "--unit", "nowhere"),
        run(site, out, "--from", "2020-02-01", "--to", "2020-01-01"),
        run(site, tmp_path / "x.exe", *days),
        run(site, tmp_path / "nowhere" / "x.pdf", *days),
    ):
        assert (refused.exit_code, "Traceback" in refused.output) == (1, False)


def run(site: Site, out: Path, *arguments: str) -> Any:
    database = site.engine.url.render_as_string()
    settings = {"TONGDAI_DATABASE": database, "TONGDAI_VAR": str(site.var), "TONGDAI_LANGUAGE": "en"}
    return CliRunner().invoke(main, ["appendix", *arguments, "--out", str(out)], env=settings)


@pytest.mark.slow
def test_on_a_telephone_the_names_stay_while_the_figures_move(busy: Site, chromium: Chromium) -> None:
    with in_thread(busy.app) as address:
        desk = Desk(busy, address, chromium)
        page = desk.visit(OFFICE, TELEPHONE)
        page.goto("/appendix?from=2026-11-01&to=2026-12-04&unit=735")
        assert overflow(page) <= 0
        frame = page.locator(".appendix-scroll").first
        frame.evaluate("frame => frame.scrollTo(400, 300)")
        left, top = (frame.evaluate(f"frame => frame.getBoundingClientRect().{side}") for side in ("x", "y"))
        for cell in ("thead .appendix-name", "tbody tr:nth-child(8) .appendix-name"):
            assert frame.locator(cell).evaluate("cell => cell.getBoundingClientRect().x") == pytest.approx(
                left + 1, abs=1
            )
        assert frame.locator("thead").evaluate("head => head.getBoundingClientRect().y") == pytest.approx(
            top + 1, abs=1
        )
        assert serious(page) == []
        with page.expect_download() as download:
            page.get_by_role("link", name="PDF").click()
        assert urlsplit(download.value.url).path == "/appendix/pdf"
        page.get_by_role("link", name="Tháng này").click()
        expect(page).to_have_url(re.compile("period=2026-12"))
        page.context.close()
    assert desk.faults == []


def test_signed_out_visitors_are_asked_to_sign_in(site: Site) -> None:
    assert Browser(site, site.app.test_client()).get(f"/appendix/pdf?unit={PLACE}").status_code == 302
