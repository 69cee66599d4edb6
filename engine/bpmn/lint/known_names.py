"""The names that a condition of a diagram may ask, with what they may be: what a builder of conditions offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.bpmn.lint.branches import path_writers
from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.value_domain import FLAG, LIST, NUMBER, TEXT, ValueDomain
from engine.translation.wording import Caption

DAY, MOMENT = "date", "moment"
_KINDS: Mapping[str, str] = {
    "string": TEXT,
    "number": NUMBER,
    "boolean": FLAG,
    "list": LIST,
    "date": DAY,
    "date and time": MOMENT,
}

MOST_LABELS = 3


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name of a case's data: what people call it, its kind (empty: unknown), its values where they are few.

    `is_near` says that a step of the diagram or the beginning of the case sets it; `writers` are the ids of the steps
    that do, none for what a case begins with. `is_unit` says that it holds a unit's code.
    """

    name: str
    label: Caption
    kind: str
    values: Mapping[str, Caption] | None
    is_near: bool
    writers: tuple[str, ...] = ()
    is_unit: bool = False


def names_to_ask(deployment: DeploymentIndex, path: PurePosixPath) -> list[KnownName]:
    """The names that a condition in this diagram may ask; those that its own steps set come first."""
    given, writers = frozenset(deployment.vocabulary.names or ()), _writers_in(deployment, path)
    forms = (deployment.vocabulary.forms or {}).values()
    known = given.union(writers, deployment.computed_names, *forms)
    names = [
        _known_name(
            name,
            deployment,
            is_near=name in given or name in writers,
            writers=() if name in given else tuple(writers.get(name, ())),
        )
        for name in known
        if _is_askable(name)
    ]
    return sorted(names, key=lambda each: (not each.is_near, each.name))


def _writers_in(deployment: DeploymentIndex, path: PurePosixPath) -> Mapping[str, list[str]]:
    """The names that steps of a diagram set, each with the steps."""
    writers: dict[str, list[str]] = {}
    for diagram in deployment.diagrams:
        for node in diagram.nodes if diagram.path == path else ():
            for name in path_writers(diagram, deployment, {node}):
                writers.setdefault(name, []).append(node)
    return writers


def _is_askable(name: str) -> bool:
    """Whether a name is more than what operators leave, which holds nothing."""
    return name.isidentifier() and not name.startswith("_")


def _known_name(name: str, deployment: DeploymentIndex, *, is_near: bool, writers: tuple[str, ...]) -> KnownName:
    domain = deployment.domains.get(name) or _offered(name, deployment)
    label = _label_of(name, domain, deployment)
    values = None if domain is None else domain.texts
    is_unit = domain is not None and domain.is_unit
    return KnownName(name, label, _kind_of(name, domain, deployment), values, is_near, writers, is_unit)


def _label_of(name: str, domain: ValueDomain | None, deployment: DeploymentIndex) -> Caption:
    """What forms call a name, each way of it; else what the column of a table is called that sets it."""
    labels = [one.label for one in deployment.vocabulary.domains.get(name, ()) if one.label is not None]
    if domain is not None and domain.label is not None:
        labels.append(domain.label)
    columns = [column.element for one in deployment.decisions for column in one.outputs if column.text == name]
    labels = labels or [Caption(label, label) for element in columns if (label := element.get("label"))]
    distinct = list(dict.fromkeys(labels))[:MOST_LABELS] or [Caption(name, name)]
    return Caption(*(" / ".join(getattr(one, each) for one in distinct) for each in ("vietnamese", "english")))


def _offered(name: str, deployment: DeploymentIndex) -> ValueDomain | None:
    """What one form says of a name although something else may set it too."""
    offered = deployment.vocabulary.domains.get(name, ())
    return offered[0] if len(offered) == 1 else None


def _kind_of(name: str, domain: ValueDomain | None, deployment: DeploymentIndex) -> str:
    asked = _KINDS.get(deployment.vocabulary.name_types.get(name, ""), "")
    if asked in (DAY, MOMENT) or domain is None or len(domain.kinds) != 1:
        return asked
    return next(iter(domain.kinds))
