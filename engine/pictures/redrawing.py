"""Draws a picture anew from its points alone, upright, without position, device and all else that stood beside them.

Runs where little time and memory are granted (`engine.pictures.confined`): the libraries read what strangers send.
"""

from __future__ import annotations

from io import BytesIO

import msgspec
from PIL import (
    AvifImagePlugin,
    Image,
    ImageCms,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

# By Pillow's name of the kind that was read, the kind that is kept; AVIF is drawn as JPEG, which every program opens.
KEPT_KINDS = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "AVIF": "JPEG"}
# Importing them makes them known to Pillow, which then reads no other kind.
_READERS = [
    plugin.format
    for plugin in (
        JpegImagePlugin.JpegImageFile,
        PngImagePlugin.PngImageFile,
        WebPImagePlugin.WebPImageFile,
        AvifImagePlugin.AvifImageFile,
    )
]
EXTENSIONS = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
MOST_POINTS = 50_000_000  # Above the 48 megapixels of a phone; 150 MB in memory.
LONGEST_SIDE = 4096
THUMBNAIL_SIDE = 320
_QUALITY, _SMALL_QUALITY = 88, 78


class PictureFault(Exception):
    """Why a picture is not taken: the rule that it breaks."""


class CleanPicture(msgspec.Struct, frozen=True):
    """A picture drawn anew: its bytes, the extension of their kind, and a small one of at most 320 points as JPEG."""

    content: bytes = b""
    extension: str = ""
    thumbnail: bytes = b""


def redraw_picture(content: bytes) -> CleanPicture:
    """The picture that `content` is, drawn anew; raises PictureFault when it cannot be read or is far too large."""
    try:
        with Image.open(BytesIO(content), formats=_READERS) as opened:
            kind = KEPT_KINDS[opened.format or ""]
            picture = _read_points(opened)
    except PictureFault:
        raise
    except (Image.DecompressionBombError, MemoryError):
        raise PictureFault("picture-too-many-points") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, KeyError, TypeError, IndexError, EOFError):
        raise PictureFault("picture-unreadable") from None  # Whatever Pillow raises for a damaged file.
    bare = _without_remarks(picture)
    return CleanPicture(_write_picture(bare, kind), EXTENSIONS[kind], _draw_thumbnail(bare))


def _read_points(opened: Image.Image) -> Image.Image:
    """The first picture of a file, upright and in common colours, without anything that stood beside its points."""
    opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # A JPEG of many more points is read in half or a quarter.
    if opened.width * opened.height > MOST_POINTS:
        raise PictureFault("picture-too-many-points")
    profile = opened.info.get("icc_profile")
    opened.load()
    upright = ImageOps.exif_transpose(opened)
    has_alpha = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    picture = _in_common_colours(upright.convert("RGBA" if has_alpha else "RGB"), profile)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return picture


def _in_common_colours(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in sRGB: its own profile, which may name the device, is used once and dropped."""
    if not profile:
        return picture
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        common = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(picture, own, common, outputMode=picture.mode)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture
    return picture if converted is None else converted


def _without_remarks(picture: Image.Image) -> Image.Image:
    """The points alone: Pillow copies a comment with every picture made of another, and writes it."""
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    return bare


def _write_picture(picture: Image.Image, kind: str) -> bytes:
    if kind == "JPEG":
        return _encode(_on_white(picture), "JPEG", quality=_QUALITY)
    options = {"PNG": {"compress_level": 4}, "WEBP": {"quality": _QUALITY, "method": 2}}
    return _encode(picture, kind, **options[kind])


def _draw_thumbnail(picture: Image.Image) -> bytes:
    small = _on_white(picture.copy() if max(picture.size) <= THUMBNAIL_SIDE else picture.reduce(_whole_factor(picture)))
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return _encode(small, "JPEG", quality=_SMALL_QUALITY)


def _whole_factor(picture: Image.Image) -> int:
    return max(1, max(picture.size) // (2 * THUMBNAIL_SIDE))


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return picture
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def _encode(picture: Image.Image, kind: str, **options: int) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()
