"""Messages go to the push services that the settings name, and never into the network that the server stands in."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from engine.mailing.outcome import PermanentFailure, TransientFailure
from engine.push.endpoints import LONGEST, is_allowed, open_pool

HOSTS = ("fcm.googleapis.com", "*.notify.windows.com")


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://FCM.googleapis.com:443/x",
        "https://wns2-par02p.notify.windows.com/w/?token=a%2fb",
    ],
)
def test_a_service_of_the_settings_is_allowed(endpoint: str) -> None:
    assert is_allowed(endpoint, HOSTS)


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com:port/x",
        "https://fcm.googleapis.com@127.0.0.1/x",
        "https://user@fcm.googleapis.com/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://169.254.169.254/latest/meta-data",
        "https://notify.windows.com.example.vn/x",
        "https://xnotify.windows.com/x",
        "https://notify.windows.com/x",
        "https://fcm.googleapis.com/x\r\nHost: other",
        "https://fcm.googleapis.com/" + "x" * LONGEST,
        "file:///etc/passwd",
    ],
)
def test_anything_else_is_not(endpoint: str) -> None:
    assert not is_allowed(endpoint, HOSTS)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.0.5", "169.254.169.254", "::1", "fd00::1"])
def test_a_name_that_leads_into_the_own_network_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(_host: str, port: int, **_more: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in ("8.8.8.8", address)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(PermanentFailure):
        open_pool("fcm.googleapis.com")


def test_the_address_that_was_looked_at_is_the_one_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found)
    pool: Any = open_pool("fcm.googleapis.com")
    assert (pool.host, pool.assert_hostname) == ("8.8.8.8", "fcm.googleapis.com")
    assert pool.conn_kw["server_hostname"] == "fcm.googleapis.com"


def test_a_name_that_is_not_known_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_where: Any, **_more: Any) -> Any:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(TransientFailure):
        open_pool("fcm.googleapis.com")
