"""How hostile files are made: by code, byte by byte, so that nothing others wrote lies in this house."""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Literal

from PIL import Image

Fate = Literal["refused", "anew", "either"]
MARK = b"HOSTILE-MARK-7e1c"
"""Stands in everything that hangs on a picture: no byte of it may come out."""
SCRIPT = b"<script>alert('" + MARK + b"')</script>"
PHP = b"<?php system('" + MARK + b"'); ?>"


@dataclass(frozen=True)
class Hostile:
    """A file, the name and type it is announced by, and what must become of it where its kind is taken.

    "either" is for those that run against a limit: a quick machine makes them anew, a slow one refuses them.
    """

    make: Callable[[], bytes]
    name: str
    announced: str = "application/octet-stream"
    fate: Fate = "refused"


@cache
def picture(
    form: str = "PNG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **saving: object
) -> bytes:
    """An honest picture."""
    told = BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(told, form, **saving)
    return told.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(
    width: int,
    height: int,
    rows: bytes,
    *,
    depth: int = 8,
    colour: int = 2,
    extra: bytes = b"",
    lace: int = 0,
) -> bytes:
    """A PNG with any head before any deflated body."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, lace)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@cache
def squeezed(length: int, byte: bytes = b"\0") -> bytes:
    """So many equal bytes, deflated; made in pieces."""
    packer, piece = zlib.compressobj(9), byte * 1_000_000
    parts = [packer.compress(piece) for _ in range(length // 1_000_000)]
    return b"".join([*parts, packer.compress(byte * (length % 1_000_000)), packer.flush()])


def segment(marker: int, content: bytes) -> bytes:
    """A segment of a JPEG."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def jpeg_with(*segments: bytes) -> bytes:
    """An honest JPEG with segments after its beginning."""
    plain = picture("JPEG")
    return plain[:2] + b"".join(segments) + plain[2:]


def riff(kind: bytes, content: bytes) -> bytes:
    """A chunk of a WebP."""
    return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def webp(*chunks: bytes) -> bytes:
    """A WebP of any chunks."""
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body
