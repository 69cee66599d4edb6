"""Small files of reports and a mapping for them, for the tests of the replay."""

from __future__ import annotations

import csv
from pathlib import Path

PLACE, OTHER_PLACE = "26068", "26002"
COLUMNS = ("id", "received", "closed", "due", "place", "course", "stage")

MAPPING = """
process: citizen_report
province: three_level
dates: {zone: Asia/Ho_Chi_Minh}
columns: {id: id, received: received, closed: closed, due: due, course: course, stage: stage}
values:
  field: environment
  urgency: normal
  channel: phone
  place: {column: place}
  reporter_name: Người báo
  phone: "0900 000 001"
  address: Số 1
  content: Rác chưa được thu gom.
"""


def write(file: Path, *rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> Path:
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, columns, restval="")
        writer.writeheader()
        writer.writerows({"place": PLACE, **row} for row in rows)
    return file


def row(received: str, closed: str = "", due: str = "", **more: str) -> dict[str, str]:
    found = {"id": f"{received}{closed}{due}", "received": received, "closed": closed, "due": due}
    return {**found, "course": "plain" if closed else "", **more}
