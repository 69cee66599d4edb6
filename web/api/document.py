"""The document of the REST interface: OpenAPI 3.1, made from the addresses and their schemas, and a page of it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from flask import Blueprint, Flask, Response, render_template
from flask.typing import ResponseReturnValue
from flask_smorest import Api

from web.api import events, reading, work
from web.api.problems import MEDIA_TYPE
from web.api.schemas import ProblemEntry
from web.http.request import public_page, without_transaction

blueprint = Blueprint("api_document", __name__, url_prefix="/api/v1")

PREFIX = "/api/"
PARTS = (work.blueprint, events.blueprint, reading.blueprint)
PROBLEMS = {
    "401": "no key, or one that opens nothing",
    "403": "the account may not do this",
    "404": "there is no such thing",
    "409": "somebody was faster",
    "422": "what was sent is not as the document or the form says",
    "429": "too many calls in this minute",
}
VERSION = "1"


@cache
def build_document() -> dict[str, Any]:
    """The document, made in an application of its own: the program's is not changed by it."""
    own = Flask("document")
    own.config.update(API_TITLE="1022", API_VERSION=VERSION, OPENAPI_VERSION="3.1.0")
    api = Api(own)
    for part in PARTS:
        api.register_blueprint(part)
    api.spec.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
    api.spec.components.schema("Problem", schema=ProblemEntry)
    document: dict[str, Any] = {**json.loads(json.dumps(api.spec.to_dict())), "security": [{"key": []}]}
    for operations in document["paths"].values():
        for operation in operations.values():
            if isinstance(operation, dict):
                _add_what_all_have(operation)
    return document


def _add_what_all_have(operation: dict[str, Any]) -> None:
    """The problems and the header that any operation may have, which smorest does not know."""
    problem = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    answers = {status: {"description": words, **problem} for status, words in PROBLEMS.items()}
    answers["400"] = {"description": "what was sent cannot be used", **problem}
    operation["responses"] = {**answers, **{key: value for key, value in operation["responses"].items() if key < "400"}}
    if "requestBody" in operation:
        token = {"name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string"}}
        operation.setdefault("parameters", []).append(token)


@blueprint.get("/openapi.json")
@public_page
@without_transaction
def download_document() -> Response:
    """The document for programs."""
    return Response(json.dumps(build_document(), ensure_ascii=False), content_type="application/json")


@blueprint.get("/")
@public_page
def show_document() -> ResponseReturnValue:
    """The document for people."""
    document = build_document()
    return render_template("api.html", document=document, schemas=document["components"]["schemas"])
