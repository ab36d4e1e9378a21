"""Pictures that are bombs, that are two things at once, or that carry something along."""

import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image

from tests.hostile.making import (
    MARK,
    PHP,
    SCRIPT,
    Hostile,
    chunk,
    jpeg_with,
    picture,
    png,
    riff,
    segment,
    squeezed,
    webp,
)

MEGA = 1_000_000


def _zip() -> bytes:
    told = BytesIO()
    with zipfile.ZipFile(told, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", MARK)
    return told.getvalue()


def _frames(form: str, count: int) -> bytes:
    told = BytesIO()
    frames = [Image.new("L", (8, 8), number % 256) for number in range(count)]
    frames[0].save(told, form, save_all=True, append_images=frames[1:], duration=10)
    return told.getvalue()


def _apng(count: int) -> bytes:
    """An APNG that announces and has so many frames."""
    row = zlib.compress(b"\0" + b"\0" * 3)
    control = struct.pack(">IIIIIHHBB", 0, 1, 1, 0, 0, 1, 10, 0, 0)
    frames = b"".join(
        chunk(b"fcTL", control) + chunk(b"fdAT", struct.pack(">I", n) + row) for n in range(count)
    )
    return png(1, 1, row, extra=chunk(b"acTL", struct.pack(">II", count, 0)) + frames)


def _scans(count: int) -> bytes:
    """A progressive JPEG of 16 million points whose last scan comes again and again."""
    whole = picture("JPEG", (4000, 4000), "L", progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * count + whole[-2:]


def _exif(entries: int, *, loop: bool = False, orientation: int = 1) -> bytes:
    """EXIF of so many entries, its next directory perhaps itself."""
    rows = struct.pack("<HHII", 0x0112, 3, 1, orientation)
    rows += b"".join(struct.pack("<HHII", 0x8000 + n, 4, 0x7FFFFFFF, 8) for n in range(entries - 1))
    tail = struct.pack("<I", 8 if loop else 0)
    return segment(0xE1, b"Exif\0\0II*\0" + struct.pack("<I", 8) + struct.pack("<H", entries) + rows + tail)


def _gps() -> bytes:
    exif, told = Image.Exif(), BytesIO()
    exif[0x010E] = MARK.decode()
    exif.get_ifd(0x8825)[2] = (21.0, 51.0, 3.0)
    Image.new("RGB", (64, 48), "green").save(told, "JPEG", exif=exif)
    return told.getvalue()


def _gif_script() -> bytes:
    """A GIF whose size is a comment of JavaScript."""
    return b"GIF89a/*" + b"\0" * 5 + b"*/=1;alert('" + MARK + b"')//;"


def _gif_comment(content: bytes) -> bytes:
    plain = picture("GIF", (16, 16), "L")
    blocks = b"".join(
        bytes((len(content[at : at + 255]),)) + content[at : at + 255] for at in range(0, len(content), 255)
    )
    return plain[:-1] + b"\x21\xfe" + blocks + b"\0" + plain[-1:]


def _sof(width: int, height: int) -> bytes:
    """A JPEG whose frame says another size than it has."""
    plain = bytearray(picture("JPEG"))
    at = plain.index(b"\xff\xc0") + 5
    plain[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(plain)


def _gif_screen(width: int, height: int) -> bytes:
    plain = bytearray(picture("GIF", (16, 16), "L"))
    plain[6:10] = struct.pack("<HH", width, height)
    at = plain.index(b"\x2c") + 5
    plain[at : at + 4] = struct.pack("<HH", width, height)
    return bytes(plain)


def _vp8x(width: int, height: int) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return webp(riff(b"VP8X", b"\x10\0\0\0" + size), picture("WEBP")[12:])


def _one(form: str) -> bytes:
    """The honest picture, cut in its middle."""
    whole = picture(form, (400, 300))
    return whole[: len(whole) // 2]


def _changed_crc() -> bytes:
    broken = bytearray(picture("PNG"))
    broken[29] ^= 0xFF
    return bytes(broken)


TEXT = b"Comment\0\0"
PICTURES: dict[str, Hostile] = {
    # broken
    "png signature alone": Hostile(lambda: b"\x89PNG\r\n\x1a\n", "a.png", "image/png"),
    "jpeg beginning alone": Hostile(lambda: b"\xff\xd8\xff", "a.jpg", "image/jpeg"),
    "gif beginning alone": Hostile(lambda: b"GIF89a", "a.gif", "image/gif"),
    "webp beginning alone": Hostile(lambda: b"RIFF\x04\0\0\0WEBP", "a.webp", "image/webp"),
    "png cut": Hostile(lambda: _one("PNG"), "a.png", "image/png"),
    "jpeg cut": Hostile(lambda: _one("JPEG"), "a.jpg", "image/jpeg"),
    "gif cut": Hostile(lambda: _one("GIF"), "a.gif", "image/gif"),
    "webp cut": Hostile(lambda: _one("WEBP"), "a.webp", "image/webp"),
    "png with a wrong sum": Hostile(_changed_crc, "a.png", "image/png"),
    "png chunk of 4 GB": Hostile(lambda: picture()[:33] + b"\xff\xff\xff\xffIDAT", "a.png", "image/png"),
    "png without points": Hostile(lambda: png(64, 48, b""), "a.png", "image/png"),
    "png of no height": Hostile(lambda: png(64, 0, squeezed(10)), "a.png", "image/png"),
    "jpeg of nothing but fill": Hostile(lambda: b"\xff\xd8" + b"\xff" * MEGA, "a.jpg", "image/jpeg"),
    "jpeg of random bytes": Hostile(
        lambda: b"\xff\xd8\xff\xe0" + bytes(range(256)) * 400, "a.jpg", "image/jpeg"
    ),
    # enormous
    "png of 10^9 by 10^9": Hostile(lambda: png(10**9, 10**9, squeezed(10)), "a.png", "image/png"),
    "png of 2^31 by 1": Hostile(lambda: png(2**31 - 1, 1, squeezed(10)), "a.png", "image/png"),
    "png flood of 900 million points": Hostile(
        lambda: png(30_000, 30_000, squeezed(30_000 * 3751), depth=1, colour=0), "a.png", "image/png"
    ),
    "png of 39 million deep points": Hostile(
        lambda: png(6500, 6000, squeezed(6000 * (6500 * 8 + 1)), depth=16, colour=6), "a.png", "image/png"
    ),
    "png of 39 million points with alpha": Hostile(
        lambda: png(6500, 6000, squeezed(6000 * (6500 * 4 + 1)), colour=6), "a.png", "image/png"
    ),
    "png said to be small, deflated to a gigabyte": Hostile(
        lambda: png(64, 48, squeezed(1000 * MEGA)), "a.png", "image/png", "either"
    ),
    "jpeg of 65,535 squared": Hostile(lambda: _sof(65_500, 65_500), "a.jpg", "image/jpeg"),
    "gif of 65,535 squared": Hostile(lambda: _gif_screen(65_535, 65_535), "a.gif", "image/gif"),
    "webp of 16,384 squared": Hostile(lambda: _vp8x(16_384, 16_384), "a.webp", "image/webp"),
    "webp canvas of 2^24": Hostile(lambda: _vp8x(2**24, 2**24), "a.webp", "image/webp"),
    "jpeg of 300 scans": Hostile(lambda: _scans(300), "a.jpg", "image/jpeg", "either"),
    "png zTXt of a gigabyte": Hostile(
        lambda: png(64, 48, squeezed(48 * 193), extra=chunk(b"zTXt", TEXT + squeezed(1000 * MEGA))),
        "a.png",
        "image/png",
    ),
    "png iTXt of a gigabyte": Hostile(
        lambda: png(64, 48, squeezed(48 * 193), extra=chunk(b"iTXt", b"C\0\1\0\0\0" + squeezed(1000 * MEGA))),
        "a.png",
        "image/png",
    ),
    "png iCCP of a gigabyte": Hostile(
        lambda: png(64, 48, squeezed(48 * 193), extra=chunk(b"iCCP", TEXT + squeezed(1000 * MEGA))),
        "a.png",
        "image/png",
        "refused",
    ),
    "png of 100,000 texts": Hostile(
        lambda: png(64, 48, squeezed(48 * 193), extra=chunk(b"tEXt", b"C\0" + MARK * 9) * 50_000),
        "a.png",
        "image/png",
        "anew",
    ),
    # many pictures in one
    "gif of 3,000 frames": Hostile(lambda: _frames("GIF", 3000), "a.gif", "image/gif", "anew"),
    "webp of 500 frames": Hostile(lambda: _frames("WEBP", 500), "a.webp", "image/webp", "anew"),
    "apng of 20,000 frames": Hostile(lambda: _apng(20_000), "a.png", "image/png", "either"),
    # EXIF
    "exif that follows itself": Hostile(
        lambda: jpeg_with(_exif(1, loop=True)), "a.jpg", "image/jpeg", "anew"
    ),
    "exif of entries beyond the file": Hostile(lambda: jpeg_with(_exif(2000)), "a.jpg", "image/jpeg", "anew"),
    "exif turned by 99": Hostile(lambda: jpeg_with(_exif(1, orientation=99)), "a.jpg", "image/jpeg", "anew"),
    "exif that says where": Hostile(_gps, "a.jpg", "image/jpeg", "anew"),
    # two things at once
    "jpeg with php in a comment": Hostile(
        lambda: jpeg_with(segment(0xFE, PHP)), "a.php", "image/jpeg", "anew"
    ),
    "jpeg with a script in a comment": Hostile(
        lambda: jpeg_with(segment(0xFE, SCRIPT)), "a.html", "text/html", "anew"
    ),
    "jpeg with a script in xmp": Hostile(
        lambda: jpeg_with(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SCRIPT)),
        "a.jpg",
        "image/jpeg",
        "anew",
    ),
    "jpeg with a broken colour profile": Hostile(
        lambda: jpeg_with(segment(0xE2, b"ICC_PROFILE\0\1\1" + MARK * 100)), "a.jpg", "image/jpeg", "anew"
    ),
    "jpeg, then html": Hostile(lambda: picture("JPEG") + SCRIPT, "a.jpg.html", "text/html", "anew"),
    "jpeg, then zip": Hostile(lambda: picture("JPEG") + _zip(), "a.jar", "image/jpeg", "anew"),
    "jpeg, then pdf": Hostile(
        lambda: picture("JPEG") + b"%PDF-1.4\n" + MARK, "a.pdf", "application/pdf", "anew"
    ),
    "jpeg, then mp4": Hostile(
        lambda: picture("JPEG") + b"\0\0\0\x18ftypmp42" + MARK, "a.jpg", "image/jpeg", "anew"
    ),
    "png with php in a text": Hostile(
        lambda: png(64, 48, squeezed(48 * 193), extra=chunk(b"tEXt", b"C\0" + PHP)),
        "a.php",
        "image/png",
        "anew",
    ),
    "png with an unknown chunk": Hostile(
        lambda: png(64, 48, squeezed(48 * 193), extra=chunk(b"evIl", SCRIPT)), "a.png", "image/png", "anew"
    ),
    "png, then html": Hostile(lambda: picture() + SCRIPT, "a.png", "image/png", "anew"),
    "png, then zip": Hostile(lambda: picture() + _zip(), "a.docx", "image/png", "anew"),
    "gif that is a script": Hostile(_gif_script, "a.gif", "image/gif"),
    "gif with a script in a comment": Hostile(
        lambda: _gif_comment(SCRIPT * 20), "a.gif", "text/javascript", "anew"
    ),
    "gif, then jar": Hostile(lambda: picture("GIF", (16, 16), "L") + _zip(), "a.jar", "image/gif", "anew"),
    "webp with a chunk of html": Hostile(
        lambda: webp(picture("WEBP")[12:], riff(b"EVIL", SCRIPT)), "a.webp", "image/webp", "anew"
    ),
    "webp, then zip": Hostile(lambda: picture("WEBP") + _zip(), "a.webp", "image/webp", "anew"),
    "png with alpha over a hidden picture": Hostile(
        lambda: picture("PNG", (64, 48), "RGBA"), "a.png", "image/png", "anew"
    ),
}
