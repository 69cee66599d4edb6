"""The names that a condition of a diagram may ask, with what they may be: what a builder of conditions offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.bpmn.lint.branches import path_writers
from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.value_domain import FLAG, LIST, NUMBER, TEXT, ValueDomain
from engine.translation.wording import Caption

_KINDS: Mapping[str, str] = {"string": TEXT, "number": NUMBER, "boolean": FLAG, "list": LIST, "date": "date"}


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name of a case's data: what people call it, its kind (empty: unknown), its values where they are few.

    `is_near` says that a step of the diagram or the beginning of the case sets it.
    """

    name: str
    label: Caption
    kind: str
    values: Mapping[str, Caption] | None
    is_near: bool


def names_to_ask(deployment: DeploymentIndex, path: PurePosixPath) -> list[KnownName]:
    """The names that a condition in this diagram may ask; those that its own steps set come first."""
    own = [diagram for diagram in deployment.diagrams if diagram.path == path]
    near = set(deployment.vocabulary.names or ()).union(
        *(path_writers(diagram, deployment, set(diagram.nodes)) for diagram in own)
    )
    forms = (deployment.vocabulary.forms or {}).values()
    known = near.union(deployment.computed_names, *forms)
    names = [_known_name(name, deployment, is_near=name in near) for name in known if _is_askable(name)]
    return sorted(names, key=lambda each: (not each.is_near, each.name))


def _is_askable(name: str) -> bool:
    """Whether a name is more than what operators leave, which holds nothing."""
    return name.isidentifier() and not name.startswith("_")


def _known_name(name: str, deployment: DeploymentIndex, *, is_near: bool) -> KnownName:
    domain = deployment.domains.get(name) or _offered(name, deployment)
    label = domain.label if domain is not None and domain.label is not None else Caption(name, name)
    return KnownName(name, label, _kind_of(name, domain, deployment), None if domain is None else domain.texts, is_near)


def _offered(name: str, deployment: DeploymentIndex) -> ValueDomain | None:
    """What one form says of a name although something else may set it too."""
    offered = deployment.vocabulary.domains.get(name, ())
    return offered[0] if len(offered) == 1 else None


def _kind_of(name: str, domain: ValueDomain | None, deployment: DeploymentIndex) -> str:
    asked = _KINDS.get(deployment.vocabulary.name_types.get(name, ""), "")
    if asked == "date" or domain is None or len(domain.kinds) != 1:
        return asked
    return next(iter(domain.kinds))
