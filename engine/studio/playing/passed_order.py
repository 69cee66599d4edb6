"""The order in which a play passed the elements and flows of its diagrams."""

from __future__ import annotations

from dataclasses import dataclass

from engine.scenarios.trial import MAX_STEPS, LimitedTrace


@dataclass(frozen=True, slots=True)
class PassedElement:
    """An element that a case reached, its process, and from which element; none at a beginning or a wait's end."""

    process: str
    element: str
    source: str | None


class PassedOrder(LimitedTrace):
    """Collects what was passed in its order; a play takes as many steps as a scenario may."""

    def __init__(self) -> None:
        super().__init__(MAX_STEPS)
        self._turns: dict[PassedElement, tuple[int, int]] = {}

    def add_reached(self, process: str, source: str | None, element: str, turn: int | None) -> None:
        """As for every trace; and when."""
        super().add_reached(process, source, element, turn)
        if turn is None:
            return
        self._turns[PassedElement(process, element, source)] = (self.steps, turn)

    def take_passed(self) -> tuple[PassedElement, ...]:
        """What was passed since the last call, in its order."""
        passed, self._turns = sorted(self._turns, key=self._turns.__getitem__), {}
        return tuple(passed)
