"""Base45: bytes as the characters a QR symbol packs best, in one spelling only. RFC 9285.

Two bytes become three characters, a last single byte two. A text has one meaning and bytes have one text:
what RFC 9285 lets a decoder overlook (a value too large for its bytes) is refused here.

>>> encode(b"Hello!!")
'%69 VD92EX0'
>>> decode("%69 VD92EX0")
b'Hello!!'
"""

from typing import Final

from traceapp.domain.errors import Malformed

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}


def encode(content: bytes) -> str:
    """The text of any bytes."""
    text = []
    for at in range(0, len(content), 2):
        pair = content[at : at + 2]
        number = int.from_bytes(pair)
        for _ in range(len(pair) + 1):
            number, digit = divmod(number, 45)
            text.append(ALPHABET[digit])
    return "".join(text)


def decode(text: str, start: int = 0) -> bytes:
    """The bytes of a text from a place on. Raises `Malformed` `signed_base45`: which character (from 1)."""
    content = bytearray()
    for at in range(start, len(text), 3):
        group = text[at : at + 3]
        digits = [_VALUES.get(character, 45) for character in group]
        number = sum(digit * 45**place for place, digit in enumerate(digits))
        size = len(group) - 1
        if 45 in digits or size == 0 or number >= 256**size:
            wrong = digits.index(45) if 45 in digits else 0
            raise Malformed("signed_base45", position=at + wrong + 1)
        content += number.to_bytes(size)
    return bytes(content)
