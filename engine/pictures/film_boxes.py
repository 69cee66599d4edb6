"""Films and recordings of phones (ISO 14496-12): what kind they are, and without what tells place and device.

Such a file is a tree of boxes. Those with remarks are renamed to `free` and zeroed where they stand, so that nothing
that points into the file moves.
"""

from __future__ import annotations

from collections.abc import Iterator

MOST_BOXES = 5_000
_HEAD = 8
_FILM_BRANDS = frozenset(
    {b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso7", b"iso8", b"iso9"}
    | {b"mp41", b"mp42", b"avc1", b"M4V ", b"M4VH", b"M4VP", b"MSNV", b"dash", b"f4v "}
)
_KINDS = {
    **dict.fromkeys(_FILM_BRANDS, ".mp4"),
    b"qt  ": ".mov",
    **dict.fromkeys((b"M4A ", b"M4B "), ".m4a"),
    **dict.fromkeys((b"avif", b"avis"), ".avif"),
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"), ".heic"),
}
_REMARKS = frozenset({b"udta", b"meta", b"uuid"})  # Position, device, XMP; also names of people and places.
_NESTS = frozenset({b"moov", b"trak", b"moof", b"traf"})


def kind_by_brand(content: bytes) -> str:
    """The extension that belongs to a file with a box `ftyp`, by its brands; empty for one that nobody here knows."""
    size = int.from_bytes(content[:4])
    brands = [content[8:12], *(content[at : at + 4] for at in range(16, min(size, 256), 4))]
    if b"crx " in brands:
        return ""
    return next((_KINDS[brand] for brand in brands if brand in _KINDS), "")


def without_remarks(content: bytes) -> bytes | None:
    """The same film or recording without remarks; None when its boxes do not add up."""
    cleaned = bytearray(content)
    try:
        boxes = list(_walk(content, 0, len(content), 0, [MOST_BOXES]))
    except ValueError:
        return None
    if not any(name == b"moov" for name, _start, _body, _end in boxes):
        return None
    for name, start, body, end in boxes:
        if name in _REMARKS or (name == b"trak" and _is_of_remarks(content[body:end])):
            cleaned[start + 4 : start + 8] = b"free"
            cleaned[body:end] = bytes(end - body)
    return bytes(cleaned)


def _walk(content: bytes, start: int, end: int, depth: int, left: list[int]) -> Iterator[tuple[bytes, int, int, int]]:
    """Yield (name, start, start of the body, end) of the boxes, of those that hold boxes these too."""
    while start + _HEAD <= end:
        left[0] -= 1
        size, name, body = int.from_bytes(content[start : start + 4]), content[start + 4 : start + 8], start + _HEAD
        if size == 1:
            size, body = int.from_bytes(content[start + 8 : start + 16]), start + 16
        stop = end if size == 0 else start + size
        if stop > end or stop < body or left[0] < 0 or depth > 4:
            raise ValueError(name)
        yield name, start, body, stop
        if name in _NESTS:
            yield from _walk(content, body, stop, depth + 1, left)
        start = stop


def _is_of_remarks(track: bytes) -> bool:
    """Whether a track has no sound and no picture but remarks along the way, such as positions."""
    at = track.find(b"hdlr")
    return at >= 0 and track[at + 12 : at + 16] in (b"meta", b"mdta")
