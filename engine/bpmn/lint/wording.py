"""The sentence of each rule in Vietnamese and English. For this package and the studio.

A sentence says what is wrong and what to draw or write instead. The table is split by subject over two modules.
"""

from __future__ import annotations

from engine.bpmn.lint.finding import Finding
from engine.bpmn.lint.wording_drawing import DRAWING_SENTENCES
from engine.bpmn.lint.wording_names import NAME_SENTENCES

LANGUAGES = ("vi", "en")
SENTENCES = DRAWING_SENTENCES | NAME_SENTENCES
_BPMN_WORDS = {
    "process": ("quy trình", "process"),
    "message": ("tin nhắn", "message"),
    "signal": ("tín hiệu", "signal"),
    "error": ("lỗi", "error"),
    "escalation": ("leo thang", "escalation"),
    "timer": ("hẹn giờ", "timer"),
    "terminate": ("chấm dứt", "terminate"),
    "link": ("liên kết", "link"),
    "startEvent": ("Sự kiện bắt đầu", "start event"),
    "endEvent": ("Sự kiện kết thúc", "end event"),
    "boundaryEvent": ("Sự kiện biên", "boundary event"),
    "intermediateCatchEvent": ("Sự kiện bắt trung gian", "catch event"),
    "intermediateThrowEvent": ("Sự kiện ném trung gian", "throw event"),
}
_TRANSLATED_FACTS = ("kind", "trigger")
"""The facts that are BPMN's words; all others are the author's own and stay as they are."""


def render_finding(finding: Finding, language: str) -> str:
    """What a finding says in one of LANGUAGES."""
    index = LANGUAGES.index(language)
    facts = {**finding.facts}
    for name in _TRANSLATED_FACTS:
        if name in facts:
            facts[name] = _BPMN_WORDS.get(str(facts[name]), (facts[name], facts[name]))[index]
    return SENTENCES[finding.rule][index].format_map(facts)
