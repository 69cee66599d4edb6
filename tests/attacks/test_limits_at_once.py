"""What is limited in number is asked for several times at once: no more comes through than one after another."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from io import BytesIO
from pathlib import Path, PurePosixPath
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.actor import Actor, ActStamp
from engine.cases import attachments, chosen_files, door_limits, one_time_codes
from engine.cases.attachments import CleanFile, Upload, clean_upload
from engine.cases.chosen_files import FormHolder
from engine.errors import EngineError
from engine.privacy import unmasking
from engine.push import subscriptions
from engine.push.encryption import BrowserKeys
from engine.push.subscriptions import NewSubscription
from engine.replay import demo
from engine.staff import account_links, accounts, factors, form_drafts, form_receipts, recovery_codes, saved_filters
from engine.staff.accounts import PasswordChecking, SignInPlace
from engine.staff.factors import NewFactor
from engine.staff.proofs import proof_of
from engine.staff.rate_limits import RateLimit
from engine.store import db
from engine.store.columns import table_of
from engine.store.models import (
    AccountLink,
    Attachment,
    ChosenFile,
    Draft,
    History,
    PushSubscription,
    RecoveryCode,
    SavedFilter,
    SignInFactor,
    StudioDraft,
    StudioFile,
)
from engine.studio import drafts
from tests.attacks import crawl
from tests.attacks.test_authority import person_id
from tests.kit.hotline import NOW
from tests.kit.pictures import PNG
from tests.kit.reused import administer, beside
from tests.kit.site import OFFICE, OPERATOR, Site, deployment
from web.pages import form_files

BY = ActStamp(Actor("person:1", "test"), NOW)
FILE = clean_upload(Upload("x.png", PNG))
AT_ONCE = 4


@pytest.fixture(scope="module")
def postgres_province(postgres_url: str, postgres_template: str) -> Iterator[str]:
    """The name of a database with the province, to copy."""
    name = f"province_{os.getpid()}"
    administer(postgres_url, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    engine = db.engine_for(beside(postgres_url, name), durable=False)
    demo.set_up_province(engine, "three_level", deployment(), NOW)
    engine.dispose()
    yield name
    administer(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """The province on either database: writers take turns on one, on the other only where they are made to."""
    if request.param == "sqlite":
        yield request.getfixturevalue("province")
        return
    url, name = request.getfixturevalue("postgres_url"), f"site_{os.getpid()}"
    administer(url, f"CREATE DATABASE {name} TEMPLATE {request.getfixturevalue('postgres_province')}")
    engine = db.engine_for(beside(url, name), durable=False)
    yield Site(engine, tmp_path)
    engine.dispose()
    administer(url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def province(province_template: Path, tmp_path: Path) -> Iterator[Site]:
    """The province on SQLite."""
    file = tmp_path / "site.sqlite3"
    shutil.copyfile(province_template, file)
    engine = db.engine_for(f"sqlite:///{file}", durable=False)
    yield Site(engine, tmp_path)
    engine.dispose()


def race(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each act came to when all begin together; a refusal is its own outcome, any other error one of the test."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return act()
        except EngineError as refused:
            return refused.rule

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def writes(site: Site, act: Callable[..., Any], *arguments: Any, **more: Any) -> list[Callable[[], Any]]:
    """The same use case several times, each in a boundary of its own."""
    return [partial(site.write, act, *arguments, **more)] * AT_ONCE


def count(site: Site, model: Any, *conditions: Any) -> int:
    """How many rows a table has."""
    number: int = site.read(select(func.count()).select_from(table_of(model)).where(*conditions))[0][0]
    return number


def test_files_of_the_public_are_cleaned_as_often_as_the_limit_says(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(form_files, "UPLOADS", RateLimit("files at once", 2, timedelta(hours=1)))
    cleaned: list[Upload] = []

    def clean(upload: Upload) -> CleanFile:
        cleaned.append(upload)
        return FILE

    monkeypatch.setattr(attachments, "clean_upload", clean)

    def send() -> int:
        visitor = site.browser()
        data = {"form_token": form_receipts.new_form_token(), "file": (BytesIO(PNG), "x.png")}
        return int(visitor.post("/report/files", data).status_code)

    assert sorted(race([send] * AT_ONCE)) == [200, 200, 422, 422]
    assert len(cleaned) == count(site, ChosenFile) == 2


@pytest.mark.parametrize("is_officer", [False, True], ids=["public", "officer"])
def test_one_form_takes_as_many_files_as_it_may(
    site: Site, monkeypatch: pytest.MonkeyPatch, *, is_officer: bool
) -> None:
    monkeypatch.setattr(attachments, "MAX_FILES", 2)
    holder = FormHolder("t" * 20, person_id(site, OPERATOR) if is_officer else None)
    said = race(writes(site, chosen_files.keep_chosen_file, holder, "files", FILE, NOW))
    assert said.count("attachments-too-many") == 2
    assert count(site, ChosenFile) == 2


def test_all_forms_of_the_public_together_hold_as_much_as_they_may(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chosen_files, "MAX_PUBLIC_BYTES", 2 * len(FILE.content))
    holders = [FormHolder(f"{number}" * 20) for number in range(AT_ONCE)]
    acts = [partial(site.write, chosen_files.keep_chosen_file, one, "files", FILE, NOW) for one in holders]
    assert race(acts).count("pictures-too-busy") == 2


def test_one_officer_has_as_much_in_unsent_forms_as_they_may(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chosen_files, "MAX_OWN_BYTES", 2 * len(FILE.content))
    one = person_id(site, OPERATOR)
    holders = [FormHolder(f"{number}" * 20, one) for number in range(AT_ONCE)]
    acts = [partial(site.write, chosen_files.keep_chosen_file, holder, "files", FILE, NOW) for holder in holders]
    assert race(acts).count("attachments-own-too-large") == 2


def test_one_report_gets_as_many_files_as_it_may_and_equal_ones_are_stored_once(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "MAX_FILES", 3)
    report = site.file().report_id
    said = race(writes(site, attachments.add_files, report, [FILE], "citizen", NOW))
    assert said.count("attachments-too-many") == 1
    assert count(site, Attachment) == 3


def new_factor(number: int) -> NewFactor:
    return NewFactor(factors.PASSKEY, f"khóa {number}", b"k", f"{number}".encode(), 0)


def test_nobody_has_more_second_factors_than_they_may(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factors, "MOST_FACTORS", 2)
    one = person_id(site, OFFICE)
    acts = [partial(site.write, factors.add_factor, one, new_factor(n), BY) for n in range(AT_ONCE)]
    assert race(acts).count("factors-full") == 2


def test_who_needs_a_second_factor_cannot_remove_the_last_two_at_once(site: Site) -> None:
    one = person_id(site, OFFICE)
    numbers = [site.write(factors.add_factor, one, new_factor(n), BY) for n in range(2)]
    acts = [partial(site.write, factors.remove_factor, one, n, BY, needed=True) for n in numbers]
    assert race(acts).count("factor-last") == 1
    assert count(site, SignInFactor) == 1


def test_codes_that_are_made_at_once_leave_ten_of_them(site: Site) -> None:
    race(writes(site, recovery_codes.issue_codes, person_id(site, OFFICE), BY))
    assert count(site, RecoveryCode) == recovery_codes.HOW_MANY


def test_of_links_that_are_made_at_once_the_last_one_is_open(site: Site) -> None:
    race(writes(site, account_links.make_link, person_id(site, OFFICE), account_links.RESET, BY))
    assert count(site, AccountLink, AccountLink.used_at.is_(None)) == 1


def test_nobody_has_more_lists_than_they_may_and_one_of_a_name(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_filters, "MAX_FILTERS", 2)
    one = person_id(site, OFFICE)
    acts = [partial(site.write, saved_filters.save_filter, one, f"Danh sách {n}", "") for n in range(AT_ONCE)]
    assert race(acts).count("saved-lists-full") == 2
    name = site.read(select(SavedFilter.name))[0].name
    assert race(writes(site, saved_filters.save_filter, one, name, "q=1")) == [None] * AT_ONCE
    assert count(site, SavedFilter) == 2


def test_what_is_typed_in_two_windows_is_kept_once(site: Site) -> None:
    one = person_id(site, OFFICE)
    assert race(writes(site, form_drafts.save_values, one, "task:1", {"note": "x"}, NOW)) == [None] * AT_ONCE
    assert count(site, Draft) == 1


def test_an_analyst_has_as_many_drafts_and_a_draft_as_many_files_as_they_may(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = person_id(site, OFFICE)
    monkeypatch.setattr(drafts, "MAX_DRAFTS", 2)
    said = race(writes(site, drafts.create_from_deployment, one, "Thử", NOW))
    assert (said.count("too-many-drafts"), count(site, StudioDraft)) == (2, 2)
    own = site.write(drafts.list_by_author, one)[0]
    monkeypatch.setattr(drafts, "MAX_FILES", len(site.write(drafts.list_file_versions, own)) + 2)
    paths = [PurePosixPath(f"workflows/mail/x{n}.txt") for n in range(AT_ONCE)]
    acts = [partial(site.write, drafts.save_file, own, path, b"x", None, NOW) for path in paths]
    assert (race(acts).count("draft-has-too-many-files"), count(site, StudioFile)) == (2, 2)


def test_a_browser_that_subscribes_twice_at_once_is_told_once(site: Site) -> None:
    token = site.write(accounts.open_session, person_id(site, OFFICE), proof_of("password", NOW), NOW)
    account = site.write(accounts.account_of_session, token, NOW)
    new = NewSubscription("https://push.example.vn/x", BrowserKeys(b"p" * 65, b"s" * 16))
    assert race(writes(site, subscriptions.subscribe, account, new, "vi", NOW)) == [None] * AT_ONCE
    assert count(site, PushSubscription) == 1


def test_a_number_that_is_asked_about_at_once_soon_gets_long_codes(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_limits, "BUSY_NUMBER", RateLimit("busy at once", 2, timedelta(days=1)))
    acts = [partial(site.write, door_limits.count_request, f"203.0.113.{n}", "0912345678", NOW) for n in range(AT_ONCE)]
    assert sorted(turn.is_long for turn in race(acts)) == [False, False, True, True]


def test_digits_are_tried_five_times_and_open_once(site: Site) -> None:
    filed = site.file()
    handle = site.write(one_time_codes.request_code, filed.code, "0912345678", NOW)
    right = one_time_codes.digits_of(site.app.key, handle)
    wrong = f"{(int(right) + 1) % 10**6:06d}"

    def type_digits(digits: str) -> Any:
        """As the page does: a refused try is kept."""

        def redeem(tx: Any) -> Any:
            try:
                return one_time_codes.redeem_code(tx, site.app.key, handle, digits, NOW)
            except EngineError as refused:
                return refused.rule

        return site.write(redeem)

    assert race([lambda: type_digits(right)] * AT_ONCE).count(filed.report_id) == 1
    handle = site.write(one_time_codes.request_code, filed.code, "0912345678", NOW)
    said = race([lambda: type_digits(wrong)] * 8)
    assert (said.count("one-time-code-wrong"), said.count("one-time-code-spent")) == (4, 4)


def test_a_day_has_as_many_reveals_as_it_may(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unmasking, "MOST_PER_DAY", 2)
    monitor = crawl.Visitor("provincial_office", "75.VP")
    crawl.hire(site, [monitor])
    browsers = [site.browser(monitor.login) for _number in range(AT_ONCE)]
    codes = [site.file(place="26116").code for _number in range(AT_ONCE)]
    reason = {"reason": "Người dân gọi hỏi trực tiếp"}
    race([partial(one.post, f"/cases/{code}/reveal", reason) for one, code in zip(browsers, codes, strict=True)])
    assert count(site, History, History.action == "reveal") == 2


def test_wrong_passwords_at_once_are_looked_at_as_often_as_the_limit_says(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    monkeypatch.setattr(accounts, "_prove_person", lambda *_given: looked.append("once"))
    place, checking = SignInPlace("203.0.113.7"), PasswordChecking(site.app.key)
    race([lambda: accounts.check_password(site.engine, OPERATOR, "x", place, NOW, checking)] * 8)
    assert len(looked) == accounts.LOGIN_LIMIT.max_tries


def test_a_link_sets_one_password(site: Site) -> None:
    handle = site.write(account_links.make_link, person_id(site, OFFICE), account_links.RESET, BY)
    link = site.write(account_links.find_open, site.app.key, account_links.token_of(site.app.key, handle), NOW)
    said = race(writes(site, account_links.use_link, link, "một câu khác hẳn 2026", "web", NOW))
    assert (said.count(None), said.count("account-link-used")) == (1, AT_ONCE - 1)
