"""Administration left no trace: whoever changed rights, addresses or passwords, nobody would ever know (A3)."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from engine.journal import acts, journal
from engine.mailing import letters
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import JournalEntry, Mail, Person
from tests.kit.site import COMMUNE, NOW, OFFICE, OPERATOR, PASSWORD, PLACE, Browser, Site

entries, mails = table_of(JournalEntry), table_of(Mail)
NEW_PASSWORD = "chín con trâu đen"


def rows_of(site: Site, *names: str) -> list[Any]:
    """What the journal has of these acts, in order."""
    query = select(entries).where(entries.c.act.in_(names)).order_by(entries.c.at, entries.c.chain, entries.c.seq)
    return site.read(query)


def id_of(site: Site, login: str) -> int:
    number: int = site.read(select(Person.id).where(Person.login == login))[0].id
    return number


def stated(detail: str) -> dict[str, object]:
    """The facts of an act without what only `tongdai history verify` reads."""
    return {name: fact for name, fact in json.loads(detail).items() if name not in ("seals", "mark")}


def administer(site: Site) -> tuple[Browser, int]:
    """Do to an officer's account all that an administrator can do; returns the browser and the officer's id."""
    browser, person = site.browser(OFFICE), id_of(site, COMMUNE)
    post = {"unit": "75.1022", "role": "operator"}
    browser.post(f"/admin/people/{person}/roles", post)
    browser.post(f"/admin/people/{person}/roles", {**post, "act": "take"})
    browser.post(f"/admin/people/{person}/email", {"email": "khac@example.org"})
    browser.post(f"/admin/people/{person}/link")
    browser.post(f"/admin/people/{person}/active", {"active": "no"})
    browser.post(f"/admin/people/{person}/active", {"active": "yes"})
    return browser, person


def test_every_change_to_an_account_names_its_author_target_and_value(site: Site) -> None:
    _browser, person = administer(site)
    rows = site.read(select(entries).where(entries.c.subject == f"person:{person}").order_by(entries.c.seq))
    author = f"person:{id_of(site, OFFICE)}"
    assert {(row.actor, row.origin, row.at) for row in rows} == {(author, "web 127.0.0.1", NOW)}
    role = {"role": "operator", "unit": "75.1022"}
    assert [(row.act, stated(row.detail)) for row in rows] == [
        (acts.GRANT_ROLE, role),
        (acts.REVOKE_ROLE, role),
        (acts.CHANGE_EMAIL, {"changes": {"email": [f"{COMMUNE}@dongnai.example", "khac@example.org"]}}),
        (acts.MAKE_ACCOUNT_LINK, {"link": "reset"}),
        (acts.CLOSE_ACCOUNT, {}),
        (acts.OPEN_ACCOUNT, {}),
    ]


def test_a_new_account_is_recorded_with_its_post(site: Site) -> None:
    person = {"login": "moi.den", "name": "Trần Mới", "unit": PLACE, "role": "commune"}
    site.browser(OFFICE).post("/admin/people", {**person, "email": "moi@dongnai.example"})
    (row,) = rows_of(site, acts.CREATE_ACCOUNT)
    assert row.subject == f"person:{id_of(site, 'moi.den')}"
    assert stated(row.detail) == {
        "login": "moi.den",
        "email": "moi@dongnai.example",
        "roles": [[PLACE, "commune"]],
    }


def test_what_changes_nothing_or_is_refused_is_not_recorded(site: Site) -> None:
    browser, person = site.browser(OFFICE), id_of(site, COMMUNE)
    browser.post(f"/admin/people/{person}/roles", {"unit": PLACE, "role": "commune"})
    browser.post(f"/admin/people/{person}/email", {"email": "no address"})
    browser.post(f"/admin/people/{person}/active", {"active": "yes"})
    browser.post("/admin/people/99999/link")
    assert rows_of(site, acts.GRANT_ROLE, acts.CHANGE_EMAIL, acts.OPEN_ACCOUNT, acts.MAKE_ACCOUNT_LINK) == []


def test_no_secret_is_in_the_journal_and_its_chains_hold(site: Site) -> None:
    administer(site)
    browser = site.browser(OPERATOR)
    browser.post("/password", {"old": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD})
    browser.post("/sign-out")
    site.browser().post("/sign-in", {"login": PASSWORD, "password": "typed into the wrong field"})
    everything = "\n".join(str(tuple(row)) for row in site.read(select(entries)))
    for secret in (PASSWORD, NEW_PASSWORD, "wrong field"):
        assert secret not in everything
    with transaction(site.engine) as tx:
        assert list(journal.find_breaks(tx)) == []


def test_the_owner_is_told_which_rights_others_gave_and_took(site: Site) -> None:
    administer(site)
    page = site.browser(OFFICE).get("/admin/mailbox").text
    role = "Tổng đài viên"
    assert page.count(f"Tài khoản {COMMUNE} được giao thêm vai trò “{role}” tại") == 1
    assert page.count(f"Tài khoản {COMMUNE} không còn giữ vai trò “{role}” tại") == 1
    assert page.count(f"Tài khoản {COMMUNE} đã bị khóa") == 1
    assert page.count(f"Tài khoản {COMMUNE} đã được mở lại") == 1
    author = site.read(select(Person.name).where(Person.login == OFFICE))[0].name
    assert page.count(f"Người thực hiện: {author}") == 4


def test_a_closed_account_is_told_although_it_gets_no_other_mails(site: Site) -> None:
    person = id_of(site, COMMUNE)
    site.browser(OFFICE).post(f"/admin/people/{person}/active", {"active": "no"})
    context = site.app.mail_writing(site.world())
    with transaction(site.engine) as tx:
        (mail,) = tx.read.execute(select(mails).where(mails.c.kind == "rights")).all()
        rendered = letters.compose_mail(tx, mail, context, NOW)
    assert rendered.to_address == f"{COMMUNE}@dongnai.example"


def test_sign_ins_and_refusals_are_recorded_without_what_was_typed(site: Site) -> None:
    site.browser(OPERATOR).post("/sign-out")
    person = f"person:{id_of(site, OPERATOR)}"
    assert [(row.act, row.actor, row.subject) for row in rows_of(site, acts.SIGN_IN, acts.SIGN_OUT)] == [
        (acts.SIGN_IN, person, person),
        (acts.SIGN_OUT, person, person),
    ]
    stranger = site.browser()
    for login in (OPERATOR, "Mật khẩu của tôi", "Mật khẩu của tôi"):
        stranger.post("/sign-in", {"login": login, "password": "sai"})
    known, typed, again = rows_of(site, acts.REFUSE_SIGN_IN)
    assert (known.actor, known.subject, known.detail) == ("visitor", person, '{"reason":"wrong"}')
    assert typed.subject.startswith("login:")
    assert (typed.subject, typed.detail) == (again.subject, '{"reason":"unknown"}')
    assert known.origin == "web 127.0.0.1"


def test_endless_tries_are_recorded_once_in_a_while(site: Site) -> None:
    stranger = site.browser()
    for _ in range(12):
        stranger.post("/sign-in", {"login": OPERATOR, "password": "sai"})
    assert [row.act for row in rows_of(site, acts.REFUSE_SIGN_IN, acts.LOCK_SIGN_IN)] == [
        *[acts.REFUSE_SIGN_IN] * 5,
        acts.LOCK_SIGN_IN,
    ]
    site.later(minutes=16)
    for _ in range(7):
        stranger.post("/sign-in", {"login": OPERATOR, "password": "sai"})
    assert len(rows_of(site, acts.LOCK_SIGN_IN)) == 2
