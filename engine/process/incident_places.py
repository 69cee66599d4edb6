"""Where an incident happened, as people know it: the case by its code, the step by its name in the diagram."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from engine.bpmn import explain
from engine.process import definitions
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Deployment, Instance, ProcessDefinition, Report
from engine.translation.wording import Caption

_instance = table_of(Instance)
_PLACES = (
    select(_instance.c.id, Report.code, ProcessDefinition.key, Deployment.digest)
    .join(ProcessDefinition, ProcessDefinition.id == _instance.c.definition_id)
    .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
    .outerjoin(Report, Report.id == _instance.c.report_id)
)


@dataclass(frozen=True, slots=True)
class IncidentPlace:
    """The code of a case, empty when it has none, and the name of the step; None when the incident names no step."""

    code: str
    step: Caption | None


def load_places(tx: Transaction, incidents: Iterable[Row[Any]]) -> Mapping[int, IncidentPlace]:
    """The places of incidents by the incidents' ids; one that is about no case has none."""
    about_cases = [row for row in incidents if row.instance_id is not None]
    query = _PLACES.where(_instance.c.id.in_({row.instance_id for row in about_cases}))
    cases = {case.id: case for case in tx.read.execute(query)}
    return {row.id: _place_of(tx, cases[row.instance_id], row.node) for row in about_cases if row.instance_id in cases}


def _place_of(tx: Transaction, case: Any, node: str) -> IncidentPlace:
    process = definitions.load_deployment(tx, case.digest).processes.get(case.key)
    step = explain.captions_by_element(process).get(node) if process is not None and node else None
    return IncidentPlace(case.code or "", step)
