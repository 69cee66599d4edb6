"""Urgent work is told to browsers of those who may take it: once, without a word of it, while they are signed in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.push import sending, vapid
from engine.push.sending import PushSender
from engine.staff import accounts
from engine.store.columns import table_of
from engine.store.models import PushSubscription
from tests.kit.push_service import HOST, PushedBrowser, PushService, claims_of, running_service
from tests.kit.site import FOCAL, OPERATOR, Browser, Site

_subscription = table_of(PushSubscription)


@dataclass
class Outside:
    """A site whose messages reach a service on this machine."""

    site: Site
    service: PushService
    outcomes: list[str] = field(default_factory=list)

    def subscribe(self, login: str = OPERATOR) -> tuple[Browser, PushedBrowser]:
        """Somebody whose browser asks to be told."""
        visitor, browser = self.site.browser(login), PushedBrowser(path=f"/send/{login}?d=1")
        assert visitor.post("/account/push", browser.form).status_code == 204
        return visitor, browser

    def run(self) -> list[str]:
        """One run of the worker; returns its outcomes."""
        self.outcomes.clear()
        sender = PushSender(vapid.application_key(self.site.app.key), "mailto:a@tinh.gov.vn", self.service.connect)
        sending.tell_browsers(self.site.engine, lambda: self.site.now, sender, self.outcomes.append)
        return list(self.outcomes)

    def message(self, browser: PushedBrowser) -> dict[str, Any]:
        """The last message, as its browser reads it."""
        content: dict[str, Any] = json.loads(browser.read(self.service.sent[-1][2]))
        return content

    def rows(self) -> list[Any]:
        """Who is told."""
        return self.site.read(select(_subscription))


@pytest.fixture
def outside(site: Site) -> Iterator[Outside]:
    """Nobody is subscribed."""
    site.app.settings = replace(site.app.settings, push_hosts=(HOST,))
    with running_service() as service:
        yield Outside(site, service)


def test_urgent_work_is_told_once_and_in_numbers_only(outside: Outside) -> None:
    filed = outside.site.file(urgency="emergency")  # There before: not new.
    _visitor, browser = outside.subscribe()
    outside.subscribe(FOCAL)
    assert outside.run() == []
    outside.site.file()
    assert outside.run() == []  # It can wait.
    outside.site.file(urgency="urgent")
    outside.site.file(urgency="emergency")
    assert outside.run() == ["sent"]
    message = outside.message(browser)
    assert message == {
        "title": "Tổng đài 1022",
        "body": "Việc khẩn mới trong hàng chờ đơn vị: 2",
        "page": "/inbox?view=queue",
    }
    path, headers, body = outside.service.sent[-1]
    assert path == browser.path
    assert {name: headers[name] for name in ("Content-Encoding", "TTL", "Topic", "Urgency", "Host")} == {
        "Content-Encoding": "aes128gcm",
        "TTL": "3600",
        "Topic": "urgent",
        "Urgency": "high",
        "Host": HOST,
    }
    claims = claims_of(headers)
    assert claims["aud"] == f"https://{HOST}"
    assert claims["sub"] == "mailto:a@tinh.gov.vn"
    assert timedelta(0) < timedelta(seconds=claims["exp"] - outside.site.now.timestamp()) <= timedelta(hours=24)
    assert claims["key"] == vapid.public_text(vapid.application_key(outside.site.app.key))
    assert filed.code.encode() not in body
    assert outside.run() == []


def test_who_signs_out_or_stays_away_is_told_no_more(outside: Outside) -> None:
    leaving, _browser = outside.subscribe()
    outside.subscribe("lanhdao.75.1022")
    leaving.post("/sign-out")
    assert len(outside.rows()) == 1
    outside.site.file(urgency="urgent")
    outside.site.now += accounts.IDLE_TIMEOUT
    assert outside.run() == []
    outside.site.write(accounts.delete_ended_sessions, outside.site.now)
    assert outside.rows() == []


def test_a_service_that_is_away_is_asked_again_later_and_a_browser_that_is_gone_is_forgotten(outside: Outside) -> None:
    _visitor, browser = outside.subscribe()
    outside.site.file(urgency="urgent")
    outside.service.answers += [(503, {}), (429, {"Retry-After": "600"}), (201, {})]
    assert outside.run() == ["later"]
    assert outside.run() == []
    outside.site.later(minutes=1)
    outside.site.file(urgency="urgent")
    assert outside.run() == ["later"]
    outside.site.later(minutes=9)
    assert outside.run() == []
    outside.site.later(minutes=1)
    assert outside.run() == ["sent"]
    assert outside.message(browser)["body"].endswith(": 2")  # Both, counted anew.
    for gone in (404, 410):
        outside.subscribe()
        outside.site.file(urgency="urgent")
        outside.service.answers.append((gone, {}))
        assert outside.run() == ["refused"]
        assert outside.rows() == []


def test_one_that_never_gets_through_is_given_up(outside: Outside) -> None:
    outside.subscribe()
    outside.site.file(urgency="urgent")
    outcomes = []
    while outside.rows():
        outside.service.answers.append((500, {}))
        outcomes += outside.run()
        outside.site.later(minutes=16)
    assert outcomes == ["later"] * (sending.MAX_ATTEMPTS - 1) + ["refused"]


def test_a_message_that_another_worker_is_sending_is_left_to_it(outside: Outside) -> None:
    outside.subscribe()
    outside.site.file(urgency="urgent")
    lease = outside.site.now + sending.LEASE
    outside.site.write(lambda tx: tx.write().execute(_subscription.update().values(leased_until=lease)))
    assert outside.run() == []
    outside.site.now = lease
    assert outside.run() == ["sent"]


def test_a_browser_is_told_for_its_last_person_alone(outside: Outside) -> None:
    first, browser = outside.subscribe()
    second = outside.site.browser("lanhdao.75.1022")
    assert second.post("/account/push", browser.form).status_code == 204
    assert len(outside.rows()) == 1
    assert 'data-told="yes"' in second.get("/account").text
    assert 'data-told=""' in first.get("/account").text
    assert second.post("/account/push/end").status_code == 204
    assert outside.rows() == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"endpoint": "https://127.0.0.1/x"}, "Dịch vụ thông báo"),
        ({"point": "BA"}, "khóa không đúng"),
        ({"point": "?"}, "khóa không đúng"),
        ({"secret": "AA"}, "khóa không đúng"),
    ],
)
def test_what_no_browser_would_send_is_refused(outside: Outside, wrong: dict[str, str], sentence: str) -> None:
    answer = outside.site.browser(OPERATOR).post("/account/push", {**PushedBrowser().form, **wrong})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert outside.rows() == []


def test_without_a_service_in_the_settings_nothing_is_offered(site: Site) -> None:
    browser = site.browser(OPERATOR)
    assert "data-push" not in browser.get("/account").text
    assert browser.post("/account/push", PushedBrowser().form).status_code == 404
