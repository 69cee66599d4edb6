"""The typefaces of papers as PDF: a serif as wide as Times New Roman where set-up has brought one. For documents.

Word files name Times New Roman and leave it to the reader's machine; a PDF carries its letters itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Typeface:
    """The files of a typeface: upright, italic and bold."""

    regular: Path
    italic: Path
    bold: Path


def choose_typeface(folder: Path | None) -> Typeface:
    """Tinos from `folder`, where set-up puts it; Be Vietnam Pro out of its package when it is not there."""
    if folder is not None:
        names = ("400Regular", "400Regular_Italic", "700Bold")
        serif = Typeface(*(folder / f"Tinos_{name}.ttf" for name in names))
        if all(file.is_file() for file in (serif.regular, serif.italic, serif.bold)):
            return serif
    package = Path(str(files("fontpkg_be_vietnam_pro"))) / "files"
    return Typeface(*(package / f"BeVietnamPro-{name}.ttf" for name in ("Regular", "Italic", "Bold")))
