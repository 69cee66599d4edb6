"""The departments and fields somebody may write standard answers for, and whose answers they review.

A department's fields are those that the deployment's list of fields gives it, and those in which the newest version of
an answer is its own, retired or not. It may also start in a field in which nobody has an answer yet. The provincial
office and administrators have every field; an administrator may write for any department, and so can admit a second
department to a field.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.answers import library
from engine.errors import Forbidden
from engine.process import known_fields
from engine.staff import access
from engine.staff.access import Officer
from engine.store.db import Transaction
from engine.world.unit_tree import UnitTree

WRITE, REVIEW, READ_VERDICTS = "write_answers", "review_answers", "read_verdicts"
_ALL_FIELD_ROLES = frozenset({"provincial_office", "administrator"})
_OWNER_KINDS = ("department", "office")


@dataclass(frozen=True, slots=True)
class AuthorScope:
    """The units that somebody may write for, their fields, and the fields in which they may write."""

    owners: tuple[str, ...]
    fields: tuple[str, ...]
    writable: tuple[str, ...]

    def require_field(self, field: str) -> None:
        """Raise Forbidden for a field of another department."""
        if field not in self.fields:
            raise Forbidden("field-of-other-department")


def load_author_scope(tx: Transaction, officer: Officer, units: UnitTree) -> AuthorScope:
    """What the officer's roles, their own and those they stand in for, allow them to write and review."""
    owners = {unit for unit, role in officer.roles if role in access.PERMISSIONS[WRITE].roles}
    if access.has_permission(officer, "administer"):
        owners = {unit.code for unit in units.units if unit.kind in _OWNER_KINDS and not unit.closed}
    keys = tuple(known_fields.known_captions(tx, "vi"))
    if any(role in _ALL_FIELD_ROLES for _unit, role in officer.roles):
        return AuthorScope(tuple(sorted(owners)), keys, keys)
    rows = library.list_answers(tx, retired=True)
    own = {row.field for row in rows if row.owner_code in owners}
    own |= {field.key for field in known_fields.active_fields(tx) if owners.intersection(field.departments)}
    writable = own | set(keys) - {row.field for row in rows}
    return AuthorScope(tuple(sorted(owners)), *(tuple(key for key in keys if key in some) for some in (own, writable)))
