"""Which province a database is of: its name, its kind and the letters of its case codes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.translation.wording import Caption

PROVINCE, CITY = "province", "city"
# How each kind is called in running text; both are "cấp tỉnh" (Law on local government 72/2025/QH15, Art. 1).
_NAMES: Mapping[str, tuple[str, str]] = {
    PROVINCE: ("tỉnh {name}", "{name} province"),
    CITY: ("thành phố {name}", "{name} city"),
}
KINDS = tuple(_NAMES)


@dataclass(frozen=True, slots=True)
class ProvinceIdentity:
    """A province by its name without its kind; `letters` begin the codes of its cases."""

    name: str
    kind: str
    letters: str

    @property
    def full_name(self) -> Caption:
        """Its name with its kind, in running text: tỉnh Đồng Nai, Đồng Nai province."""
        vietnamese, english = _NAMES.get(self.kind, _NAMES[PROVINCE])
        return Caption(vietnamese.format(name=self.name), english.format(name=self.name))

    def own_words(self, text: str) -> str:
        """A Vietnamese text of the program about the People's Committee, UBND tỉnh, as it is called here."""
        return text.replace("UBND tỉnh", "UBND thành phố") if self.kind == CITY else text

    @property
    def unit_name(self) -> str:
        """The name of its unit, with the kind in capitals as papers write it: Tỉnh Đồng Nai."""
        name = self.full_name.vietnamese
        return name[:1].upper() + name[1:]


# What a database without an entry is: those before there were others.
FIRST_PROVINCE = ProvinceIdentity("Đồng Nai", PROVINCE, "DN")
