"""The list of tables in docs/why/records.md says of each whether an edit by hand shows, and names every table."""

from __future__ import annotations

import re

from engine.journal import table_seals
from engine.store.models import Instance
from tests.paths import DOCS

LISTED = dict(
    re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", (DOCS / "why/records.md").read_text("utf-8"), re.MULTILINE)
)


def test_every_table_is_in_the_list_once_and_in_order() -> None:
    assert list(LISTED) == sorted(Instance.metadata.tables)


def test_the_tables_that_are_sealed_as_a_whole_are_called_so() -> None:
    sealed = {name for name, shown_by in LISTED.items() if shown_by.startswith("sealed table")}
    assert sealed == {name for names in table_seals.SEALED_BY_ACT.values() for name in names}
