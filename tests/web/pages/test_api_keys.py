"""Keys of other systems: made once, shown once, kept as a digest, counted, revoked, and recorded."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.records import table_differences
from engine.staff import api_keys
from engine.staff.api_keys import OPEN311, REST, TooManyCalls, UnknownKey
from engine.store.columns import table_of
from engine.store.models import ApiKey
from tests.kit.site import COMMUNE, OFFICE, PLACE, Site

SENT = {"name": "Cổng thông tin tỉnh", "door": OPEN311, "per_minute": "2"}


def made_key(page: str) -> str:
    shown = re.search(r'value="(tongdai_[\w-]+)"', page)
    assert shown is not None
    return shown[1]


def test_a_key_is_shown_once_and_kept_as_a_digest_until_it_is_revoked(site: Site) -> None:
    office = site.browser(OFFICE)
    key = made_key(office.post("/admin/keys", SENT).text)
    page = office.get("/admin/keys").text
    assert "Cổng thông tin tỉnh" in page
    assert key not in page
    row = site.read(select(table_of(ApiKey)))[0]
    assert key not in str(tuple(row))
    assert site.write(api_keys.recognise_caller, key, OPEN311, site.now).name == "Cổng thông tin tỉnh"
    assert office.post("/admin/keys/1/revoke").status_code == 302
    with pytest.raises(UnknownKey):
        site.write(api_keys.recognise_caller, key, OPEN311, site.now)
    assert office.post("/admin/keys/1/revoke").status_code == 404
    record = office.get("/records/journal?chain=api_key").text
    assert "Tạo khóa cho hệ thống khác" in record
    assert "Thu hồi khóa của hệ thống khác" in record
    assert key not in record


def test_a_key_opens_its_own_door_so_many_times_a_minute(site: Site) -> None:
    key = made_key(site.browser(OFFICE).post("/admin/keys", SENT).text)
    with pytest.raises(UnknownKey):
        site.write(api_keys.recognise_caller, key, REST, site.now)
    for _call in range(2):
        site.write(api_keys.recognise_caller, key, OPEN311, site.now)
    with pytest.raises(TooManyCalls):
        site.write(api_keys.recognise_caller, key, OPEN311, site.now)
    assert site.write(api_keys.recognise_caller, key, OPEN311, site.now + timedelta(minutes=1)).key_id == 1


def test_a_key_acts_with_the_roles_of_its_account_except_those_that_ask_for_two_factors(site: Site) -> None:
    office, roles = site.browser(OFFICE), []
    for login in (COMMUNE, OFFICE):
        key = made_key(office.post("/admin/keys", {**SENT, "door": REST, "login": login}).text)
        caller = site.write(api_keys.recognise_caller, key, REST, site.now)
        roles.append(site.write(api_keys.officer_of_caller, caller, site.now).roles)
    assert {unit for unit, _role in roles[0]} == {PLACE}
    assert "administrator" not in {role for _unit, role in roles[1]}


def test_the_owner_of_an_account_is_told_of_every_key_that_acts_as_it(site: Site) -> None:
    office = site.browser(OFFICE)
    for login in (COMMUNE, OFFICE):  # Nobody is told of their own act.
        made_key(office.post("/admin/keys", {**SENT, "door": REST, "login": login}).text)
    made_key(office.post("/admin/keys", SENT).text)
    page = office.get("/admin/mailbox").text
    told = "“Cổng thông tin tỉnh” có khóa để làm việc với các vai trò của tài khoản"
    assert (page.count(told), page.count(f"{told} {COMMUNE}")) == (1, 1)


def test_what_is_sent_is_checked_and_only_administrators_with_a_fresh_proof_send_it(site: Site) -> None:
    office = site.browser(OFFICE)
    for wrong in (
        {"name": ""},
        {"name": "x" * 81},
        {"door": "front"},
        {"per_minute": "0"},
        {"per_minute": "x"},
        {"per_minute": "6001"},
        {"door": REST, "login": "nobody"},
    ):
        assert office.post("/admin/keys", {**SENT, **wrong}).status_code == 422, wrong
    assert site.browser(COMMUNE).post("/admin/keys", SENT).status_code == 403
    assert site.read(select(ApiKey.id)) == []
    site.be_strict()
    site.later(hours=1)
    assert "tongdai_" not in site.browser(OFFICE).post("/admin/keys", SENT).text


def test_a_key_that_is_added_by_hand_shows_in_the_proof(site: Site) -> None:
    site.browser(OFFICE).post("/admin/keys", SENT)
    assert site.write(lambda tx: list(table_differences.find_differing_tables(tx))) == []
    row = {"name": "x", "digest": "0" * 64, "door": REST, "per_minute": 1, "made_at": site.now, "made_by": "person:1"}
    site.write(lambda tx: tx.write().execute(table_of(ApiKey).insert(), row))
    assert [
        fault.facts["table"] for fault in site.write(lambda tx: list(table_differences.find_differing_tables(tx)))
    ] == ["api_key"]
