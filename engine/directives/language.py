"""The template language for uploads: print known fields, loop over lists, use conditions.

This environment checks every text that docxtpl compiles (body, headers, footers, footnotes and properties), on upload
and again on each use; what passes runs in Jinja's sandbox and is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import StrictUndefined, nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.directives.fields import DIRECTIVE, TEXT, TEXTS, fields_of
from engine.errors import BadInput

FILTERS = frozenset({"upper", "lower", "join", "length", "first", "last"})
LOOP_ATTRIBUTES = frozenset({"index", "index0", "first", "last", "length"})
MAX_LOOP_DEPTH = 2  # Of nested loops: deeper nesting would multiply the output.
MAX_SOURCE_LENGTH = 400_000

_PLAIN_NODES = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.If, nodes.CondExpr),
    *(nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand),
)
TemplateNames = Mapping[str, Any]


class UnfitTemplate(BadInput):
    """A file that cannot be used as a template; the fact `name` is the field or location at fault."""

    default_rule = "directive-template-broken"


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """Jinja restricted to the fields of a paper and a few filters."""

    def __init__(self, paper: str = DIRECTIVE) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS}
        self.tests = {}
        self.fields = fields_of(paper)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        if len(source) > MAX_SOURCE_LENGTH:
            raise UnfitTemplate("directive-template-too-large", name=name or "")
        try:
            tree = super()._parse(source, name, filename)
        except (TemplateSyntaxError, RecursionError) as error:
            reason = str(getattr(error, "message", "") or "")[:120]
            raise UnfitTemplate("directive-template-syntax", name=reason) from error
        _check_node(tree, TemplateScope(self.fields, self.fields))
        return tree


@dataclass(frozen=True, slots=True)
class TemplateScope:
    """What may be named at a place of a template: the paper's fields, these with loop variables, loops around it."""

    fields: TemplateNames
    names: TemplateNames
    depth: int = 0


def _check_node(node: nodes.Node, scope: TemplateScope) -> None:
    """Raise UnfitTemplate at the first construct that is not allowed, naming it."""
    match node:
        case nodes.For():
            _check_loop(node, scope)
            return
        case nodes.Name():
            if node.name not in scope.names:
                raise UnfitTemplate("directive-template-field-unknown", name=node.name)
        case nodes.Getattr():
            _check_attribute(node, scope.names)
        case nodes.Filter():
            if node.name not in FILTERS or node.kwargs or node.dyn_args or node.dyn_kwargs:
                raise UnfitTemplate("directive-template-filter-refused", name=node.name)
        case _ if not isinstance(node, _PLAIN_NODES):
            raise UnfitTemplate("directive-template-construct-refused", name=type(node).__name__)
    for child in node.iter_child_nodes():
        _check_node(child, scope)


def _check_attribute(node: nodes.Getattr, names: TemplateNames) -> None:
    base = node.node.name if isinstance(node.node, nodes.Name) else ""
    parts = names.get(base)
    if not isinstance(parts, frozenset) or node.attr not in parts:
        raise UnfitTemplate("directive-template-field-unknown", name=f"{base or '…'}.{node.attr}")


def _check_loop(node: nodes.For, scope: TemplateScope) -> None:
    """Check a loop over a list field with a single loop variable, whose parts are known inside."""
    if not isinstance(node.target, nodes.Name) or not isinstance(node.iter, nodes.Name) or node.recursive:
        raise UnfitTemplate("directive-template-construct-refused", name="for")
    if node.iter.name not in scope.names:
        raise UnfitTemplate("directive-template-field-unknown", name=node.iter.name)
    kind = scope.fields.get(node.iter.name)
    if kind in (None, TEXT) or scope.depth >= MAX_LOOP_DEPTH or node.target.name in scope.fields:
        raise UnfitTemplate("directive-template-loop-refused", name=node.iter.name)
    names = {**scope.names, node.target.name: TEXT if kind == TEXTS else kind, "loop": LOOP_ATTRIBUTES}
    for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
        _check_node(child, TemplateScope(scope.fields, names, scope.depth + 1))
