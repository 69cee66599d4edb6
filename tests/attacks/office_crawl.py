"""What an office does beside citizens' reports, planted for a crawl: a leave request, a report's draft, a check call.

Who may see each stands here in words of the requirements (R4, R9, R24), not in the program's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import insert, select, update
from werkzeug.routing import Rule

from engine.cases import matter_files
from engine.cases.attachments import Upload, clean_upload
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Briefing, Callback, CallbackDraw, Matter, Task
from tests.attacks import crawl
from tests.attacks.crawl import DISTRICT, Visitor
from tests.kit.pictures import PNG
from tests.kit.site import COMMUNE, OFFICE, PLACE, Site

LEAVE_REASON = "Chăm mẹ mổ tim ở Chợ Rẫy"
ASSESSMENT = "Nhận định kín trước khi ban hành"
LEAVE = {"leave_kind": "annual", "leave_from": "2026-12-07", "leave_until": "2026-12-09", "leave_reason": LEAVE_REASON}
DIFFICULTY = {"difficulty_subject": "Thiếu vật tư", "difficulty_content": "Không đủ."}
LETTER = {"letter_subject": "Hướng dẫn mới", "letter_content": "Làm theo mẫu.", "acknowledge_days": "3"}
# Each start form with a complete answer.
STARTS = {
    ("leave_request", "leave_asked"): LEAVE,
    ("difficulty_report", "difficulty_found"): DIFFICULTY,
    ("guidance_letter", "guidance_written"): {**LETTER, "communes": PLACE},
}
ROOMS = ("/matters", "/begin", "/callbacks", "/briefings", "/inbox", "/cases", "/records", "/monitor", "/exports")


@dataclass(frozen=True, slots=True)
class OfficePlants:
    """A leave request of PLACE's officer that waits for their head, a draft, a case to call back: by number or code."""

    code: str
    instance: int
    task: int
    file: int
    briefing: int
    callback: int
    called: str


def plant_office(site: Site) -> OfficePlants:
    """Plant all of it."""
    assert site.browser(COMMUNE).post("/begin/leave_request/leave_asked", LEAVE).status_code == 302
    leave = site.read(select(table_of(Matter)).where(table_of(Matter).c.unit_code.is_not(None)))[-1]
    task = site.read(select(Task.id).where(Task.instance_id == leave.instance_id))[0].id
    picture = clean_upload(Upload("giay-hen-mo.png", PNG))
    file = site.write(matter_files.add_matter_files, leave.instance_id, [picture], "person:1", site.now)[0]
    answer = site.browser(OFFICE).post("/briefings", {"cadence": "week"})
    briefing = int(answer.location.rpartition("/")[2])
    site.write(lambda tx: tx.write().execute(update(Briefing).values(assessment=ASSESSMENT)))
    filed = site.file()
    callback = site.write(_draw_case, site, filed.instance_id)
    return OfficePlants(leave.code, leave.instance_id, task, file, briefing, callback, filed.code)


def _draw_case(tx: Transaction, site: Site, instance_id: int) -> int:
    day = site.now.date()
    drawn = {"last": day, "first": day, "seed": "00", "drawn_at": site.now, "cases": 1}
    tx.write().execute(insert(table_of(CallbackDraw)), drawn)
    row = {"instance_id": instance_id, "draw": day, "unit_code": PLACE, "field": "health", "percent": 5, "tries": 0}
    number: int = tx.write().execute(insert(table_of(Callback)).returning(Callback.id), row).scalar_one()
    return number


def sees_leave(visitor: Visitor) -> bool:
    """Whether a leave request is theirs to read: the head who decides, and the office; no colleague, nobody above."""
    return (visitor.role, visitor.unit) == ("unit_head", PLACE) or visitor.role == "provincial_office"


def sees_draft(visitor: Visitor) -> bool:
    """Whether a report to the Committee may be read before it is issued: by who writes and who signs it."""
    return visitor.role in ("provincial_office", "leadership")


def calls_back(visitor: Visitor) -> bool:
    """Whether they call back the citizens of PLACE: its tier 2, and the office."""
    return visitor.role == "provincial_office" or (
        visitor.role == "tier2_focal" and visitor.unit in (PLACE, DISTRICT, "75")
    )


def may_begin(visitor: Visitor, process: str, kind: str) -> bool:
    """Whether they may send a process's start form, from a unit of this kind (R24)."""
    if process == "leave_request":
        return True
    if process == "guidance_letter":
        return (visitor.role, kind) == ("department", "department")
    roles, kinds = ("unit_head", "commune", "tier2_focal", "department", "police"), ("commune", "district")
    return visitor.role in roles and kind in (*kinds, "department", "police")


def office_address(rule: Rule, plants: OfficePlants) -> Iterator[str]:
    """A rule's addresses for what was planted."""
    numbers = {"matters": plants.file, "briefings": plants.briefing, "callbacks": plants.callback}
    number = str(numbers.get(rule.rule.split("/")[1], crawl.NOTHING))
    values = {"code": plants.code, "task_id": str(plants.task), "act": "x", "key": "x", "cadence": "week"}
    if rule.rule.startswith("/begin/<process>"):
        for process, node in STARTS:
            yield crawl.fill_in(rule, {"process": process, "node": node}, number)
    else:
        yield crawl.fill_in(rule, values, number)


def addresses(site: Site, plants: OfficePlants, method: str, rooms: tuple[str, ...]) -> list[str]:
    """The addresses of these rooms that take a method."""
    rules = [rule for rule in crawl.closed_rules(site, method) if rule.rule.startswith(rooms)]
    return [address for rule in rules for address in office_address(rule, plants)]
