"""The upgrade that brings contacts of older cases into their log."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

import pytest
from sqlalchemy import delete, select

from engine.store import schema_migrations
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import Contact
from tests.kit.site import COMMUNE, Site
from tests.web.pages.test_task import VERIFY, complete, received

FILE = schema_migrations.FOLDER / "versions" / "20261130_0400_contacts.py"


@pytest.fixture(scope="module")
def revision() -> Any:
    spec = spec_from_file_location("contacts", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_contacts_that_only_forms_told_of_come_into_the_log_once(site: Site, revision: Any) -> None:
    instance_id = received(site)
    complete(site, site.browser(COMMUNE), instance_id, "verify", VERIFY)
    columns = [column for column in table_of(Contact).c if column.name != "id"]
    before = site.read(select(*columns))
    assert len(before) == 1
    site.write(lambda tx: tx.write().execute(delete(Contact)))
    for _time in range(2):
        with transaction(site.engine) as tx:
            revision.fill_contacts(tx.write())
        assert site.read(select(*columns)) == before
