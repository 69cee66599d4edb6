"""A crawl of every page by accounts that hold one role in one unit: who may open a case, and who reads its reporter.

What each of them may do stands here in words of the requirements (R4, R14), not in the program's.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from pypdf import PdfReader
from sqlalchemy import insert
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from engine.actor import SYSTEM, Actor, ActStamp
from engine.cases import attachments, reports
from engine.cases.attachments import Upload, clean_upload
from engine.process import history
from engine.process.act_detail import ActDetail
from engine.process.history import AuditEntry
from engine.staff import people
from engine.staff.people import NewPerson
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import ReportLink
from engine.world.roles import STAFF_ROLES
from tests.kit.addresses import fill_address
from tests.kit.pictures import PNG
from tests.kit.site import COMMUNE, FOCAL, OPERATOR, PLACE, Browser, Site
from web.http.request import is_public

SIBLING, DISTRICT, OTHER_DISTRICT = "25996", "731", "734"
REASON = "Trùng với phản ánh của bà Lý Thị Bưởi"
CONTENT = "Cống trước nhà nghẹt, nước ngập; gọi chị Mận 0912 345 678."
MATTER = "cống nghẹt nước ngập"
# What tells who reported, and what people typed about them: as pages would show it.
SECRETS = (
    *("Thị Mận", "chị Mận", "0912345678", "0912 345 678", "Hoa Sen", "man@example.org"),
    *("anh-nha-ba-man.png", "Lý Thị Bưởi"),
)
# The matter itself, which everybody in scope reads (R4, R9) and nobody else.
MATTERS = ("Cống trước nhà nghẹt", "Con gái bà ấy nghe máy")
PROVINCE_WIDE = frozenset({"operator", "provincial_office", "leadership"})
VALUES = {"act": "split", "path": "x", "kind": "xlsx", "key": "x"}
NOTHING = "999999999"  # What is numbered and belongs to no case of this test.
# Lists and answers that say more with a question.
QUESTIONS = (
    *("/cases/of?measure=open", "/cases/of?measure=overdue", "/records?code={code}", "/records/seen?code={code}"),
    *("/inbox?view=queue", "/inbox?view=overdue", "/inbox?view=queue&text=0912345678", "/answers/gaps?field=health"),
    *("/records/export?from=2026-11-01&to=2026-11-30", "/intake?phone=0912345678"),
)


@dataclass(frozen=True, slots=True)
class Planted:
    """The case that everybody tries to see, in its commune's hands, with personal text everywhere it can stand."""

    instance: int
    code: str
    task: int
    file: int


@dataclass(frozen=True, slots=True)
class Visitor:
    """An account with one role in one unit."""

    role: str
    unit: str

    @property
    def login(self) -> str:
        """Its login."""
        return f"thu.{self.role.replace('_', '-')}.{self.unit.lower()}"

    @property
    def handles(self) -> bool:
        """Whether it works on the planted case, which waits for its commune's officer."""
        return self.unit == PLACE and self.role in ("commune", "unit_head")

    @property
    def sees(self) -> bool:
        """Whether it may open the planted case: who handles it, tier 2 and heads above it, who answers or monitors.

        The head of the hotline sees it because it came through there.
        """
        above = self.role in ("tier2_focal", "unit_head") and self.unit in (PLACE, DISTRICT, "75")
        came_through = self.role == "unit_head" and self.unit == "75.1022"
        return self.handles or above or came_through or self.role in PROVINCE_WIDE

    def may_be_told(self, address: str) -> bool:
        """Whether a page may tell it who reported: operators are shown whose number is calling (R1)."""
        return self.handles or (self.role == "operator" and address.startswith("/intake"))


def visitors(units: tuple[str, ...]) -> list[Visitor]:
    """Every role in each of these units, and each role of the province where it belongs."""
    own = {"operator": "75.1022", "police": "731.CA", "department": "75.SYT", "leadership": "75"}
    own |= dict.fromkeys(("provincial_office", "administrator", "analyst"), "75.VP")
    everywhere = {Visitor(role, unit) for unit in units for role in STAFF_ROLES}
    return sorted({*everywhere, *(Visitor(*item) for item in own.items())}, key=lambda one: one.login)


def hire(site: Site, everybody: list[Visitor]) -> None:
    """Make their accounts."""
    new = [NewPerson(one.login, one.role, ((one.unit, one.role),)) for one in everybody]
    site.write(people.create_many, new, ActStamp(SYSTEM, site.now))


def plant(site: Site) -> Planted:
    """A case of the commune PLACE that has come through hotline and district; it waits for the commune's officer."""
    filed = site.file(content=CONTENT, email="man@example.org", address="12 đường Hoa Sen")
    _complete(site, OPERATOR, filed.instance_id, "receive", {"outcome": "handed_over", **particulars(site, filed)})
    _complete(site, FOCAL, filed.instance_id, "assign", {"place": PLACE})
    task = site.task(filed.instance_id, "verify").id
    contact = {"means": "phone", "reached": "no", "note": "Con gái bà ấy nghe máy"}
    assert site.browser(COMMUNE).post(f"/tasks/{task}/contacts", contact).status_code == 302
    other = site.file(reporter_name="Lý Thị Bưởi", phone="0987654321", address="7 Lê Lợi", content="Cống.")
    file = site.write(_add_texts, filed, other.report_id, site.now)
    return Planted(filed.instance_id, filed.code, task, file)


def particulars(site: Site, filed: Any) -> dict[str, str]:
    """The particulars of a filed report as its form sends them."""
    with_reporter = site.write(reports.reporters_by_case, [filed.instance_id])[filed.instance_id]
    texts = {name: getattr(with_reporter, name) for name in ("reporter_name", "phone", "address", "email")}
    return {**texts, "place": PLACE, "field": "health", "urgency": "normal", "content": CONTENT}


def _complete(site: Site, login: str, instance_id: int, node: str, data: dict[str, str]) -> None:
    task = site.task(instance_id, node)
    answer = site.browser(login).post(f"/tasks/{task.id}", {"version": str(task.version), **data})
    assert answer.status_code == 302, answer.text


def _add_texts(tx: Transaction, filed: Any, other: int, now: Any) -> int:
    """A file, and a link to another report whose reason names that one's reporter; returns the file's id."""
    who = Actor("person:1", "test")
    link = {"report_id": filed.report_id, "other_id": other, "kind": "merged", "reason": REASON, "created_at": now}
    tx.write().execute(insert(table_of(ReportLink)), link)
    entry = AuditEntry(now, who, "split", "", ActDetail(code="x", reason=REASON))
    history.append_entry(tx, filed.instance_id, entry)
    note = AuditEntry(now, who, "note", "", ActDetail(reason="Đã gọi cho bà Trần Thị Mận, 0912 345 678"))
    history.append_entry(tx, filed.instance_id, note)
    picture = clean_upload(Upload("anh-nha-ba-man.png", PNG))
    return attachments.add_files(tx, filed.report_id, [picture], who.actor, now)[0]


def closed_rules(site: Site, method: str) -> list[Rule]:
    """The addresses that need an account and take this method."""
    views = site.app.view_functions
    return [
        rule
        for rule in site.app.url_map.iter_rules()
        if method in (rule.methods or ()) and not rule.endpoint.endswith("static")
        if not rule.endpoint.startswith("auth.") and not is_public(views[rule.endpoint])
    ]


def address_of(rule: Rule, planted: Planted) -> str:
    """A rule's address for the planted case; other numbers name nothing."""
    values = {**VALUES, "code": planted.code, "task_id": str(planted.task)}
    return fill_in(rule, values, str(planted.file) if rule.rule.startswith("/cases/") else NOTHING)


def fill_in(rule: Rule, values: Mapping[str, str], number: str) -> str:
    """A rule's address with these values; `number` stands where another number is asked for."""
    return fill_address(rule, lambda argument, is_number: values.get(argument, number if is_number else "x"))


def get_addresses(site: Site, planted: Planted) -> Iterator[str]:
    """Every page to open."""
    yield from (address_of(rule, planted) for rule in closed_rules(site, "GET"))
    yield from (question.format(code=planted.code) for question in QUESTIONS)


def text_of(answer: TestResponse) -> str:
    """What an answer says, also within what is packed: compressed files, office papers, PDF."""
    if answer.is_json:
        return json.dumps(answer.json, ensure_ascii=False)
    return _text_in(gzip.decompress(answer.data) if answer.mimetype == "application/gzip" else answer.data)


@lru_cache(maxsize=100)
def _text_in(data: bytes) -> str:
    """The same paper is looked at for the reporter and for the matter, and shown to several visitors."""
    if data.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)
    if data.startswith(b"PK"):
        with ZipFile(BytesIO(data)) as package:
            return "\n".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())
    return data.decode("utf-8", "replace")


def secrets_in(answer: TestResponse) -> list[str]:
    """What an answer tells of the reporter; what the visitor asked for is not told."""
    asked, said = str(answer.request.args.get("text", "")) or str(answer.request.args.get("phone", "")), text_of(answer)
    return [secret for secret in SECRETS if secret in said and secret != asked]


def matters_in(answer: TestResponse) -> list[str]:
    """What an answer tells of the matter."""
    said = text_of(answer)
    return [matter for matter in MATTERS if matter in said]


def submit(browser: Browser, address: str, token: str, version: int) -> TestResponse:
    """Send what would be done if it were allowed: right version, a good reason, an account that exists."""
    form: Any = {"csrf_token": token, "version": str(version), "reason": "Xem lại theo yêu cầu của lãnh đạo"}
    form |= {
        "means": "phone",
        "reached": "yes",
        "note": "x",
        "act": "claim",
        "task": f"{address.rsplit('/', maxsplit=1)[-1]}.1",
    }
    form |= {"colleague": COMMUNE, "content": "x", "place": SIBLING, "field": "health", "into": "x"}
    if address.startswith("/admin/units/"):
        form |= {"lists": [(BytesIO(b"junk"), "x.csv")], "maps": [(BytesIO(b"junk"), "x.csv")]}
    return browser.client.open(address, method="POST", data=form, headers={"X-CSRFToken": token}, buffered=True)
