"""What an element of a diagram does, fact by fact, as a reader without the drawing needs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.bpmn.lint import diagram as drawn
from engine.bpmn.lint.deployment import is_form_file
from engine.bpmn.lint.diagram import Diagram, FlowNode, bpmn_tag, extension_properties, operator_of, text_of
from engine.bpmn.lint.document import UnreadableDocument, read_xml
from engine.bpmn.lint.events import is_interrupting
from engine.bpmn.lint.finding import Element, caption_of
from engine.bpmn.lint.source import literal_texts
from engine.bpmn.lint.timers import TIMER_KINDS
from engine.process import report_fields
from engine.process.process_names import names_of_processes
from engine.studio.catalogue import collect_choices
from engine.studio.telling.expression_words import ExpressionWords, first_literal
from engine.studio.telling.name_book import NameBook, listed_report_fields, read_name_book
from engine.studio.telling.outside_words import MESSAGE_WORDS
from engine.translation.catalogue import N_, Language, translate
from engine.translation.wording import Caption, fact_text
from engine.world.roles import role_term
from forms.schema import BadForm, Form, compile_form, parse_form

Files = Mapping[PurePosixPath, bytes]

ROLE, UNIT, FORM = N_("Vai trò"), N_("Đơn vị"), N_("Biểu mẫu")
TIMER, MAIL, RECIPIENTS, DEADLINE = N_("Hẹn giờ"), N_("Thư gửi đi"), N_("Người nhận"), N_("Thời hạn")
TABLE, CALLED, MESSAGE, REPEATED = N_("Bảng quyết định"), N_("Quy trình được gọi"), N_("Tin nhắn"), N_("Lặp lại")
_EACH_AT_ONCE, _EACH_IN_TURN = N_("mỗi “{name}” một việc, cùng lúc"), N_("mỗi “{name}” một việc, lần lượt")
_THEN, _MEANWHILE = N_("{time}, việc bị ngắt, rồi: {next}"), N_("{time}, việc vẫn tiếp tục, đồng thời: {next}")
_HOURS = {"working": N_("{amount} giờ làm việc"), "24x7": N_("{amount} giờ liên tục (24/7)")}
_BY_NAME, _AT, _MOVED = N_("{amount} giờ, cách tính: {clock}"), N_("đúng lúc: {name}"), N_("dời thêm: {amount}")
REQUIRED = "*"  # Behind the label of a field that has to be filled in.


@dataclass(frozen=True, slots=True)
class StepFact:
    """One fact of an element: the sentence of what it is, and what it says, in the reader's language."""

    kind: str
    text: str


class StepTeller:
    """Tells of the elements of one set of files, in one language; files that cannot be read are silent."""

    def __init__(self, files: Files, language: Language, units: Mapping[str, Caption] | None = None) -> None:
        self.language, self.files = language, files
        self.book: NameBook = read_name_book(files, language, units)
        self.words = ExpressionWords(self.book)
        choices = collect_choices(files)
        self._mails = {one["value"]: one["label"] for one in choices["mails"]}
        self._decisions = {one["value"]: one["label"] for one in choices["decisions"]}
        self._processes = {
            key: name for text in _diagram_texts(files) for key, name in names_of_processes(text, language).items()
        }
        self.diagrams = dict(_read_diagrams(files))
        self.forms = dict(_read_forms(files))

    def facts(self, path: PurePosixPath, element: str) -> list[StepFact]:
        """The facts of an element of the diagram at `path`; none of one that is not there."""
        diagram = self.diagrams.get(path)
        node = diagram.nodes.get(element) if diagram is not None else None
        if diagram is None or node is None:
            return []
        return [StepFact(kind, text) for kind, text in [*self._own_facts(node), *self._timers(diagram, node)] if text]

    def label(self, kind: str) -> str:
        """What a kind of fact is called."""
        return translate(kind, self.language)

    def caption(self, element: Element | None) -> str:
        """What an element is called, in this language."""
        caption = caption_of(element)
        return "" if caption is None else fact_text(caption, self.language)

    def mail(self, name: str) -> str:
        """The subject of a mail."""
        return self._mails.get(name, name)

    def mails_in(self, diagram: Diagram) -> list[str]:
        """The names of the mails that a diagram sends, in its order."""
        names = []
        for node in diagram.nodes_of_kind("serviceTask"):
            operator = operator_of(node.element)
            template = None if operator is None else drawn.operator_parameters(operator).get("template")
            names += literal_texts(template.get("value") or "") if template is not None else []
        return list(dict.fromkeys(names))

    def mail_text(self, name: str) -> str:
        """A mail as its author has written it; "" where there is none."""
        return self.files.get(PurePosixPath(f"workflows/mail/{name}.txt"), b"").decode("utf-8-sig", "replace")

    def process_name(self, path: PurePosixPath) -> str:
        """What the processes of a diagram are called; "" where they have no name."""
        processes = self.diagrams[path].processes
        return " / ".join(name for one in processes if (name := self._processes.get(str(one.get("id")), "")))

    def role(self, role: str) -> str:
        """The name of a role."""
        return fact_text(role_term(role), self.language)

    def next_steps(self, diagram: Diagram, node: str) -> str:
        """What follows an element, by name; what has none is passed over to what follows it."""
        return ", ".join(dict.fromkeys(self._following(diagram, node, set())))

    def timer(self, element: Element) -> str:
        """How long an event waits; "" for one without a timer."""
        times = [part for kind in TIMER_KINDS for part in element.iter(bpmn_tag(kind))]
        return self.words.duration(text_of(times[0])) if times else ""

    def _own_facts(self, node: FlowNode) -> Iterator[tuple[str, str]]:
        properties = extension_properties(node.element)
        if node.kind in ("userTask", "startEvent"):
            role = properties.get("role") or properties.get("start_roles", "")
            yield ROLE, ", ".join(self.role(one.strip()) for one in role.split(",") if one.strip())
            yield UNIT, self._unit(node.element, properties.get("unit", ""))
            yield FORM, self.form_fields(properties.get("form", ""))
        elif node.kind == "serviceTask":
            yield from self._operator_facts(node.element)
        elif node.kind == "businessRuleTask":
            decision = drawn.extension_text(node.element, "calledDecisionId") or ""
            yield TABLE, self._decisions.get(decision, decision)
        elif node.kind == "callActivity":
            called = node.element.get("calledElement") or ""
            yield CALLED, self._processes.get(called, called)
        yield REPEATED, self._repetition(node.element)
        if node.kind not in ("userTask", "boundaryEvent"):
            yield TIMER, self.timer(node.element)
        if node.kind != "userTask":
            yield MESSAGE, self._message(node)

    def _unit(self, element: Element, source: str) -> str:
        """Whose work a step is; of repeated work that is said by what it is repeated for."""
        loop = drawn.first_child(element, "multiInstanceLoopCharacteristics")
        item = None if loop is None else drawn.first_child(loop, "inputDataItem")
        repeated = item is not None and item.get("id") == source
        return self.words.unit(source) if source and not repeated else ""

    def _repetition(self, element: Element) -> str:
        loop = drawn.first_child(element, "multiInstanceLoopCharacteristics")
        given = "" if loop is None else text_of(drawn.first_child(loop, "loopDataInputRef"))
        if loop is None or not given:
            return ""
        sentence = _EACH_IN_TURN if loop.get("isSequential") == "true" else _EACH_AT_ONCE
        return translate(sentence, self.language).format(name=self.book.name(given))

    def form_fields(self, key: str) -> str:
        """The labels of a form's fields, those that have to be filled in with a mark."""
        form = self.forms.get(key)
        if form is None:
            return key
        labels = (f"{field.caption(self.language)}{REQUIRED * field.required}" for field in form.fields if field.key)
        return ", ".join(" ".join(label.split()) for label in labels)

    def _operator_facts(self, element: Element) -> Iterator[tuple[str, str]]:
        operator = operator_of(element)
        if operator is None:
            return
        values = {name: part.get("value") or "" for name, part in drawn.operator_parameters(operator).items()}
        if operator.get("id") == "notice":
            yield MAIL, f"“{self.mail(first_literal(values.get('template', '')))}”"
            yield RECIPIENTS, ", ".join(self.words.recipients(values.get("to", "")))
        elif operator.get("id") == "deadline":
            yield DEADLINE, self._deadline(values)

    def _deadline(self, values: Mapping[str, str]) -> str:
        if values.get("at"):
            return translate(_AT, self.language).format(name=self.words.amount(values["at"]))
        if values.get("extend"):
            return translate(_MOVED, self.language).format(amount=self.words.amount(values["extend"]))
        amount = self.words.amount(values["hours"]) if values.get("hours") else ""
        clock = first_literal(values.get("clock", ""))
        if clock in _HOURS or not amount:
            return translate(_HOURS.get(clock, ""), self.language).format(amount=amount) if amount else ""
        return translate(_BY_NAME, self.language).format(
            amount=amount, clock=self.words.amount(values.get("clock", ""))
        )

    def _message(self, node: FlowNode) -> str:
        root = node.element.getroottree().getroot()
        names = {part.get("id"): part.get("name") or "" for part in root.iter(bpmn_tag("message"), bpmn_tag("signal"))}
        refs = (part.get("messageRef") or part.get("signalRef") for part in (node.element, *node.element))
        words = (MESSAGE_WORDS.get(names[ref]) for ref in refs if ref in names)
        return ", ".join(translate(word, self.language) for word in words if word)

    def _timers(self, diagram: Diagram, node: FlowNode) -> Iterator[tuple[str, str]]:
        for event in diagram.boundary_events.get(node.id, ()):
            if time := self.timer(event.element):
                sentence = _THEN if is_interrupting(event) else _MEANWHILE
                following = self.next_steps(diagram, event.id)
                yield TIMER, translate(sentence, self.language).format(time=time, next=following or "–")

    def _following(self, diagram: Diagram, node: str, passed: set[str]) -> Iterator[str]:
        passed.add(node)
        for flow in diagram.outgoing_flows.get(node, ()):
            target = diagram.nodes.get(flow.target)
            name = "" if target is None else self.caption(target.element)
            if name:
                yield name
            elif flow.target not in passed:
                yield from self._following(diagram, flow.target, passed)


def _diagram_texts(files: Files) -> Iterator[str]:
    return (content.decode("utf-8", "replace") for path, content in sorted(files.items()) if path.suffix == ".bpmn")


def _read_diagrams(files: Files) -> Iterator[tuple[PurePosixPath, Diagram]]:
    for path, content in sorted(files.items()):
        if path.suffix == ".bpmn":
            try:
                yield path, drawn.from_document(read_xml(path, content, (drawn.ROOT_TAG,)))
            except UnreadableDocument:
                continue


def _read_forms(files: Files) -> Iterator[tuple[str, Form]]:
    options = report_fields.option_lists(tuple(listed_report_fields(files)))
    for path, content in sorted(files.items()):
        if is_form_file(path):
            try:
                yield path.stem, compile_form(parse_form(content), options=options)
            except BadForm:
                continue
