"""How a play begins: from nothing, where the first form stands open, or from the acts of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from engine.bpmn.starting import StartEvent
from engine.cases.calls import REPORT_PROCESSES
from engine.errors import BadInput, NotFound
from engine.province.profile import THREE_LEVELS
from engine.scenarios.files import Provinces, Scenario, read_scenario
from engine.scenarios.runner import scenario_paths
from engine.studio.playing.play import PLAY_PATH, Play, begin_play
from engine.world.roles import UNIT_HEAD, roles_of_kind
from engine.world.unit_tree import UnitTree

Files = Mapping[PurePosixPath, bytes]
START_FACTS = ("field", "urgency", "place", "channel")


@dataclass(frozen=True, slots=True)
class PlayBeginning:
    """A play from nothing: of which process, when, and what a report's case begins with."""

    process: str
    at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlayableScenario:
    """A scenario that a play can follow: its file, its name and process."""

    path: PurePosixPath
    name: str
    process: str


def list_playable(files: Files, provinces: Provinces) -> list[PlayableScenario]:
    """The scenarios of a draft that can be read, in path order."""
    return [
        PlayableScenario(path, scenario.name, scenario.process)
        for path, scenario in _readable_scenarios(files, provinces)
    ]


def follow_scenario(files: Files, path: PurePosixPath, provinces: Provinces) -> Play:
    """A play that can take the acts of a scenario one by one; raises NotFound and BadInput."""
    if path not in scenario_paths(files):
        raise NotFound("draft-file-unknown", file=path)
    return begin_play(read_scenario(path, files[path], provinces))


def begin_from_nothing(files: Files, beginning: PlayBeginning, provinces: Provinces, *, has_districts: bool) -> Play:
    """A play of which nothing has been done.

    A process of reports runs in a province with the levels that it is for, another one in such a one as this. What
    neither a form nor the analyst gives, as for a process that others call, is as in the first scenario of the process.
    """
    if beginning.process in REPORT_PROCESSES:
        has_districts = beginning.process == REPORT_PROCESSES[0]
    name = next((name for name, one in provinces.items() if (one.levels == THREE_LEVELS) == has_districts), "")
    if not name:
        raise BadInput("play-without-province")
    readable = _readable_scenarios(files, provinces)
    data = next((dict(one.data) for _path, one in readable if one.process == beginning.process and one.data), {})
    data |= {key: value for key, value in beginning.facts.items() if value and key in START_FACTS}
    scenario = Scenario(PLAY_PATH, beginning.process, name, "…", beginning.at, data, {}, (), provinces[name])
    return begin_play(scenario)


def without_data(play: Play) -> Play:
    """The play of a process that a form begins: the form gives what the case begins with."""
    return replace(play, scenario=replace(play.scenario, data={}))


def starters_of(event: StartEvent, units: UnitTree) -> list[tuple[str, str]]:
    """Who may send a start form: role and unit, by the order of the units."""
    return [
        (role, unit.code)
        for unit in units.units
        if not unit.closed
        for role in (*roles_of_kind(unit.kind), UNIT_HEAD)
        if event.allows(role, unit.kind)
    ]


def _readable_scenarios(files: Files, provinces: Provinces) -> list[tuple[PurePosixPath, Scenario]]:
    readable = []
    for path in scenario_paths(files):
        try:
            readable.append((path, read_scenario(path, files[path], provinces)))
        except BadInput:  # A file that is being written is none yet.
            continue
    return readable
