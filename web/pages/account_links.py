"""The page behind a link with which the owner of an account chooses a password."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.errors import NotFound
from engine.staff import account_links
from engine.staff.account_links import OpenLink
from engine.staff.passwords import MIN_PASSWORD_LENGTH, WeakPassword
from engine.translation.wording import say
from web.http.request import (
    current_application,
    current_language,
    public_page,
    request_origin,
    request_time,
    tx,
)

blueprint = Blueprint("account_links", __name__)


@blueprint.get("/account-link/<token>")
@public_page
def show_link(token: str) -> ResponseReturnValue:
    """Show the form to choose a password, or why the link does not work; opening it uses nothing up."""
    try:
        return _render_form(_find(token))
    except NotFound as gone:
        return render_template("account_link.html", gone=say(gone, current_language())), 404


def _find(token: str) -> OpenLink:
    return account_links.find_open(tx(), current_application().key, token, request_time())


def _render_form(link: OpenLink, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    page = render_template("account_link.html", link=link, shortest=MIN_PASSWORD_LENGTH, errors=errors or {})
    return page, 422 if errors else 200


@blueprint.post("/account-link/<token>")
@public_page
def submit_link(token: str) -> ResponseReturnValue:
    """Choose the password, which uses the link up; its owner then signs in with it."""
    new, again = request.form.get("new", ""), request.form.get("again", "")
    try:
        link = _find(token)
        if new != again:
            return _render_form(link, {"again": _("Hai lần nhập không giống nhau.")})
        account_links.use_link(tx(), link, new, request_origin(), request_time())
    except WeakPassword as weak:
        return _render_form(link, {"new": say(weak, current_language())})
    except NotFound as gone:
        return render_template("account_link.html", gone=say(gone, current_language())), 404
    flash(_("Đã đặt mật khẩu. Đăng nhập bằng mật khẩu vừa chọn."), "success")
    return redirect(url_for("auth.show_sign_in"))
