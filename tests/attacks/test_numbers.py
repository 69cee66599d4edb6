"""No number in an address, a form, a query string or a command is an error of the program."""

from __future__ import annotations

import ast
import os
import shutil
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from werkzeug.routing import Rule

from engine.store.db import Transaction
from engine.store.models import Task
from engine.whole_number import MAX_WHOLE_NUMBER, parse_whole_number
from tests.kit.addresses import fill_address
from tests.kit.sample import today
from tests.kit.site import OFFICE, OPERATOR, Browser, Site
from tests.web.pages.test_task import received
from tests.web.studio.test_studio import Studio
from web.cli import main

TOO_LARGE = str(MAX_WHOLE_NUMBER + 1)
# The ordinary run tries one of these on each address, each day another; `ATTACK_LONG` each on each.
NUMBERS = ("9" * 30, TOO_LARGE, "0001-01-01", "9999-12-31T23:59:00-23:59,1", f"1.{TOO_LARGE}")
# Loading what comes with the program, when no file is sent, is no bad input; signing out would end the test.
LEFT_OUT = ("arrangement.upload_units", "arrangement.reorganise_units", "auth.end_session")


@cache
def field_names(file: str) -> tuple[str, ...]:
    """Every name that a module of pages may read from a form or a query string: each short text in it."""
    texts = (
        node.value for node in ast.walk(ast.parse(Path(file).read_text("utf-8"))) if isinstance(node, ast.Constant)
    )
    return tuple(sorted({text for text in texts if isinstance(text, str) and text.isidentifier() and len(text) < 20}))


def address(rule: Rule, number: str) -> str:
    return fill_address(rule, lambda _argument, _is_number: number)


def send(browser: Browser, method: str, target: str, fields: dict[str, str], token: str) -> Any:
    if method == "GET":
        return browser.client.get(target, query_string=fields, buffered=True)
    return browser.client.open(target, method=method, data={**fields, "csrf_token": token}, buffered=True)


def check(site: Site, browser: Browser, number: str) -> None:
    token, first = browser.token(), NUMBERS.index(number)
    for place, rule in enumerate(sorted(site.app.url_map.iter_rules(), key=str)):
        if rule.endpoint.endswith("static") or rule.endpoint in LEFT_OUT:
            continue
        if "ATTACK_LONG" not in os.environ and (place + first + today()) % len(NUMBERS):
            continue
        names = field_names(str(sys.modules[site.app.view_functions[rule.endpoint].__module__].__file__))
        target = address(rule, number if number.isdigit() else "1")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            answer = send(browser, method, target, dict.fromkeys(names, number), token)
            assert answer.status_code < 500, (method, target, number)


@pytest.mark.slow
def test_no_number_anywhere_breaks_a_page(site: Site) -> None:
    received(site)
    Studio(site)  # The office is an analyst as well, and has a draft.
    browser = site.browser(OFFICE)
    for number in NUMBERS:
        check(site, browser, number)


def test_a_number_that_no_row_can_have_is_a_page_that_is_not_there(site: Site) -> None:
    browser = site.browser(OPERATOR)
    for number in ("9" * 23, TOO_LARGE, str(MAX_WHOLE_NUMBER)):
        answer = browser.get(f"/tasks/{number}")
        assert (answer.status_code, "Không tìm thấy" in answer.text) == (404, True)
    answer = browser.post("/inbox/acts", {"act": "claim", "task": f"{TOO_LARGE}.1"})
    assert 400 <= answer.status_code < 500


def test_whole_numbers_are_read_in_one_way() -> None:
    assert [parse_whole_number(text) for text in ("0", "07", str(MAX_WHOLE_NUMBER))] == [0, 7, MAX_WHOLE_NUMBER]
    assert {parse_whole_number(text) for text in (TOO_LARGE, "9" * 30, "", "-1", "²", "٣", "1 ")} == {None}


def test_every_number_that_is_read_is_one_that_a_database_takes(tx: Transaction) -> None:
    assert tx.read.execute(select(Task.id).where(Task.id == MAX_WHOLE_NUMBER)).all() == []


COMMANDS = (
    ("cases", "move", "--process", "citizen_report", "--to"),
    ("cases", "return", "--from"),
    ("incident", "show"),
    ("incident", "retry"),
    ("history", "verify", "--case"),
    ("simulate", "--draft", "1", "--cases", "1", "--seed"),
    ("simulate", "--draft", "1", "--cases"),
    ("simulate", "--cases", "1", "--draft"),
)


def test_a_command_refuses_such_a_number_in_a_sentence(tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "tongdai.sqlite3")
    for command in COMMANDS:
        for number in ("9" * 5_000, TOO_LARGE):
            outcome = CliRunner().invoke(main, [*command, number], env={"TONGDAI_VAR": str(tmp_path)})
            assert outcome.exit_code in (1, 2), command
            assert isinstance(outcome.exception, SystemExit), command
