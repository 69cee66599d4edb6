"""Steps as an English reader sees them: in lists, on the pages of a task, a case and a directive, and in drawings."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select, update

from engine.store.models import Report, Task
from tests.kit.site import COMMUNE, FOCAL, OFFICE, Site
from tests.web.pages.test_chase import drafted, issued, overdue
from tests.web.pages.test_refusals import in_language
from tests.web.pages.test_task import VERIFY, complete, received

NAMES = ("Xác minh", "Verify the report")


def names_on(page: str) -> list[bool]:
    """Whether a page has the Vietnamese and the English name of the step."""
    return [name in page for name in NAMES]


def test_the_inbox_names_steps_in_the_readers_language(site: Site) -> None:
    received(site)
    for language, expected in (("vi", [True, False]), ("en", [False, True])):
        page = in_language(site, COMMUNE, language).get("/inbox?view=queue").text
        row, stages = (
            re.search(r'<ol class="rows" data-live-rows>.*?</ol>', page, re.DOTALL),
            re.search(r'name="stage">.*?</select>', page),
        )
        assert row is not None
        assert stages is not None
        assert names_on(row[0]) == names_on(stages[0]) == expected


def test_a_task_has_its_english_name_and_instructions(site: Site) -> None:
    task = site.task(received(site), "verify")
    browser = in_language(site, COMMUNE, "en")
    for path in (f"/tasks/{task.id}", f"/tasks/{task.id}/preview"):
        page = browser.get(path).text
        assert names_on(page) == [False, True]
        assert "Contact the citizen, keep the log of contacts" in page
        assert "Chủ động liên hệ" not in page
        assert "completed “Assign the case” at" in page
    sent = {"version": str(task.version), **VERIFY}
    assert (
        "Completed “Verify the report” of case" in browser.post(f"/tasks/{task.id}", sent, follow_redirects=True).text
    )
    assert names_on(browser.post(f"/tasks/{task.id}", sent).text) == [False, True]  # Too late.


def test_a_case_tells_its_history_and_draws_itself_in_english(site: Site) -> None:
    instance_id = received(site)
    code = site.read(select(Report.code))[0].code
    assert complete(site, site.browser(COMMUNE), instance_id, "verify", VERIFY).status_code == 302
    for language, expected in (("vi", [True, False]), ("en", [False, True])):
        browser = in_language(site, FOCAL, language)
        page = browser.get(f"/cases/{code}").text
        assert names_on(page) == expected
        answer: Any = browser.get(f"/cases/{code}/diagram").json
        drawn = {item["name"]: item["xml"] for item in answer["diagrams"]}
        assert ('name="Verify the report"' in drawn["resolution"]) == (language == "en")
    assert "“Resolve the case” at" in page


def test_the_chase_desk_and_a_directive_name_steps_in_english(site: Site) -> None:
    (case,) = overdue(site)
    assert names_on(in_language(site, OFFICE, "en").get("/chase").text) == [False, True]
    number = drafted(site, case)
    assert issued(site, number).status_code == 302
    page = in_language(site, COMMUNE, "en").get(f"/directives/{number}").text
    assert "Answer the directive" in page
    assert "Read the directive, resolve the cases it names" in page
    assert "Trả lời văn bản đôn đốc" not in page


def test_a_step_without_an_english_name_keeps_the_vietnamese_one(site: Site) -> None:
    instance_id = received(site)
    site.write(lambda tx: tx.write().execute(update(Task).values(name="Bước cũ")))
    page = in_language(site, COMMUNE, "en").get(f"/tasks/{site.task(instance_id, 'verify').id}").text
    assert "<h1>Bước cũ</h1>" in page
