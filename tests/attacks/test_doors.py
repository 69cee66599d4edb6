"""Every address that takes something from outside is on the list in docs/reference, with what bounds it."""

from __future__ import annotations

import re

from tests.kit.site import Site
from tests.paths import DOCS

DOCUMENT = DOCS / "reference" / "doors.md"
DOOR = re.compile(r"^(?:\| |- )`([A-Z]+ /[^`]*)`", re.MULTILINE)


def test_every_door_is_on_the_list(site: Site) -> None:
    listed = DOOR.findall(DOCUMENT.read_text("utf-8"))
    methods = {f"{method} {rule.rule}" for rule in site.app.url_map.iter_rules() for method in rule.methods or ()}
    doors = {door for door in methods if door.split()[0] not in ("GET", "HEAD", "OPTIONS")}
    assert doors - set(listed) == set(), "say in docs/reference/doors.md what is sent there and what bounds it"
    assert set(listed) - methods == set(), "the list names addresses that are gone"
    assert len(listed) == len(set(listed))
