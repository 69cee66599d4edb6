"""The mails on a page, and the page behind the address in each morning's mail."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from engine.mailing import batching, notices, unsubscribe
from engine.mailing.recipients import MAIL
from engine.process import timers
from engine.store.models import Mail, Person
from tests.kit.site import OFFICE, Site
from tests.web.pages.test_task import received


def posted(site: Site) -> None:
    """Let a case be late, and make mails of its notices."""
    received(site)
    site.later(days=5)
    timers.fire_until(site.engine, site.now, site.world())
    notices.resolve_recipients(site.engine, site.now, site.world(), {MAIL})
    batching.batch_notices(site.engine, site.now, 100)


def test_mails_read_as_they_are_sent_and_say_what_became_of_them(site: Site) -> None:
    posted(site)
    newest = site.read(select(Mail.id).order_by(Mail.id.desc()))
    for number, values in ((newest[0].id, {"sent_at": site.now}), (newest[1].id, {"available_at": None})):
        site.write(lambda tx, n=number, v=values: tx.write().execute(update(Mail).where(Mail.id == n).values(v)))
    page = site.browser(OFFICE).get("/admin/mailbox").text
    assert "đã gửi" in page
    assert "không gửi được" in page
    assert "chờ gửi" in page
    assert "đã quá hạn" in page
    assert "Y tế" in page
    assert "undefined" not in page


def test_the_mail_that_tells_of_a_task_names_it(site: Site) -> None:
    site.file()
    site.later(days=1)
    timers.fire_until(site.engine, site.now, site.world())
    notices.resolve_recipients(site.engine, site.now, site.world(), {MAIL})
    batching.batch_notices(site.engine, site.now, 100)
    page = site.browser(OFFICE).get("/admin/mailbox").text
    assert "đã được giao việc “Tiếp nhận”" in page


def test_older_mails_are_on_the_next_page(site: Site) -> None:
    posted(site)
    first = site.read(select(Mail.id).order_by(Mail.id))[0].id
    assert "Chưa có thư nào" in site.browser(OFFICE).get(f"/admin/mailbox?before={first}").text


def address(site: Site, login: str) -> tuple[int, str]:
    number = site.read(select(Person.id).where(Person.login == login))[0].id
    return number, f"/mails/{unsubscribe.make_token(site.app.key, number)}"


def wanted(site: Site, person: int) -> bool:
    return bool(site.read(select(Person.wants_digest).where(Person.id == person))[0][0])


def test_opening_the_address_changes_nothing_and_one_click_unsubscribes_without_signing_in(site: Site) -> None:
    person, link = address(site, OFFICE)
    visitor = site.browser()
    assert "Bạn đang nhận thư này." in visitor.get(link).text
    assert wanted(site, person)
    answer = visitor.client.post(link, data={"List-Unsubscribe": "One-Click"}, buffered=True)
    assert answer.status_code == 200
    assert not wanted(site, person)
    visitor.post(link, {"wanted": "yes"})
    assert wanted(site, person)


@pytest.mark.parametrize("token", ["x", "MQ.abc", "..."])
def test_a_forged_address_is_no_page(site: Site, token: str) -> None:
    assert site.browser().get(f"/mails/{token}").status_code == 404
    assert site.browser().client.post(f"/mails/{token}", buffered=True).status_code == 404


def test_an_administrator_says_where_a_persons_mails_go(site: Site) -> None:
    number = site.read(select(Person.id).where(Person.login == "canbo.731"))[0].id
    admin = site.browser(OFFICE)
    for email, kept in (
        ("yen@bienhoa.example", "yen@bienhoa.example"),
        ("không phải", "yen@bienhoa.example"),
        ("", None),
    ):
        admin.post(f"/admin/people/{number}/email", {"email": email})
        assert site.read(select(Person.email).where(Person.id == number))[0][0] == kept
    assert admin.post("/admin/people/999999/email", {"email": "a@b.example"}).status_code == 404
