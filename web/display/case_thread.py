"""What was done and said on a case in order of time: who, in which step, when, in which words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from engine.cases import instance_record
from engine.cases.dossier import Dossier
from engine.cases.instance_rows import InstanceEntry, WrittenForm
from engine.cases.masking import reason_masker
from engine.cases.reports import PARTICULARS
from engine.process import past_acts
from engine.process.act_detail import ActDetail, decode_detail
from web.display import filters, form_turns, history_text
from web.display.form_turns import ThreadEntry
from web.http import request as here

NEWEST_OPEN = 2  # Forms; what was said after the earlier of them is open too.
CONTACT = "contact"
# Acts beside the steps in which somebody says something to those who work on the case.
_SPOKEN_ACTS = frozenset(
    {
        *(past_acts.MESSAGE, past_acts.RESCHEDULE, past_acts.JOINED_OPINION),
        *("note", "remind", "directive", "repeat", "split", "answer_review"),
    }
)
_TEXT_KINDS = frozenset({"textfield", "textarea"})
_REPORTER_KINDS = frozenset({"phone", "email", "position"})
_RESTATED = frozenset(PARTICULARS)


def build_thread(case: Dossier) -> list[ThreadEntry]:
    """The turns of a case, oldest first, as its reader may see them."""
    report = case.report
    label = filters.channel_caption(report.channel)
    filed = ThreadEntry(_("Phản ánh"), report.received_at, str(label), [("", case.readable(report.content))])
    turns = [turn for entry in case.entries for turn in _turns_of(case, entry)]
    return [filed, *turns]


def split_thread(thread: Sequence[ThreadEntry]) -> tuple[Sequence[ThreadEntry], Sequence[ThreadEntry]]:
    """The turns that are old, and those to show open."""
    forms = [index for index, turn in enumerate(thread) if turn.is_form and turn.answers]
    first = forms[-NEWEST_OPEN:][0] if forms else 0
    return thread[:first], thread[first:]


def _turns_of(case: Dossier, entry: InstanceEntry) -> Iterator[ThreadEntry]:
    detail = decode_detail(entry.detail)
    who = history_text.author_name(case, entry)
    if entry.action == past_acts.COMPLETE:
        yield form_turns.form_turn(case, entry, detail, who)
    elif entry.action == CONTACT:
        yield ThreadEntry(_("Liên hệ người dân"), entry.at, who, list(_contact_answers(case, entry, detail)))
    elif entry.action in _SPOKEN_ACTS and (entry.action != past_acts.RESCHEDULE or detail.extend):
        masked = None if case.personal else reason_masker(*case.reporters)
        names = instance_record.element_names(case, here.current_language())
        sentence = history_text.act_sentence(case, names, entry, masked)
        yield ThreadEntry(sentence, entry.at, who, list(_words_beside_tasks(case, entry)))


def written_beside_tasks(case: Dossier) -> list[WrittenForm]:
    """What was written in a form without a task: by a citizen whose report another one's case answers, or answered."""
    numbers = {task.engine_id for task in case.tasks}
    return [row for row in case.written if row.task_engine_id not in numbers]


def _words_beside_tasks(case: Dossier, entry: InstanceEntry) -> Iterator[tuple[str, str]]:
    for row in written_beside_tasks(case):
        if (row.at, row.actor) == (entry.at, entry.actor):
            form = case.content.forms.get(row.form)
            yield from form_turns.answers_of(case, form.inputs if form else {}, json.loads(row.content))


def _contact_answers(case: Dossier, entry: InstanceEntry, detail: ActDetail) -> Iterator[tuple[str, str]]:
    means = filters.choice_captions("verify", "contact_by")
    reached = _("liên lạc được") if detail.reached else _("không liên lạc được")
    yield "", f"{means.get(detail.means, detail.means)}, {reached}"
    made = (row for row in case.contacts if (row.recorded_at, row.recorded_by) == (entry.at, entry.actor))
    note = next((row.note for row in made if row.means == detail.means), "")
    if note:
        yield "", case.readable(note)
