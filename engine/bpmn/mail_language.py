"""The language of mail templates: facts, conditions and a few filters, and a rendering that cannot run away.

A template comes from an analyst and is not trusted. It may use only the constructs listed here: no loop, no sum, no
call. Each of its pieces then prints at most one fact or a word of its own, so that its length and the facts bound both
time and output (Jinja's sandbox bounds neither). Checker, preview and sending use the same language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import ChainableUndefined, Template, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.errors import BadInput

MAX_TEMPLATE_LENGTH = 20_000
MAX_MAIL_LENGTH = 200_000
MAX_NESTING = 30  # Of constructs inside each other: Python compiles no more than 100 levels of indentation.
MAX_DECIMALS = 9  # Of round: it computes the power of ten.
PLAIN_FILTERS = frozenset({"default", "lower", "upper", "title", "capitalize", "trim", "round", "int"})
_PLAIN_TESTS = frozenset({"defined", "undefined", "none"})
_PLAIN_NODES = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.Name, nodes.If, nodes.CondExpr),
    *(nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand),
)

_environment = ImmutableSandboxedEnvironment(
    autoescape=False, trim_blocks=True, lstrip_blocks=True, undefined=ChainableUndefined
)
_environment.globals.clear()


class UnfitMail(BadInput):
    """A template that uses more than the language has, or whose mail cannot be written."""

    default_rule = "mail-template-failed"


def parse_mail(text: str, filters: frozenset[str] = frozenset()) -> nodes.Template:
    """The syntax tree; `filters` are known besides the plain ones. Raises what Jinja's parser does."""
    environment = _environment.overlay()
    environment.filters = {**_environment.filters, **dict.fromkeys(filters, str)}
    return environment.parse(text)


def list_refused(template: nodes.Template, filters: frozenset[str] = frozenset()) -> Iterator[tuple[int, str]]:
    """Line and name of every construct that is not in the language; what is inside it is not looked at."""
    return _list_refused(template, PLAIN_FILTERS | filters, 0)


def _list_refused(node: nodes.Node, filters: frozenset[str], depth: int) -> Iterator[tuple[int, str]]:
    if depth > MAX_NESTING or not _is_plain(node, filters):
        yield node.lineno, node.name if isinstance(node, nodes.Filter) else type(node).__name__.lower()
        return
    for child in node.iter_child_nodes():
        yield from _list_refused(child, filters, depth + 1)


def _is_plain(node: nodes.Node, filters: frozenset[str]) -> bool:
    match node:
        case nodes.Filter():
            return node.name in filters and _has_plain_arguments(node)
        case nodes.Test(name=name, args=[], kwargs=[], dyn_args=None, dyn_kwargs=None):
            return name in _PLAIN_TESTS
        case nodes.Getattr(node=nodes.Name()):
            return True
        case nodes.Mod(left=nodes.Name(), right=nodes.Const(value=int())):
            return True
    return isinstance(node, _PLAIN_NODES)


def _has_plain_arguments(node: nodes.Filter) -> bool:
    """Only `default` takes arguments, and `round` a number of decimals."""
    if node.kwargs or node.dyn_args or node.dyn_kwargs or node.node is None:
        return False
    match node.name, node.args:
        case _, []:
            return True
        case "default", [_]:
            return True
        case "round", [nodes.Const(value=int(decimals))]:
            return 0 <= decimals <= MAX_DECIMALS
    return False


def render_mail(text: str, facts: Mapping[str, Any]) -> str:
    """The text with the facts filled in, a missing one as nothing; raises UnfitMail."""
    try:
        return "".join(_within_limit(_compile_mail(text).generate(**facts)))
    except (TemplateError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
        raise UnfitMail(reason=str(error)) from error


def _within_limit(pieces: Iterator[str]) -> Iterator[str]:
    length = 0
    for piece in pieces:
        length += len(piece)
        if length > MAX_MAIL_LENGTH:
            raise UnfitMail("mail-too-long", most=MAX_MAIL_LENGTH)
        yield piece


@lru_cache(256)
def _compile_mail(text: str) -> Template:
    """A template is judged before Jinja compiles it, because compiling already computes its constants."""
    if len(text) > MAX_TEMPLATE_LENGTH:
        raise UnfitMail("mail-too-long", most=MAX_TEMPLATE_LENGTH)
    tree = _environment.parse(text)
    for _line, name in list_refused(tree):
        raise UnfitMail("mail-construct-refused", name=name)
    return _environment.from_string(tree)
