"""The provincial office reads answers and says which of them everybody may read."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.errors import Invalid
from engine.statistics import public_answers
from engine.statistics.public_answers import ACT, AnswerOffer
from engine.translation.wording import say
from web.http.request import current_desk, current_language, request_time, requires_permission, tx

blueprint = Blueprint("published_answers", __name__, url_prefix="/answers/published")

RELEASE = "release"


@blueprint.get("")
@requires_permission(ACT)
def show_answers_to_publish() -> ResponseReturnValue:
    """List the answers of the last days that await a decision, and those that are shown."""
    undecided, released = public_answers.list_undecided(tx(), request_time()), public_answers.list_released(tx())
    context = {"days": public_answers.OFFERED_DAYS, "undecided": undecided, "released": released}
    return render_template("published_answers.html", **context)


@blueprint.get("/<int:number>")
@requires_permission(ACT)
def show_release_form(number: int) -> ResponseReturnValue:
    """Show an answer as it would be shown, to be read and freed of what masks do not find."""
    offer = public_answers.load_offer(tx(), number)
    return _render_offer(offer, offer.shown or offer.masked)


def _render_offer(offer: AnswerOffer, text: str, fault: str = "") -> ResponseReturnValue:
    page = render_template("published_answer.html", offer=offer, text=text, fault=fault, most=public_answers.LONGEST)
    return page, 422 if fault else 200


@blueprint.post("/<int:number>")
@requires_permission(ACT)
def submit_release(number: int) -> ResponseReturnValue:
    """Show the text to everybody, or to nobody; what still has signs of people comes back with masks over them."""
    text = request.form.get("text", "").strip().replace("\r\n", "\n")
    offer = public_answers.load_offer(tx(), number)
    if request.form.get("act") != RELEASE:
        public_answers.withhold_answer(tx(), current_desk(), number)
        flash(_("Câu trả lời hồ sơ %(code)s không được công khai.", code=offer.case.code), "success")
        return redirect(url_for("published_answers.show_answers_to_publish"))
    if "publishable" not in request.form:
        return _render_offer(offer, text, _("Hãy đọc câu trả lời và đánh dấu “Được công bố”."))
    try:
        public_answers.release_answer(tx(), current_desk(), number, text)
    except Invalid as error:
        return _render_offer(offer, public_answers.mask_answer(tx(), number, text), say(error, current_language()))
    flash(_("Câu trả lời hồ sơ %(code)s được công khai.", code=offer.case.code), "success")
    return redirect(url_for("published_answers.show_answers_to_publish"))
