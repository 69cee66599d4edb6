"""Whatever is sent to whichever page: an answer in the visitor's language, never an error of the program."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from werkzeug.routing import Rule

from engine.store.models import Report
from tests.kit.addresses import fill_address
from tests.kit.sample import today
from tests.kit.site import NEW, OFFICE, OPERATOR, Browser, Site
from tests.web.pages.test_task import received

# The ordinary run tries one of these at each open door, each day another; `ATTACK_LONG` each at each.
NASTY = {
    "empty": "",
    "null": "\x00",
    "half": "\ud800",
    "markup": "<img src=x onerror=alert(1)>'\";--",
    "bidi": "\u202e\u0301" * 8,
    "number": "-9" * 30,
    "long": "a" * 4_500,
    "digits": "²٣",
    "query": "view=magic&after=x,y",
}
KEYS = (
    *("act", "task", "version", "query", "name", "text", "reason", "login", "password", "old", "new", "again", "next"),
    *(
        "outcome",
        "phone",
        "reporter_name",
        "place",
        "address",
        "field",
        "urgency",
        "content",
        "channel",
        "email",
        "into",
    ),
    *("unit", "role", "active", "person", "substitute", "first", "last", "day", "kind", "hours", "source", "into"),
    *(
        "means",
        "reached",
        "note",
        "colleague",
        "satisfied",
        "rating",
        "code",
        "owner_code",
        "question",
        "answer",
        "view",
    ),
)
# Loading what comes with the program, when no file is sent, is no bad input.
LEFT_OUT = ("arrangement.upload_units", "arrangement.reorganise_units", "auth.end_session")


def address(rule: Rule, known: dict[str, str], nasty: str) -> str:
    """A rule's address with what is known, or with what nobody would send."""
    bad = (nasty[:200] or "x").replace("/", "_").replace("?", "_")
    return fill_address(rule, lambda argument, is_number: known.get(argument, "7" if is_number else bad))


def doors(site: Site) -> Iterator[tuple[Rule, str]]:
    """Every address with each method that it takes."""
    for rule in sorted(site.app.url_map.iter_rules(), key=str):
        if not rule.endpoint.endswith("static") and rule.endpoint not in LEFT_OUT:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method


def ask(browser: Browser, method: str, target: str, value: str, token: str) -> Any:
    """One request full of the value."""
    data: dict[str, Any] = dict.fromkeys(KEYS, value)
    if method == "GET":
        return browser.client.get(target, query_string={**data, "phone": value[:50], "text": value}, buffered=True)
    sent = {**data, "csrf_token": token}
    return browser.client.open(target, method=method, data=sent, headers={"X-CSRFToken": token}, buffered=True)


def is_closed(answer: Any, rule: Rule, known: dict[str, str]) -> bool:
    """Whether the visitor was turned away before anything that was sent could matter.

    What is not there is not there whatever is sent, unless what is sent is part of the address.
    """
    nowhere = answer.status_code == 404 and address(rule, known, "a") == address(rule, known, "b")
    return nowhere or answer.status_code == 403 or urlsplit(answer.location or "").path == "/sign-in"


@pytest.mark.slow
@pytest.mark.parametrize("login", [OPERATOR, OFFICE, "canbo.25993", ""])
def test_nothing_that_is_sent_breaks_a_page(site: Site, login: str) -> None:
    instance_id = received(site)
    known = {"task_id": str(site.task(instance_id, "verify").id), "code": site.read(select(Report.code))[0].code}
    browser = site.browser(login)
    token = browser.token()
    closed = set[tuple[str, str]]()
    every, tries = (1, 2) if "ATTACK_LONG" in os.environ else (len(NASTY), len(NASTY))
    # A door that turned a visitor away, or leads nowhere, is tried with the first of its values, in the long run two.
    for number, kind in enumerate(NASTY):
        value = NASTY[kind].encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        for place, (rule, method) in enumerate(doors(site)):
            if (place + number + today()) % every or (number >= tries and (rule.rule, method) in closed):
                continue
            answer = ask(browser, method, address(rule, known, value), value, token)
            assert answer.status_code < 500, f"{method} {rule.rule} answered {answer.status_code} to {kind}"
            said = answer.data.decode("utf-8", "replace")  # Some answers are documents.
            assert "onerror=alert(1)>" not in said, f"{method} {rule.rule}"
            assert login or NEW.reporter_name not in said
            if is_closed(answer, rule, known):
                closed.add((rule.rule, method))
        if login:
            assert browser.get("/inbox").status_code == 200, kind
