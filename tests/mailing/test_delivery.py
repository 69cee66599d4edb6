"""What an incident says of a mail that was given up: ours in the reader's language, a server's answer as it came."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from engine.errors import NotFound
from engine.mailing import delivery
from engine.mailing.outcome import PermanentFailure
from engine.translation.wording import say


@pytest.mark.parametrize(("channel", "kind"), list(delivery._GIVEN_UP_RULES))
def test_what_was_given_up_is_said_with_its_reason(channel: str, kind: str) -> None:
    mail: Any = SimpleNamespace(channel=channel, recipient=f"{kind}:7")
    refused = delivery._given_up_fault(mail, PermanentFailure("550 no such user"))
    assert say(refused, "vi").endswith("đã dừng gửi: 550 no such user")
    assert say(refused, "en").endswith("was given up: 550 no such user")
    ours = delivery._given_up_fault(mail, NotFound("mail-address-missing"))
    assert say(ours, "vi").endswith("Người nhận không còn địa chỉ nào để gửi.")
    assert say(ours, "en").endswith("The recipient has no address any more.")
