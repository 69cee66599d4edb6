"""How rows name somebody, and what is read from that."""

from __future__ import annotations

import pytest

from engine.actor import Party, parse_party, person_ids, person_key


@pytest.mark.parametrize(
    ("written", "person", "number"),
    [
        ("person:12", 12, 12),
        ("report:7", None, 7),
        ("system", None, None),
        ("person:", None, None),
        ("person:x", None, None),
        ("person:١٢", None, None),
        ("", None, None),
    ],
)
def test_a_row_names_a_person_or_something_else(written: str, person: int | None, number: int | None) -> None:
    party = parse_party(written)
    assert (party.person_id, party.number) == (person, number)


def test_what_is_written_is_read() -> None:
    assert parse_party(person_key(12)) == Party("person", "12")
    assert str(parse_party("day:2027-01-01")) == "day:2027-01-01"
    assert person_ids(["person:3", None, "citizen", "person:3", "report:4"]) == {3}
