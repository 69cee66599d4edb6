"""What the diagrams of a case are called: never by the names of their files."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from engine import safe_xml
from engine.cases.dossier import Dossier
from engine.translation.catalogue import SOURCE, Language

_CALL, _PROCESS = "{*}callActivity", "{*}process"


def title_diagrams(case: Dossier, diagrams: Mapping[str, str], language: Language) -> dict[str, str]:
    """A title for each diagram by file name: in Vietnamese the name of its process, otherwise that of what calls it."""
    called: dict[str, str] = {}
    names: dict[str, str] = {}
    for text in diagrams.values():
        root = safe_xml.parse_xml(text.encode())
        called |= {one.get("calledElement", ""): one.get("name", "") for one in root.iter(_CALL)}
        names |= {one.get("id", ""): one.get("name", "") for one in root.iter(_PROCESS)}
    titles = names if language == SOURCE else {**called, case.process.key: _("Quy trình chính")}
    return {key: titles.get(key) or names.get(key) or key for key in diagrams}
