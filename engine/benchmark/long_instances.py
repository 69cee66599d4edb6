"""Measures how the cost of a step grows with the age of a process instance: a loop of a user task with a timer."""

from __future__ import annotations

import math
import statistics
from time import perf_counter

from engine.benchmark.cases import CASE_DATA, NOW
from engine.bpmn.actions import Complete, Start
from engine.bpmn.parser import parse_processes
from engine.bpmn.step import advance
from engine.world.unit_tree import UnitTree
from engine.world.work_calendar import build_calendar
from engine.world.world import World

SHORT, LONG = 30, 3_000
SAMPLE = 25

_LOOP = b"""<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="bench">
  <bpmn:process id="turns" isExecutable="true">
    <bpmn:startEvent id="begin"/>
    <bpmn:userTask id="turn"/>
    <bpmn:boundaryEvent id="alarm" attachedToRef="turn" cancelActivity="false">
      <bpmn:timerEventDefinition>
        <bpmn:timeDate xsi:type="bpmn:tFormalExpression">working_hours(8)</bpmn:timeDate>
      </bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:endEvent id="rang"/>
    <bpmn:exclusiveGateway id="again" default="again_turn"/>
    <bpmn:endEvent id="done"/>
    <bpmn:sequenceFlow id="begin_turn" sourceRef="begin" targetRef="turn"/>
    <bpmn:sequenceFlow id="turn_again" sourceRef="turn" targetRef="again"/>
    <bpmn:sequenceFlow id="again_turn" sourceRef="again" targetRef="turn"/>
    <bpmn:sequenceFlow id="again_done" sourceRef="again" targetRef="done">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">n == -1</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="alarm_rang" sourceRef="alarm" targetRef="rang"/>
  </bpmn:process>
</bpmn:definitions>"""


def growth_exponent() -> float:
    """The exponent of the cost of a completion between 30 and 3,000 turns of a loop; 0 means it does not grow."""
    costs = _turn_costs()
    short = statistics.median(costs[SHORT - SAMPLE // 2 : SHORT + SAMPLE // 2 + 1])
    long = statistics.median(costs[LONG - SAMPLE :])
    return math.log(long / short) / math.log(LONG / SHORT)


def _turn_costs() -> list[float]:
    """The seconds each turn takes: load, complete, store."""
    process, world = parse_processes({"turns.bpmn": _LOOP})["turns"], World(build_calendar(), UnitTree(()))
    step = advance(process, None, Start(CASE_DATA), NOW, world)
    costs = []
    for turn in range(LONG):
        started = perf_counter()
        step = advance(process, step.state, Complete(step.opened_tasks[0].task_id, {"n": turn}), NOW, world)
        costs.append(perf_counter() - started)
    return costs
