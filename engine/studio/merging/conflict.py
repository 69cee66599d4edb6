"""What two people have made of the same part of a file, and which of the two stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

Choice = Literal["mine", "theirs"]
MINE: Choice = "mine"
THEIRS: Choice = "theirs"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MergeConflict:
    """One part that both changed: where it stands, what of it, and both values as texts; "" for removed.

    `place` is the id of an element or the key of a field, `what` an attribute or kind of content; both empty for a
    whole file.
    """

    place: str
    caption: str
    what: str
    mine: str
    theirs: str

    @property
    def key(self) -> str:
        """What tells it from the other conflicts of its file."""
        return f"{self.place}/{self.what}"


@dataclass(slots=True)
class MergeJudge:
    """Decides part by part, and keeps what it could not decide: `choices` say it for conflicts by their key.

    Until somebody has chosen, theirs stays.
    """

    choices: Mapping[str, Choice] = field(default_factory=dict)
    conflicts: list[MergeConflict] = field(default_factory=list)

    def decide(self, base: T, theirs: T, mine: T, conflict: MergeConflict) -> T:
        """The value after both changes; what only one has changed is that one's."""
        if mine in (base, theirs):
            return theirs
        return mine if theirs == base or self.prefers_mine(conflict) else theirs

    def prefers_mine(self, conflict: MergeConflict) -> bool:
        """Note a conflict; whether its own change was chosen."""
        self.conflicts.append(conflict)
        return self.choices.get(conflict.key) == MINE

    @property
    def open_conflicts(self) -> list[MergeConflict]:
        """Those for which nobody has chosen."""
        return [conflict for conflict in self.conflicts if conflict.key not in self.choices]
