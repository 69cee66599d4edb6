"""Pictures, films and recordings as telephones make them, small, with place and device in them."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, PngImagePlugin

DEVICE, PLACE_WORDS = b"Nokia 3310 cua Hoa", b"10.9569;106.8258"
_GPS, _ORIENTATION, _MAKE = 0x8825, 0x0112, 0x010F


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 6), *, turned: bool = False, **more: object) -> bytes:
    """A picture with position and device in its Exif, as every kind has them; red on the left, blue on the right."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    exif = Image.Exif()
    exif[_MAKE] = DEVICE.decode()
    if turned:
        exif[_ORIENTATION] = 6
    exif.get_ifd(_GPS).update({1: "N", 2: (10.0, 57.0, 25.0), 3: "E", 4: (106.0, 49.0, 33.0)})
    if kind == "PNG":
        remarks = PngImagePlugin.PngInfo()
        remarks.add_text("Comment", PLACE_WORDS.decode())
        remarks.add_itxt("XML:com.adobe.xmp", f"<x>{PLACE_WORDS.decode()}</x>")
        more = {"pnginfo": remarks, **more}
    if kind in ("JPEG", "WEBP"):
        more = {"xmp": b"<x>" + PLACE_WORDS + b"</x>", **more}
    buffer = BytesIO()
    image.save(buffer, kind, exif=exif, **more)
    return buffer.getvalue()


def box(name: bytes, body: bytes = b"") -> bytes:
    """A box of ISO 14496-12."""
    return (len(body) + 8).to_bytes(4) + name + body


def film(brand: bytes = b"isom", *compatible: bytes) -> bytes:
    """The boxes of a film, with its place among the remarks."""
    remarks = box(b"udta", box(b"\xa9xyz", PLACE_WORDS)) + box(b"meta", DEVICE)
    track = box(b"trak", box(b"tkhd", bytes(20)) + box(b"udta", DEVICE))
    return (
        box(b"ftyp", brand + bytes(4) + b"".join(compatible))
        + box(b"moov", box(b"mvhd", bytes(20)) + track + remarks)
        + box(b"uuid", PLACE_WORDS)
        + box(b"mdat", b"film" * 8)
    )


PNG = picture()
