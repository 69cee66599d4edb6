"""What scenarios may name of a deployment: its processes, steps, messages, forms, ladders and data, with captions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.bpmn.lint import DeploymentIndex, ValueDomain
from engine.bpmn.lint.diagram import Diagram, bpmn_tag, extension_properties, operator_of, operator_parameters
from engine.bpmn.lint.finding import caption_of
from engine.bpmn.lint.source import literal_texts
from engine.bpmn.lint.vocabulary import ROLES, START_ROLES
from engine.translation.wording import Caption
from engine.world.roles import role_term
from forms.schema import Form

Captions = Mapping[str, Caption]


@dataclass(frozen=True, slots=True)
class DeploymentNames:
    """The names of a deployment by what they stand for; `forms_of` are the forms of each task or start event.

    `rungs` is None when a diagram computes one; `data` is None when not all that sets data is known.
    """

    processes: Captions
    tasks: Captions
    starts: Captions
    messages: Captions
    signals: Captions
    roles: Captions
    rungs: Captions | None
    data: Captions | None
    domains: Mapping[str, ValueDomain]
    forms_of: Mapping[str, tuple[Form, ...]]


def names_of(index: DeploymentIndex, forms: Mapping[str, Form]) -> DeploymentNames:
    """The names of a deployment whose files have no problems; `forms` by key."""
    diagrams = index.diagrams
    return DeploymentNames(
        processes=_captions((str(one.get("id")), caption_of(one)) for d in diagrams for one in d.processes),
        tasks=_nodes(diagrams, "userTask"),
        starts=_nodes(diagrams, "startEvent"),
        messages=_declared(diagrams, "message", index.vocabulary.messages),
        signals=_declared(diagrams, "signal", index.vocabulary.signals),
        roles={role: _role_caption(role) for role in sorted(ROLES | START_ROLES)},
        rungs=_rungs(diagrams),
        data=None if index.data_names is None else _data_captions(index),
        domains=index.domains,
        forms_of=_forms_of(diagrams, forms),
    )


def _plain(name: str) -> Caption:
    return Caption(name, name)


def _role_caption(role: str) -> Caption:
    term = role_term(role)
    return term if isinstance(term, Caption) else _plain(role)


def _captions(pairs: Iterator[tuple[str, Caption | None]]) -> Captions:
    return {name: caption or _plain(name) for name, caption in pairs}


def _nodes(diagrams: tuple[Diagram, ...], kind: str) -> Captions:
    return _captions((node.id, caption_of(node.element)) for d in diagrams for node in d.nodes_of_kind(kind))


def _declared(diagrams: tuple[Diagram, ...], kind: str, outside: frozenset[str] | None) -> Captions:
    drawn = {str(one.get("name")) for d in diagrams for one in d.root.iter(bpmn_tag(kind)) if one.get("name")}
    return {name: _plain(name) for name in sorted(drawn | (outside or frozenset()))}


def _rungs(diagrams: tuple[Diagram, ...]) -> Captions | None:
    """The rungs that notices name; None when one is computed."""
    rungs: dict[str, Caption] = {}
    for diagram in diagrams:
        for node in diagram.nodes_of_kind("serviceTask"):
            operator = operator_of(node.element)
            if operator is None or operator.get("id") != "notice":
                continue
            argument = operator_parameters(operator).get("rung")
            texts = literal_texts(argument.get("value") or "") if argument is not None else []
            if not texts:
                return None
            rungs |= {text: caption_of(node.element) or _plain(text) for text in texts}
    return rungs


def _data_captions(index: DeploymentIndex) -> Captions:
    labels = {name: domain.label for name, domain in index.form_domains.items()}
    return {name: labels.get(name) or _plain(name) for name in index.data_names or ()}


def _forms_of(diagrams: tuple[Diagram, ...], forms: Mapping[str, Form]) -> Mapping[str, tuple[Form, ...]]:
    by_node: dict[str, tuple[Form, ...]] = {}
    for diagram in diagrams:
        for node in diagram.nodes_of_kind("userTask", "startEvent"):
            form = forms.get(extension_properties(node.element).get("form", ""))
            if form is not None:
                by_node[node.id] = (*by_node.get(node.id, ()), form)
    return by_node
