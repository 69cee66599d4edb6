"""Files of a form: named as people name them, what their content says, without place and device, and never lost."""

from __future__ import annotations

import unicodedata
from base64 import b64decode
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pytest
from PIL import Image
from sqlalchemy import select

from engine.cases import attachments, chosen_files
from engine.cases.attachments import Upload
from engine.cases.old_files import OldFileCleaner
from engine.operations.worker import delete_ended
from engine.staff import form_receipts
from engine.staff.rate_limits import RateLimit
from engine.store.columns import table_of
from engine.store.models import Attachment, ChosenFile, Look, Report, StoredFile
from tests.kit.pictures import DEVICE, PLACE_WORDS, PNG, box, film, picture
from tests.kit.site import COMMUNE, FOCAL, OPERATOR, Browser, Site
from tests.paths import ROOT
from tests.web.pages.test_once import token_in
from tests.web.pages.test_public import SENT, follow
from tests.web.pages.test_task import RESOLVE, VERIFY, complete, received
from web.http.downloads import disposition
from web.pages import form_files

VIETNAMESE = "ảnh ổ gà đường Đồng Khởi.png"


def case_with_file(site: Site, name: str, content: bytes = PNG) -> tuple[Browser, str, Any]:
    """An officer with the task of a case that has a file: the officer's browser, the case's address, the file's row."""
    instance_id = received(site)
    complete(site, site.browser(COMMUNE), instance_id, "verify", {**VERIFY, "files": [(BytesIO(content), name)]})
    code = site.read(select(Report.code))[0].code
    return site.browser(COMMUNE), f"/cases/{code}", site.read(select(table_of(Attachment)))[-1]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_vietnamese_name_comes_back_composed(site: Site, form: Any) -> None:
    officer, case, row = case_with_file(site, unicodedata.normalize(form, VIETNAMESE))
    answer = officer.get(f"{case}/files/{row.id}")
    header = answer.headers["Content-Disposition"]
    assert (answer.status_code, row.name) == (200, VIETNAMESE)
    assert header.encode("latin-1").isascii()
    assert 'filename="anh o ga duong Dong Khoi.png"' in header
    assert unquote(header.partition("filename*=UTF-8''")[2]) == VIETNAMESE


@pytest.mark.parametrize(
    ("name", "fallback"),
    [
        ("照片.jpg", "__.jpg"),
        ('a"b\r\nX-Own: 1.txt', "a_b__X-Own: 1.txt"),
        ("é\u202etxt.pdf", "e_txt.pdf"),
        ("back\\slash.pdf", "back_slash.pdf"),
    ],
)
def test_no_name_breaks_a_header(name: str, fallback: str) -> None:
    header = disposition(name)
    assert f'filename="{fallback}"' in header
    assert header.isascii()
    assert header.isprintable()


def test_a_plain_name_needs_no_second_form() -> None:
    assert disposition("phu-luc.docx") == 'attachment; filename="phu-luc.docx"'


def test_no_page_writes_the_header_by_itself() -> None:
    for file in sorted((ROOT / "web").rglob("*.py")):
        assert file.name == "downloads.py" or "Content-Disposition" not in file.read_text("utf-8"), file


def test_pictures_are_shown_in_small_with_who_and_where_to_those_who_may_download_them(site: Site) -> None:
    officer, case, row = case_with_file(site, "trước.jpg", picture("JPEG", (640, 480)))
    page = officer.get(case).text
    assert f"{case}/files/{row.id}/thumbnail" in page
    assert "Xác minh" in page.partition('class="pictures"')[2].partition("</ul>")[0]
    answer = officer.get(f"{case}/files/{row.id}/thumbnail")
    assert Image.open(BytesIO(answer.data)).size == (320, 240)
    assert "file" in [look.purpose for look in site.read(select(table_of(Look)))]
    assert site.browser("canbo.75").get(f"{case}/files/{row.id}/thumbnail").status_code == 404
    assert site.browser().get(f"{case}/files/{row.id}/thumbnail").status_code == 302


def test_who_checks_the_result_sees_before_and_after_side_by_side(site: Site) -> None:
    instance_id = received(site)
    before, after = ([(BytesIO(picture("JPEG")), name)] for name in ("truoc.jpg", "sau.jpg"))
    complete(site, site.browser(COMMUNE), instance_id, "verify", {**VERIFY, "files": before})
    complete(site, site.browser(COMMUNE), instance_id, "resolve", {**RESOLVE, "files": after})
    page = site.browser(FOCAL).get(f"/tasks/{site.task(instance_id, 'check').id}").text
    sides = page.partition('class="compare-sides"')[2].partition("</section>")[0].split("Sau khi giải quyết")
    assert ["truoc.jpg" in side for side in sides] == [True, False]
    assert ["sau.jpg" in side for side in sides] == [False, True]


def test_citizens_see_their_own_pictures_alone(site: Site) -> None:
    visitor = site.browser()
    visitor.post("/report", {**SENT, "files": [(BytesIO(picture("JPEG")), "của tôi.jpg")]})
    report = site.read(select(table_of(Report)))[0]
    file = attachments.clean_upload(Upload("nội bộ.png", PNG))
    (inner,) = site.write(attachments.add_files, report.id, [file], "person:1", site.now)
    browser = follow(site, report.code)
    page = browser.get("/follow").text
    assert "của tôi.jpg" in page
    assert "nội bộ.png" not in page
    assert browser.get("/follow/files/1/thumbnail").mimetype == "image/jpeg"
    assert browser.get("/follow/files/1").status_code == 200
    assert browser.get(f"/follow/files/{inner}").status_code == 404
    assert site.browser().get("/follow/files/1").status_code == 404


def test_a_chosen_file_survives_a_mistake_elsewhere_on_the_public_form(site: Site) -> None:
    visitor = site.browser()
    files = [(BytesIO(PNG), "ổ gà.png"), (BytesIO(b"MZ"), "a.exe")]
    refused = visitor.post("/report", {**SENT, "phone": "12", "files": files})
    assert refused.status_code == 422
    assert "ổ gà.png" in refused.text
    assert all(f'href="#{field}"' in refused.text for field in ("phone", "files"))
    assert visitor.post("/report", {**SENT, "form_token": token_in(refused.text)}).status_code == 302
    assert [row.name for row in site.read(select(table_of(Attachment)))] == ["ổ gà.png"]
    assert site.read(select(table_of(ChosenFile))) == []


def test_a_chosen_file_survives_a_limit_and_a_session_that_has_ended(site: Site) -> None:
    visitor, sent = site.browser(), {**SENT, "files": [(BytesIO(PNG), "ổ gà.png")]}
    expired = visitor.client.post("/report", data=sent, headers={"Origin": "http://localhost"}, buffered=True)
    assert expired.status_code == 400
    assert SENT["content"] in expired.text
    assert "ổ gà.png" in expired.text
    visitor.post("/report", {**SENT, "form_token": token_in(expired.text)})
    assert len(site.read(select(table_of(Attachment)))) == 1
    for _ in range(4):
        visitor.post("/report", SENT)
    refused = visitor.post("/report", {**SENT, "files": [(BytesIO(PNG), "nữa.png")]})
    assert refused.status_code == 429
    assert "nữa.png" in refused.text


def test_a_kept_file_can_be_left_out(site: Site) -> None:
    visitor = site.browser()
    refused = visitor.post("/report", {**SENT, "phone": "12", "files": [(BytesIO(PNG), "a.png")]})
    number = str(site.read(select(ChosenFile.id))[0].id)
    visitor.post("/report", {**SENT, "form_token": token_in(refused.text), "drop_file": number})
    assert (len(site.read(select(table_of(Report)))), site.read(select(table_of(Attachment)))) == (1, [])


def test_a_file_on_a_task_survives_a_mistake_and_a_reload_of_the_page(site: Site) -> None:
    instance_id = received(site)
    commune, task = site.browser(COMMUNE), site.task(instance_id, "verify")
    faulty = {**VERIFY, "outcome": "", "version": "1", "files": [(BytesIO(PNG), "hiện trường.png")]}
    refused = commune.post(f"/tasks/{task.id}", faulty)
    assert refused.status_code == 422
    page = commune.get(f"/tasks/{task.id}").text
    assert "hiện trường.png" in page
    token = token_in(page.partition('id="task-form"')[2].partition("</form>")[0])
    assert commune.post(f"/tasks/{task.id}", {**VERIFY, "version": "1", "form_token": token}).status_code == 302
    assert [row.name for row in site.read(select(table_of(Attachment)))] == ["hiện trường.png"]


@pytest.mark.parametrize("joined", [False, True])
def test_a_file_of_a_call_survives_a_mistake_and_goes_with_the_report(site: Site, joined: bool) -> None:
    operator, main = site.browser(OPERATOR), site.file()
    call = {
        **SENT,
        "outcome": f"join:{main.code}" if joined else "handed_over",
        "channel": "phone",
        "urgency": "normal",
    }
    refused = operator.post("/intake", {**call, "phone": "12", "files": [(BytesIO(PNG), "gọi.png")]})
    assert refused.status_code == 422
    assert "gọi.png" in operator.get("/intake").text
    token = token_in(refused.text.partition('id="intake"')[2])
    assert operator.post("/intake", {**call, "form_token": token}).status_code == 302
    rows = site.read(select(table_of(Attachment)))
    assert [(row.name, row.report_id == main.report_id) for row in rows] == [("gọi.png", False)]
    if joined:
        page = operator.get(f"/tasks/{site.open_tasks(main.instance_id)[0].id}").text
        assert "gọi.png" in page
        assert operator.get(f"/cases/{main.code}/files/{rows[0].id}").status_code == 200


def send_alone(browser: Browser, address: str, token: str, content: bytes = PNG, name: str = "a.png") -> Any:
    return browser.post(address, {"form_token": token, "field": "files", "file": (BytesIO(content), name)})


def test_files_go_up_one_by_one_while_the_form_is_filled_in(site: Site) -> None:
    visitor = site.browser()
    token = token_in(visitor.get("/report").text)
    told = send_alone(visitor, "/report/files", token, picture("JPEG", (800, 600)), "ổ gà.jpeg").json
    assert told["name"] == "ổ gà.jpg"
    assert Image.open(BytesIO(b64decode(told["preview"].partition(",")[2]))).size == (320, 240)
    second = send_alone(visitor, "/report/files", token).json["number"]
    assert send_alone(visitor, "/report/files", token, b"MZ").status_code == 422
    visitor.post("/report/files/drop", {"form_token": token, "number": str(second)})
    visitor.post("/report", {**SENT, "form_token": token})
    assert [row.name for row in site.read(select(table_of(Attachment)))] == ["ổ gà.jpg"]


def test_files_belong_to_the_form_and_the_person(site: Site) -> None:
    token = form_receipts.new_form_token()
    commune, operator, visitor = site.browser(COMMUNE), site.browser(OPERATOR), site.browser()
    number = str(send_alone(commune, "/form-files", token).json["number"])
    assert send_alone(visitor, "/form-files", token).status_code == 401
    assert send_alone(visitor, "/report/files", "short").status_code == 400
    for other, address in ((operator, "/form-files/drop"), (visitor, "/report/files/drop")):
        other.post(address, {"form_token": token, "number": number})
    visitor.post("/report", {**SENT, "form_token": token})
    assert [str(row.id) for row in site.read(select(ChosenFile.id))] == [number]
    assert site.read(select(table_of(Attachment))) == []


def test_files_of_forms_that_are_not_sent_are_deleted_after_a_day(site: Site) -> None:
    send_alone(site.browser(), "/report/files", form_receipts.new_form_token())
    delete_ended(site.engine, site.now + chosen_files.RETENTION)
    assert len(site.read(select(table_of(ChosenFile)))) == 1
    site.later(days=1, seconds=1)
    delete_ended(site.engine, site.now)
    assert site.read(select(table_of(ChosenFile))) == []


def test_one_form_and_one_address_have_limits_said_in_a_sentence(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor, token = site.browser(), form_receipts.new_form_token()
    monkeypatch.setattr(form_files, "UPLOADS", RateLimit("files in a test", 1, timedelta(hours=1)))
    assert send_alone(visitor, "/report/files", token).status_code == 200
    assert "sau một giờ" in send_alone(visitor, "/report/files", token).json["fault"]
    site.later(hours=1)
    monkeypatch.setattr(attachments, "MAX_FILES", 1)
    assert send_alone(visitor, "/report/files", token).json["fault"] == "Một phản ánh có tối đa 1 tệp."
    monkeypatch.setattr(chosen_files, "MAX_PUBLIC_BYTES", 1)
    site.later(hours=1)
    assert "quá nhiều tệp" in send_alone(visitor, "/report/files", form_receipts.new_form_token()).json["fault"]


def test_files_of_an_objection_count_like_those_of_a_report(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form_files, "UPLOADS", RateLimit("files of an objection", 1, timedelta(hours=1)))
    instance_id = received(site)
    officer = site.browser(COMMUNE)
    complete(site, officer, instance_id, "verify", VERIFY)
    complete(site, officer, instance_id, "resolve", RESOLVE)
    citizen = follow(site, site.read(select(Report.code))[0].code)
    files = [(BytesIO(PNG), "a.png"), (BytesIO(PNG), "b.png")]
    objection = {"satisfied": "no", "dissatisfied_reason": "Chưa sửa.", "files": files}
    answer = citizen.post("/follow/opinion", objection)
    assert (answer.status_code, "sau một giờ" in answer.text) == (422, True)


def test_bytes_that_were_put_in_the_place_of_a_file_are_given_to_nobody(site: Site) -> None:
    officer, case, row = case_with_file(site, "ảnh.png")
    with site.engine.begin() as connection:
        connection.execute(table_of(StoredFile).update().values(content=b"another picture"))
    answer = officer.get(f"{case}/files/{row.id}")
    assert (answer.status_code, "đã bị sửa" in answer.text) == (404, True)


def test_films_stored_before_are_what_their_content_says(site: Site) -> None:
    heic = box(b"ftyp", b"heic" + bytes(4)) + box(b"meta", bytes(16))
    sent = {"IMG_0001.mp4": heic, "a.mp4": picture("AVIF"), "b.mp4": film(b"qt  "), "c.mp4": film(b"M4A ")}
    old = [attachments.CleanFile(name, "video/mp4", content) for name, content in sent.items()]
    site.write(attachments.add_files, site.file().report_id, old, "citizen", site.now)
    with site.engine.begin() as connection:
        connection.execute(table_of(Attachment).update().values(thumbnail=None))
    cleaner = OldFileCleaner(site.engine)
    while cleaner.clean_next(site.now):
        pass
    rows = site.read(select(table_of(Attachment)).order_by(Attachment.id))
    assert [row.name for row in rows] == ["IMG_0001.heic", "a.jpg", "b.mov", "c.m4a"]
    kinds = ["image/heic", "image/jpeg", "video/quicktime", "audio/mp4"]
    assert [row.media_type for row in rows] == kinds
    contents = [row.content for row in site.read(select(table_of(StoredFile)))]
    assert not any(word in content for content in contents for word in (DEVICE, PLACE_WORDS))


def test_pictures_stored_before_they_were_cleaned_are_cleaned_by_the_worker(site: Site) -> None:
    filed = site.file()
    old = picture("JPEG", (640, 480))
    raw = attachments.CleanFile("cũ.jpg", "image/jpeg", old)
    liar = attachments.CleanFile("giả.jpg", "image/jpeg", b"\xff\xd8\xff not a picture")
    site.write(attachments.add_files, filed.report_id, [raw, liar], "citizen", site.now)
    with site.engine.begin() as connection:
        connection.execute(table_of(Attachment).update().values(thumbnail=None))
    cleaner = OldFileCleaner(site.engine)
    assert [cleaner.clean_next(site.now) for _ in range(4)] == [True, True, False, False]
    first, second = site.read(select(table_of(Attachment)).order_by(Attachment.id))
    contents = {row.digest: row.content for row in site.read(select(table_of(StoredFile)))}
    assert Image.open(BytesIO(contents[first.thumbnail])).size == (320, 240)
    assert contents[second.digest] == liar.content
    assert len(contents) == 3
    assert not any(word in content for content in contents.values() for word in (DEVICE, PLACE_WORDS))
