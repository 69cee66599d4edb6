"""What was written in the forms of something that an officer has begun, in order of time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from engine.cases.instance_rows import InstanceEntry
from engine.matters import reading
from engine.matters.reading import MatterRecord
from engine.process import past_acts
from engine.process.act_detail import decode_detail
from forms.schema import Form
from web.display import filters, form_turns, history_text
from web.display.form_turns import ThreadEntry
from web.http import request as here


def build_matter_thread(record: MatterRecord) -> list[ThreadEntry]:
    """The forms in which it was begun and worked on, oldest first."""
    return [turn for entry in record.entries for turn in _turns_of(record, entry)]


def build_own_thread(record: MatterRecord, actor: str) -> list[ThreadEntry]:
    """The same of what one person wrote alone."""
    return [turn for entry in record.entries if entry.actor == actor for turn in _turns_of(record, entry)]


def _turns_of(record: MatterRecord, entry: InstanceEntry) -> Iterator[ThreadEntry]:
    detail = decode_detail(entry.detail)
    who = history_text.author_name(record, entry)
    if entry.action == past_acts.COMPLETE:
        yield form_turns.form_turn(record, entry, detail, who)
    elif entry.action == past_acts.START:
        form, values = reading.start_form_of(record), reading.start_answers(record)
        answers = list(form_turns.answers_of(record, form.inputs, values)) if form is not None else []
        title, unit = filters.step_caption(record.matter.name), filters.unit_caption(record.matter.unit_code)
        yield ThreadEntry(title, entry.at, who, answers, unit, entry.node, is_form=True)


def answers_so_far(record: MatterRecord) -> dict[str, object]:
    """The newest answer to each field of any form that was filled in."""
    answers = reading.start_answers(record)
    for entry in record.entries:
        if entry.action == past_acts.COMPLETE:
            answers |= decode_detail(entry.detail).form_data
    for row in record.written:
        answers |= json.loads(row.content)
    return answers


def captioned_answers(form: Form, typed: Mapping[str, object]) -> dict[str, str]:
    """What was typed into a form, by the captions of its fields."""
    language = here.current_language()
    return {
        form.inputs[key].caption(language): form_turns.format_answer(form.inputs[key], value)
        for key, value in typed.items()
        if key in form.inputs and value
    }
