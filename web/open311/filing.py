"""Files a report that another system sends, through the same intake as one that a citizen sends from the web.

What is sent twice is filed once: the same content with the same key is the same report for a day, unless the sender
tells them apart with the header Idempotency-Key. A picture is sent as a file; an address of one (media_url) is refused:
the program asks no foreign server for anything, and nobody looks later at what stands there now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _

from engine.cases import attachments, calls
from engine.cases.attachments import CleanFile
from engine.cases.tasks import Desk, InvalidForm
from engine.errors import Invalid
from engine.staff import form_receipts
from engine.staff.access import CITIZEN
from engine.staff.api_keys import KnownCaller
from engine.translation.wording import say
from forms.fields import FormField
from web.display import form_view
from web.http import once
from web.http.request import current_application, current_language, current_world, request_time, tx
from web.open311 import services
from web.pages import form_files, new_keys
from web.pages.public import PRESET_VALUES, store_citizen_report

CHANNEL = "app"
MEDIA = "media"
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
LONGEST_KEY = 200  # Of an Idempotency-Key.


class RefusedRequest(Exception):
    """A report that cannot be filed: a sentence for each thing that is wrong."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__()
        self.sentences = sentences


def identify_request(caller: KnownCaller) -> Any | None:
    """Tell this report from others; the receipt of the same one when it has been filed before."""
    token = request.headers.get("Idempotency-Key", "")[:LONGEST_KEY]
    return once.begin_call(f"api_key:{caller.key_id}", token, _sent_content())


def _sent_content() -> Iterator[tuple[str, str]]:
    yield from ((name, text) for name, text in request.form.items(multi=True) if name != "api_key")
    yield from ((name, file.filename or "") for name, file in request.files.items(multi=True))


def file_request(caller: KnownCaller) -> dict[str, Any]:
    """File what this request sends; returns the entry of the answer.

    Raises RefusedRequest, NotFound for an unknown service, Invalid, TooManyReports for a number that reports too often,
    and AlreadySent when the same was filed at the same time.
    """
    _require_form()
    services.require_service(_sent("service_code"))
    desk = Desk(CITIZEN, caller.origin_at(request.remote_addr or ""), request_time(), current_world())
    try:
        new = calls.build_report(tx(), desk, {**_form_values(), **PRESET_VALUES}, CHANNEL)
    except InvalidForm as refused:
        raise RefusedRequest(list(_worded_faults(refused))) from refused
    filed = store_citizen_report(desk, new, _sent_media(), "")
    key = new_keys.give_first_key(filed.report_id, CITIZEN)
    new_keys.keep_key_result(filed.report_id, filed.code)
    once.record_call()
    return _filed_entry(filed.code, key)


def entry_of_receipt(receipt: Any) -> dict[str, Any]:
    """The answer to a report that has been filed before."""
    return _filed_entry(form_receipts.receipt_result(receipt)["code"], new_keys.key_of_receipt(receipt))


def _filed_entry(code: str, key: str) -> dict[str, Any]:
    notice = _("Phản ánh %(code)s đã được nhận.", code=code)
    if key:
        notice += " " + _("Khóa tra cứu: %(key)s. Theo dõi tại %(site)s/follow", key=key, site=_site())
    return {"service_request_id": code, "service_notice": notice, "account_id": None}


def _site() -> str:
    return current_application().settings.site


def _require_form() -> None:
    """Raise Invalid for what is no form, or has an address where a picture belongs."""
    if request.mimetype not in FORM_TYPES:
        raise Invalid("content", "open311-not-a-form")
    if _sent("media_url"):
        raise Invalid("media_url", "open311-media-url")


def _form_values() -> dict[str, object]:
    """The protocol's arguments as answers to the intake form."""
    values: dict[str, object] = {}
    for key, arguments in services.ARGUMENTS.items():
        if key not in ("files", "position"):
            values[key] = " ".join(filter(None, map(_sent, arguments)))
    if _sent("lat") or _sent("long"):
        values["position"] = f"{_sent('lat')}, {_sent('long')}"
    return {**values, **{item.key: _sent_attribute(item) for item in services.extra_fields()}}


def _sent_attribute(item: FormField) -> object:
    sent = request.form.getlist(f"attribute[{item.key}]") or request.form.getlist(f"attribute[{item.key}][]")
    if item.kind == "commune" and not any(sent):
        sent = [_sent("address_id")]
    return sent if item.kind == "checklist" else "".join(sent[:1])


def _sent(name: str) -> str:
    return request.form.get(name, "").strip()


def _sent_media() -> list[CleanFile]:
    """The pictures and other files of the report, clean; raises UnacceptableFile."""
    uploads = [upload for name in (MEDIA, f"{MEDIA}[]") for upload in form_view.sent_files(name)]
    attachments.require_few_files(len(uploads))
    return [form_files.clean_public_upload(upload) for upload in uploads]


def _worded_faults(refused: InvalidForm) -> Iterator[str]:
    """A sentence for each thing that is wrong, after the argument that it is about."""
    names: Mapping[str, str] = {key: ", ".join(arguments) for key, arguments in services.ARGUMENTS.items()}
    for key, faults in refused.errors.items():
        for fault in faults:
            yield f"{names.get(key, f'attribute[{key}]')}: {say(fault, current_language())}"
