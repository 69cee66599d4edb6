"""What officers are told of a matter that several people have reported, before they end one (R1, R18)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.cases import report_links
from engine.cases.report_links import HangingReport
from engine.store.db import Transaction


@dataclass(frozen=True, slots=True)
class SharedCase:
    """The reports that hang on a case, the oldest first, and the code of the main case when it hangs on another."""

    others: Sequence[HangingReport]
    main_code: str

    @property
    def heir_code(self) -> str:
        """The code of the report that becomes the main one when this case ends without a result, or ""."""
        return self.others[0].code if self.others else ""

    def named_code(self, code: str) -> str:
        """The code if it is that of a report that hangs on the case, else ""."""
        return next((row.code for row in self.others if row.code == code), "")


def load_shared_case(tx: Transaction, report_id: int) -> SharedCase:
    """What hangs on a case, and what it hangs on."""
    link = report_links.link_in_force(tx, report_id)
    return SharedCase(report_links.list_hanging_reports(tx, report_id), link.code if link else "")
