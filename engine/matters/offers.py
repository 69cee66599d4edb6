"""What an officer may begin: the start forms of the newest deployment whose roles and kinds of units are theirs.

Roles that are lent begin nothing: what somebody begins is their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.bpmn.starting import StartEvent, list_start_events
from engine.errors import Forbidden, NotFound
from engine.process import definitions
from engine.staff.access import Officer
from engine.store.db import Transaction
from engine.text import vietnamese_order
from engine.world.roles import UNIT_HEAD
from engine.world.unit_tree import UnitTree


@dataclass(frozen=True, slots=True)
class StartOffer:
    """A start form that an officer may send: the process, its start event, and for which units in which role."""

    process: str
    event: StartEvent
    roles_by_unit: dict[str, str]


def list_offers(tx: Transaction, officer: Officer, units: UnitTree) -> list[StartOffer]:
    """What the officer may begin, by name; nothing where nothing is deployed."""
    offers = [offer for offer in _all_offers(tx, officer, units) if offer.roles_by_unit]
    return sorted(offers, key=lambda offer: vietnamese_order(offer.event.name))


def find_offer(tx: Transaction, officer: Officer, units: UnitTree, process: str, node: str) -> StartOffer:
    """The offer of a start event; raises NotFound for no such form, Forbidden when it is not for the officer."""
    own = [one for one in _all_offers(tx, officer, units) if (one.process, one.event.node) == (process, node)]
    if not own:
        raise NotFound("start-form-unknown")
    if not own[0].roles_by_unit:
        raise Forbidden("start-not-allowed", name=own[0].event.name)
    return own[0]


def _all_offers(tx: Transaction, officer: Officer, units: UnitTree) -> Iterator[StartOffer]:
    try:
        content = definitions.load_active_deployment(tx)
    except NotFound:
        return
    for process in content.processes.values():
        for event in list_start_events(process):
            if event.form and not event.trigger and event.form in content.forms:
                yield StartOffer(process.key, event, _roles_by_unit(officer, units, event))


def _roles_by_unit(officer: Officer, units: UnitTree, event: StartEvent) -> dict[str, str]:
    """The open units for which the officer may begin it, each with the role that allows it; a head's own role last."""
    allowed: dict[str, str] = {}
    for unit, role in sorted(officer.own_roles, key=lambda post: (post[0], post[1] == UNIT_HEAD, post[1])):
        if units.knows(unit) and not units.get(unit).closed and event.allows(role, units.get(unit).kind):
            allowed.setdefault(unit, role)
    return allowed
