"""Syncs the English catalogue with the sentences in the code, and compiles it for Python and scripts.

    python -m engine.translation.maintain update    new sentences get an empty translation, unused ones are dropped
    python -m engine.translation.maintain compile   the catalogue for Python, and the sentences of scripts as JSON

Compiling fails when a sentence has no translation: half a language is none.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from engine.translation.catalogue import COMPILED

CHECKOUT = Path(__file__).resolve().parent.parent.parent
CATALOGUE = COMPILED.with_suffix(".po")
FOR_SCRIPTS = COMPILED.with_suffix(".json")

# Where sentences are, how each kind of file is read, and which calls mark them.
SOURCES = {
    "engine": [("**.py", "python")],
    "forms": [("**.py", "python")],
    "web": [("templates/**.html", "jinja2"), ("**.py", "python")],
    "web/frontend/studio": [("**.js", "javascript")],
}
SCRIPTS = "web/frontend/studio"
KEYWORDS = {
    **dict.fromkeys(("_", "N_", "t", "gettext", "lazy_gettext"), None),
    **dict.fromkeys(("ngettext", "nt"), (1, 2)),
}
HEADER = """\
# What the hotline says in English; the Vietnamese sentences are those of the code. `make messages` keeps them in line.
msgid ""
msgstr ""
"Language: en\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


class Incomplete(Exception):
    """The catalogue lacks sentences of the code."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(f"{CATALOGUE.name} has no English for:\n" + "\n".join(f"  {sentence}" for sentence in missing))


Sentence = str | tuple[str, ...]


def marked_sentences(folder: str) -> Iterator[Sentence]:
    """Every sentence that the files in a source folder mark for translation; pairs are singular and plural."""
    options = {"templates/**.html": {"trimmed": "true"}}
    for path, _line, sentence, *_more in extract_from_dir(CHECKOUT / folder, SOURCES[folder], options, KEYWORDS):
        if "node_modules" not in path and sentence:
            yield sentence if isinstance(sentence, str) else tuple(sentence)


def extract_sentences() -> Catalog:
    """All sentences in the code, without translations."""
    catalogue = Catalog(locale="en", fuzzy=False)
    for folder in SOURCES:
        for sentence in marked_sentences(folder):
            catalogue.add(sentence)
    return catalogue


def load_catalogue() -> Catalog:
    """The catalogue as stored."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def update_catalogue() -> None:
    """Add new sentences to the stored catalogue and drop those no longer used."""
    catalogue = load_catalogue()
    catalogue.update(extract_sentences(), no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    save_catalogue(catalogue)


def save_catalogue(catalogue: Catalog) -> None:
    """Write the stored catalogue: sorted, without locations and dates, so that a diff shows only sentences."""
    body = BytesIO()
    write_po(body, catalogue, no_location=True, omit_header=True, sort_output=True, width=120, ignore_obsolete=True)
    CATALOGUE.write_text(HEADER + body.getvalue().decode("utf-8"), encoding="utf-8")


def untranslated(catalogue: Catalog) -> list[str]:
    """Sentences in the catalogue without a translation, or with one that nobody has confirmed."""
    return [
        str(message.id) for message in catalogue if message.id and (message.fuzzy or not all(translations_of(message)))
    ]


def translations_of(message: Message) -> tuple[str, ...]:
    """A message's translations: one or, where a number counts, two."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def compile_catalogue() -> None:
    """Write what Python and scripts load; raises Incomplete naming every sentence without a translation."""
    catalogue = load_catalogue()
    catalogue.fuzzy = False
    gaps = untranslated(catalogue)
    if gaps:
        raise Incomplete(gaps)
    with COMPILED.open("wb") as file:
        write_mo(file, catalogue)
    FOR_SCRIPTS.write_text(json.dumps(script_sentences(catalogue), ensure_ascii=False), encoding="utf-8")


def script_sentences(catalogue: Catalog) -> dict[str, list[str]]:
    """The sentences that scripts use: Vietnamese (the singular of a pair) -> translations."""
    ids = sorted({sentence if isinstance(sentence, str) else sentence[0] for sentence in marked_sentences(SCRIPTS)})
    known = [(one, catalogue.get(one)) for one in ids]
    return {one: list(translations_of(message)) for one, message in known if message is not None}


def main(command: str) -> None:
    """Run one of the two commands; untranslated sentences end the process, which lists them."""
    try:
        {"update": update_catalogue, "compile": compile_catalogue}[command]()
    except Incomplete as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1])
