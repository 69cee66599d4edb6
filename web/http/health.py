"""Endpoints for monitoring: liveness, readiness, metrics.

They need no session and run outside a transaction: they must respond even when the database is down.
"""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import DBAPIError

from engine.errors import EngineError
from engine.process import definitions
from engine.store import schema_migrations
from engine.store.db import transaction
from web.http.plain_pages import ERROR_SENTENCES, render_plain_page
from web.http.request import current_application, current_language, public_page, without_transaction

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public_page
@without_transaction
def check_liveness() -> ResponseReturnValue:
    """Respond that the process is alive."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@public_page
@without_transaction
def check_readiness() -> ResponseReturnValue:
    """Check that the database responds, has the program's schema, and has a deployment; 503 otherwise."""
    checks = {"database": False, "schema": False, "deployment": False}
    try:
        with transaction(current_application().database) as tx:
            checks["schema"] = schema_migrations.revision_of(tx) == schema_migrations.head_revision()
            checks["database"] = True
            checks["deployment"] = checks["schema"] and bool(definitions.load_active_deployment(tx).processes)
    except (DBAPIError, EngineError):
        pass  # Checks that could not run stay false.
    return checks, 200 if all(checks.values()) else 503


@blueprint.get("/refused/<int:status>")
@public_page
@without_transaction
def show_refusal(status: int) -> ResponseReturnValue:
    """The page that a proxy shows when it refuses a request by itself, such as a body over its limit."""
    return Response(render_plain_page(status, current_language()), status if status in ERROR_SENTENCES else 404)


@blueprint.get("/metrics")
@public_page
@without_transaction
def export_metrics() -> ResponseReturnValue:
    """Export Prometheus metrics; other machines get nothing without the key."""
    if not _may_scrape():
        abort(404)
    return Response(generate_latest(current_application().meters.registry), content_type=CONTENT_TYPE_LATEST)


def _may_scrape() -> bool:
    """With a key configured, its holder may; without one, this machine, not through a proxy that the program ignores.

    Behind the proxies it knows of, the server has replaced the address by the client's.
    """
    key = current_application().settings.metrics_key
    if key is not None:
        credentials = request.headers.get("Authorization", "").encode()
        return hmac.compare_digest(credentials, b"Bearer " + key)
    forwarded = "X-Forwarded-For" in request.headers and not current_application().settings.proxies
    try:
        return ip_address(request.remote_addr or "").is_loopback and not forwarded
    except ValueError:
        return False
