"""Second factors: who has to have one, adding one, signing in with it; wrong, late, used and stolen ones."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.staff.factors import FACTOR_LIMIT
from engine.store.models import SignInFactor
from tests.kit.devices import (
    PRESENT,
    SoftPasskey,
    Telephone,
    add_passkey,
    add_telephone,
    codes_in,
    enrolment_in,
    options_in,
)
from tests.kit.site import COMMUNE, OFFICE, OPERATOR, PASSWORD, Browser, Site

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def strict(site: Site) -> None:
    """As in production."""
    site.be_strict()


def second_step(browser: Browser, login: str = OPERATOR) -> None:
    """Sign in as far as the second factor."""
    browser.post("/sign-out")
    assert browser.sign_in(login).location == "/sign-in/second"
    assert browser.get("/inbox").location.startswith("/sign-in?")


def test_who_has_to_have_two_factors_is_led_to_them_before_anything_else(site: Site) -> None:
    browser = site.browser(OFFICE)
    for address in ("/inbox", "/admin", "/admin/people", "/records", "/substitutes"):
        assert browser.get(address).location.startswith("/account/factors"), address
    assert browser.post("/admin/people", {"login": "x"}).location.startswith("/account/factors")
    assert "Vai trò của bạn cần xác thực hai lớp." in browser.get("/account/factors").text
    _telephone, codes = add_telephone(browser)
    assert len(set(codes)) == 10
    assert browser.get("/admin").status_code == 200


def test_others_may_and_need_not(site: Site) -> None:
    browser = site.browser(OPERATOR)
    assert browser.get("/inbox").status_code == 200
    add_telephone(browser)
    second_step(browser)


def test_a_demonstration_asks_nobody(site: Site) -> None:
    site.app.demands_factors = False
    assert site.browser(OFFICE).get("/admin").status_code == 200


def test_a_code_opens_the_session_once(site: Site) -> None:
    browser = site.browser(OPERATOR)
    telephone, _codes = add_telephone(browser)
    second_step(browser)
    used = telephone.code(site.now)
    assert "Mã này đã dùng rồi" in browser.post("/sign-in/second", {"proof_code": used}).text
    site.later(seconds=30)
    code = telephone.code(site.now)
    assert browser.post("/sign-in/second", {"proof_code": f"{code[:3]} {code[3:]}"}).location == "/inbox"
    assert browser.get("/inbox").status_code == 200
    second_step(browser)
    assert browser.post("/sign-in/second", {"proof_code": code}).status_code == 401


@pytest.mark.parametrize(("seconds", "accepted"), [(-30, True), (30, True), (-90, False), (3600, False)])
def test_a_clock_may_be_a_step_off_and_not_more(site: Site, seconds: int, accepted: bool) -> None:
    browser = site.browser(OPERATOR)
    telephone, _codes = add_telephone(browser)
    site.later(minutes=5)
    second_step(browser)
    telephone.off = timedelta(seconds=seconds)
    answer = browser.post("/sign-in/second", {"proof_code": telephone.code(site.now)})
    assert (answer.status_code == 302) is accepted
    assert accepted or "đặt giờ của điện thoại về tự động" in answer.text


@pytest.mark.parametrize(("off", "words"), [(HOUR, "nhanh khoảng 60 phút"), (-HOUR, "chậm khoảng 60 phút")])
def test_whoever_adds_a_telephone_is_told_how_far_its_clock_is_off(site: Site, off: timedelta, words: str) -> None:
    browser = site.browser(OPERATOR)
    token, telephone = enrolment_in(browser.get("/account/authenticator").text)
    telephone.off = off
    answer = browser.post("/account/authenticator", {"enrolment": token, "code": telephone.code(site.now)})
    assert (answer.status_code, words in answer.text) == (422, True)
    assert enrolment_in(answer.text)[1].secret == telephone.secret


def test_two_tabs_each_add_what_they_show_and_no_form_works_twice(site: Site) -> None:
    browser = site.browser(OPERATOR)
    one, other = (enrolment_in(browser.get("/account/authenticator").text) for _ in range(2))
    for token, telephone in (one, other):
        data = {"enrolment": token, "code": telephone.code(site.now)}
        assert browser.post("/account/authenticator", data).status_code in (200, 302)
    again = browser.post("/account/authenticator", data)
    assert "Thiết bị này đã được thêm." in again.text
    second_step(browser)
    site.later(seconds=30)
    assert browser.post("/sign-in/second", {"proof_code": one[1].code(site.now)}).status_code == 302


def test_an_enrolment_is_of_one_person_and_one_half_hour(site: Site) -> None:
    token, telephone = enrolment_in(site.browser(COMMUNE).get("/account/authenticator").text)
    mine, own = enrolment_in(site.browser(OPERATOR).get("/account/authenticator").text)
    browser = site.browser(OPERATOR)
    stolen = browser.post("/account/authenticator", {"enrolment": token, "code": telephone.code(site.now)})
    assert "Trang này đã mở quá lâu" in stolen.text
    site.later(minutes=31)
    browser = site.browser(OPERATOR)
    late = browser.post("/account/authenticator", {"enrolment": mine, "code": own.code(site.now)})
    assert "Trang này đã mở quá lâu" in late.text
    assert site.read(select(SignInFactor.id)) == []


def test_codes_cannot_be_tried_out(site: Site) -> None:
    browser = site.browser(OPERATOR)
    telephone, _codes = add_telephone(browser)
    site.later(minutes=5)
    second_step(browser)
    for _ in range(FACTOR_LIMIT.max_tries):
        assert browser.post("/sign-in/second", {"proof_code": "000000"}).status_code == 401
    answer = browser.post("/sign-in/second", {"proof_code": telephone.code(site.now)})
    assert "Đã thử quá nhiều lần. Thử lại sau 10:20 25/11/2026." in answer.text
    site.later(minutes=15)
    second_step(browser)
    assert browser.post("/sign-in/second", {"proof_code": telephone.code(site.now)}).location == "/inbox"


def test_half_a_proof_is_forgotten_after_a_while(site: Site) -> None:
    browser = site.browser(OPERATOR)
    telephone, _codes = add_telephone(browser)
    second_step(browser)
    site.later(minutes=11)
    assert browser.post("/sign-in/second", {"proof_code": telephone.code(site.now)}).location == "/sign-in"


def test_a_recovery_code_stands_in_once_until_none_is_left(site: Site) -> None:
    browser = site.browser(OPERATOR)
    _telephone, codes = add_telephone(browser)
    for number, code in enumerate(codes):
        site.later(minutes=16)
        second_step(browser)
        answer = browser.post("/sign-in/second", {"proof_code": code.upper().replace("-", " ")})
        assert answer.location == "/inbox", number
    second_step(browser)
    assert "Không còn mã khôi phục nào" in browser.post("/sign-in/second", {"proof_code": codes[0]}).text


def test_new_recovery_codes_replace_the_old_ones(site: Site) -> None:
    browser = site.browser(OPERATOR)
    _telephone, old = add_telephone(browser)
    new = codes_in(browser.post("/account/recovery-codes"))
    second_step(browser)
    refused = browser.post("/sign-in/second", {"proof_code": old[0]})
    assert "Mã khôi phục này không đúng hoặc đã dùng." in refused.text
    assert browser.post("/sign-in/second", {"proof_code": new[0]}).location == "/inbox"


def test_the_last_device_of_who_has_to_have_one_stays(site: Site) -> None:
    browser = site.browser(OFFICE)
    add_telephone(browser)
    (number,) = (row.id for row in site.read(select(SignInFactor.id)))
    browser.post(f"/account/factors/{number}/remove")
    assert len(site.read(select(SignInFactor.id))) == 1
    other = site.browser(OPERATOR)
    assert other.post(f"/account/factors/{number}/remove").status_code == 404
    add_telephone(other)
    own = max(row.id for row in site.read(select(SignInFactor.id)))
    other.post(f"/account/factors/{own}/remove")
    other.post("/sign-out")
    assert other.sign_in(OPERATOR).location == "/inbox"


def passkey(flags: int = SoftPasskey.flags) -> SoftPasskey:
    return SoftPasskey("http://localhost", "localhost", flags)


def test_a_passkey_with_pin_is_enough_alone_and_each_answer_works_once(site: Site) -> None:
    browser, key = site.browser(OFFICE), passkey()
    assert len(codes_in(add_passkey(browser, key))) == 10
    assert browser.get("/admin").status_code == 200
    browser.post("/sign-out")
    answer = key.get(options_in(browser.get("/sign-in").text))
    assert browser.post("/sign-in/passkey", {"proof_passkey": answer, "next": "/admin"}).location == "/admin"
    assert browser.get("/admin").status_code == 200
    for again in (browser, site.browser()):
        assert again.post("/sign-in/passkey", {"proof_passkey": answer}).status_code == 401


def test_a_passkey_without_pin_is_the_second_factor_only(site: Site) -> None:
    browser, key = site.browser(OPERATOR), passkey(PRESENT)
    add_passkey(browser, key)
    browser.post("/sign-out")
    alone = browser.post("/sign-in/passkey", {"proof_passkey": key.get(options_in(browser.get("/sign-in").text))})
    assert (alone.status_code, "nhập mật khẩu trước" in alone.text) == (401, True)
    browser.sign_in(OPERATOR)
    options = options_in(browser.get("/sign-in/second").text)
    assert browser.post("/sign-in/second", {"proof_passkey": key.get(options)}).location == "/inbox"


@pytest.mark.parametrize(
    "change",
    [{"origin": "http://evil.example"}, {"host": "evil.example"}, {"credential_id": b"another"}, {"key": None}],
)
def test_a_passkey_of_another_site_or_holder_opens_nothing(site: Site, change: dict[str, object]) -> None:
    browser, key = site.browser(OPERATOR), passkey()
    add_passkey(browser, key)
    browser.post("/sign-out")
    other = passkey()
    for name, value in {"key": key.key, **change}.items():
        if value is not None:
            setattr(other, name, value)
    answer = other.get(options_in(browser.get("/sign-in").text))
    assert browser.post("/sign-in/passkey", {"proof_passkey": answer}).status_code == 401


def test_a_challenge_is_for_one_purpose_and_ten_minutes(site: Site) -> None:
    browser, key = site.browser(OPERATOR), passkey()
    answer = key.create(options_in(browser.get("/sign-in").text))
    browser.post("/account/passkeys", {"answer": answer})
    assert site.read(select(SignInFactor.id)) == []
    add_passkey(browser, key)
    browser.post("/sign-out")
    options = options_in(browser.get("/sign-in").text)
    site.later(minutes=11)
    assert browser.post("/sign-in/passkey", {"proof_passkey": key.get(options)}).status_code == 401


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", "x" * 30_000, '{"response": 1}', '{"id":"a","rawId":"a"}'])
def test_no_answer_breaks_the_page(site: Site, answer: str) -> None:
    browser = site.browser(OPERATOR)
    assert browser.post("/sign-in/passkey", {"proof_passkey": answer}).status_code == 401
    assert browser.post("/account/passkeys", {"answer": answer}).status_code == 302


def test_nobody_takes_anothers_passkey_over(site: Site) -> None:
    browser, thief, key = site.browser(OPERATOR), site.browser(COMMUNE), passkey()
    add_passkey(browser, key)
    copied = passkey()
    copied.credential_id = key.credential_id
    add_passkey(thief, copied)
    assert len(site.read(select(SignInFactor.id))) == 1


def test_where_a_number_is_the_address_no_passkey_is_offered(site: Site) -> None:
    for host, offered in (("localhost", True), ("192.0.2.7", False), ("[2001:db8::7]", False)):
        page = site.browser().get("/sign-in", environ_overrides={"HTTP_HOST": host}).text
        assert ("data-passkey" in page) is offered, host


def test_who_has_a_second_factor_cannot_skip_it(site: Site) -> None:
    add_telephone(site.browser(OPERATOR))
    browser = site.browser()
    browser.post("/sign-in", {"login": OPERATOR, "password": PASSWORD})
    for address in ("/inbox", "/account", "/account/authenticator", "/confirm"):
        assert browser.get(address).location.startswith("/sign-in"), address
    assert browser.post("/account/recovery-codes").status_code == 401
    assert Telephone("A" * 32).code(site.now)
