"""The table of roles, `engine/data/roles.yaml`: who serves what, sees what, and may do what.

Whatever differs by role reads it here, so that adding a role changes the table and diagrams alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import Any

import yaml

from engine.errors import BadInput
from engine.translation.wording import Caption
from engine.world.captions import UNIT_KIND_CAPTIONS

FILE_NAME = "roles.yaml"
EVERYTHING, TASKS, UNIT, PLACE, BELOW = SIGHTS = ("everything", "tasks", "unit", "place", "below")
PROVINCE = "province"
# Roles that the program itself names: the head of a unit, and those of diagrams to which nobody is appointed.
UNIT_HEAD, CITIZEN, STARTER, ANYBODY = "unit_head", "citizen", "starter", "anybody"
_KINDS = frozenset(UNIT_KIND_CAPTIONS) - {"default"}
_CHOICES: Mapping[str, frozenset[str]] = {
    "unit": _KINDS,
    "else_unit": _KINDS,
    "sees": frozenset(SIGHTS),
    "figures": frozenset({PROVINCE, BELOW}),
}
_LISTS = frozenset({"sees", "reviewed_by", "acts"})


@dataclass(frozen=True, slots=True)
class Role:
    """One role; the comments of the table say what its entries mean."""

    name: str
    vi: str
    en: str
    unit: str = ""
    else_unit: str = ""
    held: bool = True
    done_by: str = ""
    sees: frozenset[str] = frozenset()
    figures: str = ""
    handles: bool = False
    hotline: bool = False
    named: bool = False
    notices: bool = False
    reviewed_by: frozenset[str] = frozenset()
    lent: bool = True
    two_factors: bool = False
    acts: frozenset[str] = frozenset()

    @property
    def caption(self) -> Caption:
        """Its name, as a fact of a sentence."""
        return Caption(self.vi, self.en)

    @property
    def units(self) -> frozenset[str]:
        """The kinds of unit that serve it; empty for the head, whom every unit has."""
        return frozenset({self.unit, self.else_unit}) - {""}


def read_roles(text: str) -> dict[str, Role]:
    """The roles of a table by name, in its order; raises BadInput naming the role and the entry at fault."""
    try:
        table = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BadInput("role-table-unreadable", reason=str(error).replace("\n", " ")) from error
    roles = {str(name): _read_role(str(name), row) for name, row in dict(table or {}).items()}
    for role in roles.values():
        for other in sorted({*role.reviewed_by, role.done_by} - {"", *roles}):
            raise BadInput("role-table-unknown-role", role=role.name, other=other)
    for name in (UNIT_HEAD, CITIZEN, STARTER, ANYBODY):
        if name not in roles:
            raise BadInput("role-table-incomplete", role=name)
    return roles


def _read_role(name: str, row: Any) -> Role:
    row = row if isinstance(row, dict) else {}
    for entry in row.keys() - {field.name for field in fields(Role)[1:]}:
        raise BadInput("role-table-unknown-entry", role=name, entry=entry)
    for language in ("vi", "en"):
        if not isinstance(row.get(language), str) or not row[language].strip():
            raise BadInput("role-table-without-caption", role=name, entry=language)
    values = {entry: _read_value(name, entry, value) for entry, value in row.items()}
    return Role(name, **values)


def _read_value(role: str, entry: str, value: Any) -> Any:
    is_list = entry in _LISTS
    kind: type = list if is_list else str if entry in ("vi", "en", "unit", "else_unit", "done_by", "figures") else bool
    choices, values = _CHOICES.get(entry), value if is_list else [value]
    if not isinstance(value, kind) or (choices and not choices.issuperset(values)):
        known = sorted(choices) if choices else [kind.__name__]
        raise BadInput("role-table-unknown-value", role=role, entry=entry, typed=str(value), known=known)
    return frozenset(map(str, values)) if is_list else value


ROLES: Mapping[str, Role] = read_roles((files("engine.data") / FILE_NAME).read_text(encoding="utf-8"))


def names_of(condition: Callable[[Role], bool]) -> frozenset[str]:
    """The names of the roles that satisfy a condition."""
    return frozenset(role.name for role in ROLES.values() if condition(role))


def role_term(name: str) -> Caption | str:
    """The name of a role, as a fact of a sentence; the key itself when there is no such role."""
    return ROLES[name].caption if name in ROLES else name


# The kind of unit that serves a role. `citizen` is the role of tasks that wait for the public: the hotline keeps them.
SERVED_BY: Mapping[str, str] = {role.name: role.unit for role in ROLES.values() if role.unit}
# The roles people can be appointed to.
STAFF_ROLES = tuple(role.name for role in ROLES.values() if role.held)
# Roles that nobody lends: to run the system, to change its processes, to sign (R20).
NEVER_LENT = names_of(lambda role: not role.lent)


def roles_of_kind(kind: str) -> list[str]:
    """The roles that people of a kind of unit are appointed to, without its head's."""
    return [role.name for role in ROLES.values() if role.held and kind in role.units]
