"""Words the history of a case, and the reason why a task is in this unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from engine.actor import parse_party
from engine.cases import instance_record
from engine.cases.instance_record import InstanceRecord
from engine.cases.masking import reason_masker
from engine.clock import parse_instant
from engine.process.act_detail import ActDetail, decode_detail
from engine.process.past_acts import NO_DEADLINE, RESCHEDULE
from web.display import filters, origins
from web.http import request as here

MARK_CAPTIONS = {
    "chased": lazy_gettext("đã đôn đốc"),
    "decided": lazy_gettext("Văn phòng đã quyết định"),
    "directive": lazy_gettext("đã ban hành văn bản đôn đốc"),
    "diverted": lazy_gettext("đã hướng dẫn nộp đơn"),
    "false_report": lazy_gettext("thông tin ảo"),
    "merged": lazy_gettext("gộp"),
    "no_response": lazy_gettext("người dân không phản hồi"),
    "overdue": lazy_gettext("quá hạn"),
    "recalled": lazy_gettext("thu hồi"),
    "rejected": lazy_gettext("nghi vấn bị bác bỏ"),
    "reopened": lazy_gettext("mở lại"),
    "resolved": lazy_gettext("đã giải quyết"),
    "returned": lazy_gettext("trả về địa phương"),
    "transferred": lazy_gettext("đã chuyển sở, ngành"),
    "unreachable": lazy_gettext("không liên lạc được"),
    "withdrawn": lazy_gettext("người dân rút"),
}
ACT_SENTENCES = {
    "unreadable": lazy_gettext("Không đọc được dòng %(row)s của lịch sử hồ sơ"),
    "start": lazy_gettext("Tiếp nhận phản ánh"),
    "complete": lazy_gettext("Hoàn thành “%(task)s”"),
    "fire": lazy_gettext("Đến mốc thời gian “%(task)s”"),
    "claim": lazy_gettext("Nhận việc “%(task)s”"),
    "release": lazy_gettext("Bỏ nhận việc “%(task)s”"),
    "hand_over": lazy_gettext("Giao việc “%(task)s” cho %(name)s"),
    "delegate": lazy_gettext("Ủy quyền %(name)s xử lý “%(task)s”"),
    "message": "%(message)s",
    "signal": lazy_gettext("Nhận tín hiệu “%(signal)s”"),
    "reschedule": lazy_gettext("Tính lại thời hạn"),
    "cancel": lazy_gettext("Kết thúc hồ sơ"),
    "migrate": lazy_gettext("Chuyển sang quy trình của bản triển khai %(deployment)s"),
    "return": lazy_gettext("Trở lại quy trình của bản triển khai %(deployment)s"),
    "move_unit": lazy_gettext("Đơn vị hành chính được sắp xếp lại"),
    "reveal": lazy_gettext("Xem thông tin người phản ánh"),
    "standard_answer": lazy_gettext("Trả lời ngay bằng trả lời mẫu"),
    "answer_review": lazy_gettext("Cơ quan chuyên môn nhận xét cách trả lời"),
    "publish_answer": lazy_gettext("Công khai câu trả lời"),
    "withhold_answer": lazy_gettext("Không công khai câu trả lời"),
    "review_reply": lazy_gettext("Lãnh đạo đơn vị phản hồi nhận xét"),
    "citizen_message": lazy_gettext("Người dân viết thêm"),
    "contact": lazy_gettext("Ghi một lần liên hệ người dân"),
    "repeat": lazy_gettext("Thêm một người phản ánh cùng vụ việc (%(code)s)"),
    "split": lazy_gettext("Tách một phần thành hồ sơ %(code)s"),
    "passed_on": lazy_gettext("Không có kết quả: %(code)s trở thành hồ sơ chính của các phản ánh cùng vụ việc"),
    "left_main": lazy_gettext("Phản ánh %(code)s không còn được giải quyết chung"),
    "moved_to_main": lazy_gettext("Hồ sơ chính %(from)s kết thúc không có kết quả; giải quyết chung với %(into)s"),
    "joined_opinion": lazy_gettext("Người phản ánh cùng vụ việc (%(code)s) đánh giá: %(opinion)s"),
    "give_key": lazy_gettext("Cấp khóa tra cứu mới cho phản ánh %(code)s (%(checked)s)"),
    "correct": lazy_gettext("Sửa thông tin người phản ánh theo yêu cầu của họ"),
    "anonymise": lazy_gettext("Xóa thông tin cá nhân của hồ sơ"),
    "hold": lazy_gettext("Giữ lại dữ liệu của hồ sơ"),
    "release_hold": lazy_gettext("Ngừng giữ dữ liệu của hồ sơ"),
    "note": lazy_gettext("Văn phòng ghi chú"),
    "remind": lazy_gettext("Văn phòng nhắc đơn vị giải quyết"),
    "directive": lazy_gettext("Nêu trong văn bản đôn đốc số %(code)s"),
}
# How the hotline has checked a caller who asks for a new key.
KEY_CHECK_CAPTIONS = {
    "called_back": lazy_gettext("Đã gọi lại số điện thoại đã khai"),
    "knows_report": lazy_gettext("Người gọi nói đúng họ tên, địa chỉ và nội dung phản ánh"),
    "in_person": lazy_gettext("Đã gặp trực tiếp và xem giấy tờ"),
}
# The same acts on the report of somebody who joined the case.
JOINED_SENTENCES = {
    "correct": lazy_gettext("Sửa thông tin của người phản ánh cùng vụ việc (%(code)s) theo yêu cầu của họ"),
    "anonymise": lazy_gettext("Xóa thông tin cá nhân của người phản ánh cùng vụ việc (%(code)s)"),
    "hold": lazy_gettext("Giữ lại dữ liệu của người phản ánh cùng vụ việc (%(code)s)"),
    "release_hold": lazy_gettext("Ngừng giữ dữ liệu của người phản ánh cùng vụ việc (%(code)s)"),
}
EXTENSION_SENTENCE = lazy_gettext("Gia hạn %(days)s ngày làm việc")
NEW_DEADLINE = lazy_gettext("hạn mới %(time)s")
BEGUN_SENTENCE = lazy_gettext("Bắt đầu “%(task)s”")
KEPT_SENTENCE = lazy_gettext("Tiếp tục giữ việc “%(task)s”")
KEPT_FOR_SENTENCE = lazy_gettext("Việc “%(task)s” tiếp tục do %(name)s giữ")
SKIPPED_SENTENCE = lazy_gettext("Bỏ qua mốc thời gian đã lỡ “%(task)s”")
LATE_AFTER = timedelta(minutes=1)  # Above this, the entry says how late the timer fired.
MESSAGE_CAPTIONS = {
    "reroute": lazy_gettext("Sửa địa bàn, lĩnh vực"),
    "recall": lazy_gettext("Thu hồi về Văn phòng"),
    "merged": lazy_gettext("Gộp vào hồ sơ khác"),
    "unmerged": lazy_gettext("Tách ra khỏi hồ sơ đã gộp"),
    "merged_closed": lazy_gettext("Kết thúc cùng hồ sơ chính"),
    "withdraw": lazy_gettext("Người dân rút phản ánh"),
    "deadline_moved": lazy_gettext("Hạn đã được dời: không còn quá hạn, theo dõi lại từ hạn mới"),
    "asked_again": lazy_gettext("Người dân chưa hài lòng với kết quả chung, đề nghị giải quyết lại"),
}
OPINION_CAPTIONS = {"yes": lazy_gettext("hài lòng"), "no": lazy_gettext("chưa hài lòng")}
FROM_SENTENCE = lazy_gettext("Tách khỏi hồ sơ %(from)s: giải quyết riêng")
LINK_CAPTIONS = {
    "repeat": lazy_gettext("phản ánh lại"),
    "split": lazy_gettext("tách ra"),
    "merged": lazy_gettext("gộp"),
    "reopened": lazy_gettext("mở lại"),
}


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One act in words: when, who, what, and its origin."""

    at: datetime
    who: str
    what: str
    origin: str


def build_timeline(case: InstanceRecord) -> list[TimelineEntry]:
    """Timeline of a case, newest first."""
    names = dict(instance_record.element_names(case, here.current_language()))
    return [
        TimelineEntry(
            entry.at,
            author_name(case, entry),
            act_sentence(case, names, entry, None if case.personal else reason_masker(*case.reporters)),
            entry.origin,
        )
        for entry in reversed(case.entries)
    ]


class PersonNames(Protocol):
    """Provides the names of the people in a history, by id."""

    @property
    def names(self) -> Mapping[int, str]:
        """Names by person id."""


def actor_name(case: PersonNames, key: str) -> str:
    """Name of an actor: a person's name, the system, the citizen."""
    actor = parse_party(key)
    if actor.person_id is not None:
        return case.names.get(actor.person_id, _("Cán bộ %(num)s", num=actor.key))
    return origins.actor_text(key)


def author_name(case: PersonNames, entry: Any) -> str:
    """Who did an act; for a substitute, also the absent person for whom they did it (R12)."""
    absent = decode_detail(entry.detail).absent
    name = actor_name(case, entry.actor)
    return _("%(name)s, xử lý thay %(absent)s", name=name, absent=actor_name(case, absent)) if absent else name


def act_sentence(
    case: PersonNames, names: Mapping[str, str], entry: Any, masked: Callable[[str, ActDetail], str] | None = None
) -> str:
    """One act in a sentence; `names` are the element names from the diagrams.

    `masked` gives the reason of an act and its detail to a reader who may not see who reported.
    """
    detail = decode_detail(entry.detail)
    reason = detail.reason if masked is None else masked(entry.action, detail)
    facts = {
        "row": entry.seq,
        "task": names.get(entry.node, entry.node),
        "name": actor_name(case, detail.to),
        "message": MESSAGE_CAPTIONS.get(detail.message, detail.message),
        "signal": detail.signal,
        "code": detail.code,
        "from": "" if detail.origin is None else detail.origin,
        "into": detail.into,
        "opinion": OPINION_CAPTIONS.get(detail.satisfied, ""),
        "deployment": "" if detail.deployment is None else detail.deployment,
        "checked": KEY_CHECK_CAPTIONS.get(detail.checked, ""),
        "days": f"{detail.extend:g}",
    }
    sentence = str(_act_pattern(entry.action, detail)) % facts + _lateness_note(entry, detail)
    sentence += _new_deadline(entry.action, detail)
    if reason:
        sentence += _(", lý do: %(reason)s", reason=reason)
    next_tasks = [
        _("“%(task)s” tại %(unit)s", task=names.get(node, node), unit=filters.unit_caption(unit))
        for _id, node, unit, *_passed in detail.openings
    ]
    if next_tasks:
        sentence += _("; việc tiếp theo: %(tasks)s", tasks=", ".join(next_tasks))
    mark_captions = [str(MARK_CAPTIONS[mark]) for mark in detail.marks if mark in MARK_CAPTIONS]
    return f"{sentence} ({', '.join(mark_captions)})" if mark_captions else sentence


def _new_deadline(action: str, detail: ActDetail) -> str:
    """The deadline that an act has set anew, because a day, the office hours or the deadline itself was changed."""
    if action != RESCHEDULE or detail.deadline in ("", NO_DEADLINE):
        return ""
    return ": " + str(NEW_DEADLINE) % {"time": filters.instant_text(parse_instant(detail.deadline))}


def _act_pattern(action: str, detail: ActDetail) -> Any:
    """The sentence for an act, with names for its facts."""
    if detail.extend:
        return EXTENSION_SENTENCE
    if action in ("start", "left_main") and detail.origin:
        return FROM_SENTENCE
    if action == "start" and detail.start:
        return BEGUN_SENTENCE
    if detail.kept:
        return KEPT_FOR_SENTENCE if detail.to else KEPT_SENTENCE
    pattern = SKIPPED_SENTENCE if detail.skipped else ACT_SENTENCES.get(action, action.replace("%", "%%"))
    return JOINED_SENTENCES.get(action, pattern) if detail.code else pattern


def _lateness_note(entry: Any, detail: ActDetail) -> str:
    """How late a timer fired, if by more than LATE_AFTER."""
    late = entry.at - parse_instant(detail.due) if detail.due else timedelta(0)
    return _(" (trễ %(time)s)", time=filters.duration_text(late)) if late > LATE_AFTER else ""
