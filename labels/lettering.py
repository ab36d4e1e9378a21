"""Words for a paper that must hold whatever people wrote: Chinese in a second font, the rest by its number.

>>> drawable("Ông 王")
'Ông [U+738B]'
"""

from __future__ import annotations

from itertools import groupby
from xml.sax.saxutils import escape

from labels import fonts


def drawable(text: str) -> str:
    """The text composed, with what the font lacks written as its number."""
    return _numbered(fonts.nfc(text))


def _numbered(text: str) -> str:
    for character in fonts.missing(text):
        text = text.replace(character, f"[U+{ord(character):04X}]")
    return text


def marked(text: str) -> str:
    """Words as markup: as they are, but Chinese in the font for it where there is one.

    >>> marked("A < B")
    'A &lt; B'
    """
    composed = fonts.nfc(text)
    other = {one: font for one in fonts.missing(composed) if (font := fonts.chinese(one))}
    told = []
    for font, run in groupby(composed, other.get):
        words = "".join(run)
        told.append(f'<font name="{font}">{escape(words)}</font>' if font else escape(_numbered(words)))
    return "".join(told)
