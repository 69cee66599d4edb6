"""Measures a draft against the deployment it is based on: what it breaks, what failed before, what goes otherwise now.

A change that no scenario tries is told too, so that whoever deploys knows what nothing has shown.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from engine.bpmn.trace import BPMN
from engine.errors import EngineError, FileProblem
from engine.process import definitions
from engine.process.report_fields import FIELDS_PATH
from engine.safe_xml import recover_xml
from engine.scenarios import deployment_check, trial
from engine.scenarios.course import Captions, compare_courses
from engine.scenarios.deployment_check import Units
from engine.scenarios.files import SHIPPED_PROVINCES, Provinces
from engine.scenarios.runner import ScenarioFailure
from engine.scenarios.trial import DiagramCoverage, ScenarioRun, TriedScenario
from engine.studio.diff import deployment_diff
from engine.studio.diff.change import ElementChange
from engine.studio.diff.deployment_diff import FileDifference, describe_change
from engine.studio.red_list import RedList
from engine.translation.catalogue import Language
from engine.translation.wording import Caption, say

Files = Mapping[PurePosixPath, bytes]
Walked = set[tuple[str, ...]]
MOST_NAMED = 3
"""Places and differences named for one scenario."""
_WORDS_ONLY = frozenset(
    {"name", "label", "documentation", "description", "instructions", "lane", "text", "type"}
    | {"property:name_en", "property:instructions_en", "properties.label_en", "properties.description_en"}
)
"""Parts that people read and no case depends on."""
_DRAWN_ONLY = frozenset({"lane", "participant", "textAnnotation", "association", "group", "collaboration", "form"})
_WAITING_EVENTS = tuple(f"{BPMN}{name}" for name in ("boundaryEvent", "intermediateCatchEvent"))
_MOST_BASES = 4
_bases: dict[tuple[str, tuple[str, ...]], dict[str, TriedScenario]] = {}


@dataclass(frozen=True, slots=True)
class MeasuredRun:
    """A scenario of the draft: whether the base fails it too, and how its course differs from that under the base.

    `places` names what the draft has changed on its way; `element` in the file `path` is where a failing one stands.
    """

    run: ScenarioRun
    path: str = ""
    element: str = ""
    failed_before: bool = False
    differences: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UntriedChange:
    """A change that no scenario shows: its file, its element, and its sentence."""

    path: PurePosixPath
    element: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Regression:
    """All scenarios of a draft measured against its base, and the changes that none of them tries."""

    runs: tuple[MeasuredRun, ...] = ()
    untried: tuple[UntriedChange, ...] = ()

    @property
    def broken(self) -> list[MeasuredRun]:
        """The scenarios that fail now and did not before."""
        return [one for one in self.runs if one.run.failure and not one.failed_before]

    @property
    def red(self) -> list[MeasuredRun]:
        """The scenarios that failed before and still do."""
        return [one for one in self.runs if one.run.failure and one.failed_before]

    @property
    def mended(self) -> list[MeasuredRun]:
        """The scenarios that failed before and pass now."""
        return [one for one in self.runs if one.failed_before and not one.run.failure]

    @property
    def otherwise(self) -> list[MeasuredRun]:
        """The scenarios that pass and yet take another course than before."""
        return [one for one in self.runs if not one.run.failure and one.differences]


@dataclass(frozen=True, slots=True)
class _Changes:
    """What differs, and what every element is called and leads to, in both versions."""

    files: Sequence[FileDifference]
    ends: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    waiting: frozenset[str] = frozenset()
    captions: Captions = field(default_factory=dict)
    paths: Mapping[str, PurePosixPath] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DraftTrial:
    """A draft's problems; of one without any how its scenarios measure, and what none of them covers."""

    mistakes: tuple[FileProblem, ...] = ()
    measured: Regression = field(default_factory=Regression)
    coverage: tuple[DiagramCoverage, ...] = ()


@dataclass(frozen=True, slots=True)
class TrialOptions:
    """How a draft is tried: the codes of units, what failed when its base was deployed, and whom to tell of each run.

    What is not given is not checked, is run again, or is told to nobody.
    """

    units: Units | None = None
    red_list: RedList | None = None
    tick: Callable[[], None] | None = None


def try_draft(
    base: Files,
    files: Files,
    language: Language = "vi",
    provinces: Provinces = SHIPPED_PROVINCES,
    options: TrialOptions = TrialOptions(),
) -> DraftTrial:
    """Check a draft's files and measure it against its base."""
    mistakes = deployment_check.problems_in(files, language, provinces, units=options.units)
    if mistakes:
        return DraftTrial(tuple(mistakes))
    measured = measure_draft(base, files, language, provinces, options)
    summary = trial.summarise_runs(files, [one.run for one in measured.runs])
    return DraftTrial((), measured, summary.coverage)


def measure_draft(
    base: Files,
    files: Files,
    language: Language = "vi",
    provinces: Provinces = SHIPPED_PROVINCES,
    options: TrialOptions = TrialOptions(),
) -> Regression:
    """Run the scenarios of a draft whose files have no problems, and those of its base.

    What failed before is what the base's red list has; without one it is what fails under the base today.
    """
    tried = trial.run_files(files, provinces=provinces, tick=options.tick)
    same = definitions.digest_of(base) == definitions.digest_of(files)
    before = {str(one.scenario.path): one for one in tried} if same else _run_base(base, provinces, options.tick)
    red = options.red_list if options.red_list is not None else {key for key, one in before.items() if one.failure}
    changes = _collect_changes(base, files)
    runs = tuple(_measure(one, before.get(str(one.scenario.path)), changes, language, red) for one in tried)
    shown = any(one.differences or (one.run.failure and not one.failed_before) for one in runs)
    walked = _walked([*tried, *before.values()])
    return Regression(runs, tuple(_untried(changes, walked, language, shown=shown)))


def _run_base(base: Files, provinces: Provinces, tick: Callable[[], None] | None) -> dict[str, TriedScenario]:
    """The runs of a deployment, which are the same every time; none where its files cannot be run any more."""
    key = (definitions.digest_of(base), tuple(provinces))
    if key not in _bases:
        while len(_bases) >= _MOST_BASES:
            _bases.pop(next(iter(_bases)))
        try:
            _bases[key] = {str(one.scenario.path): one for one in trial.run_files(base, provinces=provinces, tick=tick)}
        except EngineError:
            return {}  # An old deployment whose files this version of the program does not take any more.
    return _bases[key]


def _measure(
    tried: TriedScenario,
    before: TriedScenario | None,
    changes: _Changes,
    language: Language,
    red: Container[str],
) -> MeasuredRun:
    run = trial.describe_run(tried, language)
    same = before is not None and before.scenario == tried.scenario
    differences = compare_courses(before.course, tried.course, changes.captions) if before is not None and same else ()
    sentences = tuple(say(one, language) for one in differences)[:MOST_NAMED]
    walked = _walked([tried] if before is None else [tried, before])
    places = _places(changes, walked, language) if run.failure or sentences else ()
    element = _failing_element(tried) if run.failure else ""
    path = str(changes.paths.get(element, ""))
    return MeasuredRun(run, path, element, run.path in red, sentences, tuple(places)[:MOST_NAMED])


def _failing_element(tried: TriedScenario) -> str:
    """Where a scenario stands that failed: at the step that it names, else at the task that came up last."""
    number = tried.failure.step if isinstance(tried.failure, ScenarioFailure) else 0
    step = tried.scenario.steps[number - 1] if 0 < number <= len(tried.scenario.steps) else None
    if step is not None and step.kind in ("task", "begin"):
        return step.name
    return tried.course.tasks[-1].node if tried.course.tasks else ""


def _walked(runs: Iterable[TriedScenario]) -> Walked:
    """The ids of elements that runs reached, alone, and those of flows that they took, as pairs of ends."""
    walked: Walked = set()
    for one in runs:
        walked |= {(node,) for _process, node in one.trace.nodes}
        walked |= {(source, target) for _process, source, target in one.trace.flows}
    return walked


def _collect_changes(base: Files, files: Files) -> _Changes:
    ends: dict[str, tuple[str, str]] = {}
    waiting: set[str] = set()
    captions: dict[str, Caption] = {}
    paths: dict[str, PurePosixPath] = {}
    for path, content in [*base.items(), *files.items()]:
        root = recover_xml(content) if path.suffix == ".bpmn" else None
        for element in root.iter(f"{BPMN}*") if root is not None else ():
            key = str(element.get("id"))
            paths[key] = path
            if element.tag == f"{BPMN}sequenceFlow":
                ends[key] = (str(element.get("sourceRef")), str(element.get("targetRef")))
            elif element.tag in _WAITING_EVENTS:
                waiting.add(key)
            if element.get("name"):
                captions[key] = Caption(str(element.get("name")), str(element.get("name")))
    return _Changes(deployment_diff.compare_files(base, files), ends, frozenset(waiting), captions, paths)


def _matters(change: ElementChange) -> bool:
    """Whether cases may depend on a change."""
    return change.what not in _WORDS_ONLY | _DRAWN_ONLY


def _is_walked(change: ElementChange, changes: _Changes, walked: Walked) -> bool:
    """Whether a run came by: took a flow, went on from an event, or reached another element."""
    if change.element in changes.ends:
        return changes.ends[change.element] in walked
    if change.element in changes.waiting:
        return any(len(pair) > 1 and pair[0] == change.element for pair in walked)
    return (change.element,) in walked


def _places(changes: _Changes, walked: Walked, language: Language) -> Iterator[str]:
    """What was changed on the way of a scenario; all that was changed when it came by none of it."""
    all_changes = [(one, change) for one in changes.files for change in one.changes]
    on_way = [change for _one, change in all_changes if _is_walked(change, changes, walked)]
    chosen = on_way or [change for one, change in all_changes if one.path.suffix != ".yaml"]
    yield from dict.fromkeys(describe_change(change, language) for change in chosen)
    if not on_way:
        yield from (one.path.name for one in changes.files if not one.changes)


def _untried(changes: _Changes, walked: Walked, language: Language, *, shown: bool) -> Iterator[UntriedChange]:
    """Changes of drawings that no run came by; of tables and forms when no scenario goes otherwise than before."""
    for one in changes.files:
        if one.path.suffix not in (".bpmn", ".dmn", ".json") and one.path != FIELDS_PATH:
            continue
        for change in filter(_matters, one.changes):
            is_tried = _is_walked(change, changes, walked) if one.path.suffix == ".bpmn" else shown
            if not is_tried:
                yield UntriedChange(one.path, change.element, describe_change(change, language))
