"""A third, invented province as a folder: a city without districts, with hours, a day off and fields of its own."""

from __future__ import annotations

from pathlib import Path

YAML = """
name: Lam Sơn
kind: city
letters: LS
levels: 2
units: [places.csv, organisation.csv]
fields: fields.yaml
office_hours:
  default:
    1: [07:00-11:00, 13:30-17:30]
holidays: holidays.csv
"""
FIELDS = """fields:
  - {key: noise, vi: Tiếng ồn, en: Noise, departments: [99.SXD]}
  - {key: water, vi: Nước sạch, en: Drinking water}
"""


def write_folder(folder: Path) -> Path:
    """The folder, filled."""
    folder.mkdir(exist_ok=True)
    files = {
        "province.yaml": YAML,
        "fields.yaml": FIELDS,
        "places.csv": "province_code,province,code,name_with_type\n99,Lam Sơn,99001,Phường Lam Giang\n",
        "organisation.csv": (
            "code,name,kind,parent_code\n99.1022,Tổng đài 1022,hotline,99\n"
            "99.VP,Văn phòng UBND thành phố,office,99\n99.SXD,Sở Xây dựng,department,99\n"
        ),
        "holidays.csv": "date,kind,name,source\n2027-03-01,closed,Ngày hội Lam Sơn,01/QĐ-UBND\n",
    }
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder
