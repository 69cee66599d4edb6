"""Long work asked for on the studio's pages: done by a worker, shown with its progress, kept, cancelled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.operations import job_running, jobs
from engine.store.db import transaction
from tests.kit.site import COMMUNE, OFFICE, OPERATOR, Site
from tests.web.pages.test_task import VERIFY, complete, received
from tests.web.studio.test_studio import DIAGRAM, Studio
from web.job_runners import job_runners
from web.studio import moving, panels


@pytest.fixture
def studio(site: Site, monkeypatch: pytest.MonkeyPatch) -> Studio:
    """An analyst at a draft, in an installation with one case, where even that is too many for a page to wait for."""
    for module in (moving, panels):
        monkeypatch.setattr(module, "MOST_DIRECT", 0)
    complete(site, site.browser(COMMUNE), received(site), "verify", VERIFY)
    return Studio(site)


def work(site: Site) -> bool:
    """Have a worker do the next piece of work."""
    runners = job_runners(site.app.settings)
    return job_running.run_next_job(site.engine, lambda: site.now, runners, lambda: False)


def ask_for_replay(studio: Studio) -> Any:
    step = {"step": "verify", "median.verify": "2,5", "p90.verify": "8", "done.verify": "90", "claimed.verify": "0"}
    answers = {"weight.verify": "1", "values.verify": '{"outcome": "correct"}'}
    return studio.browser.post(f"{studio.home}/panel/replay", {"cases": "10", "seed": "7", **step, **answers})


def test_a_replay_is_asked_for_done_elsewhere_and_its_result_stays(site: Site, studio: Studio) -> None:
    answer = ask_for_replay(studio).text
    assert 'hx-get="/studio/jobs/1/progress"' in answer
    assert "đang chờ" in studio.browser.get("/studio/jobs").text
    assert "khởi động tiến trình nền" not in studio.browser.get("/studio/jobs/1").text
    site.later(minutes=1)
    for page in ("/studio/jobs", "/studio/jobs/1", "/studio/jobs/1/progress"):
        assert "khởi động tiến trình nền" in studio.browser.get(page).text, page
    assert work(site)
    page = studio.browser.get("/studio/jobs/1").text
    for words in ("0 trong 1 hồ sơ đi khác trước.", "Tỷ lệ quá hạn", "Không phải giả định gì", "Không tính hàng chờ"):
        assert words in page, words
    assert "hx-trigger" not in studio.browser.get("/studio/jobs/1/progress").text
    assert "Kết quả lần chạy nền" in studio.browser.get(f"{studio.home}/review").text
    assert "Bản nháp đã sửa sau lần chạy này" not in page
    content = studio.ask("GET", f"/files/{DIAGRAM}").data
    studio.ask("PUT", f"/files/{DIAGRAM}", content + b"\n", If_Match='"0"')
    assert "Bản nháp đã sửa sau lần chạy này" in studio.browser.get("/studio/jobs/1").text


def test_others_see_a_replay_of_a_draft_that_they_may_read_and_end_none(site: Site, studio: Studio) -> None:
    ask_for_replay(studio)
    other = Studio(site, OPERATOR).browser
    assert other.get("/studio/jobs/1").status_code == 404
    studio.browser.post(f"{studio.home}/review/share", {"shared": "yes"})
    assert other.get("/studio/jobs/1").status_code == 200
    assert other.post("/studio/jobs/1/cancel", {}).status_code == 404
    assert other.get("/studio/jobs/9").status_code == 404
    studio.browser.post("/studio/jobs/1/cancel", {})
    assert "Việc đã hủy" in studio.browser.get("/studio/jobs/1").text
    assert not work(site)


def test_work_on_a_draft_that_is_gone_or_has_problems_says_so(site: Site, studio: Studio) -> None:
    ask_for_replay(studio)
    broken = studio.ask("GET", f"/files/{DIAGRAM}").data.replace(b'value="operator"', b'value="king"', 1)
    studio.ask("PUT", f"/files/{DIAGRAM}", broken, If_Match='"0"')
    assert work(site)
    assert "vấn đề; sửa hết rồi chạy lại" in studio.browser.get("/studio/jobs/1").text
    ask_for_replay(studio)
    studio.browser.post(f"{studio.home}/discard", {})
    assert work(site)
    assert "không có bản nháp số 1" in studio.browser.get("/studio/jobs/2").text


def test_many_cases_are_tried_moved_and_returned_by_a_worker(site: Site, studio: Studio) -> None:
    content = studio.ask("GET", f"/files/{DIAGRAM}").data
    studio.ask("PUT", f"/files/{DIAGRAM}", content + b"\n", If_Match='"0"')
    studio.deploy("Xuống dòng")
    address = "/studio/versions/2/cases"
    assert "Chạy thử mọi hồ sơ ở nền" in studio.browser.get(address).text
    form = {"process": "citizen_report"}
    assert studio.browser.post(address, {**form, "act": "try"}).location.endswith("/studio/jobs/1")
    studio.browser.post(address, form)
    assert work(site)
    assert "chuyển được ngay: 1" in studio.browser.get("/studio/jobs/1").text
    assert work(site)
    assert "Đã chuyển 1 hồ sơ." in studio.browser.get("/studio/jobs/2").text
    assert studio.browser.post(f"{address}/back", {}).location.endswith("/studio/jobs/3")
    assert work(site)
    assert "Đã chuyển 1 hồ sơ." in studio.browser.get("/studio/jobs/3").text
    with transaction(site.engine) as tx:
        assert [row.state for row in jobs.list_jobs(tx, jobs.load_job(tx, 1).person_id)] == ["done"] * 3


def test_all_scenarios_of_a_draft_are_run_by_a_worker_and_the_result_is_kept(
    site: Site, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert studio.browser.post(f"{studio.home}/panel/tests", {}).location.endswith("/studio/jobs/1")
    assert "Kiểm thử bản nháp bằng kịch bản" in studio.browser.get("/studio/jobs").text
    assert work(site)
    page = studio.browser.get("/studio/jobs/1").text
    for words in ("kịch bản đều đạt", "Độ phủ", "Bước đã đi qua"):
        assert words in page, words
    assert "data-open-file" not in page
    monkeypatch.setattr(panels, "MOST_SCENARIOS", 0)
    panel = studio.browser.get(f"{studio.home}/panel/tests").text
    assert "Kết quả lần chạy nền" in panel
    assert "quá nhiều để chờ ở trang này" in panel
    content = studio.ask("GET", f"/files/{DIAGRAM}").data
    studio.ask("PUT", f"/files/{DIAGRAM}", content.replace(b'value="operator"', b'value="king"', 1), If_Match='"0"')
    studio.browser.post(f"{studio.home}/panel/tests", {})
    assert work(site)
    assert "vấn đề; sửa hết rồi chạy lại" in studio.browser.get("/studio/jobs/2").text
    assert "Bản nháp đã sửa sau lần chạy này" in studio.browser.get("/studio/jobs/1").text


def test_analysts_see_the_copy_of_a_case_without_personal_data(site: Site, studio: Studio) -> None:
    code = site.file().code
    other = Studio(site, OPERATOR).browser
    copy = other.get(f"/studio/cases/{code}")
    assert copy.mimetype == "text/plain"
    assert "process: citizen_report" in copy.text
    assert "0912345678" not in copy.text
    assert other.get("/studio/cases/DN-26-999999-X").status_code == 404
    assert studio.browser.get(f"/studio/cases/{code}").status_code == 200


def test_one_asks_for_a_few_things_at_a_time(site: Site, studio: Studio) -> None:
    for _ in range(jobs.MOST_OPEN):
        site.later(seconds=1)
        ask_for_replay(studio)
    assert f"Bạn đang có {jobs.MOST_OPEN} việc" in ask_for_replay(studio).text
    assert site.browser(OFFICE).get("/studio/jobs").text.count("Hủy việc") == jobs.MOST_OPEN
    assert timedelta(minutes=1) < jobs.LEASE
