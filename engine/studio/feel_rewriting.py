"""Rewrites the texts of diagrams in FEEL: all that can be, or those that an analyst has accepted for a draft."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import PurePosixPath

from engine.bpmn.compiled_texts import compile_script_text
from engine.bpmn.feel_conversion import feel_expression, feel_script
from engine.bpmn.feel_marks import VALUE, is_feel_text, mark_feel, state_language, state_script_language
from engine.bpmn.lint.diagram import ROOT_TAG, element_kind, from_document
from engine.bpmn.lint.document import UnreadableDocument, read_xml
from engine.bpmn.lint.finding import Element, line_of, nearest_caption, nearest_id
from engine.bpmn.lint.typed import EXPRESSION_TAGS, SCRIPT_TAG, SourceText, diagram_texts
from engine.errors import BadInput, EngineError, ScriptError
from engine.process import definitions
from engine.store.db import Transaction
from engine.studio import drafts
from engine.studio.drafts import DeploymentDraft
from engine.studio.importing.tree import serialize_diagram
from engine.translation.wording import Caption
from forms.name_types import name_types
from forms.schema import BadForm

Files = Mapping[PurePosixPath, bytes]
_NUMBERS = ("loopCardinality",)
_KEY_LENGTH = 20


@dataclass(frozen=True, slots=True)
class RewrittenText:
    """One text before and after; `refusal` says why it stays as it is, and `after` is empty then.

    `key` names the text as it stands in its file; `kind` is the BPMN element that holds it; `caption` is what people
    call the drawn element, None when nobody has named it.
    """

    path: PurePosixPath
    element: str
    line: int
    before: str
    key: str
    kind: str = ""
    after: str = ""
    is_test: bool = False
    is_script: bool = False
    refusal: EngineError | None = None
    caption: Caption | None = None


def rewrite_files(
    files: Files, chosen: Collection[str] | None = None
) -> tuple[dict[PurePosixPath, bytes], list[RewrittenText]]:
    """The files with what can be written in FEEL, and each text with what became of it. Texts in FEEL stay.

    With `chosen`, only the texts of these keys are written. Diagrams that cannot be read stay, too; raises BadInput for
    forms that cannot, because they say of which kind the data are.
    """
    types, rewritten, texts = _form_types(files), dict(files), list[RewrittenText]()
    for path, content in sorted(files.items()):
        if path.suffix != ".bpmn":
            continue
        try:
            pairs = _paired_texts(path, content)
        except UnreadableDocument:
            continue
        own = [(_rewrite(path, place, text, types), twin) for place, (text, twin) in enumerate(pairs)]
        accepted = [(text, twin) for text, twin in own if text.after and (chosen is None or text.key in chosen)]
        for text, twin in accepted:
            _put(twin, text)
        if accepted:
            root = accepted[0][1].getroottree().getroot()
            state_language(root)
            rewritten[path] = serialize_diagram(root)
        texts += [text for text, _twin in own]
    return rewritten, texts


def _form_types(files: Files) -> Mapping[str, str]:
    try:
        return name_types(definitions.compile_forms(files).values())
    except BadForm as error:
        raise BadInput("draft-form-unreadable") from error


def accept_texts(tx: Transaction, draft: DeploymentDraft, chosen: Collection[str] | None, now: datetime) -> int:
    """Write the texts of these keys, or all, into a draft's diagrams in FEEL; returns how many there were.

    A text that was changed since it was shown has another key and stays. Raises what reading and saving files raise.
    """
    files = drafts.load_files(tx, draft)
    versions = {row.path: row.version for row in drafts.list_file_versions(tx, draft)}
    rewritten, texts = rewrite_files(files, chosen)
    for path, content in rewritten.items():
        if content != files[path]:
            drafts.save_file(tx, draft, path, content, versions[path], now)
    return sum(1 for text in texts if text.after and (chosen is None or text.key in chosen))


def _paired_texts(path: PurePosixPath, content: bytes) -> list[tuple[SourceText, Element]]:
    """What is about a case's data and in the older language, each with its element in a copy that is to be written."""
    read, copy = (read_xml(path, content, (ROOT_TAG,)) for _ in range(2))
    mark_feel(read.root)
    elements = list(read.root.iter())
    twins = dict(zip(elements, copy.root.iter(), strict=True))
    texts = [text for text in diagram_texts(from_document(read)) if text.is_about_case]
    old = [text for text in texts if not is_feel_text(text.source.strip()) and text.original.strip()]
    return [(text, twins[text.element]) for text in old]


def _rewrite(path: PurePosixPath, place: int, text: SourceText, types: Mapping[str, str]) -> RewrittenText:
    is_test = text.element.tag in EXPRESSION_TAGS and element_kind(text.element) not in _NUMBERS
    is_script = text.compile is compile_script_text
    element, line = nearest_id(text.element), line_of(text.element)
    key = sha256("\0".join((str(path), element, str(place), text.original)).encode()).hexdigest()[:_KEY_LENGTH]
    caption = nearest_caption(text.element)
    same = RewrittenText(path, element, line, text.original, key, kind=element_kind(text.element), caption=caption)
    try:
        after = feel_script(text.source, types) if is_script else feel_expression(text.source, types, is_test=is_test)
    except ScriptError as error:
        return replace(same, refusal=error)
    return replace(same, after=after, is_test=is_test, is_script=is_script)


def _put(element: Element, text: RewrittenText) -> None:
    """Write a text where it stood: inside its element, or in an attribute of it or of one of its properties."""
    if element.tag == SCRIPT_TAG:
        element.text = text.after
        state_script_language(element)
        return
    if (element.text or "").strip() == text.before.strip():
        element.text = VALUE + text.after
        return
    units = (part for part in element.iter("{*}property") if part.get("name") == "unit")
    for part in (element, *units):
        if part.get("value") == text.before:
            part.set("value", VALUE + text.after)
            return
