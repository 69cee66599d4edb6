"""One's own account: where one is signed in, links to choose a password, and the mails about changes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from engine.mailing import letters
from engine.mailing.writing import build_mail_context
from engine.staff import account_links
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import JournalEntry, Mail, Person, SignInFactor, WebSession
from tests.kit.devices import add_telephone
from tests.kit.site import COMMUNE, OFFICE, OPERATOR, PASSWORD, Site
from web.http.devices import device_words

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0"
CHROME = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36"
NEW = "chín con trâu đen"
LINK = re.compile(r"/account-link/[A-Za-z0-9_.-]+")
mails = table_of(Mail)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (FIREFOX, "Firefox, Windows"),
        (CHROME, "Chrome, Android"),
        (f"{CHROME} Edg/142.0", "Edge, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("curl/8", ""),
    ],
)
def test_browsers_are_named_in_words_that_people_know(text: str, words: str) -> None:
    assert device_words(text) == words


def test_sessions_are_listed_and_ended_one_by_one_or_all(site: Site) -> None:
    site.allow(OPERATOR)
    one, two, three = (site.browser() for _ in range(3))
    data = {"login": OPERATOR, "password": PASSWORD}
    for browser, agent, address in ((one, FIREFOX, "203.0.113.5"), (two, CHROME, "2001:db8::5"), (three, "", "::1")):
        browser.post("/sign-in", data, headers={"User-Agent": agent}, environ_overrides={"REMOTE_ADDR": address})
    page = one.get("/account").text
    assert page.count("phiên này") == 1
    for text in ("Firefox, Windows", "203.0.113.5", "Chrome, Android", "2001:db8::5"):
        assert text in page
    handles = re.findall(r'name="session" value="([0-9a-f]+)"', page)
    assert len(handles) == 2
    assert not any(handle in row.digest[16:] for handle in handles for row in site.read(select(WebSession.digest)))
    one.post("/account/sessions/end", {"session": handles[0]})
    assert sorted(browser.get("/inbox").status_code for browser in (one, two, three)) == [200, 200, 302]
    assert one.post("/account/sessions/end", {"session": handles[0]}).status_code == 404
    one.post("/account/sessions/end")
    assert [browser.get("/inbox").status_code for browser in (one, two, three)] == [200, 302, 302]


def test_nobody_ends_sessions_of_others(site: Site) -> None:
    officer, stranger = site.browser(OPERATOR), site.browser(COMMUNE)
    (row,) = site.read(select(WebSession.digest).join(Person).where(Person.login == OPERATOR))
    for handle in (row.digest[:16], row.digest, "%" * 16, "_" * 16):
        assert stranger.post("/account/sessions/end", {"session": handle}).status_code == 404
    stranger.post("/account/sessions/end")
    assert officer.get("/inbox").status_code == 200


def link_to(site: Site, login: str, **data: str) -> str:
    """The link that an administrator hands over."""
    number = site.read(select(Person.id).where(Person.login == login))[0].id
    page = site.browser(OFFICE).post(f"/admin/people/{number}/link", data)
    assert page.status_code == 200
    (link,) = set(LINK.findall(page.text))
    return str(link)


def choose(site: Site, link: str, new: str = NEW, again: str = NEW) -> Any:
    return site.browser().post(link, {"new": new, "again": again})


def test_a_link_chooses_a_password_once_and_ends_all_sessions(site: Site) -> None:
    officer = site.browser(COMMUNE)
    link = link_to(site, COMMUNE)
    stranger = site.browser()
    assert stranger.get(link).status_code == stranger.get(link).status_code == 200  # Mail scanners open links.
    assert "Hai lần nhập không giống nhau." in choose(site, link, NEW, "khác").text
    assert "dễ đoán" in choose(site, link, "matkhau123456", "matkhau123456").text
    assert officer.get("/inbox").status_code == 200
    assert choose(site, link).location == "/sign-in"
    assert officer.get("/inbox").status_code == 302
    assert site.browser().post("/sign-in", {"login": COMMUNE, "password": NEW}).location == "/inbox"
    again = choose(site, link)
    assert (again.status_code, "đã dùng" in again.text) == (404, True)


def test_old_replaced_forged_and_foreign_links_open_nothing(site: Site) -> None:
    first, second = link_to(site, COMMUNE), link_to(site, COMMUNE)
    assert "đã có liên kết mới hơn" in choose(site, first).text
    handle, _dot, seal = second.rpartition("/")[2].partition(".")
    for token in (handle, f"{handle}.", f"{handle}.{seal[:-1]}x", f"x{handle}.{seal}", "é.x", "." * 300):
        assert choose(site, f"/account-link/{token}").status_code == 404, token
    site.later(hours=24)
    late = choose(site, second)
    assert (late.status_code, "đã hết hạn" in late.text) == (404, True)


def test_a_link_does_not_pass_over_the_second_factor_unless_it_is_lost(site: Site) -> None:
    telephone, _codes = add_telephone(site.browser(COMMUNE))
    choose(site, link_to(site, COMMUNE))
    assert site.browser().post("/sign-in", {"login": COMMUNE, "password": NEW}).location == "/sign-in/second"
    choose(site, link_to(site, COMMUNE, factors="yes"), "bảy con trâu trắng", "bảy con trâu trắng")
    assert site.read(select(SignInFactor.id)) == []
    data = {"login": COMMUNE, "password": "bảy con trâu trắng"}
    assert site.browser().post("/sign-in", data).location == "/inbox"
    assert telephone.secret not in str(site.read(select(table_of(JournalEntry))))


def test_where_mails_go_the_link_is_mailed_and_nobody_else_sees_it(site: Site) -> None:
    site.app.demonstration = True  # It has a mailbox of its own.
    number = site.read(select(Person.id).where(Person.login == COMMUNE))[0].id
    admin = site.browser(OFFICE)
    answer = admin.post(f"/admin/people/{number}/link")
    assert answer.status_code == 302
    mailbox = admin.get("/admin/mailbox").text
    assert "Chọn mật khẩu cho tài khoản" in mailbox
    assert not LINK.search(mailbox.replace("/account-link/…", ""))
    (mail,) = site.read(select(mails).where(mails.c.kind == account_links.LINK_MAIL))
    rendered = compose(site, mail)
    assert rendered.to_address == f"{COMMUNE}@dongnai.example"
    assert choose(site, LINK.findall(rendered.text)[0]).location == "/sign-in"


def compose(site: Site, mail: Any) -> Any:
    """A mail as it is sent."""
    context = build_mail_context(site.app.settings, site.app.key, site.world())
    with transaction(site.engine) as tx:
        return letters.compose_mail(tx, mail, context, site.now)


def test_the_owner_is_told_of_every_change_of_what_proves_who_they_are(site: Site) -> None:
    browser = site.browser(COMMUNE)
    _telephone, codes = add_telephone(browser)
    browser.post("/password", {"old": PASSWORD, "new": NEW, "again": NEW})
    browser.post("/confirm", {"proof_code": codes[0]})
    (factor,) = site.read(select(SignInFactor.id))
    browser.post(f"/account/factors/{factor.id}/remove")
    texts = [compose(site, mail).text for mail in site.read(select(mails).order_by(mails.c.id))]
    parts = ("thêm một thiết bị", "mã khôi phục mới", "Mật khẩu của tài khoản", "vừa được dùng; còn 9 mã", "vừa bị gỡ")
    assert sorted(part for part in parts for text in texts if part in text) == sorted(parts)
    assert all("10:00 25/11/2026, từ 127.0.0.1" in text for text in texts)


def test_a_new_address_is_told_to_the_old_one_and_the_new_one(site: Site) -> None:
    number = site.read(select(Person.id).where(Person.login == COMMUNE))[0].id
    site.browser(OFFICE).post(f"/admin/people/{number}/email", {"email": "moi@dongnai.example"})
    sent = [compose(site, mail) for mail in site.read(select(mails).order_by(mails.c.id))]
    old = f"{COMMUNE}@dongnai.example"
    assert sorted(mail.to_address for mail in sent) == sorted([old, "moi@dongnai.example"])
    assert all(f"từ “{old}” thành “moi@dongnai.example”" in mail.text for mail in sent)


def test_a_sign_in_on_a_new_device_is_told_and_one_on_a_known_device_is_not(site: Site) -> None:
    site.allow(COMMUNE)
    browser, data = site.browser(), {"login": COMMUNE, "password": PASSWORD}
    for _ in range(2):
        browser.post("/sign-in", data)
        browser.post("/sign-out")
    (mail,) = site.read(select(mails))
    assert "từ một thiết bị chưa từng dùng" in compose(site, mail).text
