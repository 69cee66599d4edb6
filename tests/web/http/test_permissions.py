"""Every page for every role alone, in the unit of a case, beside and above it: who gets what, as docs say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.routing import Rule

from engine.staff import access
from engine.store.models import Report
from tests.attacks import crawl
from tests.attacks.crawl import Visitor
from tests.kit.sample import part_of_today
from tests.kit.site import PLACE, Browser, Site
from tests.paths import DOCS
from tests.web.pages.test_task import received
from web.http.request import is_public

DOCUMENT = DOCS / "reference" / "permissions.md"
# Whose page is tried, each with one role: the case lies in the commune, whose officer has the open task.
PEOPLE = {
    "operator": Visitor("operator", "75.1022"),
    "focal": Visitor("tier2_focal", "731"),
    "other focal": Visitor("tier2_focal", "734"),
    "commune": Visitor("commune", PLACE),
    "other commune": Visitor("commune", "26008"),
    "head of commune": Visitor("unit_head", PLACE),
    "head of district": Visitor("unit_head", "731"),
    "other head": Visitor("unit_head", "26008"),
    "police": Visitor("police", "731.CA"),
    "department": Visitor("department", "75.SYT"),
    "office": Visitor("provincial_office", "75.VP"),
    "leadership": Visitor("leadership", "75"),
    "administrator": Visitor("administrator", "75.VP"),
    "analyst": Visitor("analyst", "75.VP"),
}
# What would end the visit, or is the same for everybody who has signed in.
OWN = ("auth.",)
NOBODY = "999999999"


def addresses(site: Site, rule: Rule, task: int, code: str) -> str:
    """A rule's address for the case of this test; other numbers name nothing."""
    values = {"task_id": str(task), "code": code, "act": "reroute", "number": NOBODY, "person": NOBODY}
    values |= {"draft_id": NOBODY, "path": "x"}
    address = rule.rule
    for argument in rule.arguments:
        value = values.get(argument, "x")
        address = (
            address.replace(f"<int:{argument}>", value)
            .replace(f"<{argument}>", value)
            .replace(f"<path:{argument}>", value)
        )
    return address


def allowed(browser: Browser, method: str, address: str, token: str) -> bool:
    """Whether the page lets its visitor in; what it says about empty input does not matter."""
    junk: Any = {"csrf_token": token, "version": "0", "reason": ""}
    if address.startswith("/admin/units/"):
        junk |= {"lists": [(BytesIO(b"junk"), "x.csv")], "maps": [(BytesIO(b"junk"), "x.csv")]}
    headers = {"X-CSRFToken": token}
    data = junk if method != "GET" else None
    answer = browser.client.open(address, method=method, data=data, headers=headers, buffered=True)
    assert answer.status_code < 500, (method, address, answer.status_code)
    assert answer.status_code != 401
    return answer.status_code != 403


def table(site: Site, names: Sequence[str] = tuple(PEOPLE)) -> list[str]:
    """The lines of the document's table, with the columns of some people or all."""
    instance_id = received(site)
    task, code = site.task(instance_id, "verify").id, site.read(select(Report.code))[0].code
    rules = [
        rule
        for rule in site.app.url_map.iter_rules()
        if not rule.endpoint.endswith("static") and not rule.endpoint.startswith(OWN)
        if not is_public(site.app.view_functions[rule.endpoint])
    ]
    found: dict[tuple[str, str], dict[str, bool]] = {}
    crawl.hire(site, [PEOPLE[name] for name in names])
    for name in names:
        browser = site.browser(PEOPLE[name].login)
        token = browser.token()
        for rule in rules:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                got = allowed(browser, method, addresses(site, rule, task, code), token)
                found.setdefault((rule.rule, method), {})[name] = got
    head = f"| page | {' | '.join(names)} |"
    lines = [
        f"| `{method} {rule}` | {' | '.join('yes' if row[name] else '' for name in names)} |"
        for (rule, method), row in sorted(found.items())
    ]
    return [head, f"|---|{'---|' * len(names)}", *lines]


def test_what_only_an_own_role_allows_is_listed() -> None:
    listed = re.findall(r"^- `(\w+)`", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == sorted(act for act, rule in access.PERMISSIONS.items() if not rule.by_lent_role)


@pytest.mark.slow
def test_every_page_lets_in_whom_the_document_says(site: Site) -> None:
    written = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    names = part_of_today(PEOPLE, 3, "ATTACK_LONG")
    columns = [0, *(place for place, name in enumerate(PEOPLE, 1) if name in names)]
    cells = [line.removeprefix("|").removesuffix("|").split("|") for line in written]
    assert table(site, names) == [f"|{'|'.join(row[column] for column in columns)}|" for row in cells]
