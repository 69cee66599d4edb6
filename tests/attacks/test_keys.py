"""Every key at every door: it opens its own, with what its account may do with one factor, and nothing more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.routing import Rule

from engine.actor import SYSTEM, ActStamp
from engine.staff import api_keys, people
from engine.staff.api_keys import OPEN311, NewApiKey
from engine.staff.factors import FACTOR_ROLES
from engine.store.models import History, Person
from tests.attacks import crawl
from tests.attacks.crawl import DISTRICT, SIBLING, Planted, Visitor
from tests.attacks.office_crawl import LEAVE
from tests.attacks.test_visibility import UNITS
from tests.kit.sample import part_of_today
from tests.kit.site import COMMUNE, PLACE, Site
from tests.web.api.test_rest import Client

SYSTEMS = ("/api/v1", "/open311/v2")
BODIES: tuple[Any, ...] = (
    *({"version": 1}, {"version": 1, "values": {}}, {"name": "withdraw", "case": "{code}", "data": {}}),
    *({"unit": PLACE, "values": {}}, [], None, {"version": "1"}),
)
ABSURD = ({"page": "9" * 30}, {"page_size": "-1"}, {"first": "0001-01-01", "last": "9999-12-31"}, {"view": "\x00"})


@dataclass
class Keys:
    """The planted case, and what calls with keys."""

    site: Site
    planted: Planted

    def rules(self, method: str) -> Iterator[Rule]:
        """The addresses for other systems that take this method."""
        for rule in self.site.app.url_map.iter_rules():
            if rule.rule.startswith(SYSTEMS) and method in (rule.methods or ()):
                yield rule

    def call(self, headers: dict[str, str], rule: Rule, method: str, **sent: Any) -> Any:
        """One call for the planted case."""
        values = {"code": self.planted.code, "task_id": str(self.planted.task), "process": "leave_request"}
        address = crawl.fill_in(rule, {**values, "node": "leave_asked"}, "1")
        client = self.site.app.test_client()
        return client.open(address, method=method, headers=headers, buffered=True, **sent)


@pytest.fixture
def keys(site: Site) -> Keys:
    return Keys(site, crawl.plant(site))


def callers() -> list[Visitor]:
    """Every role in the case's own commune, and beside and above it; in the long run in every kind of unit."""
    near = {Visitor(role, unit) for unit in (SIBLING, DISTRICT) for role in ("commune", "tier2_focal", "unit_head")}
    return part_of_today(sorted({*crawl.visitors(UNITS), *near}, key=lambda one: one.login), 8, "ATTACK_LONG")


def sees(visitor: Visitor) -> bool:
    """Whether the key of an account shows the planted case: as its pages do, by roles that one factor is enough for."""
    return visitor.sees and visitor.role not in FACTOR_ROLES


@pytest.mark.slow
def test_a_key_shows_and_does_what_its_account_may_with_one_factor(keys: Keys) -> None:
    visitors = callers()
    crawl.hire(keys.site, visitors)
    leaks: list[Any] = []
    for visitor in visitors:
        headers = Client(keys.site, visitor.login, sends_events=False).headers
        for rule in keys.rules("GET"):
            for asked in ({}, *ABSURD):
                answer = keys.call(headers, rule, "GET", query_string=asked)
                assert answer.status_code < 500, (visitor, rule, asked)
                leaks += [] if visitor.handles else [(visitor, rule, one) for one in crawl.secrets_in(answer)]
                leaks += [] if sees(visitor) else [(visitor, rule, one) for one in crawl.matters_in(answer)]
            if rule.rule == "/api/v1/cases/<code>":
                assert (keys.call(headers, rule, "GET").status_code == 200) == sees(visitor), visitor
        if not (visitor.handles and visitor.role not in FACTOR_ROLES):
            leaks += acts_that_were_done(keys, headers, visitor)
    assert leaks == []


def acts_that_were_done(keys: Keys, headers: dict[str, str], visitor: Visitor) -> list[Any]:
    """What a key has done to the planted case, which is not its account's to handle."""
    steps = select(func.count()).select_from(History).where(History.instance_id == keys.planted.instance)
    before, done = keys.site.read(steps), []
    for rule in keys.rules("POST"):
        for number, body in enumerate(BODIES):
            sent = {**body, "case": keys.planted.code} if isinstance(body, dict) and "case" in body else body
            token = {"Idempotency-Key": f"{visitor.login} {rule.rule} {number}"}
            answer = keys.call({**headers, **token}, rule, "POST", json=sent)
            assert answer.status_code < 500, (visitor, rule, body)
            if keys.site.read(steps) != before:
                done.append((visitor, rule, body))
    return done


@pytest.mark.slow
def test_a_key_opens_no_page_and_no_door_but_its_own(keys: Keys) -> None:
    stamp = ActStamp(SYSTEM, keys.site.now)
    filing = keys.site.write(api_keys.make_api_key, NewApiKey("Cổng", OPEN311, 6000), stamp)
    acting = Client(keys.site, COMMUNE, sends_events=True).headers
    client = keys.site.app.test_client()
    for rule in crawl.closed_rules(keys.site, "GET"):
        answer = client.get(crawl.address_of(rule, keys.planted), headers=acting, buffered=True)
        assert answer.status_code in (302, 401, 404), rule
        assert crawl.secrets_in(answer) + crawl.matters_in(answer) == []
    for rule in keys.rules("GET"):
        if rule.rule.startswith("/api/v1/") and rule.rule not in ("/api/v1/", "/api/v1/openapi.json"):
            answer = keys.call({"Authorization": f"Bearer {filing}"}, rule, "GET")
            assert answer.status_code in (401, 403), rule
    for rule in keys.rules("POST"):
        wrong = acting if rule.rule.startswith("/open311") else {"Authorization": f"Bearer {filing}"}
        assert keys.call(wrong, rule, "POST", json={"version": 1}).status_code in (400, 401, 403), rule


def test_a_key_loses_what_its_account_loses_and_gains_nothing_that_is_lent(keys: Keys) -> None:
    site, login = keys.site, Visitor("commune", SIBLING).login
    crawl.hire(site, [Visitor("commune", SIBLING)])
    stamp = ActStamp(SYSTEM, site.now)
    number = {row.login: row.id for row in site.read(select(Person.login, Person.id))}
    lent, own = Client(site, login), Client(site, COMMUNE)
    day = site.now.date()
    arranged = {"person": COMMUNE, "substitute": login, "unit": PLACE, "first": f"{day}", "last": f"{day}"}
    assert site.browser("canbo.75.vp").post("/substitutes", arranged).status_code == 302
    assert lent.get(f"/cases/{keys.planted.code}").status_code == 403
    assert own.get(f"/cases/{keys.planted.code}").status_code == 200  # Whoever is away has not lost anything.
    site.write(people.revoke_role, number[COMMUNE], PLACE, "commune", stamp)
    assert own.get("/tasks", view="queue").json == []
    assert own.post(f"/tasks/{keys.planted.task}/claim", {"version": 2}).status_code == 403
    site.write(people.set_active, number[COMMUNE], stamp, active=False)
    assert own.get("/tasks", view="queue").status_code in (401, 403)


def test_a_token_of_another_key_is_no_answer_for_this_one(keys: Keys) -> None:
    begin, sent = "/processes/leave_request/leave_asked/start", {"unit": PLACE, "values": LEAVE}
    one, other = Client(keys.site, COMMUNE), Client(keys.site, COMMUNE)
    first, again, repeated = (client.post(begin, sent, "0123") for client in (one, other, one))
    assert [answer.status_code for answer in (first, again, repeated)] == [201, 201, 201]
    assert repeated.json == first.json != again.json
