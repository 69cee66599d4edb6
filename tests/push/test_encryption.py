"""Messages are what RFC 8291 says: its own example, and a browser that reads any message."""

from __future__ import annotations

import os

from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from engine.push.encryption import CURVE, MOST_BYTES, BrowserKeys, encrypt_message
from tests.kit.push_service import PushedBrowser, bytes_of, encoded, text_of

# RFC 8291, Appendix A.
TEXT = b"When I grow up, I want to be a watermelon"
POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
OWN, SALT, SECRET = (
    "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
    "DGv6ra1nlYgDCS1FRnbzlw",
    "BTBZMqHH6r4Tts7J_aSIgg",
)
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_y"
    "l95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_standard_comes_out() -> None:
    own = ec.derive_private_key(int.from_bytes(bytes_of(OWN), "big"), CURVE)
    body = encrypt_message(TEXT, BrowserKeys(bytes_of(POINT), bytes_of(SECRET)), own, bytes_of(SALT))
    assert text_of(body) == BODY


@given(st.binary(max_size=MOST_BYTES))
def test_a_browser_reads_what_was_written(text: bytes) -> None:
    browser = PushedBrowser()
    keys = BrowserKeys(encoded(browser.key.public_key()), browser.secret)
    assert browser.read(encrypt_message(text, keys, ec.generate_private_key(CURVE), os.urandom(16))) == text
