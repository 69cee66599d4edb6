"""Pictures and films give away neither where nor with what they were taken, and none costs more than a little."""

from __future__ import annotations

import time
import zlib
from io import BytesIO

import pytest
from PIL import Image

from engine.cases.attachments import UnacceptableFile, Upload, clean_upload
from engine.pictures import film_boxes
from engine.pictures.redrawing import PictureFault, redraw_picture
from engine.translation.wording import say
from tests.kit.pictures import DEVICE, PLACE_WORDS, box, film, picture

SECONDS = 5.0  # Of processor time; twelve megapixels take 0.5.


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(UnacceptableFile) as caught:
        clean_upload(Upload(name, content))
    return say(caught.value, "vi")


@pytest.mark.parametrize(
    ("kind", "extension"), [("JPEG", ".jpg"), ("MPO", ".jpg"), ("PNG", ".png"), ("WEBP", ".webp"), ("AVIF", ".jpg")]
)
def test_position_and_device_go_and_the_picture_stays(kind: str, extension: str) -> None:
    sent = picture(kind, (64, 48))
    assert DEVICE in sent
    clean = redraw_picture(sent)
    kept = Image.open(BytesIO(clean.content))
    assert (clean.extension, kept.size) == (extension, (64, 48))
    assert (dict(kept.getexif()), set(kept.info) & {"exif", "xmp", "XML:com.adobe.xmp", "Comment"}) == ({}, set())
    assert not any(word in clean.content + clean.thumbnail for word in (DEVICE, PLACE_WORDS, b"Exif", b"xmp"))


def test_a_picture_held_upright_stands_upright() -> None:
    kept = Image.open(BytesIO(redraw_picture(picture("JPEG", (640, 480), turned=True)).content))
    assert kept.size == (480, 640)
    assert kept.getpixel((240, 10))[0] > 200  # type: ignore[index]  # Red was on the left and is on top now.


def test_what_stands_behind_a_picture_goes() -> None:
    assert b"<script>" not in redraw_picture(picture("JPEG") + b"<script>alert(1)</script>").content


def test_a_large_picture_is_kept_in_a_size_for_screens() -> None:
    clean = redraw_picture(picture("JPEG", (6000, 3000)))
    assert max(Image.open(BytesIO(clean.content)).size) == 4096
    assert max(Image.open(BytesIO(clean.thumbnail)).size) == 320


def test_twelve_megapixels_take_little_time() -> None:
    sent = picture("JPEG", (4032, 3024), quality=92)
    start = time.process_time()
    redraw_picture(sent)
    assert time.process_time() - start < SECONDS


def bomb(width: int, height: int) -> bytes:
    """A PNG of few bytes that claims so many points."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4)

    head = width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\x00\x00\x00"
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(60_000, 60_000), (8_000, 8_000), (2**31 - 1, 1)])
def test_a_picture_of_too_many_points_is_refused_unread(size: tuple[int, int]) -> None:
    with pytest.raises(PictureFault, match="picture-too-many-points"):
        redraw_picture(bomb(*size))


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xd8\xff not a picture",
        b"\x89PNG\r\n\x1a\n" + bytes(64),
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
        picture("JPEG", (64, 48))[:300],
        b"GIF89a" + bytes(32),
    ],
)
def test_a_picture_that_lies_about_its_kind_is_unreadable(content: bytes) -> None:
    with pytest.raises(PictureFault, match="picture-unreadable"):
        redraw_picture(content)


def test_a_lie_is_told_in_a_sentence() -> None:
    assert "không mở được như một ảnh" in refusal("a.jpg", b"\xff\xd8\xff<html>")


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"hevc", b"heim"])
def test_heic_is_refused_with_what_to_do(brand: bytes) -> None:
    content = box(b"ftyp", brand + bytes(4) + b"mif1heic") + box(b"meta", bytes(40))
    assert "HEIC" in refusal("IMG_0001.HEIC", content)
    assert "HEIC" in refusal("IMG_0001.jpg", box(b"ftyp", b"mif1" + bytes(4) + b"heic") + box(b"meta", bytes(40)))


@pytest.mark.parametrize(
    "content", [box(b"ftyp", b"crx " + bytes(4)), box(b"ftyp", b"3gp4" + bytes(4)), b"\0\0\0\x08ftyp"]
)
def test_a_brand_that_is_not_listed_is_refused(content: bytes) -> None:
    assert "MP4, MOV" in refusal("a.mp4", content)


@pytest.mark.parametrize(
    ("brands", "kept"),
    [
        ((b"isom",), ("a.mp4", "video/mp4")),
        ((b"XAVC", b"mp42"), ("a.mp4", "video/mp4")),
        ((b"qt  ",), ("a.mov", "video/quicktime")),
        ((b"M4A ",), ("a.m4a", "audio/mp4")),
    ],
)
def test_a_film_is_what_its_brand_says_and_loses_its_remarks(brands: tuple[bytes, ...], kept: tuple[str, str]) -> None:
    sent = film(*brands)
    clean = clean_upload(Upload("a.bin", sent))
    assert (clean.name, clean.media_type, len(clean.content)) == (*kept, len(sent))
    assert not any(word in clean.content for word in (DEVICE, PLACE_WORDS))
    assert clean.content.endswith(box(b"mdat", b"film" * 8))


@pytest.mark.parametrize(
    ("within", "behind"),
    [
        (box(b"gps ", PLACE_WORDS), b""),  # Of cameras in cars.
        (box(b"free", DEVICE), b""),
        (box(b"moov", box(b"udta", DEVICE)), b""),
        (box(b"trak", box(b"mdia", box(b"udta", DEVICE)) + box(b"edts", box(b"name", PLACE_WORDS))), b""),
        (b"", box(b"free", b"freeGPS " + PLACE_WORDS)),
        (b"", box(b"skip", DEVICE) + box(b"Xtra", PLACE_WORDS)),
        (b"", DEVICE[:7]),
    ],
)
def test_remarks_in_boxes_that_no_player_needs_go_too(within: bytes, behind: bytes) -> None:
    film_box = box(b"ftyp", b"isom") + box(b"moov", box(b"mvhd", b"needed") + within) + box(b"mdat", b"film")
    content = clean_upload(Upload("a.mp4", film_box + behind)).content
    assert len(content) == len(film_box + behind)
    assert (b"needed" in content, b"film" in content) == (True, True)
    assert not any(word[:7] in content for word in (DEVICE, PLACE_WORDS))


def test_a_comment_in_a_picture_is_not_in_its_small_one_either() -> None:
    for side in (64, 1500):
        buffer = BytesIO()
        Image.new("RGB", (side, side), "red").save(buffer, "JPEG", comment=DEVICE)
        clean = clean_upload(Upload("a.jpg", buffer.getvalue()))
        assert DEVICE not in clean.content + clean.thumbnail


def test_boxes_that_do_not_add_up_are_refused() -> None:
    assert "không mở được như một đoạn phim" in refusal("a.mp4", film()[:-3])
    assert film_boxes.without_remarks(box(b"ftyp", b"isom") + box(b"moov") + box(b"free") * 6_000) is None
    assert film_boxes.without_remarks(box(b"ftyp", b"isom") + box(b"mdat", b"film")) is None


def test_every_byte_of_a_film_may_be_wrong() -> None:
    good = film()
    for place in range(len(good)):
        for value in (0x00, 0x01, 0xFF):
            film_boxes.without_remarks(good[:place] + bytes([value]) + good[place + 1 :])


def test_a_recording_loses_its_tags() -> None:
    sound = b"\xff\xfb\x90\x00" + b"sound" * 40
    tags = b"ID3\x04\x00\x00" + bytes([0, 0, 1, 72]) + (DEVICE + PLACE_WORDS).ljust(200, b"\0")
    old = (b"TAG" + PLACE_WORDS).ljust(128, b"\0")
    clean = clean_upload(Upload("ghi âm.mp3", tags + sound + old))
    assert (clean.name, clean.content) == ("ghi âm.mp3", sound)
    for more in (b"APETAGEX" + DEVICE, b"LYRICSBEGIN" + PLACE_WORDS + b"LYRICS200"):
        assert clean_upload(Upload("a.mp3", sound + more + old)).content == sound
    assert clean_upload(Upload("a.mp3", tags + DEVICE + sound)).content == sound  # The tag lies about its length.
    odd = b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f no sound"
    assert clean_upload(Upload("a.mp3", odd)).content == odd
