"""MP3 recordings without the tags in which a recorder writes when, where and with what.

Before the sound ID3v2 (2.4, 3.1), after it ID3v1, APE and Lyrics3.
"""

from __future__ import annotations

import re

_HEAD, _FOOTER_FLAG, _OLD_TAG = 10, 0x10, 128
_FRAME = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb]")  # Begins a piece of sound (MPEG 1, 2, 2.5, layer III).
_TAGS_BEHIND = (b"APETAGEX", b"LYRICSBEGIN")


def without_tags(content: bytes) -> bytes:
    """The sound alone; the file as it is when no sound follows its tags."""
    rest = content
    while rest.startswith(b"ID3") and len(rest) >= _HEAD:
        size = sum((byte & 0x7F) << shift for byte, shift in zip(rest[6:10], (21, 14, 7, 0), strict=True))
        rest = rest[_HEAD + size + (_HEAD if rest[5] & _FOOTER_FLAG else 0) :]
    frame = _FRAME.search(rest)
    if frame is None:
        return content
    sound = rest[frame.start() :]
    ends = [at for mark in _TAGS_BEHIND if (at := sound.find(mark)) > 0]
    sound = sound[: min(ends, default=len(sound))]
    return sound[:-_OLD_TAG] if sound[-_OLD_TAG:].startswith(b"TAG") else sound
