"""Signing in by an LDAP directory, a real slapd: who gets in with which roles, and who does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine.config.environment import DirectoryServer
from engine.staff.ldap_directory import DirectoryAway, LdapDirectory
from engine.store.columns import table_of
from engine.store.models import JournalEntry, Person, RoleAssignment
from tests.kit.compiled import COMPILED_TEMPLATES
from tests.kit.directory import PASSWORD, running_directory
from tests.kit.site import OFFICE, PLACE, Browser, Site, settings
from tests.kit.site import PASSWORD as OWN_PASSWORD
from web.app import create_app

pytestmark = pytest.mark.slow

TABLE = "claim,value,unit,role\ndepartmentNumber,*,{value},commune\nemployeeType,tong dai,75.1022,operator\n"
OFFICERS = (
    ("lan.tran", "Trần Thị Lan", PLACE, "tong dai"),
    ("ba.le", "Lê Văn Ba", "99999", "khac"),
    (OFFICE, "Kẻ Giả Mạo", PLACE, "tong dai"),
    ("a*b", "Dấu Sao", PLACE, "khac"),
)
entries = table_of(JournalEntry)


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[DirectoryServer]:
    folder = tmp_path / "ldap"
    with running_directory(folder, *OFFICERS) as server:
        server.roles.write_text(TABLE, encoding="utf-8")
        yield server


def join(site: Site, server: DirectoryServer) -> Site:
    """The same site with a directory."""
    site.app = create_app(replace(settings(site.var), ldap=server), site.engine, now=lambda: site.now)
    site.app.jinja_env.bytecode_cache = COMPILED_TEMPLATES
    site.app.testing = False
    return site


def sign_in(browser: Browser, login: str, password: str) -> Any:
    return browser.post("/sign-in", {"login": login, "password": password})


def test_officers_of_the_directory_get_in_with_the_roles_of_its_table_and_nobody_else(
    site: Site, directory: DirectoryServer
) -> None:
    join(site, directory)
    browser = site.browser()
    assert sign_in(browser, "lan.tran", PASSWORD).headers["Location"] == "/inbox"
    assert browser.get("/inbox").status_code == 200
    held = select(RoleAssignment.unit_code, RoleAssignment.role).join(Person).where(Person.login == "lan.tran")
    assert {tuple(row) for row in site.read(held)} == {(PLACE, "commune"), ("75.1022", "operator")}
    name = site.read(select(Person.name).where(Person.login == "lan.tran"))[0].name
    assert name == "Trần Thị Lan"
    for login, password in (
        *(("lan.tran", "sai"), ("lan.tran", ""), ("lan.tran", "\0"), ("*", PASSWORD), ("nobody", PASSWORD)),
        *(("lan.tran)(uid=*", PASSWORD), ("lan.tran,ou=people", PASSWORD), ("", PASSWORD)),
    ):
        assert sign_in(site.browser(), login, password).status_code in (401, 429), login
    nothing = sign_in(site.browser(), "ba.le", PASSWORD)
    assert (nothing.status_code, "chưa được giao vai trò nào" in nothing.text) == (403, True)


def test_a_password_of_ours_is_never_sent_to_the_directory_nor_taken_from_there(
    site: Site, directory: DirectoryServer
) -> None:
    join(site, directory)
    assert sign_in(site.browser(), OFFICE, PASSWORD).status_code in (401, 403)  # An account without a password here.
    site.allow(OFFICE)
    assert sign_in(site.browser(), OFFICE, PASSWORD).status_code == 401
    assert sign_in(site.browser(), OFFICE, OWN_PASSWORD).status_code == 302


def test_a_directory_that_is_away_is_told_counts_no_try_and_throws_nobody_out(
    site: Site, directory: DirectoryServer
) -> None:
    at_work = site.browser(OFFICE)
    join(site, replace(directory, url="ldaps://127.0.0.1:1"))
    for _try in range(8):
        away = sign_in(site.browser(), "lan.tran", PASSWORD)
        assert (away.status_code, "không trả lời" in away.text) == (503, True)
    assert at_work.get("/inbox").status_code == 200
    assert sign_in(site.browser(), OFFICE, OWN_PASSWORD).status_code == 302


def test_a_certificate_that_nobody_trusted_vouches_for_is_refused(directory: DirectoryServer) -> None:
    with pytest.raises(DirectoryAway):
        LdapDirectory(replace(directory, authority=None)).identify_person("lan.tran", PASSWORD)
    someone = LdapDirectory(directory).identify_person("lan.tran", PASSWORD)
    assert someone is not None
    assert (someone.login, someone.email) == ("lan.tran", "lan.tran@tinh.example")


def test_a_star_in_a_login_means_a_star(directory: DirectoryServer) -> None:
    someone = LdapDirectory(directory).identify_person("a*b", PASSWORD)
    assert someone is not None
    assert someone.name == "Dấu Sao"
    assert LdapDirectory(directory).identify_person("a*", PASSWORD) is None
