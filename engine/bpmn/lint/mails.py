"""Rules on mail templates: sandboxed Jinja with the subject on the first line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from jinja2 import TemplateSyntaxError, meta, nodes
from jinja2.sandbox import SandboxedEnvironment

from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.finding import Finding

MAX_TEMPLATE_LENGTH = 20_000
_SILENT_MARKUP = re.compile(r"\{#.*?#\}|\{%.*?%\}")
"""Markup in a template that produces no output."""
_INCLUSIONS = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
_UNBOUNDED = (
    *(nodes.For, nodes.Macro, nodes.CallBlock, nodes.FilterBlock, nodes.Call, nodes.Block, nodes.AssignBlock),
    *(nodes.Pow, nodes.Mul, nodes.Add, nodes.Concat, nodes.List, nodes.Dict, nodes.Tuple),
)
"""Constructs that could turn a short template into a long mail; without them its template and facts bound a mail."""
_PLAIN_FILTERS = frozenset({"default", "lower", "upper", "title", "capitalize", "trim", "round", "int"})


@dataclass(frozen=True, slots=True)
class MailTemplate:
    """A mail template: its path and its text."""

    path: PurePosixPath
    text: str


def check_template(mail: MailTemplate, deployment: DeploymentIndex) -> Iterator[Finding]:
    """Everything that can be checked in a template without rendering it."""
    yield from _check_subject(mail)
    if len(mail.text) > MAX_TEMPLATE_LENGTH:
        yield Finding("xml-text", 1, facts={"limit": MAX_TEMPLATE_LENGTH})
        return
    environment = SandboxedEnvironment(autoescape=False)
    environment.filters.update(dict.fromkeys(deployment.vocabulary.mail_filters, str))
    try:
        template = environment.parse(mail.text)
        unbounded = list(_check_growth(template, _PLAIN_FILTERS | deployment.vocabulary.mail_filters))
        # The search for names evaluates constants, which could take forever for a sum that grows.
        used_names = set() if unbounded else meta.find_undeclared_variables(template)
    except TemplateSyntaxError as error:
        yield Finding("mail-syntax", error.lineno, facts={"detail": (error.message or "").rstrip(".")})
    except (ValueError, RecursionError, OverflowError) as error:
        yield Finding("mail-syntax", 1, facts={"detail": type(error).__name__})
    else:
        yield from unbounded
        yield from _check_names(mail, template, used_names, deployment)


def _check_subject(mail: MailTemplate) -> Iterator[Finding]:
    """The first line is the subject; a mail without one is treated as spam."""
    first = mail.text.partition("\n")[0].strip()
    if not _SILENT_MARKUP.sub("", first).strip():
        yield Finding("mail-subject", 1)


def _check_names(
    mail: MailTemplate, template: nodes.Template, used_names: set[str], deployment: DeploymentIndex
) -> Iterator[Finding]:
    for node in template.find_all(_INCLUSIONS):
        yield Finding("mail-include", node.lineno)
    known = deployment.vocabulary.mail_names
    if known is None:
        return
    lines = {name.name: name.lineno for name in reversed(list(template.find_all(nodes.Name)))}
    for name in sorted(used_names - known.keys()):
        yield Finding("mail-name", lines.get(name, 1), facts={"name": name, "file": mail.path})
    for part in template.find_all((nodes.Getattr, nodes.Getitem)):
        yield from _check_attribute(mail, part, known)


def _check_attribute(mail: MailTemplate, part: nodes.Expr, known: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
    """Finds an attribute that its fact does not have; attributes are written plainly, as in case.code."""
    assert isinstance(part, nodes.Getattr | nodes.Getitem)
    owner = part.node.name if isinstance(part.node, nodes.Name) else ""
    name = part.attr if isinstance(part, nodes.Getattr) else ""
    if owner in known and name not in known[owner]:
        yield Finding("mail-name", part.lineno, facts={"name": f"{owner}.{name}", "file": mail.path})


def _check_growth(template: nodes.Template, filters: frozenset[str]) -> Iterator[Finding]:
    """Finds loops, calls, sums and filters that could produce any amount of text."""
    for node in template.find_all((*_UNBOUNDED, nodes.Filter, nodes.Mod)):
        match node:
            case nodes.Filter(name=name) if name in filters:
                continue
            case nodes.Mod(left=nodes.Name(), right=nodes.Const()):
                continue
            case nodes.Filter(name=name):
                yield Finding("mail-construct", node.lineno, facts={"name": name})
            case _:
                yield Finding("mail-construct", node.lineno, facts={"name": type(node).__name__.lower()})
