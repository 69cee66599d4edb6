"""What other tools draw for readers alone, and the roles that their lanes stand for."""

from __future__ import annotations

from engine.bpmn.lint.diagram import bpmn_tag, extension_properties, first_child, text_of
from engine.bpmn.lint.tolerances import DRAWN_DATA
from engine.bpmn.lint.vocabulary import ROLES
from engine.studio.importing.report import ImportContext
from engine.studio.importing.tree import set_property

_DATA = ("ioSpecification", "dataInputAssociation", "dataOutputAssociation")
_DRAWN = {"dataStore": "drawn-store", "dataStoreReference": "drawn-store", "messageFlow": "drawn-message-flow"}


def keep_as_documentation(context: ImportContext) -> None:
    """Say of data and of what passes between pools that it stays drawn without an effect."""
    for element in context.root.iter(*map(bpmn_tag, _DRAWN)):
        context.mention_drawn(element, _DRAWN[element.tag.rpartition("}")[2]])
    owners = dict.fromkeys(element.getparent() for element in context.root.iter(*map(bpmn_tag, _DATA)))
    for owner in owners:
        if owner is not None and owner.tag != bpmn_tag("process") and DRAWN_DATA not in extension_properties(owner):
            set_property(owner, DRAWN_DATA, "drawn")
            context.record_conversion(owner, "drawn-data", "", f"{DRAWN_DATA} = drawn")


def give_roles_of_lanes(context: ImportContext) -> None:
    """Give each user task without a role that of its lane, where the mapping has the lane's name."""
    lanes = {
        text_of(reference): (lane.get("name") or "").strip()
        for lane in context.root.iter(bpmn_tag("lane"))
        if first_child(lane, "childLaneSet") is None
        for reference in lane.findall(bpmn_tag("flowNodeRef"))
    }
    for task in context.root.iter(bpmn_tag("userTask")) if lanes else ():
        name = lanes.get(task.get("id") or "", "")
        role = context.mapping.get(name)
        if role in ROLES and "role" not in extension_properties(task):
            set_property(task, "role", role)
            context.record_conversion(task, "lane-role", name, role)
