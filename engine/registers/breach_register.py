"""The register of breaches as a paper: for each what happened, who was told when, and what was corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from engine.registers.breaches import ENTRY_CAPTIONS, RECIPIENT_CAPTIONS, BreachRecord
from engine.registers.papers import LegalPaper, PaperSection, Wording
from engine.registers.processing import BASIS
from engine.translation.catalogue import N_

_HEADER = (N_("Xảy ra lúc"), N_("Việc"), N_("Nội dung"), N_("Người ghi, lúc ghi"))


def breach_register(
    words: Wording, records: Sequence[BreachRecord], names: Mapping[str, str], now: datetime
) -> LegalPaper:
    """The register as a paper; `names` are those of the actors who recorded."""
    sections = [_breach_section(words, record, names, now) for record in records]
    if not sections:
        sections = [PaperSection(words(N_("Chưa có sự cố dữ liệu cá nhân nào trong sổ.")))]
    return LegalPaper(words(N_("Sổ sự cố dữ liệu cá nhân")), words(BASIS), sections)


def _breach_section(words: Wording, record: BreachRecord, names: Mapping[str, str], now: datetime) -> PaperSection:
    current = {entry.id for entry in record.current}
    rows = []
    for entry in record.entries:
        what = words(ENTRY_CAPTIONS[entry.kind])
        if entry.recipient:
            what = f"{what}: {words(RECIPIENT_CAPTIONS[entry.recipient])}"
        if entry.id not in current:
            what = f"{what} ({words(N_('đã được đính chính'))})"
        who = f"{names.get(entry.recorded_by, entry.recorded_by)}, {words.instant(entry.recorded_at)}"
        rows.append((words.instant(entry.happened_at), what, entry.text, who))
    heading = words(N_("Sự cố số {number}"), number=str(record.id))
    return PaperSection(heading, (clock_text(words, record, now),), [words(title) for title in _HEADER], rows)


def clock_text(words: Wording, record: BreachRecord, now: datetime) -> str:
    """Whether the authority was told in time, or by when it has to be."""
    due, done = words.instant(record.due_at), words.instant(record.told_at)
    if record.told_at is None and record.late_at(now):
        return words(N_("Chưa báo cơ quan chuyên trách; đã quá hạn 72 giờ từ {due}."), due=due)
    if record.told_at is None:
        return words(N_("Phải báo cơ quan chuyên trách trước {due}."), due=due)
    if record.late_at(now):
        return words(N_("Đã báo cơ quan chuyên trách lúc {told}, muộn so với hạn {due}."), told=done, due=due)
    return words(N_("Đã báo cơ quan chuyên trách lúc {told}, trong hạn {due}."), told=done, due=due)
