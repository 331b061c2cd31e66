"""A photo with a complaint: told by its content, drawn anew without what a camera writes into it.

The place, the time and the telephone that took it stand in a photo's metadata, and a file may pretend to be a
photo. So nothing of the file is kept: its points are read and written again as a plain JPEG of moderate size.
"""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

MEDIA_TYPE = "image/jpeg"
LARGEST = 10 * 1024 * 1024
"""Bytes of a file as it is sent."""
MOST = 3
"""Photos with one complaint."""
_FORMATS = ("JPEG", "PNG", "WEBP")
_MOST_POINTS = 60_000_000
_SIDE, _QUALITY = 1600, 82


class PhotoRefused(ValueError):
    """Why a file is not taken, in words for the citizen."""


def clean_photo(content: bytes) -> bytes:
    """A JPEG of at most 1600 points a side, without metadata. Takes a fraction of a second: off the loop.

    Raises PhotoRefused.
    """
    if len(content) > LARGEST:
        raise PhotoRefused(f"Ảnh lớn hơn {LARGEST // 1024 // 1024} MB: chọn ảnh nhỏ hơn.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                if image.width * image.height > _MOST_POINTS:
                    raise PhotoRefused("Ảnh có quá nhiều điểm: chụp lại ở cỡ nhỏ hơn.")
                image.draft("RGB", (_SIDE, _SIDE))
                upright = ImageOps.exif_transpose(image).convert("RGB")
    except UnidentifiedImageError:
        raise PhotoRefused("Tệp này không phải ảnh JPEG, PNG hay WebP: chọn ảnh khác.") from None
    except PhotoRefused:
        raise
    except Exception:  # a damaged picture trips the library in a dozen ways
        raise PhotoRefused("Ảnh này hỏng, không mở được: chọn ảnh khác.") from None
    upright.thumbnail((_SIDE, _SIDE))
    out = io.BytesIO()
    Image.frombytes("RGB", upright.size, upright.tobytes()).save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
