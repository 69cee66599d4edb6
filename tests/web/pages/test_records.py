"""The record's pages: filters in words, the chains, who saw whose data, requests of citizens, exports without names."""

from __future__ import annotations

import gzip
import json
import re
import zipfile
from io import BytesIO
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect
from sqlalchemy import insert, select, update
from sqlalchemy.exc import OperationalError

from engine.journal.salted_digests import salted_digests
from engine.privacy import disclosures
from engine.process import history, incidents
from engine.records import audit_log
from engine.records.verifying import HistoryVerifier
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import DataHold, DataRequest, History, Look, Report, ReportLink, Submission
from tests.kit.chromium import TELEPHONE, Desk, overflow, serious
from tests.kit.record import differences
from tests.kit.site import COMMUNE, FOCAL, NEW, OFFICE, OPERATOR, Browser, Site
from tests.web.pages.test_task import RECEIVE, VERIFY, complete, received
from web.serve import in_thread

IDENTITY = "Gọi lại số đã khai"


def code_of(site: Site, index: int = 0) -> str:
    code: str = site.read(select(Report.code).order_by(Report.id))[index].code
    return code


def looked(site: Site) -> set[tuple[str, str]]:
    """Who has seen the first report for what."""
    return {(row.viewer, row.purpose) for row in site.read(select(table_of(Look)).where(Look.report_id == 1))}


def test_every_act_is_found_by_case_person_act_unit_time_and_origin(site: Site) -> None:
    received(site)
    site.file()
    office = site.browser(OFFICE)
    page = office.get("/records").text
    assert page.index("Hoàn thành “Phân công”") > page.index("Tiếp nhận phản ánh")  # The newest first.
    for query, there, away in (
        (f"code={code_of(site)}", code_of(site), code_of(site, 1)),
        (f"login={FOCAL}", "Hoàn thành “Phân công”", "Tiếp nhận phản ánh;"),
        ("action=complete", "Hoàn thành", "Tiếp nhận phản ánh;"),
        ("unit=731", code_of(site), code_of(site, 1)),
        ("origin=test", code_of(site, 1), "Hoàn thành “Phân công”"),
        ("from=2026-11-25&to=2026-11-25", code_of(site), "Không có việc nào khớp"),
        ("to=2026-11-24", "Không có việc nào khớp", code_of(site)),
    ):
        found = office.get(f"/records?{query}").text.partition("record-rows")[2] or office.get(f"/records?{query}").text
        assert there in found, query
        assert away not in found, query
    assert f'href="/cases/{code_of(site)}"' in page


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-13-45",
        "from=0001-01-01",
        "from=2026-11-25&to=2026-11-24",
        "code=NOT-A-CODE",
        "login=nobody",
        "unit=99999",
        "action=magic",
        "after=2026,1",
        "after=x,1,1",
    ],
)
def test_nonsense_is_refused_in_a_sentence(site: Site, query: str) -> None:
    answer = site.browser(OFFICE).get(f"/records?{query}")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_pages_follow_one_another_without_gap_or_repeat(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_log, "PAGE", 5)
    for _ in range(12):
        site.file()
    office, seen, address = site.browser(OFFICE), [], "/records"
    while address:
        page = office.get(address).text
        seen += re.findall(r'class="code" href="/cases/([^"]+)"', page)
        more = re.search(r'href="(/records\?after[^"]+)" rel="next"', page)
        address = more.group(1).replace("&amp;", "&") if more else ""
    assert len(seen) == 12
    assert len(set(seen)) == 12


def test_a_broken_chain_is_found_told_to_administrators_and_tried_again(site: Site) -> None:
    instance_id = received(site)
    office = site.browser(OFFICE)
    checked = {"code": code_of(site)}
    assert "còn nguyên vẹn" in office.post("/records/verify", checked, follow_redirects=True).text
    site.write(lambda tx: tx.write().execute(update(table_of(History)).where(History.seq == 2).values(action="claim")))
    assert "dòng lịch sử 2: nội dung đã bị sửa" in office.post("/records/verify", checked, follow_redirects=True).text
    office.post("/records/verify")
    assert "Đang kiểm tra" in office.get("/records").text
    verifier = HistoryVerifier(site.engine, site.var, ())
    assert not verifier.verify_slice(site.now)
    assert not verifier.verify_slice(site.now)  # The night's own walk.
    page = office.get("/records").text
    assert "1 chỗ không khớp" in page
    assert f"hồ sơ số {code_of(site)}, dòng lịch sử 2: nội dung đã bị sửa" in page
    with transaction(site.engine) as tx:
        (incident,) = incidents.list_oldest_first(tx)  # Found twice, told once.
    assert (incident.instance_id, incident.kind) == (instance_id, "history")
    assert "dòng lịch sử 2" in office.get("/admin/incidents").text
    again = office.post(f"/admin/incidents/{incident.id}/retry", follow_redirects=True)
    assert "Vẫn chưa" in again.text


def test_whoever_is_shown_personal_data_is_written_down_once_an_hour(site: Site) -> None:
    instance_id = received(site)
    commune, task = site.browser(COMMUNE), site.task(instance_id, "verify").id
    for _ in range(3):
        commune.get(f"/tasks/{task}")
        commune.get(f"/cases/{code_of(site)}")
        commune.get("/inbox?view=queue")
    (me,) = {viewer for viewer, purpose in looked(site) if purpose == "case"}
    counted = select(Look.purpose).where(Look.viewer == me).order_by(Look.purpose)
    assert [row.purpose for row in site.read(counted)] == ["case", "list", "task"]
    site.later(hours=1)
    commune.get(f"/cases/{code_of(site)}")
    assert [row.purpose for row in site.read(counted)] == ["case", "case", "list", "task"]
    citizen = site.browser()
    citizen.follow(code_of(site))
    citizen.get("/follow")
    office = site.browser(OFFICE)
    office.get(f"/cases/{code_of(site)}")  # Masked: nothing to write down.
    by_case = office.get(f"/records/seen?code={code_of(site)}").text
    assert "người phản ánh tra cứu" in by_case
    assert OFFICE not in by_case
    assert code_of(site) in office.get(f"/records/seen?login={COMMUNE}").text
    for query in ("code=x", "login=nobody", "login=citizen&after=x"):
        assert office.get(f"/records/seen?{query}").status_code == 422


def test_a_page_is_never_lost_because_looks_cannot_be_written(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    received(site)
    commune = site.browser(COMMUNE)

    def full(*_arguments: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    with monkeypatch.context() as patch:
        patch.setattr(disclosures, "write_rows", full)
        assert commune.get(f"/cases/{code_of(site)}").status_code == 200
    assert not {purpose for _who, purpose in looked(site)} & {"case"}
    commune.get("/inbox?view=queue")  # The next page that has something to write brings it along.
    assert {purpose for _who, purpose in looked(site)} >= {"case", "list"}


MARKS = {"reporter_name": "Marker Tên", "address": "Marker số 5", "content": "Marker Tên báo trạm y tế"}
SHOWN = {"case.show_case", "task.show_task", "task.preview_task", "inbox.show_inbox", "intake.show_intake"}


@pytest.mark.slow
def test_no_page_shows_personal_data_without_writing_it_down(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page that needs no more than the case's code and numbers, as each kind of officer."""
    filed = received(site)
    site.write(lambda tx: tx.write().execute(update(table_of(Report)).values(**MARKS)))
    task, code = site.task(filed, "verify").id, code_of(site)
    showing: set[str] = set()
    written: list[dict[str, Any]] = []
    monkeypatch.setattr(site.app.extensions["looks"], "take", written.extend)
    rules = [rule for rule in site.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    for login in (OPERATOR, FOCAL, COMMUNE, OFFICE):
        browser = site.browser(login)
        for rule in rules:
            address = rule.rule.replace("<code>", code).replace("<int:task_id>", str(task))
            address = re.sub(r"<int:\w+>", str(filed), address)
            if "<" in address or rule.endpoint.endswith("static"):
                continue
            written.clear()
            answer = browser.get(f"{address}?phone={NEW.phone}&view=queue&code={code}")
            if any(MARKS[name].encode() in answer.data for name in ("reporter_name", "address")):
                showing.add(rule.endpoint)
                assert 1 in {row["report_id"] for row in written}, (login, address)
    assert showing >= SHOWN


def ask(browser: Browser, what: str, **other: str) -> Any:
    given = {"kind": what, "phone": NEW.phone, "name": NEW.reporter_name.upper(), "identity": IDENTITY, **other}
    return browser.post("/privacy", given)


def test_a_citizen_gets_everything_about_themselves_and_nothing_of_others(site: Site) -> None:
    instance_id = received(site)
    complete(site, site.browser(COMMUNE), instance_id, "verify", {**VERIFY, "findings": "Hàng xóm ông Tư kể."})
    site.file(reporter_name="Lê Văn Khác", content="Chuyện của người khác")
    office = site.browser(OFFICE)
    (number,) = re.findall(r"/privacy/(\d+)", ask(office, "access").headers["Location"])
    page = office.get(f"/privacy/{number}").text
    assert "1 hồ sơ khác cùng số điện thoại" in page
    assert "Lê Văn Khác" not in page
    packed = zipfile.ZipFile(BytesIO(office.get(f"/privacy/{number}/export").data))
    told = packed.read("du-lieu.html").decode()
    data = json.loads(packed.read("du-lieu.json"))
    assert [one["code"] for one in data] == [code_of(site)]
    for there in (NEW.reporter_name, NEW.address, NEW.content, "Hoàn thành việc · Phân công", "Đầu mối cấp 2"):
        assert there in told
    for away in ("Lê Văn Khác", "người khác", "ông Tư", "Bùi Hữu Yến"):
        assert away not in told
    assert ("export",) in site.read(select(Look.purpose))
    assert office.post(f"/privacy/{number}/close", {"outcome": "refused"}).status_code == 422
    assert office.post(f"/privacy/{number}/close", {"outcome": "done", "answer": "Đã giao."}).status_code == 302
    assert office.post(f"/privacy/{number}/close", {"outcome": "done"}).status_code == 409
    row = site.read(select(table_of(DataRequest)))[0]
    assert (row.due_at - row.received_at).total_seconds() == 72 * 3600


def test_data_is_corrected_as_an_act_with_salted_digests(site: Site) -> None:
    received(site)
    office = site.browser(OFFICE)
    address = ask(office, "correct").headers["Location"]
    new = {"report": "1", "reporter_name": "Trần Thị Mẫn", "phone": NEW.phone, "reason": "Căn cước ghi khác"}
    for wrong in ({"phone": "123"}, {"email": "x"}, {"reason": ""}, {"reporter_name": "x" * 301}):
        assert office.post(f"{address}/correct", {**new, **wrong}).status_code == 422
    assert office.post(f"{address}/correct", {**new, "report": "99"}).status_code == 404
    assert office.post(f"{address}/correct", new).status_code == 302
    assert site.read(select(Report.reporter_name))[0].reporter_name == "Trần Thị Mẫn"
    entry = site.read(select(table_of(History)).where(History.action == "correct"))[0]
    kept = site.read(select(table_of(Submission)).where(Submission.form == "correct"))[0]
    assert json.loads(entry.detail)["personal"] == salted_digests(kept.salt, json.loads(kept.content))
    assert "Mẫn" not in entry.detail
    assert "Sửa thông tin người phản ánh" in office.get("/records").text
    with transaction(site.engine) as tx:
        assert differences(tx) == []


def test_ended_cases_are_erased_when_asked_and_open_linked_and_held_ones_stay_with_the_reason(site: Site) -> None:
    received(site)
    ended = [site.file(content=f"Việc số {number}") for number in range(3)]
    operator, office = site.browser(OPERATOR), site.browser(OFFICE)
    answered = {**RECEIVE, "outcome": "answered", "given_answer": "Đã giải thích."}
    for filed in ended:
        assert complete(site, operator, filed.instance_id, "receive", answered).status_code == 302
    link = {"report_id": 1, "other_id": ended[1].report_id, "kind": "repeat", "reason": "", "created_at": site.now}
    site.write(lambda tx: tx.write().execute(insert(table_of(ReportLink)), link))
    assert office.post("/privacy/holds", {"code": ended[2].code, "reason": "Thanh tra"}).status_code == 302
    assert office.post("/privacy/holds", {"code": ended[2].code, "reason": "Thanh tra"}).status_code == 422
    address = ask(office, "erase").headers["Location"]
    page = office.get(address).text
    assert "hồ sơ chưa kết thúc" in page
    told = office.post(f"{address}/erase", follow_redirects=True).text
    assert "Đã xóa dữ liệu cá nhân của 1 hồ sơ." in told
    names = [row.reporter_name for row in site.read(select(Report.reporter_name).order_by(Report.id))]
    assert names == [NEW.reporter_name, "", NEW.reporter_name, NEW.reporter_name]
    assert site.read(select(DataRequest.outcome))[0].outcome == "partly"
    assert office.post(f"{address}/erase").status_code == 409
    assert office.post("/privacy/holds", {"code": ended[2].code, "act": "release"}).status_code == 302
    assert not site.read(select(table_of(DataHold)))
    with transaction(site.engine) as tx:
        assert not list(history.find_breaks(tx))  # The link above is the test's own.


@pytest.mark.parametrize("wrong", [{"phone": "12"}, {"name": ""}, {"identity": ""}, {"kind": "magic"}])
def test_a_request_without_its_particulars_is_refused(site: Site, wrong: dict[str, str]) -> None:
    answer = ask(site.browser(OFFICE), "access", **wrong)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_records_are_for_the_office_and_administrators(site: Site) -> None:
    for login in (OPERATOR, COMMUNE, "canbo.75"):
        for address in ("/records", "/records/seen", "/privacy", "/records/export"):
            assert site.browser(login).get(address).status_code == 403


def test_the_event_log_is_loaded_for_a_period_of_at_most_a_year(site: Site) -> None:
    received(site)
    office = site.browser(OFFICE)
    log = gzip.decompress(office.get("/records/export?from=2026-11-01&to=2026-11-30").data)
    assert log.count(b"<event>") == 3
    for query in ("", "from=2026-11-30&to=2026-11-01", "from=2020-01-01&to=2026-01-01", "from=x&to=y"):
        assert office.get(f"/records/export?{query}").status_code == 302


@pytest.mark.slow
def test_pages_of_the_record_in_a_browser(site: Site, chromium: Chromium) -> None:
    """A citizen's request from the keyboard to its answer, on a desk and a telephone; no serious issue for axe."""
    received(site)
    with in_thread(site.app) as address:
        desk = Desk(site, address, chromium)
        page = desk.visit(OFFICE)
        page.goto("/records")
        page.fill("[name=code]", code_of(site))
        page.keyboard.press("Enter")
        expect(page.locator(".record-row")).to_have_count(3)
        faults = serious(page)
        page.goto("/privacy")
        page.select_option("#kind", "erase")
        for name, value in (("phone", NEW.phone), ("name", NEW.reporter_name), ("identity", IDENTITY)):
            page.fill(f"#{name}", value)
        page.keyboard.press("Enter")
        expect(page.locator(".fault")).to_contain_text("hồ sơ chưa kết thúc")
        page.set_viewport_size({"width": TELEPHONE["width"], "height": TELEPHONE["height"]})
        faults += serious(page)
        page.get_by_role("button", name="Từ chối với các lý do trên").click()
        expect(page.locator(".alert")).to_contain_text("Chưa xóa")
        for path in ("/privacy", f"/records/seen?code={code_of(site)}", "/records"):
            page.goto(path)
            assert overflow(page) <= 0
        faults += serious(page)
        for context in chromium.contexts:
            context.close()
    assert faults == []
    assert desk.faults == []
