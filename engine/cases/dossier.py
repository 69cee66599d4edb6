"""A case as people read it: the report, its tasks, contacts, files, history, and the reasons for its current state.

Decides who may open a case, and so read its matter, and who may read whose it is, for every page that shows one (R14):
whoever handles it now, and for a working day whoever has revealed it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import literal, select

from engine.bpmn import english_texts, explain
from engine.bpmn.parser import Process
from engine.cases import attachments, code_search, report_links, reveals
from engine.cases.case_in_hand import CaseInHand, latest_case_of, open_case
from engine.cases.instance_record import (
    InstanceRecord,
    entries_of_instance,
    forms_of_instance,
    marks_of_instance,
    person_names,
)
from engine.cases.instance_rows import ContactRow, LinkedReport
from engine.cases.masking import mask_personal_data
from engine.cases.tasks import Desk
from engine.process import definitions
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import (
    Contact,
    History,
    Instance,
    Mark,
    Person,
    Report,
    ReportLink,
    Submission,
    Task,
)
from engine.store.typed_rows import columns_named, read_rows
from engine.translation.catalogue import SOURCE, Language
from engine.world.roles import CITIZEN
from engine.world.world import World

_report, _instance, _task, _history = table_of(Report), table_of(Instance), table_of(Task), table_of(History)
_contact, _submission, _mark, _link = table_of(Contact), table_of(Submission), table_of(Mark), table_of(ReportLink)
_person = table_of(Person)


@dataclass(frozen=True, slots=True)
class Dossier(InstanceRecord):
    """Everything that the pages of a report's case show; `personal` is whether the reader may see who reported.

    Everybody who may open the case reads its matter (R4, R9), through `readable` where they may not see who reported.
    `revealed_until` is when a reader who does not handle the case ceases to see it.
    """

    report: Any
    handling: bool
    contacts: Sequence[ContactRow]
    links: Sequence[LinkedReport]
    revealed_until: datetime | None

    @property
    def in_hand(self) -> CaseInHand:
        """The case as acts on it take it."""
        return CaseInHand(self.case, self.report, self.tasks, self.handling)

    @property
    def is_merged(self) -> bool:
        """Whether the case waits for another one's result."""
        return any(link.kind == report_links.MERGED and link.outgoing for link in self.links)

    @property
    def reporters(self) -> list[Any]:
        """Who reported, and whoever is linked to the case: what identifies them is masked in its texts."""
        return [self.report, *self.links]

    def readable(self, text: str) -> str:
        """A text of the case as its reader may see it."""
        return text if self.personal else mask_personal_data(text, *self.reporters)

    @property
    def first_contact_at(self) -> datetime | None:
        """When somebody first reached the citizen, or tried to and did not; None while nobody has tried."""
        return min((contact.at for contact in self.contacts), default=None)

    @property
    def waits_for_citizen(self) -> bool:
        """Whether only the citizen can continue the case."""
        return bool(self.open_tasks) and all(task.role == CITIZEN for task in self.open_tasks)


def load_by_code(tx: Transaction, desk: Desk, code: str) -> Dossier:
    """The latest case of the report with this code; raises BadInput for an invalid code, NotFound, Forbidden."""
    return load_case(tx, desk, latest_case_of(tx, code))


def main_code_of(tx: Transaction, code: str) -> str | None:
    """The code of the report whose case answers the one with this code; None when it has a case of its own.

    Raises BadInput for an invalid code.
    """
    code = code_search.resolve_code(tx, code)
    report_id = tx.read.execute(select(_report.c.id).where(_report.c.code == code)).scalar()
    if report_id is None or report_links.newest_case_id(tx, report_id) is not None:
        return None
    link = report_links.link_in_force(tx, report_id)
    main_id = report_links.main_report_id(tx, report_id)
    main_code: str | None = tx.read.execute(select(_report.c.code).where(_report.c.id == main_id)).scalar()
    return main_code if link is not None else None


def load_case(tx: Transaction, desk: Desk, instance_id: int) -> Dossier:
    """The case as the officer may see it; raises NotFound, Forbidden."""
    opened = open_case(tx, desk, instance_id)
    case, report = opened.case, opened.report
    entries = entries_of_instance(tx, instance_id)
    revealed_until = None if opened.handling else reveals.revealed_until(desk, entries)
    content = definitions.load_deployment(tx, case.digest)
    links = _linked_reports(tx, report.id)
    joined = [link.linked_id for link in links if link.kind == "repeat" and not link.outgoing]
    return Dossier(
        case=case,
        report=report,
        handling=opened.handling,
        tasks=opened.tasks,
        entries=entries,
        contacts=_contacts_of(tx, report.id),
        files=[file for number in (report.id, *joined) for file in attachments.list_for_report(tx, number)],
        written=forms_of_instance(tx, instance_id),
        marks=marks_of_instance(tx, instance_id),
        links=links,
        names=person_names(tx, entries, opened.tasks),
        process=content.get_process(case.process),
        content=content,
        personal=opened.handling or revealed_until is not None,
        revealed_until=revealed_until,
    )


def _contacts_of(tx: Transaction, report_id: int) -> list[ContactRow]:
    query = select(*columns_named(_contact, ContactRow._fields)).where(_contact.c.report_id == report_id)
    return read_rows(tx.read, query.order_by(_contact.c.at), ContactRow)


def _linked_reports(tx: Transaction, report_id: int) -> list[LinkedReport]:
    """The reports linked to this one, with their codes and reporters."""
    points_to_other = _report.c.id == _link.c.other_id
    points_to_this = _report.c.id == _link.c.report_id
    link = [_link.c[name] for name in ("id", "kind", "reason", "created_at")]
    reporter = [_report.c[name] for name in ("reporter_name", "phone", "address", "email")]
    columns = (*link, _report.c.code, _report.c.id.label("linked_id"), *reporter)
    outgoing, incoming = literal(value=True).label("outgoing"), literal(value=False).label("outgoing")
    in_force = _link.c.undone_at.is_(None)
    links_out = (
        select(*columns, outgoing).join(_report, points_to_other).where(_link.c.report_id == report_id, in_force)
    )
    links_in = select(*columns, incoming).join(_report, points_to_this).where(_link.c.other_id == report_id, in_force)
    return read_rows(tx.read, links_out.union_all(links_in), LinkedReport)


def process_element_names(process: Process, language: Language) -> Mapping[str, str]:
    """The names of the elements in a process's diagrams and in those it calls, by id."""
    return explain.names_by_element(process, language)


def load_diagrams(tx: Transaction, digest: str, process: Process, world: World, language: Language) -> dict[str, str]:
    """The diagrams that a process runs through, its own first, by file name.

    Elements have their names in `language`, and in the words of the province.
    """
    keys = {process.key, *process.subprocess_specs}
    files = definitions.load_stored_files(tx, digest)
    texts = {path.stem: content.decode() for path, content in files.items() if path.suffix == ".bpmn"}
    used = {
        name: world.province.own_words(text) if language == SOURCE else english_texts.with_english_names(text)
        for name, text in texts.items()
        if name in keys
    }
    return dict(sorted(used.items(), key=lambda item: item[0] != process.key))
