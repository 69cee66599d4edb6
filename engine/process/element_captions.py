"""English names of tasks, whose rows store the Vietnamese name of their step.

The names come from all stored diagrams, because the rows of one list come from many deployments; where two translate a
name differently, the most recently activated one wins. Read once per content and OS process, then cached.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from sqlalchemy import select

from engine.bpmn.english_texts import english_task_names
from engine.process import definitions
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Deployment
from engine.translation.catalogue import SOURCE, Language

_deployment = table_of(Deployment)
_names_by_digest: dict[str, Mapping[str, str]] = {}


def load_step_names(tx: Transaction, language: Language) -> Mapping[str, str]:
    """Step names in `language` by Vietnamese name; a step that is missing keeps its Vietnamese name.

    One statement, however many names are then looked up in the result.
    """
    if language == SOURCE:
        return {}
    names: dict[str, str] = {}
    for digest in tx.read.execute(select(_deployment.c.digest).order_by(_deployment.c.turn)).scalars().all():
        names |= _deployment_names(tx, digest)
    return names


def _deployment_names(tx: Transaction, digest: str) -> Mapping[str, str]:
    if digest not in _names_by_digest:
        _names_by_digest[digest] = step_names_in(definitions.load_stored_files(tx, digest))
    return _names_by_digest[digest]


def step_names_in(files: Mapping[PurePosixPath, bytes]) -> dict[str, str]:
    """The English names of the steps in the diagrams of a deployment, by Vietnamese name."""
    diagrams = [content for path, content in sorted(files.items()) if path.suffix == ".bpmn"]
    return {name: english for diagram in diagrams for name, english in english_task_names(diagram).items()}
