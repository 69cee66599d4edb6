"""The panel in which a draft is played: from nothing, after a scenario, after a real case; what was played is kept."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import text

from engine.journal import acts
from tests.kit.site import Site
from tests.web.studio.test_studio import Studio

PANEL = "/panel/play"
BEGUN = {
    "play-act": "nothing",
    "play-process": "citizen_report",
    "play-at": "07/12/2026 08:00",
    "play-channel": "phone",
}
ANSWERS = {"outcome": "handed_over", "address": "Số 1", "content": "Đèn hỏng", "reporter_name": "Lê Thử"}


@pytest.fixture
def studio(site: Site) -> Studio:
    return Studio(site)


class Played:
    """A play in the panel: sends each act with what the last answer said."""

    def __init__(self, studio: Studio, **begun: str) -> None:
        self.studio, self.text = studio, ""
        self.send(begun or BEGUN)

    def send(self, act: dict[str, str], door: str = "") -> str:
        answer = self.studio.browser.post(f"{self.studio.home}{PANEL}{door}", {**self.state, **act})
        assert answer.status_code == 200, answer.text
        self.text = answer.text
        return self.text

    @property
    def state(self) -> dict[str, str]:
        scenario = re.search(r'<textarea name="play-scenario" hidden>(.*?)</textarea>', self.text, re.DOTALL)
        done = re.search(r'name="play-done" value="(\d+)"', self.text)
        return {"play-scenario": html.unescape(scenario[1]), "play-done": done[1]} if scenario and done else {}

    @property
    def open(self) -> list[str]:
        return re.findall(r'data-play-task="(\w+)"', self.text)

    def task(self) -> str:
        numbers = re.findall(r'name="play-task" value="(\d+)"', self.text)
        return str(numbers[0])

    def fill(self, **answers: str) -> str:
        task = self.task()
        self.send({"play-act": "choose", "play-task": task})
        asked = {"place": "26068", "field": "other", "urgency": "normal"}
        return self.send({**asked, **answers, "play-act": "finish", "play-task": task})


def test_a_play_from_nothing_goes_through_forms_and_time_and_is_kept_as_a_scenario(site: Site, studio: Studio) -> None:
    play = Played(studio)
    assert play.open == ["receive"]
    assert 'data-path-of-play="workflows/citizen_report.bpmn"' in play.text  # Another diagram has a step of that id.
    text = play.send({"play-act": "finish", "play-task": play.task(), "outcome": "handed_over"})
    assert "Thông tin chưa hợp lệ" in text
    assert play.state["play-done"] == "0"
    play.fill(phone="0900 000 000", **ANSWERS)
    assert play.open == ["assign"], play.text
    assert 'data-play-open="assign"' in play.text
    assert re.search(r'data-play-passed="receive [^"]*receive&gt;', play.text) or "receive&gt;" in play.text
    assert 'data-path-of-play="workflows/resolution.bpmn"' in play.text
    play.send({"play-act": "time", "play-time": "timer"})
    assert "Đã làm 2 việc" in play.text
    play.send({"play-act": "back"})
    assert "Đã làm 1 việc" in play.text
    assert "Bước tiếp theo" in play.text
    kept = play.send({"name": "Chuyển về xã"}, "/keep")
    assert "chạy lại thấy đạt" in kept
    stored = studio.ask("GET", "/files/workflows/tests/chuyen_ve_xa.yaml")
    assert stored.status_code == 200
    assert "Chuyển về xã" in stored.text
    assert "open: [assign]" in stored.text


def test_a_play_follows_a_scenario(studio: Studio) -> None:
    path = "workflows/tests/citizen_report_answered_at_once.yaml"
    play = Played(studio, **{"play-act": "scenario", "play-path": path})
    assert play.open == ["receive"]
    play.send({"play-act": "all"})
    assert "Quy trình đã kết thúc" in play.text


def test_what_cannot_be_done_is_a_sentence(studio: Studio) -> None:
    play = Played(studio)
    for act in (
        {"play-act": "finish", "play-task": "99999"},
        {"play-act": "time", "play-time": "amount", "play-amount": "0", "play-kind": "days"},
        {"play-act": "time", "play-time": "instant", "play-at": "mai"},
        {"play-act": "event", "play-event": "message nobody"},
        {"play-act": "event", "play-event": ""},
    ):
        assert 'role="alert"' in play.send(act), act
        assert play.open == ["receive"]
    assert 'role="alert"' in play.send({"play-act": "dance"})
    assert 'role="alert"' in Played(studio, **{"play-act": "scenario", "play-path": "workflows/x.yaml"}).text
    assert 'role="alert"' in play.send({"name": ""}, "/keep")


def test_a_real_case_is_followed_without_personal_data_and_that_is_recorded(site: Site, studio: Studio) -> None:
    code = site.file().code
    play = Played(studio)
    page = play.send({"code": code.lower()}, "/case")
    assert play.open == ["receive"]
    assert "Lê Thị Hoa" not in html.unescape(page)
    with site.engine.connect() as connection:
        acts_of_journal = connection.execute(text("select act from journal")).scalars().all()
    assert acts.EXPORT_SCENARIO in acts_of_journal
    assert 'role="alert"' in play.send({"code": "DN-26-999999-X"}, "/case")
