"""Crockford's base 32: the alphabet people can read aloud, and the forgiving way to read it back.

No I, L, O, U. What a person types for them is understood: `O` is 0, `I` and `L` are 1, case, spaces and
hyphens do not matter. There is one spelling in the end. https://www.crockford.com/base32.html

>>> read("7k3m-9qx2-tz4b", 12, field="serial")
'7K3M9QX2TZ4B'
"""

from typing import Final

from traceapp.domain.errors import Malformed

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MEANT: Final = {
    **{letter: letter for letter in ALPHABET},
    **{letter.lower(): letter for letter in ALPHABET},
    **dict.fromkeys("oO", "0"),
    **dict.fromkeys("iIlL", "1"),
}
_SKIPPED: Final = frozenset(
    " -\u00a0\u2010\u2011\u2012\u2013\u2014"
)  # what keyboards and messengers make of a hyphen


def read(typed: str, length: int, *, field: str) -> str:
    """The one spelling of what was typed: `length` characters of the alphabet.

    Raises `Malformed`: `code_character` names the first impossible character and its place (from 1),
    `code_length` says how many there are and how many there should be.
    """
    found = [_letter(character, place, field) for place, character in enumerate(typed, 1)]
    text = "".join(found)
    if len(text) != length:
        raise Malformed("code_length", field=field, given=typed, expected=length, found=len(text))
    return text


def _letter(character: str, place: int, field: str) -> str:
    if character in _SKIPPED:
        return ""
    if character not in _MEANT:
        raise Malformed("code_character", field=field, found=character, position=place, expected=ALPHABET)
    return _MEANT[character]
