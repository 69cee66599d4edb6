"""What other machines ask: does the process live, can it work, how much waits. Without a session, without a transaction
around it: the answer must come although the database is away.
"""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from typing import Any

from flask import Blueprint, Response, abort, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import DBAPIError

from engine.errors import EngineError
from engine.process import definitions
from engine.store import schema_migrations
from engine.store.db import transaction
from web.http.request import app, public, without_transaction

blueprint = Blueprint("health", __name__)

Answer = Any


@blueprint.get("/healthz")
@public
@without_transaction
def lives() -> Answer:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@public
@without_transaction
def ready() -> Answer:
    """The database answers, has the program's schema, and something is deployed; 503 otherwise."""
    checks = {"database": False, "schema": False, "deployment": False}
    try:
        with transaction(app().database) as tx:
            checks["schema"] = schema_migrations.revision_of(tx) == schema_migrations.head()
            checks["database"] = True
            checks["deployment"] = checks["schema"] and bool(definitions.newest(tx).processes)
    except (DBAPIError, EngineError):
        pass  # What could not be asked stays false.
    return checks, 200 if all(checks.values()) else 503


@blueprint.get("/metrics")
@public
@without_transaction
def metrics() -> Answer:
    """Prometheus asks; nobody from elsewhere gets an answer without the key."""
    if not _allowed():
        abort(404)
    return Response(generate_latest(app().meters.registry), content_type=CONTENT_TYPE_LATEST)


def _allowed() -> bool:
    """This machine itself, as far as proxies tell, or whoever has the key."""
    key = app().settings.metrics_key
    if key is not None:
        given = request.headers.get("Authorization", "").encode()
        return hmac.compare_digest(given, b"Bearer " + key)
    forwarded = "X-Forwarded-For" in request.headers and not app().settings.proxies
    try:
        return ip_address(request.remote_addr or "").is_loopback and not forwarded
    except ValueError:
        return False
