"""Judges public nets: what the search says, what is known, how long it took."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from engine.soundness.search import NetVerdict, SearchLimit, prove_net
from tests.soundness.nets import JudgedNet, read_net


@dataclass(frozen=True, slots=True)
class NetJudgement:
    """What the search has said of one net; `seconds` of processor time without reading it."""

    net: JudgedNet
    verdict: NetVerdict
    markings: int
    seconds: float

    @property
    def is_wrong(self) -> bool:
        """Whether it says otherwise than what is known. A net with dead steps that always ends counts as sound."""
        return self.verdict is not NetVerdict.UNDECIDED and self.net.is_sound != (
            self.verdict in {NetVerdict.PROVEN, NetVerdict.DEAD}
        )


def judge_nets(nets: Iterable[JudgedNet]) -> list[NetJudgement]:
    """The judgement of each net."""
    judgements = []
    for known in nets:
        net = read_net(known.text)
        begin = time.process_time()
        proof = prove_net(net, SearchLimit())
        judgements.append(NetJudgement(known, proof.verdict, proof.markings, time.process_time() - begin))
    return judgements
