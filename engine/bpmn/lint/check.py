"""Runs every rule over a set of files and returns the problems it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from engine.bpmn.drawn_only import remove_drawn_only
from engine.bpmn.feel_marks import mark_feel
from engine.bpmn.lint import (
    branches,
    decisions,
    diagram,
    elements,
    english,
    events,
    exchange,
    expressions,
    feel_types,
    flow,
    foreign,
    gateways,
    languages,
    mails,
    meanings,
    models,
    pairs,
    peculiar,
    proof_notes,
    references,
    repeats,
    services,
    starts,
    table,
    throwing,
    timers,
    values,
    wait_free,
    written,
)
from engine.bpmn.lint.deployment import DeploymentIndex, is_form_file, is_mail_template
from engine.bpmn.lint.diagram import Diagram
from engine.bpmn.lint.document import UnreadableDocument, decode_text, read_xml
from engine.bpmn.lint.finding import Finding
from engine.bpmn.lint.table import Decision
from engine.bpmn.lint.trial import FileFinding, try_parser
from engine.bpmn.lint.vocabulary import Vocabulary
from engine.bpmn.lint.wording import render_finding
from engine.errors import BadInput, FileProblem
from engine.translation.catalogue import LANGUAGES, Language
from engine.translation.wording import fact_text

DIAGRAM_RULES: tuple[Callable[[Diagram], Iterator[Finding]], ...] = (
    elements.check_ids,
    elements.check_refused_elements,
    elements.check_unsupported_elements,
    elements.check_required_attributes,
    elements.check_comments,
    elements.check_coordinates,
    elements.check_single_process,
    elements.check_starts_and_ends,
    flow.check_flow_ends,
    flow.check_double_flows,
    flow.check_outgoing_flows,
    flow.check_unreachable,
    flow.check_dead_ends,
    flow.check_path_to_end,
    gateways.check_conditions,
    gateways.check_event_gateways,
    peculiar.check_quantities,
    peculiar.check_instantiating,
    peculiar.check_repeat_events,
    peculiar.check_shared_definitions,
    repeats.check_loop_inputs,
    repeats.check_loop_outputs,
    repeats.check_standard_loops,
    events.check_triggers,
    events.check_boundary_hosts,
    events.check_event_sub_processes,
    throwing.check_event_references,
    throwing.check_payload_places,
    throwing.check_participants,
    timers.check_timer_texts,
    timers.check_cycle_places,
    timers.check_missed_policy,
    timers.check_start_timers,
    timers.check_cycle_beginnings,
    references.check_task_lanes,
    references.check_ladders,
    english.check_english_texts,
    foreign.check_foreign_settings,
    languages.check_diagram_languages,
    expressions.check_language,
    expressions.check_script_tasks,
    expressions.check_variable_names,
)
"""The rules that need one diagram."""

DEPLOYMENT_RULES: tuple[Callable[[Diagram, DeploymentIndex], Iterator[Finding]], ...] = (
    elements.check_duplicate_scopes,
    gateways.check_default_flows,
    throwing.check_unsent_messages,
    exchange.check_exchange,
    throwing.check_uncaught_errors,
    throwing.check_uncaught_call_errors,
    references.check_roles,
    references.check_lanes,
    references.check_forms,
    starts.check_start_forms,
    starts.check_start_codes,
    starts.check_starters_tasks,
    references.check_called_decisions,
    references.check_called_processes,
    services.check_operators,
    services.check_notices,
    expressions.check_undefined_names,
    feel_types.check_feel_types,
    values.check_compared_values,
    values.check_named_units,
    values.check_set_values,
    pairs.check_compared_names,
    pairs.check_quoted_numbers,
    written.check_written_texts,
    written.check_written_names,
    wait_free.check_wait_free_loops,
)
"""The rules that also need the other files or the vocabulary."""

DECISION_RULES: tuple[Callable[[Decision], Iterator[Finding]], ...] = (
    decisions.check_table_shape,
    decisions.check_hit_policy,
    decisions.check_columns,
    decisions.check_output_cells,
    languages.check_table_languages,
    expressions.check_table_language,
    decisions.check_row_coverage,
)
DECISION_SET_RULES: tuple[Callable[[Decision, DeploymentIndex], Iterator[Finding]], ...] = (
    decisions.check_decision_ids,
    decisions.check_output_values,
    models.check_models,
    expressions.check_undefined_table_names,
    feel_types.check_cell_types,
    feel_types.check_table_values,
    values.check_table_values,
    values.check_table_results,
    written.check_written_results,
    written.check_result_names,
)


def check_files(
    files: Mapping[PurePosixPath, bytes], vocabulary: Vocabulary, language: Language = "vi"
) -> list[FileProblem]:
    """All problems in the files of a deployment, ordered by file and line; empty when they can be deployed.

    `files` has paths like `workflows/x.bpmn`, `workflows/y.dmn`, `workflows/mail/z.txt`, `forms/f.json`; only the
    names of forms and other kinds of files are used. To check one file alone, pass `vocabulary.for_one_file()`.
    Sentences are in `language`, vi or en; raises BadInput for any other. No content makes it raise.
    """
    return _word_findings(_collect_findings(files, vocabulary), language)


def advise_files(
    files: Mapping[PurePosixPath, bytes], vocabulary: Vocabulary, language: Language = "vi"
) -> list[FileProblem]:
    """What an analyst should know of files without problems, although they can be deployed; worded like problems."""
    deployment = index_files(files, vocabulary)
    notes = (
        (bpmn_diagram.path, finding)
        for bpmn_diagram in deployment.diagrams
        for finding in branches.note_shared_names(bpmn_diagram, deployment)
    )
    tables = (
        (decision.path, note) for decision in deployment.decisions for note in models.note_models(decision, deployment)
    )
    return _word_findings([*notes, *tables, *proof_notes.note_proofs(deployment)], language)


def prove_files(
    files: Mapping[PurePosixPath, bytes], vocabulary: Vocabulary, language: Language = "vi"
) -> list[FileProblem]:
    """For each process of files without problems whether its cases always can end; worded like problems."""
    return _word_findings(proof_notes.tell_verdicts(index_files(files, vocabulary)), language)


def changes_in_files(
    files: Mapping[PurePosixPath, bytes], vocabulary: Vocabulary, meaning: int, language: Language = "vi"
) -> list[FileProblem]:
    """The elements that mean something else now than when the files were checked under `meaning`; worded likewise."""
    return _word_findings(meanings.note_changes(index_files(files, vocabulary), meaning), language)


def index_files(files: Mapping[PurePosixPath, bytes], vocabulary: Vocabulary) -> DeploymentIndex:
    """What the files of a deployment name and mean, as far as they can be read."""
    parsed = _ParsedFiles()
    for path, content in sorted(files.items()):
        with suppress(UnreadableDocument):
            parsed.add_file(path, content)
    return DeploymentIndex(tuple(parsed.diagrams), tuple(parsed.decisions), frozenset(files), vocabulary)


def _word_findings(findings: Iterable[FileFinding], language: Language) -> list[FileProblem]:
    if language not in LANGUAGES:
        raise BadInput("checker-language-unknown", language=language)
    problems = {
        FileProblem(
            path,
            finding.line,
            finding.element,
            finding.rule,
            render_finding(finding, language),
            caption="" if finding.caption is None else fact_text(finding.caption, language),
        )
        for path, finding in findings
    }
    return sorted(problems)


def _collect_findings(files: Mapping[PurePosixPath, bytes], vocabulary: Vocabulary) -> Iterator[FileFinding]:
    parsed_files = _ParsedFiles()
    for path, content in sorted(files.items()):
        try:
            parsed_files.add_file(path, content)
        except UnreadableDocument as refusal:
            parsed_files.rejections.append((path, refusal.finding))
    # What an unreadable file would have declared is unknown; other files must not be blamed for referring to it.
    effective_vocabulary = vocabulary.for_one_file() if parsed_files.rejections else vocabulary
    deployment = DeploymentIndex(
        tuple(parsed_files.diagrams), tuple(parsed_files.decisions), frozenset(files), effective_vocabulary
    )
    findings = [
        *parsed_files.rejections,
        *_check_names(files),
        *_check_diagrams(deployment),
        *_check_decisions(deployment),
    ]
    for mail in parsed_files.mails:
        findings.extend((mail.path, finding) for finding in mails.check_template(mail, deployment))
    yield from findings or try_parser(deployment)


def _check_names(files: Iterable[PurePosixPath]) -> Iterator[FileFinding]:
    """Forms, and mails, have different names: tasks and notices refer to them by name, without the folder."""
    for rule, belongs in (("form-name-twice", is_form_file), ("mail-name-twice", is_mail_template)):
        first: dict[str, PurePosixPath] = {}
        for path in sorted(filter(belongs, files)):
            other = first.setdefault(path.stem, path)
            if other != path:
                yield path, Finding(rule, facts={"name": path.stem, "other": other})


@dataclass(slots=True)
class _ParsedFiles:
    """The files that could be read, by kind, and the reasons why the others could not."""

    diagrams: list[Diagram] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    mails: list[mails.MailTemplate] = field(default_factory=list)
    rejections: list[FileFinding] = field(default_factory=list)

    def add_file(self, path: PurePosixPath, content: bytes) -> None:
        """Parse a file and add it to the list of its kind. Raises UnreadableDocument."""
        if path.suffix == ".bpmn":
            document = read_xml(path, content, (diagram.ROOT_TAG,))
            remove_drawn_only(document.root)
            mark_feel(document.root)
            self.diagrams.append(diagram.from_document(document))
        elif path.suffix == ".dmn":
            self.decisions.extend(table.parse_decisions(read_xml(path, content, table.ROOT_TAGS)))
        elif is_mail_template(path):
            self.mails.append(mails.MailTemplate(path, decode_text(content)))


def _check_diagrams(deployment: DeploymentIndex) -> Iterator[FileFinding]:
    for bpmn_diagram in deployment.diagrams:
        for rule in DIAGRAM_RULES:
            yield from ((bpmn_diagram.path, finding) for finding in rule(bpmn_diagram))
        for set_rule in DEPLOYMENT_RULES:
            yield from ((bpmn_diagram.path, finding) for finding in set_rule(bpmn_diagram, deployment))


def _check_decisions(deployment: DeploymentIndex) -> Iterator[FileFinding]:
    for decision in deployment.decisions:
        for rule in DECISION_RULES:
            yield from ((decision.path, finding) for finding in rule(decision))
        for set_rule in DECISION_SET_RULES:
            yield from ((decision.path, finding) for finding in set_rule(decision, deployment))
