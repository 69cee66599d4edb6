"""Whatever another system sends over the REST interface is answered as its document says; tried by schemathesis."""

from __future__ import annotations

import os
from typing import Any, cast

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.kit.site import COMMUNE, Site
from tests.web.api.test_rest import Client
from tests.web.pages.test_task import received
from web.api.document import build_document

EXAMPLES = 200 if "ATTACK_LONG" in os.environ else 10
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def test_whatever_is_sent_is_answered_as_the_document_says(site: Site) -> None:
    received(site)
    headers = Client(site, COMMUNE, sends_events=True, per_minute=6000).headers
    schema = schemathesis.openapi.from_dict(build_document())
    schema.app = site.app
    for result in schema.get_all_operations():
        attack(cast("Any", result).ok(), headers)


def attack(operation: Any, headers: dict[str, str]) -> None:
    """Call one address with many values that its document allows, and others."""

    @given(case=operation.as_strategy())
    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), database=None, deadline=None)
    def call(case: Any) -> None:
        response = case.call(headers={**headers, "Idempotency-Key": str(case.body)[:50].encode().hex() or "x"})
        case.validate_response(response, checks=CHECKS)
        if response.status_code >= 400:
            assert response.json()["detail"]

    call()
