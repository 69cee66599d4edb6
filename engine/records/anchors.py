"""Anchors: a signed list of the heads of all histories, looks and chains of the journal, kept elsewhere (R13).

What a chain alone cannot show shows against an anchor: a case removed together with its instance, and a history or its
tail written anew with its head. Each day's anchor is a file in TONGDAI_VAR; `engine.operations.anchor_export` sends it
to a second place.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine.clock import VIETNAM, parse_instant
from engine.errors import BadInput, EngineError, TamperedHistory
from engine.journal import journal
from engine.process.history import ChainBreak
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import History, Instance, LookHead

ANCHOR_FORMAT = 3  # The first had no looks, the second no journal.
KEPT_DAYS = 30  # The newest anchors that stay in the folder; before them one of each month.
_PATTERN = "anchor_????????*.json"

_history, _instance, _look_head = table_of(History), table_of(Instance), table_of(LookHead)


@dataclass(frozen=True, slots=True)
class AnchorHeads:
    """Heads by id as an anchor lists them: id, count and digest in forty bytes each, because there may be a million."""

    ids: array[int] = field(default_factory=lambda: array("q"))
    counts: array[int] = field(default_factory=lambda: array("q"))
    digests: bytes = b""

    def heads_between(self, after: int, last: int) -> Iterator[tuple[int, int, str]]:
        """The heads of the ids after `after` up to and including `last`."""
        for place in range(bisect_right(self.ids, after), bisect_right(self.ids, last)):
            yield self.ids[place], *self._head_at(place)

    def get(self, key: int, default: tuple[int, str]) -> tuple[int, str]:
        """Count and digest of an id."""
        place = bisect_left(self.ids, key)
        return self._head_at(place) if place < len(self.ids) and self.ids[place] == key else default

    def _head_at(self, place: int) -> tuple[int, str]:
        return self.counts[place], self.digests[32 * place : 32 * place + 32].hex()


@dataclass(frozen=True, slots=True)
class Anchor:
    """An anchor as read: when it was made, the heads of the histories and of the looks, the ends of the journal."""

    at: datetime
    heads: AnchorHeads
    looks: AnchorHeads
    journal: tuple[tuple[str, int, str], ...] = ()


def create_anchor(tx: Transaction, now: datetime, key: bytes) -> str:
    """A signed list of the count and head of every history, report's looks and chain of the journal, as JSON text."""
    heads = select(_instance.c.id, _instance.c.history_count, _instance.c.history_head).order_by(_instance.c.id)
    looks = select(_look_head.c.report_id, _look_head.c.looks, _look_head.c.head).order_by(_look_head.c.report_id)
    body = {
        "format": ANCHOR_FORMAT,
        "at": now.isoformat(),
        "heads": [[row[0], row[1], row[2].hex()] for row in tx.read.execute(heads)],
        "looks": [[row[0], row[1], row[2].hex()] for row in tx.read.execute(looks)],
        "journal": journal.list_ends(tx),
    }
    return json.dumps({**body, "signature": _anchor_signature(body, key)})


def _anchor_signature(body: Mapping[str, object], key: bytes) -> str:
    return hmac.new(key, json.dumps(body, sort_keys=True).encode(), "sha256").hexdigest()


def parse_anchor(text: str, keys: Sequence[bytes]) -> Anchor:
    """An anchor signed with one of the keys; raises BadInput for another text, TamperedHistory for its signature."""
    try:
        body = json.loads(text)
        signature = body.pop("signature")
        ends = tuple((str(name), int(count), str(digest)) for name, count, digest in body.get("journal", []))
        heads = _pack_heads(body["heads"]), _pack_heads(body.get("looks", []))
        anchor = Anchor(parse_instant(body["at"]), *heads, ends)
        is_signed = any(hmac.compare_digest(signature, _anchor_signature(body, key)) for key in keys)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise BadInput("anchor-foreign") from error
    if not is_signed:
        raise TamperedHistory("anchor-signature-wrong")
    return anchor


def _pack_heads(rows: Iterable[Sequence[Any]]) -> AnchorHeads:
    heads = sorted((int(key), int(count), bytes.fromhex(digest)) for key, count, digest in rows)
    if any(len(digest) != 32 for _key, _count, digest in heads):
        raise ValueError("not a digest")
    ids, counts = array("q", (head[0] for head in heads)), array("q", (head[1] for head in heads))
    return AnchorHeads(ids, counts, b"".join(head[2] for head in heads))


def compare_heads(tx: Transaction, heads: Iterable[tuple[int, int, str]]) -> Iterator[ChainBreak]:
    """The instances that no longer match the heads of an anchor, given as (instance, count, digest)."""
    for instance_id, count, digest in heads:
        stored = tx.read.execute(
            select(_history.c.digest).where(_history.c.instance_id == instance_id, _history.c.seq == count)
        ).scalar_one_or_none()
        if stored is None and count:
            yield ChainBreak(instance_id, count, "history-row-gone")
        elif stored is not None and stored.hex() != digest:
            yield ChainBreak(instance_id, count, "history-row-differs")


def anchor_name(day: date) -> str:
    """The name of a day's anchor; one made by hand has the time behind the day, which sorts after it."""
    return f"anchor_{day:%Y%m%d}.json"


def newest_anchor_before(folder: Path, now: datetime) -> str:
    """The name of the newest anchor of an earlier day; empty if there is none."""
    today = anchor_name(now.astimezone(VIETNAM).date())
    names = [name for name in list_anchors(folder) if name < today]
    return names[-1] if names else ""


def list_anchors(folder: Path) -> list[str]:
    """The names of the anchors in a folder, oldest first."""
    return sorted(file.name for file in folder.glob(_PATTERN))


def read_anchor(file: Path, keys: Sequence[bytes]) -> Anchor:
    """The anchor in a file of the program's own folder; raises TamperedHistory naming the file and what is wrong."""
    try:
        return parse_anchor(file.read_text(encoding="utf-8"), keys)
    except (OSError, UnicodeDecodeError, BadInput, TamperedHistory) as error:
        reason = error if isinstance(error, EngineError) else BadInput("anchor-unreadable")
        raise TamperedHistory("anchor-torn", name=file.name, reason=reason) from error


def write_anchor(file: Path, text: str) -> None:
    """Write an anchor, complete or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(file)


def file_digest(file: Path) -> str:
    """The digest by which an anchor is recognised, as sha256sum prints it."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def delete_old_anchors(folder: Path) -> None:
    """Delete all but the newest KEPT_DAYS anchors and the first of each month."""
    first_of_month: dict[str, str] = {}
    for name in list_anchors(folder):
        first_of_month.setdefault(name[: len("anchor_202611")], name)
    for name in list_anchors(folder)[:-KEPT_DAYS]:
        if name not in first_of_month.values():
            (folder / name).unlink(missing_ok=True)
