"""The scenarios that failed when a deployment was deployed, kept with it: later drafts answer for none of them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import select, update

from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Deployment

RedList = Mapping[str, str]  # What the scenarios are called, by file.

_deployment = table_of(Deployment)


def keep_red_list(tx: Transaction, deployment_id: int, failing: RedList) -> None:
    """Keep which scenarios fail with a deployment that has just been deployed."""
    text = json.dumps(dict(sorted(failing.items())), ensure_ascii=False)
    tx.write().execute(update(_deployment).where(_deployment.c.id == deployment_id).values(red_list=text))


def load_red_list(tx: Transaction, deployment_id: int) -> RedList | None:
    """The scenarios that failed when it was deployed; None for a deployment that went without running them."""
    query = select(_deployment.c.red_list).where(_deployment.c.id == deployment_id)
    return read_red_list(tx.read.execute(query).scalar_one())


def read_red_list(text: str | None) -> RedList | None:
    """A kept list."""
    return None if text is None else {str(path): str(name) for path, name in json.loads(text).items()}
