"""What diagrams are called on pages: never by the names of their files."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from engine import safe_xml
from engine.translation.catalogue import SOURCE, Language

_CALL, _PROCESS = "{*}callActivity", "{*}process"


def title_diagrams(main: str, diagrams: Mapping[str, str], language: Language) -> dict[str, str]:
    """A title for each diagram by file name: in Vietnamese its process's name, otherwise that of what calls it.

    `main` is the process that calls the others.
    """
    called: dict[str, str] = {}
    names: dict[str, str] = {}
    for text in diagrams.values():
        root = safe_xml.recover_xml(text.encode())
        if root is None:  # Somebody damaged what is deployed; the proof of the record names it.
            continue
        called |= {one.get("calledElement", ""): one.get("name", "") for one in root.iter(_CALL)}
        names |= {one.get("id", ""): one.get("name", "") for one in root.iter(_PROCESS)}
    titles = names if language == SOURCE else {**called, main: _("Quy trình chính")}
    return {key: titles.get(key) or names.get(key) or key for key in diagrams}
