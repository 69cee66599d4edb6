"""Words each rule's sentence in the reader's language.

A sentence says what is wrong and what to draw or write instead. The table is split by subject into modules.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.lint.finding import Finding
from engine.bpmn.lint.wording_drawing import DRAWING_SENTENCES
from engine.bpmn.lint.wording_meanings import MEANING_SENTENCES
from engine.bpmn.lint.wording_names import NAME_SENTENCES
from engine.bpmn.lint.wording_proofs import PROOF_SENTENCES
from engine.bpmn.lint.wording_starts import START_SENTENCES
from engine.bpmn.lint.wording_values import VALUE_SENTENCES
from engine.translation.catalogue import N_, Language, translate
from engine.translation.wording import Term, fact_text

SENTENCES: Mapping[str, str] = (
    DRAWING_SENTENCES | NAME_SENTENCES | START_SENTENCES | PROOF_SENTENCES | MEANING_SENTENCES | VALUE_SENTENCES
)
_BPMN_WORDS: Mapping[str, Term] = {
    "process": Term(N_("quy trình")),
    "message": Term(N_("tin nhắn")),
    "signal": Term(N_("tín hiệu")),
    "error": Term(N_("lỗi")),
    "escalation": Term(N_("leo thang")),
    "timer": Term(N_("hẹn giờ")),
    "terminate": Term(N_("chấm dứt")),
    "link": Term(N_("liên kết")),
    "startEvent": Term(N_("Sự kiện bắt đầu")),
    "endEvent": Term(N_("Sự kiện kết thúc")),
    "boundaryEvent": Term(N_("Sự kiện biên")),
    "intermediateCatchEvent": Term(N_("Sự kiện bắt trung gian")),
    "intermediateThrowEvent": Term(N_("Sự kiện ném trung gian")),
}
_TRANSLATED_FACTS = ("kind", "trigger")
"""The facts that are BPMN terms; all others are the author's own words and are not translated."""


def render_finding(finding: Finding, language: Language) -> str:
    """A finding as a sentence in `language`."""
    facts = {name: fact_text(_translated(name, fact), language) for name, fact in finding.facts.items()}
    return translate(SENTENCES[finding.rule], language).format_map(facts)


def _translated(name: str, fact: object) -> object:
    return _BPMN_WORDS.get(str(fact), fact) if name in _TRANSLATED_FACTS else fact
