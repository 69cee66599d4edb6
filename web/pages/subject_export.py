"""What is given to a person who asks for their data: reports and begun work in words, officers as role and unit."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from engine.actor import parse_party, person_key
from engine.cases import dossier
from engine.cases.reports import particular_of
from engine.matters.reading import MatterRecord
from engine.privacy import subject_access
from engine.privacy.subject_access import SubjectRecord
from engine.process import definitions
from web.display import filters, matter_thread, origins
from web.http.request import current_language, tx
from web.pages.records import ACT_CAPTIONS, PURPOSE_CAPTIONS

PARTICULAR_CAPTIONS = {
    "reporter_name": lazy_gettext("Họ và tên"),
    "phone": lazy_gettext("Số điện thoại"),
    "address": lazy_gettext("Địa chỉ"),
    "position": lazy_gettext("Vị trí trên bản đồ"),
    "email": lazy_gettext("Thư điện tử"),
}
ANSWER_CAPTIONS = {
    "answer_text": lazy_gettext("Trả lời"),
    "given_answer": lazy_gettext("Trả lời ngay khi gọi"),
    "divert_reason": lazy_gettext("Hướng dẫn nơi tiếp nhận"),
    "satisfied": lazy_gettext("Hài lòng"),
    "rating": lazy_gettext("Chấm điểm"),
    "dissatisfied_reason": lazy_gettext("Vì sao chưa hài lòng"),
    "comment": lazy_gettext("Ý kiến khác"),
}


def report_document(portion: SubjectRecord) -> dict[str, object]:
    """A report with what is its citizen's, in words, as JSON-compatible values."""
    report = portion.report
    posts = subject_access.first_posts(
        tx(), [row.actor for row in portion.acts] + [row.viewer for row in portion.disclosures]
    )
    means = filters.choice_captions("verify", "contact_by")
    acts = []
    for row in portion.acts:
        process = definitions.load_deployment(tx(), row.deployment).get_process(row.process)
        acts.append(_act_row(posts, row, process))
    return {
        "code": report.code,
        "received": filters.instant_text(report.received_at),
        "channel": filters.channel_caption(report.channel),
        "field": filters.field_caption(report.field),
        "place": filters.unit_caption(report.place),
        "particulars": {str(title): particular_of(report, name) for name, title in PARTICULAR_CAPTIONS.items()},
        "content": report.content,
        "contacts": [[filters.instant_text(one.at), means.get(one.means, one.means)] for one in portion.contacts],
        "told": [
            [filters.instant_text(at), str(ANSWER_CAPTIONS[key]), _answer_word(text)]
            for at, key, text in portion.answers
        ],
        "files": [one.name for one in portion.files],
        "acts": acts,
        "seen": [
            [filters.instant_text(one.at), _actor_post(posts, one.viewer), str(PURPOSE_CAPTIONS.get(one.purpose, ""))]
            for one in portion.disclosures
        ],
    }


def _answer_word(text: str) -> str:
    return {"yes": _("có"), "no": _("không")}.get(text, text)


def _actor_post(posts: dict[str, tuple[str, str]], actor: str) -> str:
    """The actor without a name: role and unit, the citizen, the system."""
    if actor in posts:
        unit, role = posts[actor]
        return f"{filters.role_caption(role)}, {filters.unit_caption(unit)}"
    return str(origins.ACTOR_NAMES.get(parse_party(actor).kind, _("Cán bộ")))


def work_document(record: MatterRecord) -> dict[str, object]:
    """Something that an officer has begun, with what they wrote in it, in words, as JSON-compatible values."""
    matter, own = record.matter, person_key(record.matter.starter_id)
    posts = subject_access.first_posts(tx(), [entry.actor for entry in record.entries])
    turns = matter_thread.build_own_thread(record, own)
    return {
        "code": matter.code,
        "begun": filters.instant_text(record.entries[0].at),
        "name": filters.step_caption(matter.name),
        "place": filters.unit_caption(matter.unit_code),
        "told": [[filters.instant_text(turn.at), title, text] for turn in turns for title, text in turn.answers],
        "files": [file.name for file in own_files(record)],
        "acts": [_act_row(posts, entry, record.process) for entry in record.entries],
    }


def own_files(record: MatterRecord) -> list[Any]:
    """The files that its starter has added."""
    return [file for file in record.files if file.added_by == person_key(record.matter.starter_id)]


def _act_row(posts: dict[str, tuple[str, str]], row: Any, process: Any) -> list[str]:
    task = dossier.process_element_names(process, current_language()).get(row.node, "")
    act = " · ".join(filter(None, (str(ACT_CAPTIONS.get(row.action, "")), task)))
    return [filters.instant_text(row.at), _actor_post(posts, row.actor), act]
