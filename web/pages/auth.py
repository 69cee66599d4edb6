"""Account pages: front page, sign in, sign out, change the password, choose the language."""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, logout_user

from engine.actor import person_key
from engine.errors import Forbidden, Invalid
from engine.journal import acts, journal
from engine.replay import demo_accounts, demo_reports
from engine.staff import accounts, identity
from engine.staff.accounts import PasswordChecking, SignInRefusal
from engine.staff.external_identities import ExternalPerson
from engine.staff.ldap_directory import DirectoryAway
from engine.staff.passwords import MIN_PASSWORD_LENGTH, WeakPassword
from engine.staff.proofs import EXTERNAL, PASSWORD, proof_of
from engine.translation.catalogue import LANGUAGES
from engine.translation.wording import say
from web.http import expired_forms, once, passkey_site
from web.http.admission import admit_external_person, admit_person, forget_session
from web.http.confirmation import proof_check
from web.http.known_devices import current_place
from web.http.request import (
    current_application,
    current_language,
    current_stamp,
    public_page,
    request_time,
    tx,
)
from web.http.targets import safe_target, split_address

blueprint = Blueprint("auth", __name__)


@blueprint.get("/")
@public_page
def show_front_page() -> ResponseReturnValue:
    """Show the front page: two links for citizens, and sign-in for officers."""
    if current_user.is_authenticated:
        return redirect(url_for("inbox.show_inbox"))
    if not current_application().demonstration:
        return render_template("start.html")
    accounts_offered = demo_accounts.list_usable_accounts(tx())
    offered = demo_accounts.first_of_each_role(accounts_offered)
    return render_template(
        "start.html",
        offered=offered,
        colleagues=[account for account in accounts_offered if account not in offered],
        password=demo_accounts.PASSWORD,
        reports=demo_reports.list_offered(tx()),
        demo_key=demo_reports.KEY,
    )


@blueprint.get("/sign-in")
@public_page
def show_sign_in() -> ResponseReturnValue:
    """Show the sign-in form."""
    after = safe_target(request.args.get("next", ""))
    return render_template("sign_in.html", next=after, options=passkey_site.assertion_options(None))


@blueprint.post("/sign-in")
@public_page
def open_session() -> ResponseReturnValue:
    """Open a session, or refuse it with the same message for every reason."""
    login, password = request.form.get("login", ""), request.form.get("password", "")
    after = safe_target(request.form.get("next", ""))
    outcome: int | ExternalPerson | SignInRefusal = SignInRefusal()
    if current_application().demonstration or password != demo_accounts.PASSWORD:
        application = current_application()
        checking = PasswordChecking(application.key, application.directory)
        try:
            outcome = accounts.check_password(
                application.database, login, password, current_place(), request_time(), checking
            )
        except DirectoryAway as error:
            return render_template("provider_refused.html", fault=say(error, current_language())), 503
    if isinstance(outcome, ExternalPerson):
        return admit_external_person(outcome, proof_of(EXTERNAL, request_time()), after)
    if isinstance(outcome, SignInRefusal):
        options = passkey_site.assertion_options(None)
        page = render_template("sign_in.html", refused=outcome, login=login, next=after, options=options)
        return page, 429 if outcome.until else 401
    return admit_person(outcome, proof_of(PASSWORD, request_time()), after)


@blueprint.post("/sign-out")
def end_session() -> ResponseReturnValue:
    """End the session, on the server too."""
    accounts.sign_out(tx(), g.account.digest)
    journal.record(tx(), current_stamp(), acts.SIGN_OUT, person_key(g.account.id))
    logout_user()
    forget_session()
    return redirect(url_for("auth.show_front_page"))


@blueprint.get("/password")
def show_password_form() -> ResponseReturnValue:
    """Show the form to change one's password."""
    return render_template("password.html", shortest=MIN_PASSWORD_LENGTH)


@blueprint.post("/password")
def submit_new_password() -> ResponseReturnValue:
    """Change one's password."""
    form = request.form
    fault = _try_change(form.get("old", ""), form.get("new", ""), form.get("again", ""))
    if fault:
        field, sentence = fault
        return render_template("password.html", shortest=MIN_PASSWORD_LENGTH, errors={field: sentence}), 422
    flash(_("Mật khẩu đã đổi. Các phiên khác của bạn đã kết thúc."), "success")
    return redirect(url_for("inbox.show_inbox"))


def _try_change(old: str, new: str, again: str) -> tuple[str, str] | None:
    """Change the password; returns (field, sentence) if it is refused."""
    if new != again:
        return "again", _("Hai lần nhập không giống nhau.")
    database = current_application().database
    try:
        with identity.counted_try(database, tx(), proof_check(g.account.id), current_stamp()):
            accounts.change_password(tx(), g.account, old, new, current_stamp())
    except (Forbidden, Invalid) as refused:
        return "old", say(refused, current_language())
    except WeakPassword as weak:
        return "new", say(weak, current_language())
    return None


@blueprint.post("/language")
@once.may_repeat
@public_page
def choose_language() -> ResponseReturnValue:
    """Store the language in this visitor's session."""
    language = request.form.get("language", "")
    if language in LANGUAGES:
        session["language"] = language
    return redirect(safe_target(request.form.get("next", "")) or url_for("auth.show_front_page"))


def redirect_to_login() -> Response | tuple[str, int]:
    """Response for visitors not signed in: a redirect to the form, or after a submission, a page that says so.

    A script of a page gets the bare status: it has no use for the form, and says so in its own place.
    """
    if request.headers.get("Sec-Fetch-Dest") == "empty":  # What browsers say of requests that scripts make.
        return "", 401
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("auth.show_sign_in", next=request.full_path.rstrip("?")))  # type: ignore[return-value]
    # Where scripts run, the browser keeps what was typed (`typed.js`) and fills it in after signing in.
    kept = None if expired_forms.holds_secrets() else expired_forms.keep_form()
    after = safe_target(split_address(request.referrer or "").path)
    return render_template("sign_in.html", expired=True, kept=kept, next=after), 401
