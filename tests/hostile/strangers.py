"""Files that are nothing we take, whatever they are called."""

import gzip
import lzma
import struct
import tarfile
import zipfile
from io import BytesIO

from tests.hostile.making import MARK, PHP, SCRIPT, Hostile, picture

SVG = b'<svg xmlns="http://www.w3.org/2000/svg">%s</svg>'
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><a>&j;</a>"
)


def _zip(**members: bytes) -> bytes:
    told = BytesIO()
    with zipfile.ZipFile(told, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return told.getvalue()


def _climbing() -> bytes:
    told = BytesIO()
    with zipfile.ZipFile(told, "w") as archive:
        archive.writestr("../../../../etc/cron.d/evil", MARK)
    return told.getvalue()


def _tar() -> bytes:
    told = BytesIO()
    with tarfile.open(fileobj=told, mode="w") as archive:
        link = tarfile.TarInfo("evil")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return told.getvalue()


def _tiff(width: int, height: int) -> bytes:
    rows = ((256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
            (273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, 10))  # fmt: skip
    table = b"".join(struct.pack("<HHII", *row) for row in rows)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(rows)) + table + struct.pack("<I", 8)


def _bmp(width: int, height: int) -> bytes:
    return (
        b"BM"
        + struct.pack("<IHHI", 54, 0, 0, 54)
        + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 1, 1, 0, 0)
    )


STRANGERS: dict[str, Hostile] = {
    "one byte": Hostile(lambda: b"%", "a.pdf", "application/pdf"),
    "zeros": Hostile(lambda: b"\0" * 5_000_000, "a.jpg", "image/jpeg"),
    "html as jpeg": Hostile(lambda: b"<!doctype html>" + SCRIPT, "a.jpg", "image/jpeg"),
    "html in UTF-16": Hostile(lambda: "\ufeff<html>".encode("utf-16") + SCRIPT, "a.png", "image/png"),
    "svg as png": Hostile(lambda: SVG % b"<circle r='9'/>", "a.png", "image/png"),
    "svg with a script": Hostile(lambda: SVG % SCRIPT, "a.svg", "image/svg+xml"),
    "svg that runs at loading": Hostile(
        lambda: b"<svg onload=alert(1) xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "image/svg+xml"
    ),
    "svg that asks the network": Hostile(
        lambda: SVG % b"<image href='http://127.0.0.1:9/x'/>", "a.svg", "image/svg+xml"
    ),
    "svg with an outside entity": Hostile(
        lambda: b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + SVG % b"&x;",
        "a.svg",
        "image/svg+xml",
    ),
    "svgz": Hostile(lambda: gzip.compress(SVG % SCRIPT), "a.svgz", "image/svg+xml"),
    "xml of a billion laughs": Hostile(lambda: LAUGHS, "a.png", "image/png"),
    "zip as pdf": Hostile(lambda: _zip(a=b"x"), "a.pdf", "application/pdf"),
    "zip bomb as jpeg": Hostile(lambda: _zip(a=b"\0" * 50_000_000), "a.jpg", "image/jpeg"),
    "zip that climbs": Hostile(_climbing, "a.zip", "application/zip"),
    "docx as pdf": Hostile(lambda: _zip(**{"word/document.xml": b"<w/>"}), "a.pdf", "application/pdf"),
    "docm with a macro": Hostile(lambda: _zip(**{"word/vbaProject.bin": MARK}), "a.docm", "application/pdf"),
    "old Word document": Hostile(
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2048, "a.doc", "image/png"
    ),
    "rtf": Hostile(lambda: rb"{\rtf1{\object\objdata 0105}}", "a.rtf", "application/pdf"),
    "Windows program": Hostile(lambda: b"MZ" + b"\0" * 58 + b"@\0\0\0PE\0\0", "a.png", "image/png"),
    "Linux program": Hostile(lambda: b"\x7fELF\2\1\1" + b"\0" * 60, "a.pdf", "application/pdf"),
    "shell script": Hostile(lambda: b"#!/bin/sh\nrm -rf /\n", "a.jpg", "image/jpeg"),
    "php": Hostile(lambda: PHP, "a.php", "image/jpeg"),
    "JavaScript": Hostile(lambda: b"alert(1)//", "a.js", "text/javascript"),
    "application of HTML": Hostile(lambda: b"<hta:application>" + SCRIPT, "a.hta", "application/pdf"),
    "Windows shortcut": Hostile(lambda: b"L\0\0\0\x01\x14\x02\0" + b"\0" * 68, "a.lnk", "image/jpeg"),
    "letter of HTML": Hostile(
        lambda: b"MIME-Version: 1.0\nContent-Type: text/html\n\n" + SCRIPT, "a.mht", "image/png"
    ),
    "tiff of 10^9 points": Hostile(lambda: _tiff(30_000, 33_000), "a.tiff", "image/tiff"),
    "bmp of 2^31 points": Hostile(lambda: _bmp(2**31 - 1, 1), "a.bmp", "image/bmp"),
    "ppm of 10^10 points": Hostile(lambda: b"P6 100000 100000 255\n" + b"\0" * 99, "a.ppm", "image/jpeg"),
    "icon": Hostile(
        lambda: b"\0\0\1\0\1\0\0\0\0\0\1\0\x20\0" + b"\xff" * 8 + picture(), "a.ico", "image/png"
    ),
    "heic": Hostile(lambda: b"\0\0\0\x18ftypheic\0\0\0\0heicmif1", "a.heic", "image/heic"),
    "avif": Hostile(lambda: b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", "a.avif", "image/avif"),
    "jpeg 2000": Hostile(lambda: b"\0\0\0\x0cjP  \r\n\x87\n" + b"\xff" * 60, "a.jp2", "image/jpeg"),
    "Photoshop document": Hostile(
        lambda: b"8BPS\0\1" + b"\0" * 6 + b"\0\3" + b"\xff" * 8, "a.psd", "image/jpeg"
    ),
    "PostScript": Hostile(lambda: b"%!PS-Adobe-3.0\n(/etc/passwd) (r) file\n", "a.pdf", "application/pdf"),
    "EPS with a binary head": Hostile(
        lambda: b"\xc5\xd0\xd3\xc6\x1e\0\0\0" + b"%!PS-Adobe", "a.eps", "image/jpeg"
    ),
    "Windows metafile": Hostile(lambda: b"\xd7\xcd\xc6\x9a" + b"\0" * 40, "a.wmf", "image/jpeg"),
    "animation of 1991": Hostile(lambda: b"\0\0\0\0\x11\xaf" + b"\xff" * 120, "a.fli", "image/jpeg"),
    "film": Hostile(lambda: b"\0\0\0\x18ftypmp42\0\0\0\0", "a.mp4", "image/jpeg"),
    "gzip bomb": Hostile(lambda: gzip.compress(b"\0" * 100_000_000), "a.pdf", "application/pdf"),
    "xz bomb": Hostile(lambda: lzma.compress(b"\0" * 50_000_000), "a.jpg", "image/jpeg"),
    "tar with a link": Hostile(_tar, "a.tar", "image/jpeg"),
    "pdf after a line of html": Hostile(lambda: SCRIPT + b"\n%PDF-1.4\n%%EOF", "a.pdf", "application/pdf"),
    "pdf behind a byte order mark": Hostile(
        lambda: b"\xef\xbb\xbf%PDF-1.4\n%%EOF", "a.pdf", "application/pdf"
    ),
    "heavier than is taken": Hostile(lambda: b"\xff\xd8\xff" + b"\0" * (16 * 1024**2), "a.jpg", "image/jpeg"),
}
