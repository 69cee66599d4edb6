"""Files of the forms that are being filled in: kept as they come, shown with the form, attached when it is sent.

A page's script sends them one by one while the rest is typed; without it they come with the form, and stay when the
form has a fault elsewhere.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from engine.cases import attachments, chosen_files
from engine.cases.attachments import CleanFile, UnacceptableFile, Upload
from engine.cases.chosen_files import FormHolder
from engine.cases.tasks import InvalidForm
from engine.staff import form_receipts, rate_limits
from engine.staff.rate_limits import RateLimit
from engine.store.db import transaction
from engine.translation.wording import say
from forms.schema import Form
from web.display import form_view
from web.display.form_view import ChosenEntry
from web.http import once
from web.http.parsing import parse_digits
from web.http.request import current_application, current_language, public_page, request_time, tx

blueprint = Blueprint("form_files", __name__)

DROP_FIELD = "drop_file"
UPLOADS = RateLimit("files from an address", 200, timedelta(hours=1))


def holder_of_form(token: str = "") -> FormHolder:
    """Whose form this request shows or sends; `token` is that of a draft."""
    account = g.get("account")
    return FormHolder(token or once.sent_token(), account.id if account is not None else None)


def token_of_draft(values: Mapping[str, object]) -> str:
    """The token of the form that a draft was saved from, so that it keeps its files; empty without one."""
    token = str(values.get(once.TOKEN_FIELD) or "")
    return token if form_receipts.is_form_token(token) else ""


def receive_files(form: Form, holder: FormHolder) -> dict[str, list[UnacceptableFile]]:
    """Keep the files that came with a form, and forget those that were ticked; returns what is wrong, by field.

    One file that cannot be taken keeps back none of the others.
    """
    dropped = [number for text in request.form.getlist(DROP_FIELD) if (number := parse_digits(text)) is not None]
    faults: dict[str, list[UnacceptableFile]] = {}
    clean: list[tuple[str, CleanFile]] = []
    for field, uploads in form_view.submitted_uploads(form).items():
        for upload in uploads[: attachments.MAX_FILES + 1]:
            try:
                clean.append((field, _clean_upload(upload, holder)))
            except UnacceptableFile as refused:
                faults.setdefault(field, []).append(refused)
    if dropped or clean:
        chosen_files.wait_turn_of(tx(), holder)
    if dropped:
        chosen_files.drop_chosen_files(tx(), holder, dropped)
    for field, file in clean:
        try:
            chosen_files.keep_chosen_file(tx(), holder, field, file, request_time())
        except UnacceptableFile as refused:
            faults.setdefault(field, []).append(refused)
    return faults


def _clean_upload(upload: Upload, holder: FormHolder) -> CleanFile:
    return clean_public_upload(upload) if holder.person_id is None else attachments.clean_upload(upload)


def clean_public_upload(upload: Upload) -> CleanFile:
    """Clean a file, which costs time: of an address of the public so many in an hour. Raises UnacceptableFile.

    It counts before anybody looks at it, in a transaction of its own, so that of many at once only so many are cleaned
    and nobody waits for the database meanwhile; the request has written nothing yet.
    """
    address = rate_limits.address_group(request.remote_addr or "")
    with transaction(current_application().database) as counting:
        until = rate_limits.count_try(counting, UPLOADS, address, request_time())
    if until is not None:
        raise UnacceptableFile("files-too-often", name=upload.name)
    return attachments.clean_upload(upload)


def files_to_attach(form: Form, holder: FormHolder) -> dict[str, list[CleanFile]]:
    """The files of the form by its file fields."""
    kept = chosen_files.load_chosen_files(tx(), holder)
    return {key: files for key, files in kept.items() if key in form.inputs and form.inputs[key].kind == "file"}


def chosen_entries(holder: FormHolder) -> dict[str, list[ChosenEntry]]:
    """The files of the form as its page lists them, by field."""
    entries: dict[str, list[ChosenEntry]] = {}
    for row in chosen_files.list_chosen_files(tx(), holder):
        entries.setdefault(row.field, []).append(_entry_of(row.id, row.name, row.size, row.thumbnail))
    return entries


def _entry_of(number: int, name: str, size: int, thumbnail: bytes) -> ChosenEntry:
    preview = f"data:image/jpeg;base64,{b64encode(thumbnail).decode()}" if thumbnail else ""
    return ChosenEntry(number, name, size, preview)


def require_no_faults(faults: Mapping[str, Sequence[UnacceptableFile]]) -> None:
    """Raise InvalidForm when a file could not be taken."""
    if faults:
        raise InvalidForm(faults)


@blueprint.post("/report/files")
@once.may_repeat
@public_page
def keep_public_file() -> ResponseReturnValue:
    """Keep one file of the public form; sent by the page's script."""
    return _keep_sent_file()


@blueprint.post("/report/files/drop")
@once.may_repeat
@public_page
def drop_public_file() -> ResponseReturnValue:
    """Forget one file of the public form; sent by the page's script."""
    return _drop_sent_file()


@blueprint.post("/form-files")
@once.may_repeat
def keep_own_file() -> ResponseReturnValue:
    """Keep one file of the form that an officer fills in; sent by the page's script."""
    return _keep_sent_file()


@blueprint.post("/form-files/drop")
@once.may_repeat
def drop_own_file() -> ResponseReturnValue:
    """Forget one file of the form that an officer fills in; sent by the page's script."""
    return _drop_sent_file()


def _keep_sent_file() -> ResponseReturnValue:
    holder, sent = _sending_holder(), request.files.get("file")
    if holder is None or sent is None:
        return {"fault": say(UnacceptableFile("attachment-unknown"), current_language())}, 400
    try:
        file = _clean_upload(form_view.read_upload(sent), holder)
        field = request.form.get("field", "")[:80]
        number = chosen_files.keep_chosen_file(tx(), holder, field, file, request_time())
    except UnacceptableFile as refused:
        return {"fault": say(refused, current_language())}, 422
    entry = _entry_of(number, file.name, len(file.content), file.thumbnail)
    return {"number": number, "name": file.name, "size": entry.size, "preview": entry.preview}


def _drop_sent_file() -> ResponseReturnValue:
    holder, number = _sending_holder(), parse_digits(request.form.get("number", ""))
    if holder is not None and number is not None:
        chosen_files.drop_chosen_files(tx(), holder, [number])
    return "", 204


def _sending_holder() -> FormHolder | None:
    token = request.form.get(once.TOKEN_FIELD, "")
    return holder_of_form(token) if form_receipts.is_form_token(token) else None
