"""The disk is full: a clear answer, nothing half-written, and everything goes on when there is room again."""

from __future__ import annotations

import pytest
from sqlalchemy import event, func, select

from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import Attachment, History, Instance, Report, Task
from tests.faults import town
from tests.kit.record import differences
from tests.kit.site import OPERATOR, Site
from tests.web.pages.test_intake import CALL

pytestmark = pytest.mark.slow

PADDING = "Nước ngập sâu, xe không qua được. " * 110


def counted(site: Site) -> list[int]:
    """How many rows the tables have that a call writes."""
    tables = (Report, Instance, Task, History, Attachment)
    return [site.read(select(func.count()).select_from(table_of(table)))[0][0] for table in tables]


def test_a_full_disk_is_told_loses_nothing_and_is_over_when_there_is_room(site: Site) -> None:
    pages = site.read(select(func.count()))  # The engine has opened its file.
    assert pages
    full = {"pages": 0}

    @event.listens_for(site.engine, "connect")
    def limit(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute(f"PRAGMA max_page_count = {full['pages'] or 1_000_000_000}")
        cursor.close()

    browser = site.browser(OPERATOR)
    with transaction(site.engine) as tx:
        full["pages"] = int(tx.read.exec_driver_sql("PRAGMA page_count").scalar_one()) + 12
    site.engine.dispose()
    statuses = []
    for number in range(40):
        before = counted(site)
        answer = browser.post("/intake", {**CALL, "content": f"{PADDING}{number}"})
        statuses.append(answer.status_code)
        if answer.status_code != 302:
            break
    assert statuses[-1] == 503
    assert "Việc vừa làm chưa được lưu." in answer.text
    assert "Traceback" not in answer.text
    assert "disk" not in answer.text
    assert counted(site) == before
    assert town.half_written(site.engine) == []
    full["pages"] = 0
    site.engine.dispose()
    assert browser.post("/intake", CALL).status_code == 302
    with transaction(site.engine) as tx:
        assert differences(tx) == []
