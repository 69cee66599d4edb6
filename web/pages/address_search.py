"""House numbers offered while an address is typed, and on request where a browser runs no scripts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import Row

from engine.province import addresses
from engine.province.borders import BorderOrigin
from engine.staff import rate_limits
from engine.staff.rate_limits import RateLimit
from engine.whole_number import parse_whole_number
from forms.positions import position_text
from web.http import once
from web.http.request import public_page, request_time, tx

blueprint = Blueprint("address_search", __name__)

FIND = "find_address"  # The button of the address field: LOOK looks for what is typed, a number takes that one.
LOOK = "look"
View = TypeVar("View", bound=Callable[..., Any])
AddressOffers = Sequence[Row[Any]] | None  # None where nobody has looked.
LONGEST = 200
LOOKING_UP = RateLimit("addresses looked up from an address", 3000, timedelta(hours=1))


@blueprint.app_template_global("addresses_in_use")
def addresses_in_use() -> BorderOrigin | None:
    """Whose house numbers may be offered; None where the province has brought none."""
    return addresses.current_addresses(tx())


@blueprint.post("/map/addresses")
@once.may_repeat
@public_page
def suggest_addresses() -> Response:
    """Offer house numbers for what is typed; sent by the page's script in the body, so that no log has it."""
    subject = rate_limits.address_group(request.remote_addr or "")
    if rate_limits.count_try(tx(), LOOKING_UP, subject, request_time()) is not None:
        return jsonify(offers=[])
    rows = addresses.find_addresses(tx(), request.form.get("text", "")[:LONGEST], request.form.get("place", "")[:80])
    return jsonify(offers=[{"text": row.text, "place": row.place, "position": _position_of(row)} for row in rows])


def answers_searches(answer: Callable[[], Any]) -> Callable[[View], View]:
    """Mark a page whose form may be sent to look for a house number, and not to be filed: `answer` then answers."""

    def guard_view(view: View) -> View:
        @wraps(view)
        def guarded(*arguments: Any, **more: object) -> Any:
            return answer() if request.form.get(FIND) else view(*arguments, **more)

        return cast("View", guarded)

    return guard_view


def answer_search(typed: Mapping[str, object]) -> tuple[dict[str, object], Sequence[Row[Any]]]:
    """The values of the form, with the house number that was taken, and what is offered for what was typed."""
    number = parse_whole_number(request.form.get(FIND, ""))
    row = addresses.load_address(tx(), number) if number is not None else None
    if row is not None:
        return take_address(typed, row), ()
    text, place = (str(typed.get(name) or "") for name in ("address", "place"))
    return dict(typed), addresses.find_addresses(tx(), text[:LONGEST], place)


def take_address(typed: Mapping[str, object], row: Row[Any]) -> dict[str, object]:
    """The values with an address: its text, its point and, if it has one, its commune."""
    return {**typed, "address": row.text, "position": _position_of(row), **({"place": row.place} if row.place else {})}


def _position_of(row: Row[Any]) -> str:
    return position_text(f"{row.latitude:.5f}, {row.longitude:.5f}") or ""
