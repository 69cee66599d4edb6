"""One submission is one act: a form that is sent again, by a reload, twice at once or after going back, acts once.

Every form carries a token beside the one against forgery (`macros.html`). What came of it is recorded in the
transaction of the act itself, so that of two requests at once one is rolled back and answered like the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, TypeVar, cast

from flask import current_app, flash, g, request, session
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from engine.clock import VIETNAM
from engine.staff import form_receipts
from engine.staff.form_receipts import FormSubmission
from engine.store.db import Transaction

TOKEN_FIELD = "form_token"  # noqa: S105 - the name of a field.
SENT_FORM = "sent_form"
# Answers to an act that the same submission may just have done: what it acts on is in another state.
_LOST_RACE = frozenset({404, 409, 422, 429})
View = TypeVar("View", bound=Callable[..., Any])


class AlreadySent(Exception):
    """The same submission has been recorded by a request at the same time."""


def may_repeat(view: View) -> View:
    """Mark a page that may be sent again as it is: it opens or chooses something and adds nothing."""
    view.repeatable = True  # type: ignore[attr-defined]
    return view


def answers_repeats(answer: Callable[[Any], Any]) -> Callable[[View], View]:
    """Mark a page whose repeated submission is answered by `answer`, which gets the receipt of the first."""

    def mark_view(view: View) -> View:
        view.answer_repeat = answer  # type: ignore[attr-defined]
        return view

    return mark_view


def sent_token() -> str:
    """The token of the form that was sent, or a new one when it brought none."""
    token = request.form.get(TOKEN_FIELD, "") if request.method != "GET" else ""
    return token if form_receipts.is_form_token(token) else form_receipts.new_form_token()


def current_submission() -> FormSubmission | None:
    """What this request submits; None when its form has no token."""
    return cast("FormSubmission | None", g.get("submission"))


def require_submission() -> FormSubmission:
    """What this request submits; a form without a token is a submission of its own each time."""
    if current_submission() is None:
        g.submission = form_receipts.lone_submission()
    return cast("FormSubmission", g.submission)


def forget_submission() -> None:
    """Let the same content be sent again: this request has not done what it asked for."""
    g.submission = None


def keep_result(**facts: object) -> None:
    """Keep facts about the outcome for the page that shows it, also to those who send the same again."""
    g.setdefault("submission_result", {}).update(facts)


def begin_submission(sender: str) -> Any | None:
    """Identify what is submitted; the receipt when it was submitted before."""
    token = request.form.get(TOKEN_FIELD, "") if request.method == "POST" else ""
    view = current_app.view_functions.get(request.endpoint or "")
    if not form_receipts.is_form_token(token) or getattr(view, "repeatable", False):
        return None
    secret = cast("Any", current_app).key
    g.submission = form_receipts.identify_submission(secret, token, sender, request.full_path, _sent_content())
    return find_receipt()


def begin_call(sender: str, token: str, content: Iterable[tuple[str, str]]) -> Any | None:
    """Identify what another system sends, which no form of ours carries; the receipt when it was sent before.

    `token` is what the sender tells its calls apart by, "" for nothing: then the same content is the same call.
    """
    secret = cast("Any", current_app).key
    g.submission = form_receipts.identify_submission(secret, token, sender, request.path, content)
    return find_receipt()


def record_call() -> None:
    """Record that this call has acted, though its answer leads nowhere; raises AlreadySent when another was faster."""
    if not form_receipts.keep_receipt(_tx(), require_submission(), "", g.get("submission_result", {}), _now()):
        raise AlreadySent


def kept_result(receipt: Any) -> dict[str, Any]:
    """What `keep_result` has kept with a receipt."""
    return form_receipts.receipt_result(receipt)


def _sent_content() -> Iterator[tuple[str, str]]:
    own = {"csrf_token", TOKEN_FIELD}
    yield from ((name, text) for name, text in request.form.items(multi=True) if name not in own)
    yield from ((name, file.filename or "") for name, file in request.files.items(multi=True))


def find_receipt() -> Any | None:
    """The receipt of what this request submits, if it has one by now."""
    sent = current_submission()
    return None if sent is None else form_receipts.find_receipt(_tx(), sent.key)


def sent_with_other_content() -> Any | None:
    """The receipt of another content that was sent with the same form before.

    Raises AlreadySent when it is the same content: a request at the same time has been faster.
    """
    sent = current_submission()
    receipt = None if sent is None else form_receipts.newest_receipt_of_form(_tx(), sent.form)
    if sent is not None and receipt is not None and receipt.key == sent.key:
        raise AlreadySent
    return receipt


def record_submission(response: Response) -> None:
    """Record that the request has acted: it leads somewhere else. Raises AlreadySent when another was faster."""
    sent = current_submission()
    if sent is None:
        return
    if response.status_code in _LOST_RACE and find_receipt() is not None:
        raise AlreadySent
    if not 300 <= response.status_code < 400:
        return
    result = g.get("submission_result", {})
    if not form_receipts.keep_receipt(_tx(), sent, response.headers["Location"], result, _now()):
        raise AlreadySent
    if TOKEN_FIELD in request.form:
        session[SENT_FORM] = request.form[TOKEN_FIELD]


def take_sent_form() -> str:
    """The token of the form that this visitor has just sent, once: the browser then forgets what it kept of it."""
    return str(session.pop(SENT_FORM, "")) if SENT_FORM in session else ""


def answer_repeat(receipt: Any) -> Any:
    """Lead whoever sends the same again to where the first led."""
    view = current_app.view_functions.get(request.endpoint or "")
    answer = getattr(view, "answer_repeat", None)
    if answer is not None:
        return answer(receipt)
    at = receipt.at.astimezone(VIETNAM)
    flash(_("Nội dung này đã được nhận lúc %(time)s; hệ thống không thực hiện lần nữa.", time=f"{at:%H:%M}"), "info")
    return redirect(receipt.location)


def _tx() -> Transaction:
    return cast("Transaction", g.tx)


def _now() -> datetime:
    return cast("datetime", g.now)
