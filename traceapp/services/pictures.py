"""Pictures from strangers, made anew: whatever was hidden in the file stays behind.

The bytes that are kept are ours: decoded under a limit of 40 million pixels, turned upright, shrunk, and
written as WebP without EXIF. An SVG is a program, not a picture, and is refused.
"""

import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Final

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from traceapp.domain.days import VIETNAM
from traceapp.domain.errors import Malformed

MOST_PIXELS: Final = 40_000_000
MOST_BYTES: Final = 15 * 1024 * 1024
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
SMALL: Final = 96
LARGE: Final = 480
EVER_SMALLER: Final = ((1.0, 80), (1.0, 65), (1.0, 50), (0.8, 50), (0.6, 50), (0.5, 40), (0.25, 40))
"""Shares of the longest side, and qualities, in which a photo is tried until it is light enough."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """One picture as WebP in the two sizes that pages show."""

    small: bytes
    large: bytes


def both_sizes(content: bytes, *, field: str = "photo") -> Pictures:
    """The picture within squares of 96 and 480 pixels. Raises what `reencode` does."""
    large = reencode(content, longest=LARGE, field=field)
    return Pictures(small=reencode(large, longest=SMALL, field=field), large=large)


def reencode(content: bytes, *, longest: int = 1600, field: str = "photo") -> bytes:
    """The picture as WebP, its longest side at most `longest` pixels.

    Raises `Malformed`: `picture_bytes`, `picture_pixels` or `picture_format`.
    """
    _check_weight(content, field)
    picture = decoded(content, field=field).convert("RGB")
    return _written(picture, longest, 80)


def reencode_within(content: bytes, *, longest: int, most_bytes: int, field: str = "photo") -> bytes:
    """As `reencode`, and no heavier than so many bytes: less sharp first, then smaller."""
    _check_weight(content, field)
    picture = decoded(content, field=field).convert("RGB")
    made = b""
    for share, quality in EVER_SMALLER:
        made = _written(picture, int(longest * share), quality)
        if len(made) <= most_bytes:
            break
    return made


def taken_at(content: bytes) -> datetime | None:
    """When the camera says it took the picture; in Vietnam where it names no zone; None for none."""
    try:
        told = Image.open(BytesIO(content), formats=FORMATS).getexif().get_ifd(ExifTags.IFD.Exif)
        said = str(told.get(ExifTags.Base.DateTimeOriginal, ""))
        zone = str(told.get(ExifTags.Base.OffsetTimeOriginal, "")).strip("\0 ")
        if zone:
            return datetime.strptime(f"{said}{zone}", "%Y:%m:%d %H:%M:%S%z").astimezone(UTC)
        return datetime.strptime(said, "%Y:%m:%d %H:%M:%S").replace(tzinfo=VIETNAM).astimezone(UTC)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, OverflowError):
        return None


def _written(picture: Image.Image, longest: int, quality: int) -> bytes:
    smaller = picture.copy()
    smaller.thumbnail((longest, longest))
    written = BytesIO()
    smaller.save(written, "WEBP", quality=quality, method=4)
    return written.getvalue()


def _check_weight(content: bytes, field: str) -> None:
    if len(content) > MOST_BYTES:
        raise Malformed(
            "picture_bytes", field=field, found=f"{len(content) / 1024**2:.0f}", limit=MOST_BYTES // 1024**2
        )


def decoded(content: bytes, *, field: str = "photo") -> Image.Image:
    """The picture upright, opened under the limits above. Raises `Malformed` as `reencode` does."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(BytesIO(content), formats=FORMATS)
            _check_size(opened, field)
            return ImageOps.exif_transpose(opened)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as fault:
        raise Malformed("picture_format", field=field, expected="JPEG, PNG, WebP") from fault
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as fault:
        raise Malformed(
            "picture_pixels", field=field, found=f"> {MOST_PIXELS // 10**6}", limit=MOST_PIXELS // 10**6
        ) from fault


def _check_size(opened: Image.Image, field: str) -> None:
    pixels = opened.width * opened.height
    if pixels > MOST_PIXELS:
        raise Malformed("picture_pixels", field=field, found=pixels // 10**6, limit=MOST_PIXELS // 10**6)
