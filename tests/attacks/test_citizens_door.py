"""A report opens to its citizen alone: not to code and telephone number, nor to guessing, nor to a copied database."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select

from engine.cases import door_limits, one_time_codes, report_keys, tracking_key
from engine.mailing import citizen_mails
from engine.mailing.recipients import MAIL, SMS
from engine.process.code_format import format_code
from engine.replay import demo_reports
from engine.staff.rate_limits import RateLimit
from engine.store.models import Mail, OneTimeCode, Report, TrackingKey
from tests.kit.site import NEW, Browser, Site
from tests.web.pages.test_public import SENT

OTHER_NUMBER = "0987654321"
WRONG_KEY = "0000-0000"
STRANGER = "203.0.113.9"
UNKNOWN_CODE = format_code("DN", 2026, 999_999)


def said(page: str) -> str:
    """The main part of a page without the tokens that are others each time."""
    return re.sub(r'<input type="hidden" name="(csrf|form)_token"[^>]*>', "", page.split("<main")[1])


def ask(browser: Browser, code: str, phone: str = NEW.phone, address: str = STRANGER) -> Any:
    """Ask for a one-time code as somebody at `address`, a second later than whoever asked before."""
    browser.site.later(seconds=1)
    return browser.post("/follow/code", {"code": code, "phone": phone}, environ_overrides={"REMOTE_ADDR": address})


def try_key(browser: Browser, code: str, key: str = WRONG_KEY, address: str = STRANGER) -> Any:
    """Try a key as somebody at `address`."""
    return browser.post("/follow", {"code": code, "key": key}, environ_overrides={"REMOTE_ADDR": address})


def sent_digits(site: Site) -> str:
    """The digits of the newest request."""
    rows = site.read(select(OneTimeCode.handle).order_by(OneTimeCode.requested_at.desc()))
    return one_time_codes.digits_of(site.app.key, rows[0].handle)


@contextmanager
def statements(site: Site) -> Iterator[list[str]]:
    """What the database is told meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(site.engine, "before_cursor_execute", note)
    yield seen
    event.remove(site.engine, "before_cursor_execute", note)


def test_whoever_knows_only_the_number_learns_nothing_by_walking_over_all_codes(site: Site) -> None:
    codes = [site.file(phone=NEW.phone if number == 2 else OTHER_NUMBER).code for number in range(4)]
    answers = [ask(site.browser(), code) for code in codes]
    assert {(answer.status_code, answer.location) for answer in answers} == {(302, "/follow/code")}
    stranger = site.browser()
    for code in codes:
        pages = [ask(stranger, code), stranger.get("/follow/code"), stranger.get("/follow")]
        assert not any(NEW.content in page.text for page in pages)


def test_every_miss_of_a_one_time_code_gets_the_same_words_status_and_work_as_a_hit(site: Site) -> None:
    own = site.file(email="").code
    results = set()
    # A hit without any channel, a wrong number, a code that nobody has.
    for code, phone in ((own, NEW.phone), (own, OTHER_NUMBER), (UNKNOWN_CODE, NEW.phone)):
        browser = site.browser()
        browser.token()
        with statements(site) as asked:
            answer = ask(browser, code, phone)
        shown = browser.get("/follow/code")
        wrong = browser.post("/follow/code/enter", {"digits": "000000"})
        pages = (said(shown.text), said(wrong.text))
        results.add((answer.status_code, answer.location, tuple(asked), wrong.status_code, *pages))
    assert len(results) == 1
    assert "gọi 1022" in said(shown.text)


def test_a_wrong_key_and_an_unknown_code_get_the_same_words_status_and_work(site: Site) -> None:
    with_key, without_key = site.file().code, site.file().code
    site.key(with_key)
    results = set()
    for code in (with_key, without_key, UNKNOWN_CODE):
        browser = site.browser()
        browser.token()
        with statements(site) as asked:
            answer = try_key(browser, code)
        results.add((answer.status_code, tuple(asked), said(answer.text).replace(code, "")))
    assert len(results) == 1
    assert results.pop()[0] == 404


def test_wrong_tries_of_strangers_do_not_lock_out_who_holds_the_key(site: Site) -> None:
    code = site.file().code
    key, stranger = site.key(code), site.browser()
    tries = [try_key(stranger, code).status_code for _ in range(door_limits.KEYS_FROM_ADDRESS.max_tries + 1)]
    assert set(tries[:-1]) == {404}
    assert tries[-1] == 429
    assert try_key(site.browser(), code, key, address="198.51.100.1").status_code == 302
    assert try_key(site.browser(), code, key).status_code == 302  # From the stranger's own address too.


def test_an_address_that_floods_the_page_is_not_listened_to(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_limits, "FLOOD_FROM_ADDRESS", RateLimit("flood", 2, door_limits.FLOOD_FROM_ADDRESS.period))
    code = site.file().code
    key = site.key(code)
    for _ in range(2):
        try_key(site.browser(), code)
    assert try_key(site.browser(), code, key).status_code == 429
    assert try_key(site.browser(), code, key, address="198.51.100.1").status_code == 302
    site.later(hours=1)
    assert try_key(site.browser(), code, key).status_code == 302


def test_a_stranger_who_keeps_asking_for_codes_uses_up_their_own_turns_and_not_the_citizens(site: Site) -> None:
    code = site.file(email="").code
    most = door_limits.CODES_FOR_NUMBER_FROM_ADDRESS.max_tries
    assert [ask(site.browser(), code).status_code for _ in range(most + 1)] == [302] * most + [429]
    assert ask(site.browser(), UNKNOWN_CODE).status_code == 429  # The limit does not say which codes are the number's.
    assert ask(site.browser(), code, OTHER_NUMBER).status_code == 302
    owner = site.browser()
    assert ask(owner, code, address="198.51.100.1").status_code == 302
    assert owner.post("/follow/code/enter", {"digits": sent_digits(site)}).status_code == 302
    assert try_key(site.browser(), code, site.key(code)).status_code == 302  # Who holds the key, from anywhere.
    site.later(days=1)
    assert ask(site.browser(), code).status_code == 302


def test_however_many_strangers_ask_for_a_number_its_citizen_gets_a_code_too_long_to_be_guessed(site: Site) -> None:
    code, few = site.file(email="").code, door_limits.CODES_FOR_BUSY_NUMBER.max_tries
    addresses = [f"198.51.100.{number}" for number in range(door_limits.BUSY_NUMBER.max_tries)]
    assert {ask(site.browser(), code, address=address).status_code for address in addresses} == {302}
    assert len(sent_digits(site)) == one_time_codes.LENGTH
    stranger = [ask(site.browser(), code, address="203.0.113.1").status_code for _ in range(few + 1)]
    assert stranger == [302] * few + [429]
    owner = site.browser()
    assert ask(owner, code, address="203.0.113.2").status_code == 302
    digits = sent_digits(site)
    assert len(digits) == one_time_codes.LONG
    assert owner.post("/follow/code/enter", {"digits": digits[:6]}).status_code == 422
    assert owner.post("/follow/code/enter", {"digits": f"{digits[:3]} {digits[3:6]} {digits[6:]}"}).status_code == 302
    assert NEW.content in owner.get("/follow").text


def test_a_flood_of_requests_for_codes_leaves_each_address_some(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_limits, "BUSY_SERVICE", RateLimit("all", 2, door_limits.BUSY_SERVICE.period))
    few = door_limits.CODES_FROM_BUSY_SERVICE.max_tries
    for number in range(few + 1):
        answer = ask(site.browser(), UNKNOWN_CODE, f"09876543{number:02d}")
        assert answer.status_code == (302 if number < few else 429)
    code = site.file().code
    assert ask(site.browser(), code, address="198.51.100.1").status_code == 302
    assert len(sent_digits(site)) == one_time_codes.LONG
    site.later(hours=1)
    assert ask(site.browser(), code).status_code == 302
    assert len(sent_digits(site)) == one_time_codes.LENGTH


@pytest.mark.parametrize("busy", [0, 5])
def test_a_refused_request_is_refused_alike_whether_or_not_it_matches(site: Site, busy: int) -> None:
    own, most = site.file(email="").code, door_limits.CODES_FOR_NUMBER_FROM_ADDRESS.max_tries
    for number in range(busy):
        ask(site.browser(), own, address=f"198.51.100.{number}")
    for _ in range(most):
        ask(site.browser(), own)
    results = set()
    for code in (own, UNKNOWN_CODE):
        browser = site.browser()
        browser.token()
        with statements(site) as asked:
            answer = ask(browser, code)
        results.add((answer.status_code, tuple(asked), said(answer.text).replace(code, "")))
    assert [result[0] for result in results] == [429]


def test_a_network_of_ipv6_counts_as_one_address(site: Site) -> None:
    browser, most = site.browser(), door_limits.CODES_FROM_ADDRESS.max_tries
    for number in range(most):
        assert ask(browser, UNKNOWN_CODE, f"09876543{number:02d}", f"2001:db8:1:2::{number + 1:x}").status_code == 302
    assert ask(browser, UNKNOWN_CODE, OTHER_NUMBER, "2001:db8:1:2:ffff::9").status_code == 429
    assert ask(browser, UNKNOWN_CODE, OTHER_NUMBER, "2001:db8:1:3::1").status_code == 302


def test_a_key_has_at_least_thirty_random_bits() -> None:
    assert tracking_key.LENGTH * math.log2(len(tracking_key.ALPHABET)) > 36
    keys = {tracking_key.generate_key() for _ in range(200)}
    assert len(keys) == 200
    assert set("".join(keys)) == {*tracking_key.ALPHABET, "-"}


def test_neither_key_nor_digits_stand_anywhere_in_the_database(site: Site) -> None:
    answer = site.browser().post("/report", {**SENT, "email": "a@b.example"}, follow_redirects=True)
    key = re.findall(r"data-key>([^<]+)<", answer.text)[0]
    ask(site.browser(), re.findall(r"data-code>([^<]+)<", answer.text)[0], SENT["phone"])
    assert citizen_mails.queue_codes(site.engine, site.now, {MAIL}) == 1
    cells = [
        str(cell)
        for table in Report.metadata.tables.values()
        for row in site.read(select(table))
        for cell in row
        if cell is not None
    ]
    assert not any(key in cell or key.replace("-", "") in cell for cell in cells)
    assert sent_digits(site) not in cells


def test_without_the_servers_secret_a_digest_proves_no_key(site: Site) -> None:
    filed = site.file()
    key = site.key(filed.code)
    assert site.write(report_keys.find_by_key, site.app.key, filed.code, key) == filed.report_id
    assert site.write(report_keys.find_by_key, b"another secret", filed.code, key) is None
    other = site.file()
    site.write(report_keys.store_key, site.app.key, other.report_id, "7777-7777", "citizen", site.now)
    first, second = site.read(select(TrackingKey.digest).order_by(TrackingKey.report_id))
    site.write(report_keys.store_key, site.app.key, filed.report_id, "7777-7777", "citizen", site.now)
    assert first.digest != second.digest != site.read(select(TrackingKey.digest))[0].digest


def test_a_key_opens_no_other_report(site: Site) -> None:
    first, second = site.file().code, site.file().code
    key = site.key(first)
    site.key(second)
    assert try_key(site.browser(), second, key).status_code == 404


def test_the_key_of_the_demonstration_opens_nothing_elsewhere(site: Site) -> None:
    filed = site.file()
    site.write(demo_reports.give_shared_key, site.app.key, site.now)
    assert try_key(site.browser(), filed.code, demo_reports.KEY).status_code == 404
    site.app.demonstration = True
    assert try_key(site.browser(), filed.code, demo_reports.KEY).status_code == 302


def test_digits_are_guessed_five_times_and_then_not_even_the_right_ones_work(site: Site) -> None:
    browser = site.browser()
    ask(browser, site.file().code)
    wrong = f"{(int(sent_digits(site)) + 1) % 1_000_000:06d}"
    pages = [browser.post("/follow/code/enter", {"digits": wrong}) for _ in range(one_time_codes.MAX_TRIES)]
    assert {page.status_code for page in pages} == {422}
    assert "nhập sai quá nhiều lần" in pages[-1].text
    page = browser.post("/follow/code/enter", {"digits": sent_digits(site)})
    assert "nhập sai quá nhiều lần" in page.text
    assert NEW.content not in browser.get("/follow").text


def test_the_right_digits_of_a_request_that_matched_nothing_open_nothing(site: Site) -> None:
    browser = site.browser()
    ask(browser, site.file().code, OTHER_NUMBER)
    assert "chưa đúng" in browser.post("/follow/code/enter", {"digits": sent_digits(site)}).text
    assert citizen_mails.queue_codes(site.engine, site.now, {MAIL, SMS}) == 0


def test_digits_work_only_where_they_were_asked_for_once_and_for_ten_minutes(site: Site) -> None:
    code = site.file().code
    asker, thief = site.browser(), site.browser()
    ask(asker, code)
    before = asker.client.get_cookie("tongdai")
    assert before is not None
    digits = sent_digits(site)
    assert thief.post("/follow/code/enter", {"digits": digits}).status_code == 422
    assert asker.post("/follow/code/enter", {"digits": digits}).status_code == 302
    assert NEW.content in asker.get("/follow").text
    thief.client.set_cookie("tongdai", before.value)  # What the asker's browser held before.
    assert "đã được dùng" in thief.post("/follow/code/enter", {"digits": digits}).text
    late = site.browser()
    ask(late, code)
    site.later(minutes=10)
    assert "đã hết hạn" in late.post("/follow/code/enter", {"digits": sent_digits(site)}).text


def test_a_code_goes_to_the_reports_own_telephone_or_address_and_else_nowhere(site: Site) -> None:
    for email, channels, used in (("", {SMS}, SMS), ("a@b.example", {MAIL}, MAIL), ("", {MAIL}, ""), ("", set(), "")):
        filed = site.file(email=email)
        ask(site.browser(), filed.code)
        assert citizen_mails.queue_codes(site.engine, site.now, channels) == bool(used)
        rows = site.read(select(Mail.channel).where(Mail.recipient == f"report:{filed.report_id}"))
        assert [row.channel for row in rows] == [used] * bool(used)
    assert len(site.read(select(Report.id))) == 4


def test_officers_who_read_the_mails_see_neither_links_nor_codes(site: Site) -> None:
    filed = site.file(email="a@b.example")
    ask(site.browser(), filed.code)
    citizen_mails.queue_codes(site.engine, site.now, {MAIL})
    site.key(filed.code)
    site.write(citizen_mails.queue_receipt, filed.report_id, {MAIL}, site.now)
    page = site.browser("canbo.75.vp").get("/admin/mailbox").text
    assert f"/follow?code={filed.code}" in page
    assert citizen_mails.HIDDEN_DIGITS in page
    assert sent_digits(site) not in page
    assert not re.search(r"/follow/\w", page)
