"""Unguessable serials: the 12 characters that make a stamp one of a kind.

    text      24 zero bits | the stamp's sequence number, 36 bits
    serial    the text encrypted by FF1 under a secret key and the product's `tweak`, 5 bits a character

Whoever opens a serial under the key sees at once, before any database is asked, whether the 24 bits are
zero: one guess in 16.7 million gets that far. FF1 takes a text as two halves of 30 bits each, so the left
one has the zero bits and the six highest of the sequence. The construction is fixed for as long as paper
lasts: another may be added (see `tweak`), this one never changed. NIST SP 800-38G; GS1 AI 21.

>>> key = SerialKey("demo", bytes(range(32)))
>>> gtin = Gtin.parse("9521234000013")
>>> mint(key, gtin, first=0, count=2)
['3KMMR3K47VPF', 'FNHVRK3KYM60']
>>> list(openings([key], gtin, normalise("fnhv-rk3k-ym6o")))
[Opened(key_id='demo', sequence=1)]
>>> list(openings([key], gtin, "FNHVRK3KYM61"))
[]
>>> shown("FNHVRK3KYM60")
'FNHV-RK3K-YM60'
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from traceapp.domain import crockford
from traceapp.domain.errors import Conflict
from traceapp.domain.ff1 import Ff1, Numbers
from traceapp.domain.identifiers import Gtin, RegistryNumber, Subject
from traceapp.domain.pins import PinKey

LENGTH: Final = 12
SEQUENCES: Final = 2**36  # stamps per key and subject
_BITS: Final = 30  # in each half of the text
_MASK: Final = 2**_BITS - 1
_SLICE: Final = 1 << 14  # serials whose blocks stay in the processor's cache
_OURS: Final = re.compile(f"[{crockford.ALPHABET}]{{{LENGTH}}}")

# One serial is read by Python, whose base 32 has other digits; a matrix is read and written by table.
_TO_PYTHON: Final = str.maketrans(crockford.ALPHABET, "0123456789abcdefghijklmnopqrstuv")
_LETTERS: Final = np.frombuffer(crockford.ALPHABET.encode(), np.uint8)
_PAIRS: Final = np.stack([_LETTERS.repeat(32), np.tile(_LETTERS, 32)], axis=1).view(np.uint16).ravel()
_NO_VALUE: Final = 255  # of a code that is none of our letters
_VALUES: Final = np.full(256, _NO_VALUE, np.uint8)
_VALUES[_LETTERS] = np.arange(32)


@dataclass(frozen=True, slots=True)
class SerialKey:
    """A secret of 32 bytes and the name it is stored under. Never in the database, never in a message.

    `pin` is the PIN key stored under the same name; None where this machine could not read or make one.
    """

    id: str
    secret: bytes = field(repr=False)
    pin: PinKey | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != 32:
            raise ValueError(f"serial key {self.id}: expected 32 bytes, found {len(self.secret)}")


@dataclass(frozen=True, slots=True)
class Opened:
    """What a serial may be: a key that opens it, and its place in that key's count."""

    key_id: str
    sequence: int


def tweak(subject: Subject) -> bytes:
    """What binds a serial to its product: a byte for the kind of number, then the number as six bytes.

    A second construction would take kinds of its own here (3 and 4, say), and a serial would be opened as
    either. Raises TypeError for a number that names no product, such as a Gln.
    """
    match subject:
        case Gtin():
            kind = 1
        case RegistryNumber():
            kind = 2
        case _:
            raise TypeError(f"a serial is of a Gtin or a RegistryNumber, found {subject!r}")
    return bytes([kind]) + int(str(subject)).to_bytes(6)


@lru_cache(maxsize=4096)
def _cipher(secret: bytes, subject: Subject) -> Ff1:
    return Ff1(secret, radix=32, length=LENGTH, tweak=tweak(subject))


def openings(keys: Iterable[SerialKey], subject: Subject, serial: str) -> Iterator[Opened]:
    """The keys that open a serial in its one spelling, in the order given (newest first), with its place.

    None do where the 24 bits are zero under no key, or where it is not 12 characters of the alphabet. To open
    is not to be issued: one serial in 16.7 million opens by chance under a key that never made it. Its own
    key is the one in whose ranges it lies: the caller, who knows what was issued, takes the first that does,
    and under the keys after that nothing is deciphered.
    """
    if _OURS.fullmatch(serial):
        number = int(serial.translate(_TO_PYTHON), 32)
        for key in keys:
            left, right = _cipher(key.secret, subject).decrypt(number >> _BITS, number & _MASK)
            sequence = left << _BITS | right
            if sequence < SEQUENCES:
                yield Opened(key.id, sequence)


def mint(key: SerialKey, subject: Subject, first: int, count: int) -> list[str]:
    """The serials of a range, in order. Raises as `mint_matrix` does."""
    text = mint_matrix(key, subject, first, count).tobytes().decode("ascii")
    return [text[at : at + LENGTH] for at in range(0, len(text), LENGTH)]


def mint_matrix(key: SerialKey, subject: Subject, first: int, count: int) -> NDArray[np.uint8]:
    """The same as ASCII codes, `count` rows of 12: what a family of symbols is drawn from.

    Raises `serials_exhausted` beyond 2**36; ValueError for a negative first or count.
    """
    if first < 0 or count < 0:
        raise ValueError(f"a range of serials: expected no negative number, found {first=}, {count=}")
    if first + count > SEQUENCES:
        raise Conflict("serials_exhausted", first=first, count=count, limit=SEQUENCES)
    cipher, pairs = _cipher(key.secret, subject), np.empty((count, LENGTH // 2), np.uint16)
    for at in range(0, count, _SLICE):
        sequences = np.arange(first + at, first + min(count, at + _SLICE), dtype=np.uint64)
        left = (sequences >> np.uint64(_BITS)).astype(np.uint32)
        right = (sequences & np.uint64(_MASK)).astype(np.uint32)
        _spell(cipher.encrypt_many(left, right), pairs[at : at + _SLICE])
    return pairs.view(np.uint8)


def _spell(halves: tuple[Numbers, Numbers], pairs: NDArray[np.uint16]) -> None:
    """Write two letters for every ten bits: three pairs a half."""
    for column in range(6):
        half, shift = halves[column // 3], 20 - 10 * (column % 3)
        pairs[:, column] = _PAIRS[(half >> np.uint32(shift)) & np.uint32(1023)]


def open_matrix(key: SerialKey, subject: Subject, serials: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The places that rows of 12 ASCII codes open to under one key, -1 where they do not.

    To open is not to be issued, as `openings` says. Raises ValueError for another shape or type.
    """
    if serials.shape[1:] != (LENGTH,) or serials.dtype != np.uint8:
        found = f"{serials.dtype} {serials.shape}"
        raise ValueError(f"serials: expected rows of {LENGTH} codes, uint8, found {found}")
    cipher, opened = _cipher(key.secret, subject), np.empty(len(serials), np.int64)
    for at in range(0, len(serials), _SLICE):
        values = _VALUES[serials[at : at + _SLICE]]
        left, right = cipher.decrypt_many(_half(values[:, :6]), _half(values[:, 6:]))
        sequences = left.astype(np.int64) << _BITS | right
        bad = (sequences >= SEQUENCES) | (values == _NO_VALUE).any(axis=1)
        opened[at : at + _SLICE] = np.where(bad, -1, sequences)
    return opened


def _half(values: NDArray[np.uint8]) -> Numbers:
    """Six values as one number of 30 bits.

    Of a foreign character the low five bits are taken, so that nothing overflows: its row becomes -1.
    """
    half = np.zeros(len(values), np.uint32)
    for column in range(6):
        half = half << np.uint32(5) | (values[:, column] & np.uint8(31))
    return half


def normalise(typed: str, *, field: str = "serial") -> str:
    """The one spelling of a serial typed by hand. Raises `code_character` (with its place), `code_length`."""
    return crockford.read(typed, LENGTH, field=field)


def shown(serial: str) -> str:
    """In fours, for eyes and telephones; `labels.art.grouped` is the same, and may not be imported here."""
    return "-".join(serial[at : at + 4] for at in range(0, len(serial), 4))
