"""MP3 recordings without the tags in which a recorder writes when, where and with what (ID3v2.4, 3.1; ID3v1)."""

from __future__ import annotations

_HEAD, _FOOTER_FLAG, _OLD_TAG = 10, 0x10, 128


def without_tags(content: bytes) -> bytes:
    """The sound alone; the file as it is when no sound follows its tags."""
    rest = content
    while rest.startswith(b"ID3") and len(rest) >= _HEAD:
        size = sum((byte & 0x7F) << shift for byte, shift in zip(rest[6:10], (21, 14, 7, 0), strict=True))
        rest = rest[_HEAD + size + (_HEAD if rest[5] & _FOOTER_FLAG else 0) :]
    rest = rest.lstrip(b"\0")  # Padding.
    if rest[:1] != b"\xff":
        return content
    return rest[:-_OLD_TAG] if rest[-_OLD_TAG:].startswith(b"TAG") else rest
