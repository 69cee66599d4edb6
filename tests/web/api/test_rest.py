"""Other systems work over the REST interface with the rights of their account, once, and see what its pages show."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from engine.actor import SYSTEM, ActStamp
from engine.staff import api_keys
from engine.staff.api_keys import OPEN311, REST, NewApiKey
from engine.store.columns import table_of
from engine.store.models import History, Look, Matter
from tests.kit.site import COMMUNE, DEPARTMENT, FOCAL, NEW, OFFICE, OPERATOR, PLACE, Site
from tests.paths import DOCS
from tests.web.pages.test_task import RESOLVE, VERIFY, received
from web.serve import in_thread

ROOT = "/api/v1"


class Client:
    """A system with a key."""

    def __init__(self, site: Site, login: str, *, sends_events: bool = False, per_minute: int = 6000) -> None:
        new = NewApiKey(f"Hệ thống của {login}", REST, per_minute, login, sends_events)
        self.site = site
        key = site.write(api_keys.make_api_key, new, ActStamp(SYSTEM, site.now))
        self.headers = {"Authorization": f"Bearer {key}"}

    def get(self, address: str, **asked: Any) -> Any:
        """Ask."""
        client = self.site.app.test_client()
        return client.get(f"{ROOT}{address}", query_string=asked, headers=self.headers, buffered=True)

    def post(self, address: str, body: Any, token: str = "") -> Any:
        """Act."""
        headers = {**self.headers, **({"Idempotency-Key": token} if token else {})}
        return self.site.app.test_client().post(f"{ROOT}{address}", json=body, headers=headers)


def said(answer: Any, status: int) -> str:
    """The sentence of a problem."""
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == status
    return str(answer.json["detail"])


def test_a_task_is_listed_claimed_and_completed_as_on_its_page(site: Site) -> None:
    instance_id = received(site)
    client = Client(site, COMMUNE)
    listed = client.get("/tasks", view="queue").json
    assert [task["node"] for task in listed] == ["verify"]
    address, code = f"/tasks/{listed[0]['id']}", listed[0]["case"]
    task = client.get(address).json
    assert {item["key"] for item in task["inputs"]} >= set(VERIFY)
    version = {"version": task["version"]}
    assert client.post(f"{address}/claim", version).json == {"case": code}
    assert said(client.post(f"{address}/claim", version), 409)
    seen = client.get("/tasks").json[0]["version"]
    refused = client.post(f"{address}/complete", {"version": seen, "values": {}})
    assert said(refused, 422)
    assert refused.json["errors"]
    wrong = client.post(f"{address}/complete", {"version": seen, "values": {"nothing": 1}})
    assert "nothing" in said(wrong, 400)
    done, again = (client.post(f"{address}/complete", {"version": seen, "values": VERIFY}, "one") for _time in "12")
    assert (done.status_code, done.json) == (again.status_code, again.json) == (200, {"case": code})
    assert [row.node for row in site.open_tasks(instance_id)] == ["resolve"]
    act = site.read(select(table_of(History)).where(History.instance_id == instance_id).order_by(History.seq))[-1]
    assert act.origin.startswith("key 1")
    other = client.post(f"{address}/complete", {"version": seen, "values": RESOLVE}, "one")
    assert "Idempotency-Key" in said(other, 400)


def test_a_key_can_do_and_see_no_more_than_its_account(site: Site) -> None:
    task = site.task(received(site), "verify")
    commune = Client(site, COMMUNE)
    code = commune.get("/tasks", view="queue").json[0]["case"]
    stranger = Client(site, DEPARTMENT)
    assert said(stranger.get(f"/tasks/{task.id}"), 403)
    assert said(stranger.post(f"/tasks/{task.id}/claim", {"version": task.version}), 403)
    assert said(stranger.get(f"/cases/{code}"), 403)
    assert said(Client(site, OFFICE).get(f"/cases/{code}"), 403)  # The office's role asks for two factors.
    shown = commune.get(f"/cases/{code}")
    assert shown.json["reporter"]["phone"] == NEW.phone
    shown.close()
    assert [look.purpose for look in site.read(select(Look.purpose))] == ["case"]
    above = Client(site, FOCAL).get(f"/cases/{code}")
    assert above.json["reporter"] is None
    assert [part for part in (NEW.phone, NEW.reporter_name) if part in above.text] == []


def test_a_process_is_begun_once(site: Site) -> None:
    client = Client(site, COMMUNE)
    offer = next(one for one in client.get("/processes").json if one["process"] == "leave_request")
    values = {item["key"]: answer_of(item) for item in offer["inputs"] if item["required"]}
    address = f"/processes/{offer['process']}/{offer['node']}/start"
    body = {"unit": PLACE, "values": values}
    assert "Idempotency-Key" in said(client.post(address, body), 400)
    begun = client.post(address, body, "one")
    assert begun.status_code == 201, begun.text
    assert client.post(address, body, "one").json == begun.json
    assert [row.code for row in site.read(select(Matter.code))] == [begun.json["case"]]
    assert said(client.post(address, {**body, "unit": "75.VP"}, "two"), 400)


def answer_of(item: dict[str, Any]) -> Any:
    """Some right answer to a field."""
    given = {"date": "2026-12-10", "number": 1, "checkbox": True}
    return next(iter(item["choices"]), given.get(item["kind"], "Việc gia đình"))


def test_messages_and_signals_take_a_key_that_may_send_them(site: Site) -> None:
    received(site)
    code = Client(site, COMMUNE).get("/tasks", view="queue").json[0]["case"]
    message = {"name": "withdraw", "case": code}
    assert said(Client(site, COMMUNE).post("/messages", message, "m"), 403)
    client = Client(site, COMMUNE, sends_events=True)
    assert "nothing" in said(client.post("/messages", {"name": "nothing"}, "n"), 404)
    answer = client.post("/messages", message, "m")
    assert answer.json == {"cases": [code], "begun": False, "broadcast": None}
    assert client.post("/messages", message, "m").json == answer.json
    assert said(client.post("/signals", {"name": "nothing"}, "s"), 404)
    keyed = said(client.post("/messages", {"name": "withdraw", "keys": {"phone": "1"}}, "k"), 400)
    bare = said(client.post("/messages", {"name": "withdraw"}, "b"), 400)
    assert "keys" in keyed
    assert "case" in bare
    assert "--" not in keyed + bare  # Options are of the command line.


def test_statistics_are_those_of_the_appendix_and_take_its_permission(site: Site) -> None:
    received(site)
    month = {"from": "2026-11-01", "to": "2026-11-25"}
    figures = Client(site, FOCAL).get("/statistics", **month).json
    assert figures["total"]["received"] == 1
    assert {row["code"] for row in figures["units"]} >= {PLACE}
    assert said(Client(site, COMMUNE).get("/statistics", **month), 403)
    assert said(Client(site, FOCAL).get("/statistics", **{**month, "from": "2026-11-25", "to": "2026-11-01"}), 400)
    assert "citizen_report" in Client(site, COMMUNE).get("/deployment").json["processes"]


@pytest.mark.parametrize("body", [{}, {"version": "x"}, {"version": 0, "more": 1}, [], "text", {"version": 10**30}])
def test_what_the_document_does_not_allow_is_refused_with_a_sentence(site: Site, body: Any) -> None:
    task = site.task(received(site), "verify")
    assert said(Client(site, COMMUNE).post(f"/tasks/{task.id}/claim", body), 422)


def test_bodies_keys_and_addresses_that_are_wrong_are_problems_too(site: Site) -> None:
    client = Client(site, COMMUNE, per_minute=3)
    raw: Any = site.app.test_client()
    sent = {"content_type": "application/json", "headers": client.headers}
    deep = raw.post(f"{ROOT}/tasks/1/claim", data="[" * 100_000, **sent)
    assert said(deep, deep.status_code)
    assert deep.status_code in (400, 422)
    digits = '{"version": ' + "9" * 5_000 + "}"
    assert "số quá dài" in said(raw.post(f"{ROOT}/tasks/1/claim", data=digits, **sent), 400)
    assert "1.024 KB" in said(raw.post(f"{ROOT}/messages", data=b"x" * 2_000_000, **sent), 400)
    assert said(raw.get(f"{ROOT}/tasks"), 401)
    assert said(raw.get(f"{ROOT}/nothing"), 404)
    assert said(raw.delete(f"{ROOT}/tasks"), 405)
    open311 = site.write(api_keys.make_api_key, NewApiKey("x", OPEN311, 9), ActStamp(SYSTEM, site.now))
    assert said(raw.get(f"{ROOT}/tasks", headers={"Authorization": f"Bearer {open311}"}), 401)
    assert said(site.browser(OPERATOR).get(f"{ROOT}/tasks"), 401)  # A browser's session opens nothing here.
    statuses = [client.get("/tasks").status_code for _call in range(5)]
    assert statuses[-1] == 429
    assert said(client.get("/tasks"), 429)


@pytest.mark.parametrize("language", ["", "vi/"])
def test_the_client_of_the_guide_takes_and_completes_a_task(
    site: Site, language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    instance_id = received(site)
    guide = (DOCS / "how-to" / f"{language}other-systems.md").read_text("utf-8")
    program = guide.partition("```python\n")[2].partition("```")[0]
    assert len(program.splitlines()) <= 20
    with in_thread(site.app) as address:
        monkeypatch.setenv("TONGDAI_API", f"{address}{ROOT}")
        monkeypatch.setenv("TONGDAI_KEY", Client(site, COMMUNE).headers["Authorization"].partition(" ")[2])
        exec(compile(program, "other-systems.md", "exec"), {})
    assert [row.node for row in site.open_tasks(instance_id)] == ["resolve"]
    assert "200" in capsys.readouterr().out


def test_the_document_names_every_address_and_its_page_is_readable(site: Site) -> None:
    browser = site.browser()
    document: Any = browser.get(f"{ROOT}/openapi.json").json
    assert document["openapi"] == "3.1.0"
    rules = [rule for rule in site.app.url_map.iter_rules() if rule.rule.startswith(ROOT)]
    own = {rule.rule.replace("<int:", "{").replace("<", "{").replace(">", "}") for rule in rules}
    assert set(document["paths"]) == own - {f"{ROOT}/", f"{ROOT}/openapi.json"}
    assert "/api/v1/tasks/{task_id}/complete" in browser.get(f"{ROOT}/").text
