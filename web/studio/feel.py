"""Offers a draft's conditions, timers and scripts in FEEL beside what both languages say of past cases.

What is accepted is written into the draft.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from engine.errors import BadInput, Stale
from engine.studio import drafts, feel_comparison, feel_rewriting
from engine.studio.feel_comparison import PastAnswers
from engine.studio.feel_rewriting import RewrittenText
from engine.translation.wording import fact_text, say
from web.http.parsing import parse_digits
from web.http.request import current_language, current_world, request_time, requires_permission, tx
from web.studio.files import ACT, editable_draft

blueprint = Blueprint("studio_feel", __name__, url_prefix="/studio/drafts/<int:draft_id>/feel")

DEFAULT_CASES, MOST_CASES = 50, 500
MOST_CHOSEN = 5_000
KIND_CAPTIONS = {
    "conditionExpression": lazy_gettext("Điều kiện"),
    "condition": lazy_gettext("Điều kiện"),
    "completionCondition": lazy_gettext("Điều kiện"),
    "loopCondition": lazy_gettext("Điều kiện"),
    "timeDate": lazy_gettext("Hẹn giờ"),
    "timeDuration": lazy_gettext("Hẹn giờ"),
    "timeCycle": lazy_gettext("Hẹn giờ"),
    "script": lazy_gettext("Đoạn mã"),
    "preScript": lazy_gettext("Đoạn mã"),
    "postScript": lazy_gettext("Đoạn mã"),
}


@blueprint.get("")
@requires_permission(ACT)
def show_feel_texts(draft_id: int) -> ResponseReturnValue:
    """List the texts that are in the older language, each in FEEL where it can be, with both results of past cases."""
    draft, cases, fault = editable_draft(draft_id), _number_of_cases(), ""
    texts: list[RewrittenText] = []
    try:
        texts = feel_rewriting.rewrite_files(drafts.load_files(tx(), draft))[1]
    except BadInput as error:
        fault = say(error, current_language())
    world, language = current_world(), current_language()
    answers = feel_comparison.compare_answers(tx(), texts, world, request_time(), cases, language)
    context = {"draft": draft, "fault": fault, "cases": cases, "most": MOST_CASES, "kinds": KIND_CAPTIONS}
    return render_template("studio/feel.html", files=_grouped_by_file(texts, answers), **context)


@blueprint.post("")
@requires_permission(ACT)
def accept_feel_texts(draft_id: int) -> ResponseReturnValue:
    """Write the chosen texts, or all that can be, into the draft's diagrams in FEEL."""
    draft = editable_draft(draft_id)
    chosen = None if request.form.get("act") == "all" else frozenset(request.form.getlist("text")[:MOST_CHOSEN])
    try:
        count = feel_rewriting.accept_texts(tx(), draft, chosen, request_time())
    except (BadInput, Stale) as error:
        flash(say(error, current_language()), "danger")
    else:
        words = _("Đã viết lại %(num)s đoạn bằng FEEL trong bản nháp.", num=count)
        flash(words, "success" if count else "info")
    return redirect(url_for("studio_feel.show_feel_texts", draft_id=draft_id))


def _number_of_cases() -> int:
    number = parse_digits(request.args.get("cases", ""))
    return DEFAULT_CASES if number is None else min(number, MOST_CASES)


def _grouped_by_file(texts: Sequence[RewrittenText], answers: Sequence[PastAnswers]) -> list[tuple[str, list[Any]]]:
    language = current_language()
    reasons = ["" if text.refusal is None else say(text.refusal, language) for text in texts]
    places = [text.element if text.caption is None else fact_text(text.caption, language) for text in texts]
    rows = list(zip(texts, places, answers, reasons, strict=True))
    return [(path.name, list(group)) for path, group in groupby(rows, key=lambda row: row[0].path)]
