"""Pictures from strangers, made anew: whatever was hidden in the file stays behind.

The bytes that are kept are ours: decoded in a process apart (`quarantine`) under a limit of 40 million
pixels, turned upright, shrunk, and written without EXIF or anything else that came along. An SVG is a
program, not a picture, and is refused.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from traceapp.domain.errors import Malformed
from traceapp.services.quarantine import open_apart

MOST_BYTES: Final = 15 * 1024 * 1024
SMALL: Final = 96
LARGE: Final = 480
PAPER: Final = 5000  # px: A4 at more than 400 dpi
BEGINNINGS: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")


@dataclass(frozen=True, slots=True)
class Pictures:
    """One picture as WebP in the two sizes that pages show."""

    small: bytes
    large: bytes


def both_sizes(content: bytes, *, field: str = "photo") -> Pictures:
    """The picture within squares of 96 and 480 pixels. Raises what `reencode` does."""
    large, small, _taken = _made_anew(content, field, form="WEBP", longest=[LARGE, SMALL])
    return Pictures(small=small, large=large)


def reencode(content: bytes, *, longest: int = 1600, field: str = "photo") -> bytes:
    """The picture as WebP, its longest side at most `longest` pixels.

    Raises `Malformed`: `picture_bytes`, `picture_pixels`, `picture_format` or `file_demanding`.
    """
    return _made_anew(content, field, form="WEBP", longest=[longest])[0]


def reencode_within(
    content: bytes, *, longest: int, most_bytes: int, field: str = "photo"
) -> tuple[bytes, datetime | None]:
    """As `reencode`, no heavier than so many bytes: less sharp first, then smaller.

    With it comes when the camera says it took the picture; in Vietnam where it names no zone; None for none.
    """
    made, taken = _made_anew(content, field, form="WEBP", longest=[longest], most_bytes=most_bytes)
    return made, datetime.fromisoformat(taken.decode()) if taken else None


def photographed_paper(content: bytes, *, field: str) -> bytes:
    """The picture as JPEG, large and sharp enough for small print. Raises what `reencode` does."""
    return _made_anew(content, field, form="JPEG", longest=[PAPER])[0]


def looks_like_picture(content: bytes) -> bool:
    """Whether the first bytes are those of a picture we read."""
    return content.startswith(BEGINNINGS) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")


def check_beginning(content: bytes, field: str) -> None:
    """Whether it is worth opening. Raises `Malformed`: `picture_bytes` or `picture_format`."""
    if len(content) > MOST_BYTES:
        raise Malformed(
            "picture_bytes", field=field, found=f"{len(content) / 1024**2:.0f}", limit=MOST_BYTES // 1024**2
        )
    if not looks_like_picture(content):
        raise unreadable(field)


def unreadable(field: str) -> Malformed:
    """It is not a picture, or is broken."""
    return Malformed("picture_format", field=field, expected="JPEG, PNG, WebP")


def _made_anew(content: bytes, field: str, **told: Any) -> list[bytes]:
    """The sizes asked for, and last when it was taken, as ISO 8601."""
    check_beginning(content, field)
    return open_apart("images", content, unreadable=unreadable(field), **told)
