"""Pictures decoded and written anew, inside the room: only the points come out, nothing that hung on them.

The first picture of an animation is the picture. A JPEG is decoded no larger than it is wanted, so that a
photo of a good telephone costs little.
"""

import warnings
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

from PIL import (  # noqa: F401 - the decoders are loaded before the limits are taken
    ExifTags,
    GifImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from traceapp.domain.days import VIETNAM
from traceapp.domain.errors import Malformed

MOST_PIXELS: Final = 40_000_000
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
EVER_SMALLER: Final = ((1.0, 80), (1.0, 65), (1.0, 50), (0.8, 50), (0.6, 50), (0.5, 40), (0.25, 40))
"""Shares of each side, and qualities, in which a photo is tried until it is light enough."""
WRITTEN: Final[dict[str, dict[str, Any]]] = {
    "WEBP": {"quality": 80, "method": 4},
    "JPEG": {"quality": 90, "subsampling": 0},
}


def run(content: bytes, longest: list[int], form: str, most_bytes: int = 0) -> list[bytes]:
    """The picture in each of the sizes, the largest first; last, when it was taken, as ISO 8601 or empty."""
    picture = decoded(content, longest[0])
    taken = _taken_at(picture)
    if picture.mode in {"1", "P", "PA"}:  # points of a palette cannot be mixed with their neighbours
        picture = picture.convert("L") if picture.mode == "1" else _on_white(picture)
    parts = []
    for size in longest:
        picture.thumbnail((size, size))
        picture = _on_white(picture)
        parts.append(_within(picture, most_bytes) if most_bytes else _written(picture, form, **WRITTEN[form]))
    return [*parts, taken.isoformat().encode() if taken else b""]


def _within(picture: Image.Image, most_bytes: int) -> bytes:
    """A WebP no heavier than so many bytes: less sharp first, then smaller."""
    made, whole = b"", picture.copy()
    for share, quality in EVER_SMALLER:
        whole.thumbnail((int(picture.width * share), int(picture.height * share)))
        made = _written(whole, "WEBP", quality=quality, method=2)
        if len(made) <= most_bytes:
            break
    return made


def _written(picture: Image.Image, form: str, **how: Any) -> bytes:
    written = BytesIO()
    picture.info = {}  # from here Pillow would write comments, profiles and descriptions again
    picture.save(written, form, **how)
    return written.getvalue()


def _taken_at(picture: Image.Image) -> datetime | None:
    """What the camera says; in Vietnam where it names no zone; None where it says nothing or nonsense."""
    told = picture.getexif().get_ifd(ExifTags.IFD.Exif)
    said = str(told.get(ExifTags.Base.DateTimeOriginal, ""))
    zone = str(told.get(ExifTags.Base.OffsetTimeOriginal, "")).strip("\0 ")
    try:
        if zone:
            return datetime.strptime(f"{said}{zone}", "%Y:%m:%d %H:%M:%S%z").astimezone(UTC)
        return datetime.strptime(said, "%Y:%m:%d %H:%M:%S").replace(tzinfo=VIETNAM).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def decoded(content: bytes, longest: int) -> Image.Image:
    """The picture upright; a JPEG perhaps smaller than it was sent, but not smaller than ``longest``.

    Raises `Malformed`: `picture_pixels` or `picture_format`.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(BytesIO(content), formats=FORMATS)
            _check_size(opened)
            share = min(1, longest / max(opened.size))
            opened.draft(None, (max(1, int(opened.width * share)), max(1, int(opened.height * share))))
            return ImageOps.exif_transpose(opened)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as fault:
        raise Malformed("picture_format", expected="JPEG, PNG, WebP") from fault
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as fault:
        raise Malformed(
            "picture_pixels", found=f"> {MOST_PIXELS // 10**6}", limit=MOST_PIXELS // 10**6
        ) from fault


def _check_size(opened: Image.Image) -> None:
    pixels = opened.width * opened.height
    if pixels > MOST_PIXELS:
        raise Malformed("picture_pixels", found=pixels // 10**6, limit=MOST_PIXELS // 10**6)


def _on_white(picture: Image.Image) -> Image.Image:
    """Without transparency: what shone through was white paper."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    shown = picture.convert("RGBA")
    paper = Image.new("RGB", shown.size, "white")
    paper.paste(shown, mask=shown.getchannel("A"))
    return paper
