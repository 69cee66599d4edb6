"""The transfer slip of a case as a PDF: whoever may open the case may take one along, masked as the page is."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from engine.cases import dossier
from engine.documents import fonts, transfer_slip
from engine.journal import acts, journal
from engine.privacy.disclosures import SLIP
from web.display import transfer_text
from web.display.typefaces import SERIF_FOLDER
from web.http import disclosure_log, downloads
from web.http.request import current_desk, current_stamp, request_time, tx

blueprint = Blueprint("transfer", __name__)


@blueprint.get("/cases/<code>/transfer-slip")
def download_transfer_slip(code: str) -> ResponseReturnValue:
    """Download the slip; `task` names the open task whose unit receives the case. Recorded in the journal (R14)."""
    case = dossier.load_by_code(tx(), current_desk(), code)
    slip = transfer_text.compose_slip(case, request.args.get("task", type=int))
    content = transfer_slip.write_slip(slip, fonts.choose_typeface(SERIF_FOLDER), request_time())
    if case.personal:
        disclosure_log.record_disclosure(SLIP, [case.report.id])
    journal.record(tx(), current_stamp(), acts.EXPORT_SLIP, f"case:{case.report.code}", personal=case.personal)
    return downloads.file_response(content, "application/pdf", transfer_slip.FILE_NAME.format(code=case.report.code))
