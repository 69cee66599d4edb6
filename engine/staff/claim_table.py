"""The table of an identity provider: which of its claims give which role in which unit.

A CSV file with the columns `claim,value,unit,role`, kept by whoever installs the program. `claim` is a name, or a path
with dots into nested claims (realm_access.roles). A claim with several values gives a role for each of them. `*` as
value takes any, and `{value}` as unit stands for it: a province whose provider knows units by their official codes
needs one row for all of them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import BadInput
from engine.world.roles import NEVER_LENT, STAFF_ROLES

COLUMNS = ("claim", "value", "unit", "role")
ANY, SAME = "*", "{value}"
MOST_ROWS = 5_000
# Another system vouches for who works where. Who administers, draws processes or signs is decided in this one alone.
GIVEN_ROLES = frozenset(STAFF_ROLES) - NEVER_LENT


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One row: whoever has `value` in `claim` holds `role` in `unit`."""

    claim: str
    value: str
    unit: str
    role: str


@dataclass(frozen=True, slots=True)
class ClaimTable:
    """All rows of a table."""

    rows: tuple[ClaimRow, ...]

    def list_posts(self, claims: Mapping[str, object]) -> frozenset[tuple[str, str]]:
        """The (unit, role) pairs that somebody with these claims is given; whether the units exist is not looked at."""
        return frozenset(self._matching_posts(claims))

    def _matching_posts(self, claims: Mapping[str, object]) -> Iterator[tuple[str, str]]:
        for row in self.rows:
            for value in _values_at(claims, row.claim):
                if row.value in (ANY, value):
                    yield (value if row.unit == SAME else row.unit), row.role


def read_claim_table(path: Path) -> ClaimTable:
    """Read a table; raises BadInput naming the file and the line that cannot be used."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise BadInput("claim-table-header", file=path, columns=",".join(COLUMNS))
            rows = tuple(_read_row(path, reader.line_num, cells) for cells in reader)
    except OSError as error:
        raise BadInput("claim-table-unreadable", file=path, reason=error.strerror or "") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput("claim-table-no-csv", file=path) from error
    if not 0 < len(rows) <= MOST_ROWS:
        raise BadInput("claim-table-size", file=path, most=MOST_ROWS)
    return ClaimTable(rows)


def _read_row(path: Path, line: int, cells: Mapping[str | None, Any]) -> ClaimRow:
    texts = [str(cells.get(column) or "").strip() for column in COLUMNS]
    row = ClaimRow(*texts)
    where = {"file": path, "line": line}
    if None in cells or not all(texts):
        raise BadInput("claim-row-incomplete", **where)
    if row.role not in GIVEN_ROLES:
        raise BadInput("claim-row-role", **where, role=repr(row.role), roles=", ".join(sorted(GIVEN_ROLES)))
    if row.value == ANY and row.unit != SAME:
        raise BadInput("claim-row-everybody", **where, unit=repr(row.unit))
    return row


def _values_at(claims: Mapping[str, object], path: str) -> list[str]:
    """The texts at a claim: one, each of a list, or none when it is missing or something else."""
    value: Any = claims.get(path)
    if value is None:
        value = claims
        for name in path.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str) and item]
