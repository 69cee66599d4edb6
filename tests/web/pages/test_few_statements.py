"""What officers do all day takes few statements: an autosave four; a completion reads its task and its officer once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, select

from engine.store.models import Report
from engine.store.statements import CompiledStatement, ParameterRow
from tests.kit.site import COMMUNE, OFFICE, Site
from tests.web.pages.test_task import VERIFY, received


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that are sent while it lasts, and those that read rows with the driver's own cursor."""
    sent: list[str] = []

    def note(*call: object) -> None:
        sent.append(" ".join(str(call[2]).split()))

    def read_noted(statement: CompiledStatement, connection: Connection, row: ParameterRow) -> Any | None:
        form = statement._form_for(connection.dialect, tuple(row))
        sent.append(" ".join(form.sql.split()))
        return read_row(statement, connection, row)

    read_row = CompiledStatement.read_row
    event.listen(engine, "before_cursor_execute", note)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CompiledStatement, "read_row", read_noted)
        yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_an_autosave_reads_who_and_which_task_and_writes_the_draft(site: Site) -> None:
    task = site.task(received(site), "verify")
    browser = site.browser(COMMUNE)
    sheet = {"findings": "Đang gõ", "csrf_token": browser.token()}
    for _again in range(2):
        with counted(site.engine) as sent:
            assert browser.client.put(f"/tasks/{task.id}/draft", data=sheet).status_code == 204
        assert len(sent) == 4, "\n".join(sent)
    assert "Đang gõ" in browser.get(f"/tasks/{task.id}").text


def test_a_completion_reads_its_task_and_its_officer_once(site: Site) -> None:
    task = site.task(received(site), "verify")
    browser = site.browser(COMMUNE)
    browser.token()
    with counted(site.engine) as sent:
        assert browser.post(f"/tasks/{task.id}", {"version": str(task.version), **VERIFY}).status_code == 302
    before = sent[: next(place for place, one in enumerate(sent) if one.startswith("INSERT"))]
    assert len([one for one in before if "FROM task" in one]) == 1, "\n".join(sent)
    assert len([one for one in sent if one.startswith("SELECT person.")]) == 1, "\n".join(sent)
    assert not [one for one in sent if "FROM contact" in one or "FROM attachment" in one or "FROM submission" in one]
    assert len(sent) <= 14, "\n".join(sent)


@pytest.mark.parametrize("act", ["contacts", "corrections"])
def test_an_act_beside_the_form_reads_its_case_and_no_more(site: Site, act: str) -> None:
    task = site.task(received(site), "verify")
    contact = {"means": "phone", "reached": "no", "note": "Không nghe máy"}
    address, sent_values = {
        "contacts": (f"/tasks/{task.id}/contacts", contact),
        "corrections": (
            f"/cases/{site.read(select(Report.code))[0].code}/corrections/recall",
            {"reason": "Giao lại cho Văn phòng"},
        ),
    }[act]
    browser = site.browser(COMMUNE if act == "contacts" else OFFICE)
    browser.token()
    with counted(site.engine) as sent:
        assert browser.post(address, sent_values).status_code == 302
    unneeded = ("FROM contact", "FROM attachment", "FROM submission", "FROM mark", "FROM history")
    assert not [one for one in sent if any(table in one for table in unneeded)], "\n".join(sent)
