"""Acts through newer doors, and pages looked at, for the machine of rights: keys, webhooks, drafts, calls, contacts."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from engine.staff.factors import FACTOR_ROLES
from tests.attacks.bare_pages import Looks
from tests.attacks.rights_model import HEAD, OFFICE, STAFF, Rights

OK, DONE, REFUSED, FAILED = 200, 302, 403, 500
KEY_PAGE = "api_key_given.html"
# Who may send each of these forms, by a role of their own; none of them changes anybody's rights.
FORMS: dict[str, tuple[set[str], dict[str, str]]] = {
    "/admin/webhooks": ({"administrator"}, {"name": "Cổng", "url": "https://cong.example.vn/"}),
    "/studio/drafts": ({"analyst"}, {"title": "Thử"}),
    "/studio/drafts/1/review/ask": ({"analyst"}, {"note": ""}),
    "/studio/drafts/1/review/share": ({"analyst"}, {"shared": "yes"}),
    "/studio/drafts/1/review/verdict": ({"analyst"}, {"verdict": "approve", "review": "1", "digest": "x"}),
    "/chase/directives": ({OFFICE}, {"task": "1.1"}),
    "/directives/1/issue": ({OFFICE, "leadership"}, {"version": "1", "confirmed": "yes"}),
    "/intake": ({"operator"}, {"outcome": "join:T-1", "phone": "0987654321", "content": "x", "place": "C1"}),
}
PAGES = ("/inbox", "/inbox?view=queue", "/cases", "/cases?text=x", "/records", "/substitutes")
LISTED = re.compile(r'/tasks/(\d+)"')
anybody = st.sampled_from(sorted(STAFF))
mostly_entitled = st.one_of(st.just("admin"), anybody)


class NewerDoors(RuleBasedStateMachine):
    """Acts that give nobody a right, tried by everybody; the machine of rights checks its model after each."""

    stage: Any
    site: Any
    rights: Rights
    looks: Looks

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[tuple[str, str]] = []  # Whom each acts as.

    @rule(actor=mostly_entitled, person=anybody)
    def make_key(self, actor: str, person: str) -> None:
        sent = {"name": "Cổng", "door": "api", "per_minute": "6000", "login": person}
        answer = self.post(actor, "/admin/keys", **sent)  # type: ignore[attr-defined]
        if self.administers(actor, answer) and answer.status_code == OK:  # type: ignore[attr-defined]
            shown = re.search(r'value="(tongdai_[\w-]+)"', answer.text)
            assert shown is not None
            self.keys.append((person, shown[1]))

    @precondition(lambda self: self.keys)
    @rule(pick=st.integers(0, 9), number=st.integers(0, 4), act=st.sampled_from(["claim", "release"]))
    def work_by_key(self, pick: int, number: int, act: str) -> None:
        person, key = self.keys[pick % len(self.keys)]
        row = self.tasks()[number]  # type: ignore[attr-defined]
        client, headers = self.site.app.test_client(), {"Authorization": f"Bearer {key}"}
        sent = {"json": {"version": row.version}, "headers": headers, "buffered": True}
        answer = client.post(f"/api/v1/tasks/{row.id}/{act}", **sent)
        assert answer.status_code < FAILED, answer.text
        posts = {(unit, role) for unit, role in self.rights.own(person) if role not in FACTOR_ROLES}
        entitled = {(row.unit_code, row.role), (row.unit_code, HEAD)} & posts and person not in self.rights.closed
        assert entitled or answer.status_code != OK
        listed = client.get("/api/v1/tasks?view=queue", headers=headers, buffered=True)
        assert (listed.status_code == OK) == (person not in self.rights.closed)
        if listed.status_code == OK:
            units = {unit for unit, _role in posts}
            assert {task["unit"] for task in listed.json} <= units

    @rule(actor=anybody, address=st.sampled_from(sorted(FORMS)))
    def send_form(self, actor: str, address: str) -> None:
        roles, sent = FORMS[address]
        answer = self.post(actor, address, **sent)  # type: ignore[attr-defined]
        if not (actor in self.rights.closed or self.rights.holds(actor, *roles)):
            assert answer.status_code in (REFUSED, 404)
        elif answer is not None:
            assert answer.status_code != REFUSED or address.startswith(("/directives", "/studio/drafts/1"))

    @rule(actor=anybody, number=st.integers(0, 4))
    def note_contact(self, actor: str, number: int) -> None:
        row = self.tasks()[number]  # type: ignore[attr-defined]
        sent = {"means": "phone", "reached": "no", "note": "Máy bận"}
        answer = self.post(actor, f"/tasks/{row.id}/contacts", **sent)  # type: ignore[attr-defined]
        task = (row.unit_code, row.role, self.logins.get(row.assignee_id))  # type: ignore[attr-defined]
        if answer is not None and not self.rights.may_do(actor, task, self.site.now):
            assert answer.status_code == REFUSED

    @rule(actor=anybody, page=st.sampled_from(PAGES), number=st.integers(0, 4))
    def look_around(self, actor: str, page: str, number: int) -> None:
        """Render what somebody sees: nothing fails, and no list offers work that is not theirs."""
        rows = self.tasks()  # type: ignore[attr-defined]
        with self.looks.shown():
            for address in (page, f"/tasks/{rows[number].id}"):
                answer = self.stage.browsers[actor].get(address)
                assert answer.status_code < FAILED, address
                if page.startswith("/inbox?") and address == page and answer.status_code == OK:
                    self.lists_own_work(actor, answer.text, rows)

    def lists_own_work(self, actor: str, text: str, rows: list[Any]) -> None:
        """Every task in a list is one that its reader may do."""
        listed = {int(number) for number in LISTED.findall(text)}
        for row in rows:
            task = (row.unit_code, row.role, self.logins.get(row.assignee_id))  # type: ignore[attr-defined]
            assert row.id not in listed or self.rights.may_do(actor, task, self.site.now), (actor, row.id)
