"""The XML namespaces of diagrams and decision tables."""

from __future__ import annotations

from engine.dmn.reading import NAMESPACES

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
DMN = tuple(sorted(NAMESPACES, reverse=True))
XINCLUDE = "http://www.w3.org/2001/XInclude"
SCOPES = frozenset({"process", "subProcess", "transaction", "adHocSubProcess"})
"""The BPMN elements that contain nodes and flows."""
HOLDERS = SCOPES | {"definitions", "laneSet", "childLaneSet", "collaboration"}
"""The BPMN elements whose children are drawn or declared, so that an editor can show them."""
