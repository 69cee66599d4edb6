"""A name that the client made up in Host leads nobody anywhere: not in links, not through the identity provider."""

from __future__ import annotations

import ast
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from engine.store.models import Person
from tests.attacks.test_identity_provider import lying
from tests.kit.proxy import running_proxy
from tests.kit.site import COMMUNE, OFFICE, Site
from tests.paths import ROOT
from web.serve import in_thread

EVIL = "evil.example"
KNOWN = "https://1022.tinh.example"
# Where a request's own idea of its address may be asked for: passkeys, which browsers use on their own host alone.
MAY_ASK = {Path("web/http/passkey_site.py"), Path("web/http/expired_forms.py")}


def know_address(site: Site) -> None:
    site.app.settings = replace(site.app.settings, site=KNOWN)


def test_invitations_and_resets_lead_where_the_pages_are(site: Site) -> None:
    know_address(site)
    admin = site.browser(OFFICE)
    person = site.read(select(Person.id).where(Person.login == COMMUNE))[0].id
    new = {"login": "moi.den", "name": "Trần Mới", "unit": "75.VP", "role": "analyst"}
    for address, data in ((f"/admin/people/{person}/link", {}), ("/admin/people", new)):
        for forged in ({"HTTP_HOST": EVIL}, {"HTTP_X_FORWARDED_HOST": EVIL}, {"HTTP_FORWARDED": f"host={EVIL}"}):
            page = admin.post(address, data, environ_overrides=forged)
            assert EVIL not in page.text
            if page.status_code == 200:
                assert f'value="{KNOWN}/account-link/' in page.text
        assert f'value="{KNOWN}/account-link/' in admin.post(f"/admin/people/{person}/link").text


@pytest.mark.parametrize("name", [EVIL, f"localhost@{EVIL}", f"1022.tinh.example.{EVIL}", f"x:99999.{EVIL}"])
def test_the_provider_is_asked_to_send_people_back_to_the_pages(site: Site, name: str) -> None:
    with lying(site):
        know_address(site)
        asked = site.browser().get("/sign-in/provider", environ_overrides={"HTTP_HOST": name})
    assert EVIL not in (asked.location or "")
    if asked.status_code == 302:
        assert parse_qs(urlsplit(asked.location).query)["redirect_uri"] == [f"{KNOWN}/sign-in/provider/return"]


def test_no_answer_repeats_a_forged_name(site: Site) -> None:
    know_address(site)
    browser = site.browser(OFFICE)
    for address in ("/", "/sign-in", "/follow", "/report", "/inbox", "/cases", "/nowhere", "/admin/people", "/account"):
        answer = browser.get(address, environ_overrides={"HTTP_HOST": EVIL})
        assert EVIL not in answer.text + str(answer.headers), address


def test_no_module_asks_a_request_for_its_own_address() -> None:
    asking = set()
    for file in sorted((ROOT / "web").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            external = isinstance(node, ast.keyword) and node.arg == "_external"
            names = {"host", "host_url", "url_root", "base_url", "url", "root_url"}
            own = isinstance(node, ast.Attribute) and node.attr in names and ast.unparse(node.value) == "request"
            if external or own:
                asking.add(file.relative_to(ROOT))
    assert asking == MAY_ASK


def test_the_shipped_proxy_answers_one_name_alone(site: Site, tmp_path: Path) -> None:
    with in_thread(site.app) as address, running_proxy(address.removeprefix("http://"), tmp_path) as proxy:
        for forged in (EVIL, "1022.tinh.gov.vn.evil.example", "127.0.0.1", ""):
            answer, text = proxy.ask("/sign-in", Host=forged)
            assert (answer.status, "1022" in text) == (400, False), forged
        answer, text = proxy.ask(f"https://{EVIL}/sign-in", Host="localhost")  # The line's name goes before Host's.
        assert (answer.status, "1022" in text) == (400, False)
        answer, text = proxy.ask("/sign-in", X_Forwarded_Host=EVIL, Forwarded=f"host={EVIL}")
        assert (answer.status, EVIL in text) == (200, False)
        assert ask_plainly(proxy.plain_port, "localhost") == (308, "https://localhost/sign-in")
        assert ask_plainly(proxy.plain_port, EVIL) == (400, "")


def ask_plainly(port: int, host: str) -> tuple[int, str]:
    """The status of a request without TLS, and where it is sent."""
    connection = HTTPConnection("127.0.0.1", port, timeout=300)
    connection.request("GET", "/sign-in", headers={"Host": host})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.getheader("Location") or ""
