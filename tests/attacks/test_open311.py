"""Whatever another system sends over Open311, the answer has the protocol's form; tried by schemathesis."""

from __future__ import annotations

import os
from typing import Any, cast

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error

from tests.kit.site import PLACE, Site
from tests.web.open311 import specification as spec
from tests.web.open311.test_open311 import new_key

EXAMPLES = 200 if "ATTACK_LONG" in os.environ else 8
TEXT = {"type": "string"}
INSTANT = {"type": "string", "format": "date-time"}


def parameter(name: str, schema: dict[str, Any], place: str = "query") -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": schema}


def reading(*parameters: dict[str, Any]) -> dict[str, Any]:
    answers = {status: {"description": "as GeoReport v2 has it"} for status in ("200", "400", "403", "404", "429")}
    shared = [parameter("jurisdiction_id", {"enum": ["dn", "x"]}), parameter("api_key", TEXT)]
    return {"get": {"parameters": [*shared, *parameters], "responses": answers}}


def document(key: str) -> dict[str, Any]:
    """The protocol's addresses and arguments, as GeoReport v2 names them."""
    code = parameter("code", TEXT, "path")
    arguments = ("last_name", "first_name", "phone", "email", "address_string", "address_id", "description", "lat")
    properties: dict[str, Any] = dict.fromkeys((*arguments, "long", "media_url", "device_id", "account_id"), TEXT)
    properties |= {"service_code": {"enum": ["infrastructure", "x"]}, "attribute[place]": {"enum": [PLACE, "x", ""]}}
    form = {"type": "object", "properties": {**properties, "api_key": {"enum": [key, "x"]}}}
    content = {media: {"schema": form} for media in ("application/x-www-form-urlencoded", "multipart/form-data")}
    content["application/json"] = {"schema": form}
    answers = {status: {"description": "as above"} for status in ("201", "400", "403", "404", "429")}
    queries = [parameter(name, TEXT) for name in ("service_request_id", "service_code", "page", "page_size", "status")]
    dates = [parameter(name, {"anyOf": [INSTANT, TEXT]}) for name in ("start_date", "end_date")]
    paths: dict[str, Any] = {}
    for written in ("json", "xml"):
        root = "/open311/v2"
        paths[f"{root}/discovery.{written}"] = reading()
        paths[f"{root}/services.{written}"] = reading()
        paths[f"{root}/services/{{code}}.{written}"] = reading(code)
        paths[f"{root}/requests/{{code}}.{written}"] = reading(code)
        paths[f"{root}/tokens/{{code}}.{written}"] = reading(code)
        listing = reading(*queries, *dates)
        paths[f"{root}/requests.{written}"] = {
            **listing,
            "post": {"requestBody": {"content": content}, "responses": answers},
        }
    return {"openapi": "3.1.0", "info": {"title": "GeoReport", "version": "2"}, "paths": paths}


def test_whatever_is_sent_is_answered_in_the_form_of_the_protocol(site: Site) -> None:
    key = new_key(site, per_minute=6000)
    schema = schemathesis.openapi.from_dict(document(key))
    schema.app = site.app
    for result in schema.get_all_operations():
        attack(cast("Any", result).ok(), key)


def attack(operation: Any, key: str) -> None:
    """Call one address with many values, half of them outside of what it says it takes."""

    @given(case=operation.as_strategy())
    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), database=None, deadline=None)
    def call(case: Any) -> None:
        response = case.call(headers={"Authorization": f"Bearer {key}"})
        case.validate_response(response, checks=[not_a_server_error])
        if response.status_code >= 400:
            is_json = case.path.endswith("json")
            entries = response.json() if is_json else spec.read_xml(response.content, ("errors", "error"))
            spec.check_errors(response.status_code, entries)

    call()
