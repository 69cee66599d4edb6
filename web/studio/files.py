"""Serves the files of a draft to the browser editors: plain contents with versions, everything else as JSON.

Errors are JSON too, with one sentence; 409 if somebody else was faster.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from pathlib import PurePosixPath
from typing import Any, TypeVar

from flask import Blueprint, Response, g, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from lxml import etree

from engine.errors import BadInput, EngineError, FileProblem, Forbidden, NotFound, Stale
from engine.province import unit_captions
from engine.province.profile import named_provinces
from engine.safe_xml import parse_xml
from engine.scenarios import deployment_check
from engine.scenarios.files import Provinces
from engine.studio import deployment_map, drafts, file_search, file_uses, mail_preview
from engine.studio.catalogue import collect_choices
from engine.studio.condition_names import NameCaptions, list_condition_names
from engine.studio.deployment_map import FileLink
from engine.studio.drafts import DeploymentDraft
from engine.studio.mail_preview import MailSample
from engine.studio.telling.outside_words import MESSAGE_WORDS, NAME_WORDS, RECIPIENT_WORDS
from engine.text import strip_diacritics
from engine.translation.wording import fact_text, say
from engine.world.roles import STAFF_ROLES
from engine.world.unit_tree import UNIT_KINDS
from web.display import filters
from web.display.history_text import MARK_CAPTIONS
from web.http.parsing import parse_digits, sent_json
from web.http.request import current_application, current_language, current_world, request_time, requires_permission, tx

blueprint = Blueprint("studio_files", __name__, url_prefix="/studio/drafts/<int:draft_id>")
View = TypeVar("View", bound=Callable[..., Any])

ACT = "design"
RECIPIENT_CAPTIONS = {name: lazy_gettext(words) for name, words in RECIPIENT_WORDS.items()}
MESSAGE_CAPTIONS = {name: lazy_gettext(words) for name, words in MESSAGE_WORDS.items()}
NAME_CAPTIONS = {name: lazy_gettext(words) for name, words in NAME_WORDS.items()}


def json_errors(view: View) -> View:
    """Decorator that returns the program's errors as JSON."""

    @wraps(view)
    def call_view(*args: Any, **named: Any) -> ResponseReturnValue:
        try:
            return view(*args, **named)
        except Stale as error:
            return jsonify(sentence=say(error, current_language()), who=g.account.name), 409
        except EngineError as error:
            return jsonify(sentence=say(error, current_language())), _status_of(error)

    return call_view  # type: ignore[return-value]


def _status_of(error: EngineError) -> int:
    if isinstance(error, Forbidden):
        return 403
    return 404 if isinstance(error, NotFound) else 422


def visible_draft(draft_id: int) -> DeploymentDraft:
    """The draft with that id, if the signed-in analyst may read it; raises NotFound."""
    return drafts.load_visible(tx(), g.account.id, draft_id)


def editable_draft(draft_id: int) -> DeploymentDraft:
    """The draft with that id, if the signed-in analyst may edit it; raises Forbidden to a reader, NotFound."""
    return drafts.load_editable(tx(), g.account.id, draft_id)


def known_provinces() -> Provinces:
    """The provinces that scenarios may run in: the shipped ones and the one of this installation."""
    return named_provinces(current_application().settings.province)


@blueprint.get("/files")
@requires_permission(ACT)
@json_errors
def list_draft_files(draft_id: int) -> ResponseReturnValue:
    """List the files, which of them the draft has changed, and those of the base that it has deleted."""
    draft = visible_draft(draft_id)
    rows = drafts.list_file_versions(tx(), draft)
    there = [{"path": str(row.path), "version": row.version, "changed": row.version > 0} for row in rows]
    return jsonify([*there, *({"path": str(path), "deleted": True} for path in drafts.list_deleted(tx(), draft))])


@blueprint.get("/uses/<path:path>")
@requires_permission(ACT)
@json_errors
def list_file_uses(draft_id: int, path: str) -> ResponseReturnValue:
    """List who uses a file, for the question before it is deleted."""
    uses = file_uses.list_uses(drafts.load_files(tx(), visible_draft(draft_id)), PurePosixPath(path))
    return jsonify(
        [
            {"path": str(one.path), "element": one.element, "caption": fact_text(one.caption, current_language())}
            for one in uses
        ]
    )


@blueprint.get("/map")
@requires_permission(ACT)
@json_errors
def show_file_map(draft_id: int) -> ResponseReturnValue:
    """The files by process, with what each is called, and which element leads to which file."""
    mapped = deployment_map.map_files(drafts.load_files(tx(), visible_draft(draft_id)))
    files = [
        {"path": str(one.path), "caption": one.caption, "diagrams": [str(path) for path in one.diagrams]}
        for one in mapped.files
    ]
    return jsonify(files=files, links=[_link_row(link) for link in mapped.links])


def _link_row(link: FileLink) -> dict[str, str]:
    caption = fact_text(link.use.caption, current_language())
    return {"path": str(link.use.path), "element": link.use.element, "caption": caption, "target": str(link.target)}


@blueprint.get("/search")
@requires_permission(ACT)
@json_errors
def search_draft_files(draft_id: int) -> ResponseReturnValue:
    """Find words in captions, texts and ids of all files."""
    files = drafts.load_files(tx(), visible_draft(draft_id))
    places = file_search.search_files(files, request.args.get("q", ""))
    return jsonify([{**asdict(place), "path": str(place.path)} for place in places])


@blueprint.post("/restore/<path:path>")
@requires_permission(ACT)
@json_errors
def restore_draft_file(draft_id: int, path: str) -> ResponseReturnValue:
    """Bring back a file of the base that the draft has deleted."""
    drafts.restore_file(tx(), editable_draft(draft_id), PurePosixPath(path), request_time())
    return "", 204


@blueprint.get("/files/<path:path>")
@requires_permission(ACT)
@json_errors
def read_draft_file(draft_id: int, path: str) -> ResponseReturnValue:
    """Return the current content of a file."""
    content, version = drafts.load_file(tx(), visible_draft(draft_id), PurePosixPath(path))
    response = Response(content, mimetype="text/plain")
    response.set_etag(str(version))
    return response


@blueprint.put("/files/<path:path>")
@requires_permission(ACT)
@json_errors
def write_draft_file(draft_id: int, path: str) -> ResponseReturnValue:
    """Save a file; malformed XML is rejected before it replaces a diagram."""
    content = request.get_data(cache=False)
    _require_xml(PurePosixPath(path), content)
    draft, version = editable_draft(draft_id), _expected_version()
    return _saved_response(drafts.save_file(tx(), draft, PurePosixPath(path), content, version, request_time()))


@blueprint.delete("/files/<path:path>")
@requires_permission(ACT)
@json_errors
def remove_draft_file(draft_id: int, path: str) -> ResponseReturnValue:
    """Remove a file from the draft."""
    drafts.save_file(tx(), editable_draft(draft_id), PurePosixPath(path), None, _expected_version(), request_time())
    return "", 204


def _saved_response(version: int) -> ResponseReturnValue:
    response = Response(status=204)
    response.set_etag(str(version))
    return response


def _expected_version() -> int | None:
    """The version that the browser has read; None for a new file."""
    if request.headers.get("If-None-Match") == "*":
        return None
    tags = request.if_match.as_set()
    version = parse_digits(tags.pop()) if len(tags) == 1 else None
    if version is None:
        raise BadInput("request-without-version")
    return version


def _require_xml(path: PurePosixPath, content: bytes) -> None:
    if path.suffix not in (".bpmn", ".dmn"):
        return
    try:
        parse_xml(content)
    except etree.XMLSyntaxError as error:
        raise BadInput("draft-file-no-xml", file=path.name, line=str(error.lineno)) from error


@blueprint.get("/problems")
@requires_permission(ACT)
@json_errors
def list_problems(draft_id: int) -> ResponseReturnValue:
    """List all problems of the draft, worded so that its author can fix them.

    Of a draft without any, the notes, and of each process whether its cases can always end.
    """
    files = drafts.load_files(tx(), visible_draft(draft_id))
    units = unit_captions.current_units(tx().read)
    faults = deployment_check.problems_in(files, current_language(), known_provinces(), units=units)
    notes = [] if faults else deployment_check.notes_on(files, current_language())
    verdicts = [] if faults else deployment_check.verdicts_on(files, current_language())
    lists = {"problems": faults, "notes": notes, "verdicts": verdicts}
    return jsonify({name: [_problem_row(item) for item in items] for name, items in lists.items()})


def _problem_row(item: FileProblem) -> dict[str, object]:
    return {
        "path": str(item.file),
        "element": item.element,
        "caption": item.caption,
        "line": item.line,
        "sentence": item.message,
        "rule": item.rule,
    }


@blueprint.get("/catalogue")
@requires_permission(ACT)
@json_errors
def list_choices(draft_id: int) -> ResponseReturnValue:
    """List the choices available while modelling, with captions in this language."""
    options: dict[str, Any] = dict(collect_choices(drafts.load_files(tx(), visible_draft(draft_id))))
    for item in (*options["roles"], *options["start_roles"]):
        item["label"] = str(filters.role_caption(item["value"]))
    for item in options["unit_kinds"]:
        item["label"] = str(filters.UNIT_KIND_CAPTIONS.get(item["value"], item["value"]))
    for item in options["recipients"]:
        item["label"] = filters.own_words(RECIPIENT_CAPTIONS.get(item["value"], item["value"]))
    for item in options["messages"]:
        item["label"] = str(MESSAGE_CAPTIONS.get(item["value"], item["value"]))
    for item in options["marks"]:
        item["label"] = str(MARK_CAPTIONS.get(item["value"], item["value"]))
    options["units"] = unit_options()
    return jsonify(options)


def unit_options() -> list[dict[str, str]]:
    """The units of the province that are at work, as choices with their kinds, by kind and name."""
    units = (unit for unit in current_world().units.units if not unit.closed)
    rows = [{"value": unit.code, "label": unit.name, "kind": unit.kind} for unit in units]
    for row in rows:
        row["kind"] = str(filters.UNIT_KIND_CAPTIONS.get(row["kind"], row["kind"]))
    return sorted(rows, key=lambda row: (row["kind"], strip_diacritics(row["label"])))


@blueprint.get("/names/<path:path>")
@requires_permission(ACT)
@json_errors
def list_names(draft_id: int, path: str) -> ResponseReturnValue:
    """List the names that conditions of a diagram may ask, with captions and values in this language."""
    files = drafts.load_files(tx(), visible_draft(draft_id))
    units = unit_captions.current_units(tx().read)
    return jsonify(list_condition_names(files, PurePosixPath(path), units, current_language(), name_captions()))


def name_captions() -> NameCaptions:
    """What roles, kinds of units, channels and the names that every case has are called in this language."""
    roles = {role: str(filters.role_caption(role)) for role in STAFF_ROLES}
    kinds = {kind: str(filters.UNIT_KIND_CAPTIONS[kind]) for kind in sorted(UNIT_KINDS)}
    channels = {channel: str(caption) for channel, caption in filters.CHANNEL_CAPTIONS.items()}
    names = {name: str(caption) for name, caption in NAME_CAPTIONS.items()}
    return NameCaptions(names, {"starter_role": roles, "channel": channels}, kinds)


@blueprint.get("/others")
@requires_permission(ACT)
@json_errors
def list_coauthors(draft_id: int) -> ResponseReturnValue:
    """List who else is editing files of a deployment."""
    by_author: dict[str, dict[str, Any]] = {}
    for row in drafts.list_concurrent_edits(tx(), visible_draft(draft_id)):
        author = by_author.setdefault(row.name, {"who": row.name, "at": row.saved_at.isoformat(), "paths": []})
        if row.path not in author["paths"]:
            author["paths"].append(row.path)
    return jsonify(list(by_author.values()))


@blueprint.post("/mail-preview")
@requires_permission(ACT)
@json_errors
def preview_mail(draft_id: int) -> ResponseReturnValue:
    """Preview a mail as it would read for a real case."""
    visible_draft(draft_id)
    body = sent_json(drafts.MAX_FILE_BYTES)
    template, code = body.get("text"), body.get("case") or ""
    if not isinstance(template, str) or not isinstance(code, str):
        raise BadInput("request-without-mail")
    pages = current_application().mail_writing(current_world()).pages
    sample = MailSample(template, code, current_language())
    subject, text = mail_preview.render_for_case(tx(), sample, current_world(), pages, request_time())
    return jsonify(subject=subject, text=text)
