"""Pictures from strangers, made anew: whatever was hidden in the file stays behind.

The bytes that are kept are ours: decoded under a limit of 40 million pixels, turned upright, shrunk, and
written as WebP without EXIF. An SVG is a program, not a picture, and is refused.
"""

import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from traceapp.domain.errors import Malformed

MOST_PIXELS: Final = 40_000_000
MOST_BYTES: Final = 15 * 1024 * 1024
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
SMALL: Final = 96
LARGE: Final = 480


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
    if len(content) > MOST_BYTES:
        raise Malformed(
            "picture_bytes", field=field, found=f"{len(content) / 1024**2:.0f}", limit=MOST_BYTES // 1024**2
        )
    picture = decoded(content, field=field).convert("RGB")
    picture.thumbnail((longest, longest))
    written = BytesIO()
    picture.save(written, "WEBP", quality=80, method=4)
    return written.getvalue()


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
