"""Rules on mail templates: the language of mails, with the subject on the first line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from jinja2 import TemplateSyntaxError, meta, nodes

from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.finding import Finding
from engine.bpmn.mail_language import MAX_TEMPLATE_LENGTH, UnfitMail, list_refused, parse_mail, render_mail

_SILENT_MARKUP = re.compile(r"\{#.*?#\}|\{%.*?%\}")
"""Markup in a template that produces no output."""
_INCLUSIONS = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
_NUMBERS = frozenset({"days_late", "occurrence"})
"""The facts that are numbers; every other one is a text."""


@dataclass(frozen=True, slots=True)
class MailTemplate:
    """A mail template: its path and its text."""

    path: PurePosixPath
    text: str


def check_template(mail: MailTemplate, deployment: DeploymentIndex) -> Iterator[Finding]:
    """Everything that can be checked in a template: its syntax, its constructs, its names, and a mail from samples."""
    yield from _check_subject(mail)
    if len(mail.text) > MAX_TEMPLATE_LENGTH:
        yield Finding("xml-text", 1, facts={"limit": MAX_TEMPLATE_LENGTH})
        return
    filters = deployment.vocabulary.mail_filters
    try:
        template = parse_mail(mail.text, filters)
        refused = list(_check_constructs(template, filters))
        # The search for names evaluates constants, which could take forever for a sum that grows.
        used_names = set() if refused else meta.find_undeclared_variables(template)
    except TemplateSyntaxError as error:
        yield Finding("mail-syntax", error.lineno, facts={"detail": (error.message or "").rstrip(".")})
    except (ValueError, RecursionError, OverflowError) as error:
        yield Finding("mail-syntax", 1, facts={"detail": type(error).__name__})
    else:
        yield from refused or _check_use(mail, template, used_names, deployment)


def _check_subject(mail: MailTemplate) -> Iterator[Finding]:
    """The first line is the subject; a mail without one is treated as spam."""
    first = mail.text.partition("\n")[0].strip()
    if not _SILENT_MARKUP.sub("", first).strip():
        yield Finding("mail-subject", 1)


def _check_constructs(template: nodes.Template, filters: frozenset[str]) -> Iterator[Finding]:
    """Finds what is not in the language of mails; another template is named as such."""
    inclusions = {node.lineno for node in template.find_all(_INCLUSIONS)}
    for line, name in list_refused(template, filters):
        if line not in inclusions:
            yield Finding("mail-construct", line, facts={"name": name})
    for line in sorted(inclusions):
        yield Finding("mail-include", line)


def _check_use(
    mail: MailTemplate, template: nodes.Template, used_names: set[str], deployment: DeploymentIndex
) -> Iterator[Finding]:
    """Checks the names, and writes the mail when they are all known."""
    known, filters = deployment.vocabulary.mail_names, deployment.vocabulary.mail_filters
    if known is None:
        return
    unknown = list(_check_names(mail, template, used_names, known))
    yield from unknown
    if not unknown and not filters:
        yield from _check_samples(mail, known)


def _check_samples(mail: MailTemplate, names: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
    """Writes the mail for a case with every fact and for one without, so that it cannot fail at its first sending."""
    for text, number in (("1022", 1), ("", 0)):
        plain: dict[str, Any] = {name: number if name in _NUMBERS else text for name in names if not names[name]}
        facts = plain | {name: dict.fromkeys(parts, text) for name, parts in names.items() if parts}
        try:
            render_mail(mail.text, facts)
        except UnfitMail as error:
            yield Finding("mail-fails", 1, facts={"reason": error})
            return


def _check_names(
    mail: MailTemplate, template: nodes.Template, used_names: set[str], known: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    lines = {name.name: name.lineno for name in reversed(list(template.find_all(nodes.Name)))}
    for name in sorted(used_names - known.keys()):
        yield Finding("mail-name", lines.get(name, 1), facts={"name": name, "file": mail.path})
    for part in template.find_all(nodes.Getattr):
        yield from _check_attribute(mail, part, known)


def _check_attribute(mail: MailTemplate, part: nodes.Getattr, known: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
    """Finds an attribute that its fact does not have."""
    owner = part.node.name if isinstance(part.node, nodes.Name) else ""
    if owner in known and part.attr not in known[owner]:
        yield Finding("mail-name", part.lineno, facts={"name": f"{owner}.{part.attr}", "file": mail.path})
