"""Pages of accounts: start, sign in, sign out, change the password, choose the language."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from engine.errors import Forbidden
from engine.replay import demo_accounts
from engine.staff import accounts
from engine.staff.accounts import Refused, WeakPassword
from forms.messages import LANGUAGES
from web.http.request import SignedIn, app, now, public, tx

blueprint = Blueprint("auth", __name__)

Answer = Any  # What Flask takes for a response.


@blueprint.get("/")
@public
def start() -> Answer:
    """The front door: citizens' two acts, and the way in for officers."""
    if current_user.is_authenticated:
        return redirect(url_for("inbox.show"))
    shown = demo_accounts.offered(tx()) if app().demonstration else []
    return render_template("start.html", offered=shown, password=demo_accounts.PASSWORD)


@blueprint.get("/sign-in")
@public
def ask() -> Answer:
    """The form to sign in."""
    return render_template("sign_in.html", next=_inside(request.args.get("next", "")))


@blueprint.post("/sign-in")
@public
def sign_in() -> Answer:
    """Open a session, or say in the same words for every reason that it was refused."""
    login, password = request.form.get("login", ""), request.form.get("password", "")
    after = _inside(request.form.get("next", ""))
    outcome: str | Refused = Refused()
    if app().demonstration or password != demo_accounts.PASSWORD:
        outcome = accounts.sign_in(app().database, login, password, request.remote_addr or "", now())
    if isinstance(outcome, Refused):
        return render_template("sign_in.html", refused=outcome, login=login, next=after), 429 if outcome.until else 401
    account = accounts.account_of(tx(), outcome, now())
    assert account is not None
    chosen = session.get("language")
    session.clear()
    if chosen:
        session["language"] = chosen
    login_user(SignedIn(account, outcome))
    return redirect(after or url_for("inbox.show"))


@blueprint.post("/sign-out")
def sign_out() -> Answer:
    """End the session, on the server too."""
    accounts.sign_out(tx(), g.account.digest)
    logout_user()
    session.clear()
    return redirect(url_for("auth.start"))


@blueprint.get("/password")
def ask_password() -> Answer:
    """The form to change one's password."""
    return render_template("password.html", shortest=accounts.SHORTEST)


@blueprint.post("/password")
def change_password() -> Answer:
    """Change one's password."""
    form = request.form
    fault = _change(form.get("old", ""), form.get("new", ""), form.get("again", ""))
    if fault:
        field, sentence = fault
        return render_template("password.html", shortest=accounts.SHORTEST, errors={field: sentence}), 422
    flash(_("Mật khẩu đã đổi. Các phiên khác của bạn đã kết thúc."), "success")
    return redirect(url_for("inbox.show"))


def _change(old: str, new: str, again: str) -> tuple[str, str] | None:
    """Change it; what is wrong as (field, sentence) otherwise."""
    if new != again:
        return "again", _("Hai lần nhập không giống nhau.")
    try:
        accounts.change_password(tx(), g.account, old, new, now())
    except Forbidden:
        return "old", _("Mật khẩu hiện tại không đúng.")
    except WeakPassword as weak:
        return "new", _weakness(weak.reason)
    return None


def _weakness(reason: str) -> str:
    sentences: dict[str, str] = {
        "short": _("Mật khẩu cần ít nhất %(num)s ký tự.", num=accounts.SHORTEST),
        "long": _("Mật khẩu dài quá %(num)s ký tự.", num=accounts.MOST),
        "simple": _("Mật khẩu lặp quá ít ký tự khác nhau."),
        "login": _("Mật khẩu không được chứa tên đăng nhập."),
    }
    return sentences[reason]


@blueprint.post("/language")
@public
def choose_language() -> Answer:
    """Keep the language for this visitor."""
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        session["language"] = wanted
    return redirect(_inside(request.form.get("next", "")) or url_for("auth.start"))


def strangers() -> Response | tuple[str, int]:
    """What somebody gets who has not signed in: the way to the form, or for what was sent, a page that says so."""
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("auth.ask", next=request.full_path.rstrip("?")))  # type: ignore[return-value]
    return render_template("sign_in.html", expired=True, next=_inside(urlsplit(request.referrer or "").path)), 401


def _inside(target: str) -> str:
    """`target` when it is a path of this application; a link elsewhere would help a fraud."""
    parts = urlsplit(target)
    safe = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc and target.isprintable()
    return target if safe and "\\" not in target else ""
