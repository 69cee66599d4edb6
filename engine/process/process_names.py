"""What analysts' pages call the processes of a deployment: never by their ids."""

from __future__ import annotations

from engine import safe_xml
from engine.bpmn import english_texts
from engine.process import definitions
from engine.store.db import Transaction
from engine.translation.catalogue import SOURCE, Language

_PARTICIPANT, _PROCESS = "{*}participant", "{*}process"


def load_process_names(tx: Transaction, digest: str, language: Language) -> dict[str, str]:
    """A name for each process of a deployment by key; in English that of its pool, which is where it has one."""
    names: dict[str, str] = {}
    for path, content in definitions.load_stored_files(tx, digest).items():
        if path.suffix == ".bpmn":
            names |= names_of_processes(content.decode(), language)
    return names


def names_of_processes(text: str, language: Language) -> dict[str, str]:
    """A name for each process of a diagram by key, as `load_process_names`."""
    root = safe_xml.recover_xml((text if language == SOURCE else english_texts.with_english_names(text)).encode())
    if root is None:
        return {}
    names = {one.get("id", ""): one.get("name", "") for one in root.iter(_PROCESS)}
    if language != SOURCE:
        names |= {one.get("processRef", ""): one.get("name", "") for one in root.iter(_PARTICIPANT)}
    return {key: name for key, name in names.items() if key and name}
