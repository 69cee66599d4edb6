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
# What is needed to play, by the box that it is in, b"" for the file. Everything else is a remark: position, device and
# names stand in `udta`, `meta` and `uuid`, but also in boxes of makers and in `free` space.
_NEEDED = {
    b"": frozenset({b"ftyp", b"styp", b"moov", b"mdat", b"moof", b"mfra", b"sidx", b"ssix", b"prft", b"wide"}),
    b"moov": frozenset({b"mvhd", b"iods", b"trak", b"mvex"}),
    b"trak": frozenset({b"tkhd", b"edts", b"tapt", b"tref", b"trgr", b"load", b"mdia"}),
    b"edts": frozenset({b"elst"}),
    b"mdia": frozenset({b"mdhd", b"elng", b"hdlr", b"minf"}),
    b"minf": frozenset({b"vmhd", b"smhd", b"hmhd", b"nmhd", b"sthd", b"gmhd", b"hdlr", b"dinf", b"stbl"}),
    b"moof": frozenset({b"mfhd", b"traf"}),
    b"traf": frozenset({b"tfhd", b"tfdt", b"trun", b"sdtp", b"sbgp", b"sgpd", b"subs", b"saiz", b"saio", b"senc"}),
}
_REST = b""  # The name of what is left at an end and too short for a box.

_Box = tuple[bytes, bytes, int, int, int]  # Parent, name, start, start of the body, end.


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
        boxes = list(_walk(content, 0, len(content), b"", [MOST_BOXES]))
    except ValueError:
        return None
    if not any(name == b"moov" for _parent, name, _start, _body, _end in boxes):
        return None
    for parent, name, start, body, end in boxes:
        if name not in _NEEDED[parent] or (name == b"trak" and _is_of_remarks(content[body:end])):
            if name != _REST:
                cleaned[start + 4 : start + 8] = b"free"
            cleaned[body:end] = bytes(end - body)
    return bytes(cleaned)


def _walk(content: bytes, start: int, end: int, parent: bytes, left: list[int]) -> Iterator[_Box]:
    """The boxes between two places, and those that they hold, with the name of the box that they are in."""
    while start + _HEAD <= end:
        left[0] -= 1
        size, name, body = int.from_bytes(content[start : start + 4]), content[start + 4 : start + 8], start + _HEAD
        if size == 1:
            size, body = int.from_bytes(content[start + 8 : start + 16]), start + 16
        stop = end if size == 0 else start + size
        if stop > end or stop < body or left[0] < 0:
            raise ValueError(name)
        yield parent, name, start, body, stop
        if name in _NEEDED[parent] and name in _NEEDED:
            yield from _walk(content, body, stop, name, left)
        start = stop
    yield parent, _REST, start, start, end


def _is_of_remarks(track: bytes) -> bool:
    """Whether a track has no sound and no picture but remarks along the way, such as positions."""
    at = track.find(b"hdlr")
    return at >= 0 and track[at + 12 : at + 16] in (b"meta", b"mdta")
