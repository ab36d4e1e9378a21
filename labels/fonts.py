"""Be Vietnam Pro on paper: registered, measured, and asked what it cannot draw.

One family for everything printed, embedded in every file: a stamp or label must not change its words with the
machine that prints it, and is refused with what the family lacks. Only minutes may write Chinese in a second
font. Text comes in as NFC, because a combining mark by itself is misdrawn.

>>> round(width("Rượu men lá", em=2.5, weight=700), 2)
15.18
>>> missing("Rượu men lá → 米酒")
'→米酒'
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

import fontpkg
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

Weight = Literal[400, 600, 700]

FAMILY = "be vietnam pro"
CAPITAL = 0.740  # height of a capital, in em
ASCENT = 0.96  # top of the highest stacked mark (Ẫ), in em
MIN_CAPITAL = 1.2  # mm: the smallest capital a label may carry
MIN_EM = 1.63  # mm: gives that capital


CHINESE_FILE = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")
"""Debian's fonts-wqy-microhei: what papers that are no stamps write Chinese in, on a machine that has it."""


def nfc(text: str) -> str:
    """The text composed, without control characters or doubled spaces."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in composed).split())


def path(weight: Weight = 400) -> str:
    """Where the TrueType file of that weight lies."""
    return str(fontpkg.path(FAMILY, weight=weight))


@cache
def registered(weight: Weight = 400) -> str:
    """The name reportlab knows the weight by; registers it at the first call."""
    name = f"BeVietnamPro-{weight}"
    pdfmetrics.registerFont(TTFont(name, path(weight), asciiReadable=1))
    return name


@cache
def _face(weight: Weight) -> TTFont:
    return pdfmetrics.getFont(registered(weight))


@cache
def _second(file: Path) -> TTFont | None:
    """The font of a file; None where there is none, or none that can be embedded."""
    name = file.stem
    try:
        pdfmetrics.registerFont(TTFont(name, str(file), subfontIndex=0, asciiReadable=1))
    except TTFError:
        return None
    pdfmetrics.registerFontFamily(name, name, name, name, name)
    return pdfmetrics.getFont(name)


def chinese(text: str) -> str | None:
    """The name of a second font that has every character of a text; None where this machine has none.

    >>> chinese("\U0001f33e") is None  # no emoji in any of them
    True
    """
    font = _second(CHINESE_FILE)
    if font is None or any(ord(one) not in font.face.charToGlyph for one in text):
        return None
    return CHINESE_FILE.stem


@lru_cache(maxsize=1024)  # one line is asked several times while it is set
def width(text: str, em: float, weight: Weight = 400) -> float:
    """Width of a line in the unit of `em`."""
    return float(pdfmetrics.stringWidth(text, registered(weight), em))


def missing(text: str) -> str:
    """The characters the font has no glyph for, each once, in order."""
    known = _face(400).face.charToGlyph
    return "".join(dict.fromkeys(character for character in text if ord(character) not in known))
