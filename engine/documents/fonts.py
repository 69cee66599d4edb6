"""The typeface for PDFs: a serif as wide as Times New Roman if setup has installed one.

Word files name Times New Roman and rely on the reader's machine; a PDF embeds its fonts.
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
    """Tinos from `folder`, where setup puts it, or else Be Vietnam Pro from its package."""
    if folder is not None:
        names = ("400Regular", "400Regular_Italic", "700Bold")
        serif = Typeface(*(folder / f"Tinos_{name}.ttf" for name in names))
        if all(file.is_file() for file in (serif.regular, serif.italic, serif.bold)):
            return serif
    package = Path(str(files("fontpkg_be_vietnam_pro"))) / "files"
    return Typeface(*(package / f"BeVietnamPro-{name}.ttf" for name in ("Regular", "Italic", "Bold")))
