"""Text at the door: one form of Unicode, nothing hidden in it, and a key to search by.

Vietnamese can be written with one character or three for the same letter; everything kept is NFC. Control,
invisible and right-to-left characters are refused because a name that hides or turns itself around can pose
as another.

>>> clean_line("  Hợp tác xã   Ba Sơn ", 120, field="name")
'Hợp tác xã Ba Sơn'
>>> folded("Đồng  Đăng – HỒNG")
'dong dang – hong'
"""

import re
import unicodedata
from typing import Final

from traceapp.domain.errors import Malformed

_RIGHT_TO_LEFT: Final = frozenset(
    {"R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "PDF", "PDI", "FSI"}
)
_MARKS: Final = frozenset("\u200e\u200f\u061c")  # direction marks, by class L, R and AL
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BLANKS: Final = re.compile("[ \u00a0\u2000-\u200a\u202f\u3000]+")


def nfc(text: str) -> str:
    """The composed form."""
    return unicodedata.normalize("NFC", text)


def folded(text: str) -> str:
    """What a search compares: no marks, no case, single spaces, `đ` as `d`."""
    letters = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(letter for letter in letters if unicodedata.category(letter) != "Mn")
    return " ".join(bare.replace("đ", "d").split())


def clean_line(text: str, max_length: int, *, field: str | None = None) -> str:
    """One line: NFC, trimmed, single spaces. Raises `text_too_long`, `text_direction` or `text_control`."""
    line = _BLANKS.sub(" ", nfc(text)).strip()
    _check(line, max_length, field, allowed="")
    return line


def clean_text(text: str, max_length: int, *, field: str | None = None) -> str:
    """Several lines, else as `clean_line`."""
    lines = [_BLANKS.sub(" ", line).strip() for line in nfc(text).replace("\r\n", "\n").split("\n")]
    whole = "\n".join(lines).strip()
    _check(whole, max_length, field, allowed="\n")
    return whole


def given_reason(text: str, max_length: int = 500, *, field: str = "reason") -> str:
    """A reason that must be given, as `clean_text`. Raises `reason_missing` too."""
    kept = clean_text(text, max_length, field=field)
    if not kept:
        raise Malformed("reason_missing", field=field)
    return kept


def _check(text: str, max_length: int, field: str | None, *, allowed: str) -> None:
    if len(text) > max_length:  # first: a long text is not walked through
        raise Malformed("text_too_long", field=field, found=len(text), limit=max_length)
    for position, character in enumerate(text, 1):
        name = f"U+{ord(character):04X}"
        if character in _MARKS or unicodedata.bidirectional(character) in _RIGHT_TO_LEFT:
            raise Malformed("text_direction", field=field, found=name, position=position)
        if unicodedata.category(character) in _HIDDEN and character not in allowed:
            raise Malformed("text_control", field=field, found=name, position=position)


def without_heading(text: str, heading: str) -> str:
    """What stands after a heading, where a text begins with the very heading it will be shown under.

    >>> without_heading("Bảo quản nơi khô, mát.", "Bảo quản")
    'Nơi khô, mát.'
    >>> without_heading("Bảo quản: tránh nắng.", "Bảo quản")
    'Tránh nắng.'
    >>> without_heading("Nơi khô, mát.", "Bảo quản")
    'Nơi khô, mát.'
    >>> without_heading("Bảo quản", "Bảo quản")
    'Bảo quản'
    """
    if text[: len(heading)].casefold() != heading.casefold():
        return text
    rest = text[len(heading) :].lstrip(" :")
    return rest[:1].upper() + rest[1:] if rest else text
