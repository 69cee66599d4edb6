"""Every reason has a sentence in the catalogue, whose English is the package's own."""

from __future__ import annotations

from engine.dmn.reasons import UnreadableModel
from engine.feel.reasons import SENTENCES
from engine.translation.catalogue import translate
from engine.translation.sentences import SENTENCES as VIETNAMESE


def test_reasons_say_the_same_in_the_package_and_in_the_catalogue() -> None:
    assert UnreadableModel.__module__ == "engine.dmn.reasons"  # It adds the sentences of models.
    assert {rule: translate(VIETNAMESE[rule], "en") for rule in SENTENCES} == SENTENCES
