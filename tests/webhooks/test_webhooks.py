"""Webhooks are told of every notice and act, once, signed, until they take it; the log tells and repeats."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_address
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import select
from urllib3 import HTTPConnectionPool, Timeout

from engine.mailing import gateway, hanging_up
from engine.mailing.outcome import PermanentFailure, TransientFailure
from engine.push import endpoints
from engine.store.columns import table_of
from engine.store.models import History, WebhookCall
from engine.webhooks import calling, gathering, receivers
from engine.webhooks.calling import WebhookSender
from tests.kit.push_service import PushService, running_service
from tests.kit.site import COMMUNE, NEW, OFFICE, Site
from tests.web.pages.test_task import VERIFY, complete, received

SENT = {"name": "Cổng tỉnh", "url": "https://cong.example.vn/hook?v=1"}


@pytest.fixture
def service() -> Iterator[PushService]:
    """The other system."""
    with running_service() as running:
        yield running


def made_webhook(site: Site) -> str:
    """The key of a new webhook, as its page shows it."""
    shown = re.search(r'id="key" value="([0-9a-f]{64})"', site.browser(OFFICE).post("/admin/webhooks", SENT).text)
    assert shown is not None
    site.later(seconds=1)
    return shown[1]


def tell(site: Site, service: PushService) -> int:
    """Let a worker tell what there is to tell; returns how many calls were taken."""
    sender = WebhookSender(site.app.key, lambda _url: HTTPConnectionPool("127.0.0.1", service.port))
    gathering.gather_events(site.engine, site.now)
    return calling.send_due_calls(site.engine, lambda: site.now, sender)


def told_events(service: PushService) -> list[dict[str, Any]]:
    return [json.loads(body) for _path, _headers, body in service.sent]


def test_every_act_and_notice_is_told_once_signed_and_without_personal_data(site: Site, service: PushService) -> None:
    received(site)  # Before anybody listens.
    site.later(minutes=1)
    key = made_webhook(site)
    instance_id = received(site)
    complete(site, site.browser(COMMUNE), instance_id, "verify", VERIFY)
    assert tell(site, service) > 0
    assert tell(site, service) == 0
    site.later(minutes=30)
    assert tell(site, service) == 0
    events = told_events(service)
    acts = site.read(select(table_of(History)).where(History.instance_id == instance_id).order_by(History.seq))
    changes = [(one["act"], one["step"]) for one in events if one["event"] == "change"]
    assert changes == [(act.action, act.node) for act in acts]
    assert {one["event"] for one in events} == {"change", "notice"}
    assert len({one["id"] for one in events}) == len(events)
    path, headers, body = service.sent[0]
    assert (path, headers["Host"]) == ("/hook?v=1", "cong.example.vn")
    signed = headers["X-Tongdai-Timestamp"].encode() + b"." + body
    assert headers["X-Tongdai-Signature"] == "v1=" + hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()
    everything = b"".join(body for _path, _headers, body in service.sent).decode()
    assert [part for part in (NEW.phone, NEW.reporter_name, NEW.address, "person:") if part in everything] == []


def test_what_is_not_taken_is_told_again_later_with_the_same_identity(site: Site, service: PushService) -> None:
    made_webhook(site)
    site.file()
    service.answers = [(503, {}), *[(500, {})] * 30]
    assert tell(site, service) == 0
    tries = len(service.sent)
    assert tell(site, service) == 0
    assert len(service.sent) == tries  # Not before a minute has passed.
    service.answers = []
    site.later(minutes=1)
    assert tell(site, service) == tries
    identities = [headers["Idempotency-Key"] for _path, headers, _body in service.sent]
    assert sorted(identities[:tries]) == sorted(identities[tries:])


def test_what_is_refused_or_never_taken_stays_in_the_log_and_is_told_again_from_there(
    site: Site, service: PushService
) -> None:
    made_webhook(site)
    site.file()
    site.file()
    service.answers = [(410, {}), *[(500, {})] * 1000]
    for _attempt in range(calling.MAX_ATTEMPTS):
        tell(site, service)
        site.later(hours=4)
    rows = site.read(select(table_of(WebhookCall)).order_by(WebhookCall.attempts))
    assert {row.available_at for row in rows} == {None}
    assert {row.attempts for row in rows} >= {1, calling.MAX_ATTEMPTS}
    office = site.browser(OFFICE)
    assert "HTTP 410" in office.get("/admin/webhooks/1").text
    assert office.post(f"/admin/webhooks/calls/{rows[0].id}/replay").status_code == 302
    service.answers = []
    assert tell(site, service) == 1
    assert json.loads(service.sent[-1][2])["id"] == rows[0].source
    assert office.post("/admin/webhooks/calls/999/replay").status_code == 404


def test_an_ended_webhook_is_told_nothing_not_even_what_waits(site: Site, service: PushService) -> None:
    made_webhook(site)
    site.file()
    gathering.gather_events(site.engine, site.now)
    office = site.browser(OFFICE)
    assert office.post("/admin/webhooks/1/end").status_code == 302
    site.file()
    assert tell(site, service) == 0
    assert office.post("/admin/webhooks/1/end").status_code == 404
    call = site.read(select(WebhookCall.id))[0].id
    assert office.post(f"/admin/webhooks/calls/{call}/replay").status_code == 404
    record = office.get("/records/journal?chain=webhook").text
    assert "Thêm hệ thống nhận báo" in record
    assert "cong.example.vn" in record


@pytest.mark.parametrize(
    ("url", "inner", "is_allowed"),
    [
        ("https://cong.example.vn/hook", (), True),
        ("https://cong.example.vn:443/", (), True),
        ("http://cong.example.vn/hook", (), False),
        ("https://cong.example.vn:8443/", (), False),
        ("https://10.0.0.1/", (), False),
        ("https://[::1]/", (), False),
        ("https://localhost/", (), False),
        ("https://user@cong.example.vn/", (), False),
        ("https://cong.example.vn/\r\nX: y", (), False),
        ("ftp://may.tinh.example/", ("may.tinh.example",), False),
        ("http://may.tinh.example:8080/", ("may.tinh.example",), True),
        ("http://may.tinh.example/", ("*.tinh.example",), True),
        ("http://[", (), False),
        ("", (), False),
    ],
)
def test_addresses_are_public_and_https_unless_the_settings_name_the_host(
    url: str, inner: tuple[str, ...], is_allowed: bool
) -> None:
    assert receivers.is_address_allowed(url, inner) is is_allowed


def test_a_public_name_with_a_private_address_is_not_called(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    private = [(0, 0, 0, "", ("10.0.0.1", 443))]
    monkeypatch.setattr("engine.push.endpoints.socket.getaddrinfo", lambda *_a, **_n: private)
    sender = calling.open_webhook_sender(site.app.settings)
    with pytest.raises(PermanentFailure):
        sender.connect("https://cong.example.vn/")


def test_only_administrators_with_a_fresh_proof_make_one_and_old_calls_go(site: Site) -> None:
    assert site.browser(COMMUNE).post("/admin/webhooks", SENT).status_code == 403
    office = site.browser(OFFICE)
    for wrong in ({"name": ""}, {"name": "x" * 81}, {"url": "http://10.0.0.1/"}):
        assert office.post("/admin/webhooks", {**SENT, **wrong}).status_code == 422
    made_webhook(site)
    site.file()
    assert gathering.gather_events(site.engine, site.now) > 0
    office.post("/admin/webhooks/1/end")
    site.write(receivers.delete_old_calls, site.now + timedelta(days=31))
    assert site.read(select(WebhookCall.id)) == []
    site.be_strict()
    site.later(hours=1)
    assert 'id="key"' not in site.browser(OFFICE).post("/admin/webhooks", SENT).text


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        *(("203.162.0.11", True), ("2001:ee0::1", True), ("10.0.0.1", False), ("169.254.169.254", False)),
        *(("127.0.0.1", False), ("::1", False), ("100.64.0.1", False), ("224.0.0.1", False), ("fd00::1", False)),
        *(("::ffff:10.0.0.1", False), ("64:ff9b::a00:1", False), ("2002:a00:1::", False), ("0.0.0.0", False)),
    ],
)
def test_addresses_that_lead_into_another_network_are_not_public(address: str, is_public: bool) -> None:
    assert endpoints.is_public(ip_address(address)) is is_public


def test_a_receiver_that_answers_a_byte_at_a_time_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hanging_up, "MOST_SECONDS", 0.3)
    done = Event()

    def drip(server: socket.socket) -> None:
        connection, _address = server.accept()
        with connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 ")
            while not done.wait(0.02):
                connection.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=drip, args=(server,))
        thread.start()
        pool = HTTPConnectionPool("127.0.0.1", server.getsockname()[1], timeout=Timeout(5))
        with pytest.raises(TransientFailure):
            gateway.post_once(pool, "/", b"{}", {})
        done.set()
        thread.join()
