"""As shipped behind a real nginx: each client is one client, nobody's claims about themselves count (review A1)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from engine.store.models import History, Report
from tests.kit.proxy import Proxy, running_proxy
from tests.kit.site import Site
from tests.kit.waiting import free_port, listening, wait_for
from tests.web.pages.test_public import SENT

pytestmark = pytest.mark.slow

HOURLY = 10  # Reports that one address may file.
CITIZEN, NEIGHBOUR, OUTSIDER = "127.0.0.21", "127.0.0.22", "127.0.0.23"


@contextmanager
def web_command(site: Site, folder: Path, **settings: str) -> Iterator[int]:
    """`tongdai web` on the site's database; yields its port."""
    port = free_port()
    environment = {"TONGDAI_DATABASE": str(site.engine.url), "TONGDAI_VAR": str(folder), "TONGDAI_PORT": str(port)}
    command = [sys.executable, "-c", "from web.cli import main; main()", "web"]
    with subprocess.Popen(
        command, env={**os.environ, **environment, **settings}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            wait_for(lambda: listening(port) or process.poll() is not None)
            yield port
        finally:
            process.kill()


def file_report(proxy: Proxy, number: int, address: str, **headers: str) -> int:
    """The status of one citizen's report, each from another phone."""
    answer, page = proxy.ask("/report", address=address)
    cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
    token = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert token is not None
    body = urlencode({**SENT, "phone": f"09870000{number:02}", "csrf_token": token.group(1)})
    more = {"Content_Type": "application/x-www-form-urlencoded", "Cookie": cookie, "Referer": "https://localhost/"}
    return proxy.ask("/report", "POST", body, address, **more, **headers)[0].status


def test_through_the_shipped_proxy_each_client_is_one_client(site: Site, tmp_path: Path) -> None:
    with (
        web_command(site, tmp_path / "var", TONGDAI_PROXIES="1") as port,
        running_proxy(f"127.0.0.1:{port}", tmp_path) as proxy,
    ):
        check_limits(site, proxy)
        check_https(proxy)
        check_refused_body(proxy)
        check_beside_the_proxy(port)


def check_limits(site: Site, proxy: Proxy) -> None:
    """Each citizen has a limit of their own, and no forged header gives them another."""
    statuses = [file_report(proxy, number, CITIZEN) for number in range(HOURLY + 1)]
    assert statuses == [302] * HOURLY + [429]
    assert file_report(proxy, 50, CITIZEN, X_Forwarded_For="198.51.100.7", Forwarded="for=198.51.100.8") == 429
    assert file_report(proxy, 51, NEIGHBOUR) == 302
    assert site.read(select(func.count()).select_from(Report))[0][0] == HOURLY + 1
    origins = {row.origin for row in site.read(select(History.origin).distinct())}
    assert origins == {f"web {CITIZEN}", f"web {NEIGHBOUR}"}


def check_https(proxy: Proxy) -> None:
    """HTTPS is required from then on, and the cookie is bound to this host."""
    answer, _page = proxy.ask("/sign-in")
    assert answer.getheader("Strict-Transport-Security") == "max-age=31536000"
    name, *attributes = (answer.getheader("Set-Cookie") or "").split("; ")
    assert name.startswith("__Host-tongdai=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(attributes)
    assert not any(attribute.startswith("Domain") for attribute in attributes)


def check_refused_body(proxy: Proxy) -> None:
    """What the proxy refuses is told in both languages, by the program's own page."""
    answer, page = proxy.ask("/report", "POST", "x" * (33 * 1024 * 1024))
    assert answer.status == 413
    assert "vượt quá giới hạn 32 MB" in page
    assert "32 MB" in page.split('<section lang="en">')[1]


def check_beside_the_proxy(port: int) -> None:
    """Whoever reaches the server directly is who they are; the proxy's own address is believed about its clients."""

    def status(address: str, **headers: str) -> int:
        connection = HTTPConnection("127.0.0.1", port, timeout=300, source_address=(address, 0))
        connection.request("GET", "/metrics", headers={name.replace("_", "-"): text for name, text in headers.items()})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    assert status("127.0.0.1") == 200
    assert status("127.0.0.1", X_Forwarded_For="203.0.113.9") == 404
    assert status("127.0.0.1", X_Forwarded_For="2001:db8::9") == 404
    # An address of this machine, but not the proxy's: its claim is not read.
    assert status(OUTSIDER, X_Forwarded_For="203.0.113.9") == 200


def test_a_proxy_that_nobody_configured_opens_no_metrics(site: Site, tmp_path: Path) -> None:
    with web_command(site, tmp_path / "var") as port:
        address = f"http://127.0.0.1:{port}/metrics"
        with urllib.request.urlopen(address, timeout=300) as answer:
            assert answer.status == 200
        claimed = urllib.request.Request(address, headers={"X-Forwarded-For": "127.0.0.1"})
        with pytest.raises(urllib.error.HTTPError) as refusal:
            urllib.request.urlopen(claimed, timeout=300)
        with refusal.value as answer:
            assert answer.code == 404
