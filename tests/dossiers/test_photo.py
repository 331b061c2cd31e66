"""A photo with a complaint says what it shows, and nothing about who took it where."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from dossiers.photo import LARGEST, PhotoRefused, clean_photo


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 32), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **more)
    return out.getvalue()


def with_place() -> bytes:
    """A photo turned on its side, with a camera's name and a place in its metadata."""
    exif = Image.Exif()
    exif[0x010F] = "May anh cua ai do"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (13.0, 46.0, 12.0)
    return picture(exif=exif, comment=b"ghi chu rieng")


def test_place_camera_and_remarks_are_gone_and_the_picture_stands_upright() -> None:
    before = with_place()
    assert b"May anh" in before
    after = clean_photo(before)
    with Image.open(io.BytesIO(after)) as image:
        assert (image.format, image.size) == ("JPEG", (32, 64))
        assert not image.getexif()
        assert "comment" not in image.info
    assert b"May anh" not in after
    assert b"ghi chu" not in after


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_pictures_become_a_plain_jpeg(kind: str) -> None:
    assert clean_photo(picture(kind)).startswith(b"\xff\xd8\xff")


def test_a_large_picture_is_made_smaller() -> None:
    with Image.open(io.BytesIO(clean_photo(picture(size=(4000, 1000))))) as image:
        assert max(image.size) == 1600


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"%PDF-1.7 gia vo", "không phải ảnh"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "không phải ảnh"),
        (picture("GIF"), "không phải ảnh"),
        (picture()[:200], "hỏng"),
        (b"\xff" * (LARGEST + 1), "lớn hơn"),
    ],
)
def test_what_is_no_photo_is_refused_by_its_content(content: bytes, told: str) -> None:
    with pytest.raises(PhotoRefused, match=told):
        clean_photo(content)
