"""The chapters of a process's handbook: headed paragraphs and tables, with captions and sentences, never ids."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from engine.bpmn.lint.diagram import Diagram, FlowNode, bpmn_tag, extension_properties, text_of
from engine.studio.telling import step_facts
from engine.studio.telling.step_facts import StepFact, StepTeller
from engine.translation.catalogue import N_, Language, translate
from forms.fields import FormField

Files = Mapping[PurePosixPath, bytes]
_NONE = "–"


@dataclass(frozen=True, slots=True)
class HandbookChapter:
    """A part of the handbook; `rows` have one text for each column of `header`."""

    heading: str
    paragraphs: Sequence[str] = ()
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = field(default_factory=list)


class ChapterWriter:
    """Writes the chapters of the process in one diagram."""

    def __init__(self, teller: StepTeller, path: PurePosixPath) -> None:
        self.teller, self.path = teller, path
        self.diagram: Diagram = teller.diagrams[path]

    def chapters(self) -> list[HandbookChapter]:
        """All chapters that have something to say, in their order."""
        written = [
            self._roles(),
            self._steps(),
            self._automatic_steps(),
            *self._forms(),
            self._timers(),
            self._branches(),
            *self._mails(),
        ]
        return [chapter for chapter in written if chapter.rows or chapter.paragraphs]

    def purpose(self) -> list[str]:
        """What the process is for, as its author has written it."""
        texts = (part for process in self.diagram.processes for part in process.iterchildren(bpmn_tag("documentation")))
        return [" ".join(text_of(part).split()) for part in texts if text_of(part)]

    def say(self, sentence: str, **facts: str) -> str:
        """A sentence in the handbook's language."""
        return translate(sentence, self.teller.language).format(**facts)

    def table(self, heading: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> HandbookChapter:
        """A chapter that is a table; its heading and its header are sentences."""
        shown = [[cell or _NONE for cell in row] for row in rows]
        return HandbookChapter(self.say(heading), (), [self.say(title) for title in header], shown)

    def _facts(self, node: FlowNode) -> dict[str, list[str]]:
        facts: dict[str, list[str]] = {}
        for fact in self.teller.facts(self.path, node.id):
            facts.setdefault(fact.kind, []).append(fact.text)
        return facts

    def _people_steps(self) -> list[FlowNode]:
        return [
            node
            for node in self.diagram.nodes_of_kind("startEvent", "userTask")
            if node.kind == "userTask" or extension_properties(node.element).get("form")
        ]

    def _roles(self) -> HandbookChapter:
        steps: dict[str, list[str]] = {}
        for node in self._people_steps():
            for role in self._facts(node).get(step_facts.ROLE, []):
                steps.setdefault(role, []).append(self.teller.caption(node.element))
        rows = [(role, "; ".join(dict.fromkeys(names))) for role, names in steps.items()]
        return self.table(N_("Vai trò"), (N_("Vai trò"), N_("Các bước")), rows)

    def _steps(self) -> HandbookChapter:
        rows = []
        for number, node in enumerate(self._people_steps(), 1):
            facts = self._facts(node)
            who = [
                *facts.get(step_facts.ROLE, []),
                *facts.get(step_facts.UNIT, []),
                *facts.get(step_facts.REPEATED, []),
            ]
            name = self.teller.caption(node.element)
            hint = self._instructions(node)
            what = ". ".join(one for one in (name, hint) if one)
            next_steps = self.teller.next_steps(self.diagram, node.id)
            timers = "; ".join(facts.get(step_facts.TIMER, []))
            rows.append((str(number), what, ", ".join(who), timers, next_steps))
        header = ("#", N_("Bước và hướng dẫn"), N_("Ai làm"), N_("Hẹn giờ"), N_("Bước tiếp theo"))
        return self.table(N_("Các bước của cán bộ"), header, rows)

    def _instructions(self, node: FlowNode) -> str:
        english = extension_properties(node.element).get("instructions_en", "")
        written = next((text_of(part) for part in node.element.iter("{*}instructionsForEndUser")), "")
        return " ".join((english if self.teller.language == "en" and english else written).split())

    def _automatic_steps(self) -> HandbookChapter:
        kinds = ("serviceTask", "businessRuleTask", "callActivity", "scriptTask", "sendTask", "receiveTask")
        rows = []
        for node in self.diagram.nodes_of_kind(*kinds):
            words = "; ".join(self.fact_words(fact) for fact in self.teller.facts(self.path, node.id))
            rows.append((self.teller.caption(node.element), words, self.teller.next_steps(self.diagram, node.id)))
        header = (N_("Bước"), N_("Làm gì"), N_("Bước tiếp theo"))
        return self.table(N_("Việc hệ thống tự làm"), header, rows)

    def fact_words(self, fact: StepFact) -> str:
        """A fact with what it is called."""
        return f"{self.teller.label(fact.kind)}: {fact.text}"

    def _forms(self) -> Iterator[HandbookChapter]:
        users: dict[str, list[str]] = {}
        for node in self._people_steps():
            key = extension_properties(node.element).get("form", "")
            if key in self.teller.forms:
                users.setdefault(key, []).append(self.teller.caption(node.element))
        header = (N_("Mục"), N_("Bắt buộc"), N_("Lựa chọn, ghi chú"))
        for key, steps in users.items():
            rows = [
                (item.caption(self.teller.language), self.say(N_("có")) if item.required else "", self._choices(item))
                for item in self.teller.forms[key].fields
                if item.key
            ]
            yield HandbookChapter(
                self.say(N_("Biểu mẫu: {steps}"), steps=", ".join(dict.fromkeys(steps))),
                (),
                [self.say(title) for title in header],
                [[cell or _NONE for cell in row] for row in rows],
            )

    def _choices(self, item: FormField) -> str:
        choices = [one.caption(self.teller.language) for one in item.choices]
        hint = item.hint(self.teller.language)
        return ". ".join(one for one in ("; ".join(choices), hint) if one)

    def _timers(self) -> HandbookChapter:
        rows = []
        for node in self.diagram.nodes_of_kind("boundaryEvent", "intermediateCatchEvent", "startEvent"):
            if time := self.teller.timer(node.element):
                host = self.diagram.nodes.get(node.element.get("attachedToRef") or node.scope)
                where = "" if host is None else self.teller.caption(host.element)
                following = self.teller.next_steps(self.diagram, node.id)
                rows.append((where or self.teller.caption(node.element), time, following))
        deadlines = [
            (self.teller.caption(node.element), words, self.teller.next_steps(self.diagram, node.id))
            for node in self.diagram.nodes_of_kind("serviceTask")
            for words in self._facts(node).get(step_facts.DEADLINE, [])
        ]
        header = (N_("Ở đâu"), N_("Bao lâu"), N_("Sau đó"))
        return self.table(N_("Thời hạn và hẹn giờ"), header, [*deadlines, *rows])

    def _branches(self) -> HandbookChapter:
        rows = []
        for flow in self.diagram.flows:
            source, target = self.diagram.nodes.get(flow.source), self.diagram.nodes.get(flow.target)
            if source is None or target is None or flow.condition is None:
                continue
            leads = self.teller.caption(target.element) or self.teller.next_steps(self.diagram, target.id)
            name = self.teller.caption(flow.element) if flow.element.get("name") else ""
            condition = self.teller.words.condition(text_of(flow.condition))
            rows.append((self.teller.caption(source.element), f"{name}: {condition}" if name else condition, leads))
        header = (N_("Ở đâu"), N_("Nếu"), N_("Thì đến"))
        return self.table(N_("Rẽ nhánh"), header, rows)

    def _mails(self) -> Iterator[HandbookChapter]:
        rows, written = [], dict[str, str]()
        for node in self.diagram.nodes_of_kind("serviceTask"):
            facts = self._facts(node)
            for mail in facts.get(step_facts.MAIL, []):
                receivers = ", ".join(facts.get(step_facts.RECIPIENTS, []))
                rows.append((mail, receivers, self.teller.caption(node.element)))
        rows = list(dict.fromkeys(rows))
        header = (N_("Thư gửi đi"), N_("Người nhận"), N_("Ở bước"))
        yield self.table(N_("Thư gửi đi"), header, rows)
        for name in self.teller.mails_in(self.diagram):
            written.setdefault(self.teller.mail(name), self.teller.mail_text(name))
        for title, text in written.items():
            lines = [line for line in mail_words(text, self.teller.language).splitlines() if line.strip()]
            yield HandbookChapter(self.say(N_("Nội dung thư “{title}”"), title=title), lines)


_PLACEHOLDER, _STATEMENT = re.compile(r"\{\{\s*([\w.]+)[^}]*\}\}"), re.compile(r"\{%[^%]*%\}")
_FILLED_IN: Mapping[str, str] = {
    "case.code": N_("mã hồ sơ"),
    "case.field": N_("lĩnh vực"),
    "case.place": N_("địa bàn"),
    "case.deadline": N_("thời hạn"),
    "case.handler": N_("đơn vị giải quyết"),
    "unit.name": N_("tên đơn vị"),
    "task.name": N_("tên việc"),
    "link": N_("đường dẫn"),
    "days_late": N_("số ngày trễ"),
    "occurrence": N_("lần thứ"),
}


def mail_words(text: str, language: Language) -> str:
    """A mail's text with words for what is filled in, without its statements."""
    words = {name: f"[{translate(sentence, language)}]" for name, sentence in _FILLED_IN.items()}
    return _PLACEHOLDER.sub(lambda match: words.get(match[1], "[…]"), _STATEMENT.sub("", text))
