"""The studio's pages and the files of drafts over HTTP: for analysts alone, with versions, nothing lost."""

from __future__ import annotations

import base64
import json
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

import pytest

from engine.actor import SYSTEM, ActStamp
from engine.process import definitions
from engine.staff import access
from engine.staff.people import grant_role
from engine.store.db import transaction
from tests.kit.hotline import diagram, node, script
from tests.kit.site import COMMUNE, NOW, OFFICE, OPERATOR, Site
from tests.paths import ROOT
from tests.web.pages.test_task import VERIFY, complete, received

BY = ActStamp(SYSTEM, NOW)

DIAGRAM = "workflows/citizen_report.bpmn"
ANALYST, OTHER = OFFICE, OPERATOR


class Studio:
    """An analyst at a draft."""

    def __init__(self, site: Site, login: str = ANALYST, title: str = "Thêm bước duyệt") -> None:
        with transaction(site.engine) as tx:
            grant_role(tx, access.person_id_of(tx, login), "75.VP", "analyst", BY)
        self.browser = site.browser(login)
        self.home: str = self.browser.post("/studio/drafts", {"title": title}).location.removesuffix("/edit")

    def ask(self, method: str, address: str, body: bytes | None = None, **headers: str) -> Any:
        token = self.browser.token()
        sent = {"X-CSRFToken": token, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.browser.client.open(self.home + address, method=method, data=body, headers=sent)

    def deploy(self, message: str) -> Any:
        """Deploy the draft, having seen what it changes."""
        return self.browser.post(f"{self.home}/deploy", {"message": message, "seen": "yes"})


@pytest.fixture
def studio(site: Site) -> Studio:
    return Studio(site)


def test_only_analysts_come_in(site: Site, studio: Studio) -> None:
    for login in (OPERATOR, COMMUNE):
        browser = site.browser(login)
        for page in ("/studio", f"{studio.home}/edit", f"{studio.home}/files", "/studio/versions/1/cases"):
            assert browser.get(page).status_code == 403, page
    assert "Thiết kế quy trình" in studio.browser.get("/studio").text


def test_the_draft_of_another_analyst_is_not_there(site: Site, studio: Studio) -> None:
    other = Studio(site, OTHER)
    assert other.browser.get(f"{studio.home}/edit").status_code == 404
    assert other.browser.get(f"{studio.home}/files").status_code == 404


def test_files_are_read_stored_and_left_out_with_versions(studio: Studio) -> None:
    assert {row["path"] for row in studio.ask("GET", "/files").json} >= {DIAGRAM, "forms/verify.json"}
    answer = studio.ask("GET", f"/files/{DIAGRAM}")
    assert (answer.data, answer.headers["ETag"]) == ((ROOT / DIAGRAM).read_bytes(), '"0"')
    stored = studio.ask("PUT", f"/files/{DIAGRAM}", answer.data + b"\n", If_Match='"0"')
    assert (stored.status_code, stored.headers["ETag"]) == (204, '"1"')
    again = studio.ask("PUT", f"/files/{DIAGRAM}", answer.data, If_Match='"0"')
    assert again.status_code == 409
    assert again.json["sentence"].startswith("Tệp đã được sửa")
    assert studio.ask("GET", f"/files/{DIAGRAM}").data == answer.data + b"\n"
    new = "workflows/mail/thu_moi.txt"
    assert studio.ask("PUT", f"/files/{new}", "Thư\n\nNội dung".encode(), If_None_Match="*").status_code == 204
    assert studio.ask("DELETE", f"/files/{new}", If_Match='"1"').status_code == 204
    assert studio.ask("GET", f"/files/{new}").status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "headers"),
    [
        (DIAGRAM, b"<oops", {"If_Match": '"0"'}),
        (DIAGRAM, b"<a/>", {}),
        (DIAGRAM, b"<a/>", {"If_Match": '"x"'}),
        ("workflows/x.exe", b"x", {"If_None_Match": "*"}),
        ("workflows/mail/../../x.txt", b"x", {"If_None_Match": "*"}),
    ],
)
def test_what_cannot_be_stored_is_said_in_a_sentence(
    studio: Studio, path: str, body: bytes, headers: dict[str, str]
) -> None:
    answer = studio.ask("PUT", f"/files/{path}", body, **headers)
    assert answer.status_code in (404, 422)
    assert studio.ask("GET", f"/files/{DIAGRAM}").headers["ETag"] == '"0"'


def test_what_is_refused_is_said_in_the_language_of_the_page(studio: Studio) -> None:
    broken = (DIAGRAM, b"<oops", '"0"')
    for language, sentence in (("vi", "không phải là XML đúng"), ("en", "is not well-formed XML")):
        studio.browser.post("/language", {"language": language})
        assert sentence in studio.ask("PUT", f"/files/{broken[0]}", broken[1], If_Match=broken[2]).json["sentence"]
    assert studio.ask("GET", "/files/forms/none.json").json["sentence"] == "The draft has no file forms/none.json."
    stale = studio.ask("PUT", f"/files/{DIAGRAM}", b"<a/>", If_Match='"7"')
    assert (stale.status_code, stale.json["sentence"].startswith("The file was changed")) == (409, True)


def test_the_list_of_fields_is_edited_like_any_file_and_a_wrong_one_is_one_sentence_at_its_line(studio: Studio) -> None:
    path = "workflows/report_fields.yaml"
    listed = studio.ask("GET", f"/files/{path}").data.decode()
    wrong = listed.replace("vi: Môi trường, ", "")
    assert studio.ask("PUT", f"/files/{path}", wrong.encode(), If_Match='"0"').status_code == 204
    (problem,) = studio.ask("GET", "/problems").json["problems"]
    assert (problem["path"], wrong.splitlines()[problem["line"] - 1].split(",")[0]) == (path, "  - {key: environment")
    assert problem["sentence"].startswith('Lĩnh vực "environment" cần tên ở mục vi')


def test_what_is_no_problem_and_good_to_know_is_told_too(studio: Studio) -> None:
    gateways = [node("parallelGateway", "fork"), node("parallelGateway", "join")]
    parts = [node("startEvent", "begin"), *gateways, script("left", "x = 1"), script("right", "x = 2")]
    ways = ("begin > fork > left > join > done", "fork > right > join")
    content = diagram("aside", [*parts, node("endEvent", "done")], *ways)
    studio.ask("PUT", "/files/workflows/aside.bpmn", content, If_None_Match="*")
    answer = studio.ask("GET", "/problems").json
    assert answer["problems"] == []
    assert [(note["path"], note["element"], note["rule"]) for note in answer["notes"]] == [
        ("workflows/aside.bpmn", "fork", "branches-write")
    ]
    verdicts = {verdict["path"]: verdict["rule"] for verdict in answer["verdicts"]}
    assert (verdicts["workflows/aside.bpmn"], verdicts[DIAGRAM]) == ("proof-proven", "proof-proven")


def test_a_process_that_may_never_end_is_told_with_the_way_and_what_to_draw(studio: Studio) -> None:
    gateways = ['<bpmn:exclusiveGateway id="which" default="which_right"/>', node("parallelGateway", "join")]
    parts = [node("startEvent", "begin"), *gateways, script("left", "x = 1"), script("right", "x = 2")]
    ways = ("begin > which > right > join > done", 'which > left [field == "health"]', "left > join")
    content = diagram("aside", [*parts, node("endEvent", "done")], *ways)
    studio.ask("PUT", "/files/workflows/aside.bpmn", content, If_None_Match="*")
    answer = studio.ask("GET", "/problems").json
    (note,) = [note for note in answer["notes"] if note["rule"].startswith("proof-")]
    assert (note["element"], note["rule"]) == ("join", "proof-join")
    assert "hãy gộp các nhánh bằng cổng cùng loại" in note["sentence"]
    (verdict,) = [one for one in answer["verdicts"] if one["path"] == "workflows/aside.bpmn"]
    assert verdict["rule"] == "proof-flawed"


def test_problems_choices_and_others_are_told(site: Site, studio: Studio) -> None:
    broken = (ROOT / DIAGRAM).read_text("utf-8").replace('value="operator"', 'value="king"', 1)
    studio.ask("PUT", f"/files/{DIAGRAM}", broken.encode(), If_Match='"0"')
    problem = studio.ask("GET", "/problems").json["problems"][0]
    assert (problem["path"], bool(problem["element"]), bool(problem["sentence"])) == (DIAGRAM, True, True)
    assert {"verify", "resolve"} <= {form["value"] for form in studio.ask("GET", "/catalogue").json["forms"]}
    said = {role["value"]: role["label"] for role in studio.ask("GET", "/catalogue").json["roles"]}
    assert said["commune"] != "commune"
    assert studio.ask("GET", "/others").json == []
    found = Studio(site, OTHER).ask("GET", "/others").json
    assert [one["paths"] for one in found] == [[DIAGRAM]]


def test_a_table_that_sends_to_no_unit_is_told_at_its_cell_and_not_deployed(studio: Studio) -> None:
    table = "workflows/routing.dmn"
    mistyped = (ROOT / table).read_bytes().replace(b'"75.SGDDT"', b'"75.SGDTD"')
    studio.ask("PUT", f"/files/{table}", mistyped, If_Match='"0"')
    (problem,) = studio.ask("GET", "/problems").json["problems"]
    assert (problem["path"], problem["element"]) == (table, "routing_education_department")
    assert '"75.SGDDT" (Sở Giáo dục và Đào tạo)' in problem["sentence"]
    studio.deploy("Chuyển sở")
    assert studio.browser.get("/studio/versions/2/cases").status_code == 404  # Nothing was deployed.


def test_a_mail_is_shown_as_a_real_case_would_get_it(site: Site, studio: Studio) -> None:
    code = site.file().code
    body = (
        b'{"path": "workflows/mail/x.txt", "text": "Nhac {{ case.code }}\\n\\nHan {{ case.deadline }}", "case": "%s"}'
    )
    answer = studio.ask("POST", "/mail-preview", body % code.encode(), Content_Type="application/json")
    assert answer.json["subject"] == f"Nhac {code}"
    wrong = studio.ask("POST", "/mail-preview", body % b"DN-00-000000-X", Content_Type="application/json")
    assert wrong.status_code == 404
    assert studio.ask("POST", "/mail-preview", b"[]", Content_Type="application/json").status_code == 422


@pytest.mark.slow
@pytest.mark.usefixtures("few_scenarios")
def test_the_drawers_open_and_a_draft_is_deployed_and_taken_back(site: Site, studio: Studio) -> None:
    case = received(site)
    diagram = (ROOT / DIAGRAM).read_bytes()
    studio.ask("PUT", f"/files/{DIAGRAM}", diagram.replace("Tiếp nhận".encode(), "Nhận".encode(), 1), If_Match='"0"')
    for panel, word in (("tests", "kịch bản đều đạt"), ("difference", "Nhận"), ("versions", "Vì sao triển khai")):
        answer = studio.browser.get(f"{studio.home}/panel/{panel}")
        assert answer.status_code == 200, panel
        assert word in answer.text, panel
    assert studio.browser.get(f"{studio.home}/panel/difference?with=99").status_code == 404
    assert studio.browser.post(f"{studio.home}/deploy", {"message": ""}).location.endswith("/edit#versions")
    answer = studio.deploy("Tên gọn hơn")
    assert answer.location == "/studio/versions/2/cases"
    page = studio.browser.get(answer.location).text
    assert "chuyển được ngay: 1" in page
    studio.browser.post(answer.location, {"process": "citizen_report", "names": ""})
    assert "chưa ai động đến" in studio.browser.get(answer.location).text
    task = site.task(case, "verify")
    assert "Chuyển sang quy trình của bản triển khai 2" in site.browser(COMMUNE).get(f"/tasks/{task.id}").text
    studio.browser.post(f"{answer.location}/back")
    assert "Trở lại quy trình của bản triển khai 1" in site.browser(COMMUNE).get(f"/tasks/{task.id}").text
    assert "chuyển được ngay: 1" in studio.browser.get(answer.location).text
    back = studio.browser.post("/studio/drafts", {"title": "", "restore": "1"}).location.removesuffix("/edit")
    assert studio.browser.post("/studio/drafts", {"title": "", "restore": "99"}).status_code == 404
    assert studio.browser.post(f"{back}/deploy", {"message": "Trở lại", "seen": "yes"}).status_code == 302
    with transaction(site.engine) as tx:
        assert definitions.find_by_key(tx, "citizen_report").number == 1


@pytest.mark.slow
def test_cases_are_run_through_a_draft(site: Site, studio: Studio) -> None:
    received(site)
    form = studio.browser.get(f"{studio.home}/panel/replay").text
    assert 'name="median.verify"' in form
    page = studio.browser.post(f"{studio.home}/panel/replay", {"cases": "10", "seed": "7"}).text
    assert "0 trong 1 hồ sơ đi khác trước." in page
    step = {"step": "verify", "median.verify": "2,5", "p90.verify": "8", "done.verify": "90", "claimed.verify": "0"}
    answers = {"weight.verify": "1", "values.verify": '{"outcome": "correct"}'}
    again = studio.browser.post(f"{studio.home}/panel/replay", {"cases": "10", "seed": "7", **step, **answers}).text
    assert "0 trong 1 hồ sơ đi khác trước." in again
    bad = {"cases": "10", "seed": "7", **step, **answers, "done.verify": "190"}
    assert "verify" in studio.browser.post(f"{studio.home}/panel/replay", bad).text
    wrong = studio.browser.post(f"{studio.home}/panel/replay", {"cases": "0", "seed": "7"}).text
    assert "Nhập một số" in wrong


@pytest.mark.slow
def test_a_scenario_is_recorded_from_a_real_case(site: Site, studio: Studio) -> None:
    code = site.file().code
    assert studio.browser.post(f"{studio.home}/record", {"code": code.lower()}).status_code == 302
    paths = [PurePosixPath(row["path"]) for row in studio.ask("GET", "/files").json]
    recorded = [path for path in paths if path.name.startswith("recorded_")]
    assert len(recorded) == 1
    assert "đều đạt" in studio.browser.get(f"{studio.home}/panel/tests").text
    studio.browser.post(f"{studio.home}/record", {"code": "DN-00-000000-X"})
    assert "Không có hồ sơ" in studio.browser.get("/studio").text


@pytest.mark.parametrize("names", ["receive", "receive = nowhere"])
def test_steps_that_cannot_take_others_places_are_refused(site: Site, studio: Studio, names: str) -> None:
    received(site)
    answer = studio.browser.get(f"/studio/versions/1/cases?names={names}")
    assert answer.status_code in (200, 302)
    studio.browser.post(f"{studio.home}/discard")
    assert "Đã bỏ bản nháp" in studio.browser.get("/studio").text


def test_the_heat_shows_where_work_waits(site: Site, studio: Studio) -> None:
    received(site)
    page = studio.browser.get("/studio/heat").text
    assert json.loads(page.split("data-waiting='")[1].split("'")[0])["verify"] == 1
    assert json.loads(page.split("data-shades='")[1].split("'")[0])["verify"] == 4
    drawn: Any = studio.browser.get("/studio/heat/diagram?process=citizen_report").json
    assert drawn["diagrams"][0]["name"] == "citizen_report"
    assert studio.browser.get("/studio/heat?to=9999-12-31").status_code == 200
    assert "Ngày cuối phải sau ngày đầu" in studio.browser.get("/studio/heat?from=2026-02-01&to=2026-01-01").text
    assert studio.browser.get("/studio/heat?process=none").status_code == 404
    assert studio.browser.get("/studio/heat?unit=nowhere").status_code == 404


def test_a_foreign_diagram_is_converted_shown_and_taken(studio: Studio) -> None:
    foreign = next(path for path in sorted((ROOT / "tests/data/foreign").glob("*.bpmn")))
    address = f"{studio.home}/import"
    page = studio.browser.post(address, {"file": (BytesIO(foreign.read_bytes()), foreign.name), "names": ""})
    assert "chỗ được chuyển" in page.text
    taken = {"name": "nhap_tu_ngoai", "names": "", "act": "accept"}
    content = base64.b64encode(foreign.read_bytes()).decode()
    assert studio.browser.post(address, {**taken, "content": content}).status_code == 302
    assert "workflows/nhap_tu_ngoai.bpmn" in [row["path"] for row in studio.ask("GET", "/files").json]
    assert "cùng tên" in studio.browser.post(address, {**taken, "content": content}).text


CHOICES = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"
 xmlns:camunda="http://camunda.org/schema/1.0/bpmn"><process id="one" isExecutable="true"><task id="a"/>
 <callActivity id="b" calledElement="x"><extensionElements><camunda:in businessKey="k"/>
 </extensionElements></callActivity></process>
 <process id="two" isExecutable="true"><startEvent id="s"/></process></definitions>"""


def test_what_is_decided_at_the_import_is_in_the_draft(studio: Studio) -> None:
    address, sent = (
        f"{studio.home}/import",
        {"content": base64.b64encode(CHOICES).decode(), "names": "", "name": "many"},
    )
    page = studio.browser.post(address, sent).text
    for asked in ('name="process"', 'name="each"', 'name="passed" value="a"', 'name="accepted" value="b:camunda:in"'):
        assert asked in page
    decided = {**sent, "passed": "a", "accepted": "b:camunda:in"}
    assert "1 → " not in studio.browser.post(address, decided).text
    assert studio.browser.post(address, {**decided, "each": "yes", "act": "accept"}).status_code == 302
    content = studio.ask("GET", "/files/workflows/many.bpmn").text
    assert 'name="pass" value="yes"' in content
    assert 'name="without" value="camunda:in"' in content
    assert "End_s" in studio.ask("GET", "/files/workflows/many_2.bpmn").text


@pytest.mark.parametrize(
    "content",
    [b"", b"<oops", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", b"x" * 600_001],
    ids=["", "xml", "dtd", "big"],
)
def test_a_foreign_file_that_cannot_be_read_is_refused(studio: Studio, content: bytes) -> None:
    answer = studio.browser.post(f"{studio.home}/import", {"file": (BytesIO(content), "x.bpmn"), "names": ""})
    assert answer.status_code == 422
    assert "alert-danger" in answer.text


@pytest.mark.slow
@pytest.mark.usefixtures("few_scenarios")
def test_a_form_that_an_open_task_uses_may_go(site: Site, studio: Studio) -> None:
    """The open task keeps the form of its deployment, until its case is moved to one with another form."""
    stays, moves, path = received(site), received(site), "workflows/resolution.bpmn"
    form, diagram = (ROOT / "forms" / "verify.json").read_bytes(), (ROOT / path).read_bytes()
    studio.ask("DELETE", "/files/forms/verify.json", If_Match='"0"')
    missing = [row["sentence"] for row in studio.ask("GET", "/problems").json["problems"]]
    assert any("verify" in sentence for sentence in missing)
    studio.deploy("Bỏ biểu mẫu")
    assert studio.browser.get("/studio/versions/2/cases").status_code == 404  # Nothing was deployed.
    studio.ask("PUT", f"/files/{path}", diagram.replace(b'"verify" />', b'"verify_two" />', 1), If_Match='"0"')
    other = form.replace(b'"id": "verify"', b'"id": "verify_two"').replace("Nội dung".encode(), "Kết luận".encode(), 1)
    studio.ask("PUT", "/files/forms/verify_two.json", other, If_None_Match="*")
    assert studio.deploy("Biểu mẫu mới").location.endswith("/2/cases")
    commune = site.browser(COMMUNE)
    assert "Kết luận" not in commune.get(f"/tasks/{site.task(stays, 'verify').id}").text
    assert complete(site, commune, stays, "verify", VERIFY).status_code == 302
    studio.browser.post("/studio/versions/2/cases", {"process": "citizen_report", "names": ""})
    assert "Kết luận" in commune.get(f"/tasks/{site.task(moves, 'verify').id}").text
    assert complete(site, commune, moves, "verify", VERIFY).status_code == 302


@pytest.mark.usefixtures("few_scenarios")
def test_a_colleagues_deployment_is_not_undone_and_what_both_changed_is_chosen(site: Site, studio: Studio) -> None:
    mail = "workflows/mail/overdue.txt"
    text = (ROOT / mail).read_bytes()
    first = text.split(b"\n", 1)[0]
    studio.ask("PUT", f"/files/{mail}", text.replace(first, b"Mine", 1), If_Match='"0"')
    colleague = Studio(site, OTHER)
    colleague.ask("PUT", f"/files/{mail}", text.replace(first, b"Theirs", 1), If_Match='"0"')
    assert colleague.deploy("Thư gọn hơn").status_code == 302
    answer = studio.deploy("Thư rõ hơn")
    assert answer.location.endswith("/edit#versions")
    assert "nay đã có bản 2; hãy cập nhật bản nháp trước" in studio.browser.get(f"{studio.home}/edit").text
    assert "Triển khai</button>" not in studio.browser.get(f"{studio.home}/panel/versions").text
    page = studio.browser.get(studio.browser.post(f"{studio.home}/update").location)
    assert [word for word in ("overdue.txt", "Dòng 1", "Mine", "Theirs") if word not in page.text] == []
    assert "The draft is based" not in page.text
    choice = {f"{mail}#1/lines": "mine", "other": "nobody's"}
    assert studio.browser.post(f"{studio.home}/update", choice).location == f"{studio.home}/edit"
    assert studio.ask("GET", f"/files/{mail}").data == text.replace(first, b"Mine", 1)
    assert studio.deploy("Thư rõ hơn").location.endswith("/3/cases")


def test_a_deleted_file_is_listed_with_who_used_it_and_comes_back_as_it_was(studio: Studio) -> None:
    form = "forms/verify.json"
    before = studio.ask("GET", f"/files/{form}").data
    uses = studio.ask("GET", f"/uses/{form}").json
    assert {"path": "workflows/resolution.bpmn", "element": "verify", "caption": "Xác minh"} in uses
    assert studio.ask("POST", f"/restore/{form}").status_code == 404
    assert studio.ask("DELETE", f"/files/{form}", If_Match='"0"').status_code == 204
    assert {"path": form, "deleted": True} in studio.ask("GET", "/files").json
    assert studio.ask("POST", f"/restore/{form}").status_code == 204
    assert studio.ask("GET", f"/files/{form}").data == before
    assert {"path": form, "deleted": True} not in studio.ask("GET", "/files").json


def test_both_versions_of_a_diagram_stand_beside_the_choices_and_are_named(site: Site, studio: Studio) -> None:
    old = studio.ask("GET", f"/files/{DIAGRAM}").data
    name = 'name="Tiếp nhận"'.encode()
    assert name in old
    colleague = Studio(site, OTHER)
    colleague.ask("PUT", f"/files/{DIAGRAM}", old.replace(name, b'name="Theirs"', 1), If_Match='"0"')
    assert colleague.deploy("Tên khác").status_code == 302
    studio.ask("PUT", f"/files/{DIAGRAM}", old.replace(name, b'name="Mine"', 1), If_Match='"0"')
    page = studio.browser.get(f"{studio.home}/update").text
    assert 'data-place="receive"' in page
    for side, text in (("mine", b"Mine"), ("theirs", b"Theirs")):
        assert f"{studio.home}/update/{side}/{DIAGRAM}" in page
        assert text in studio.ask("GET", f"/update/{side}/{DIAGRAM}").data
    assert studio.ask("GET", "/update/mine/forms/none.json").status_code == 404
