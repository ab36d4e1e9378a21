"""The scratch PIN of a stamp: six characters that only the key holder can derive from its serial.

PIN = the first 30 bits of HMAC-SHA256(key, serial), as six characters of Crockford's alphabet, most
significant first; the serial is its twelve ASCII characters in their one spelling. It is printed under a
scratch layer and never stored. Five tries, then one an hour: a bucket of five that fills by one an hour, so
that a stranger who tries cannot lock the stamp for ever. Like a serial, a PIN lives as long as paper: the
construction may be added to, never changed. RFC 2104, FIPS 180-4; trust.md, section 3.

>>> key = PinKey(bytes(range(32)))
>>> pin_of(key, "3KMMR3K47VPF")
'VJV0MH'
>>> is_right(key, "3KMMR3K47VPF", normalise("vjv-omh"))
True
>>> is_right(key, "3KMMR3K47VPF", "VJV0MJ"), is_right(key, "FNHVRK3KYM60", "VJV0MH")
(False, False)
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from traceapp.domain import crockford

LENGTH: Final = 6
TRIES: Final = 5
EVERY: Final = timedelta(hours=1)
_BLOCK: Final = 64  # bytes, of SHA-256
_LETTERS: Final = np.frombuffer(crockford.ALPHABET.encode(), np.uint8)


@dataclass(frozen=True, slots=True)
class PinKey:
    """A secret of 32 bytes, kept beside the serial key of the same id. Never in the database."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != 32:
            raise ValueError(f"PIN key: expected 32 bytes, found {len(self.secret)}")

    @property
    def fingerprint(self) -> str:
        """What a run keeps to know its key again: another key would call every right PIN wrong."""
        return hashlib.sha256(b"PIN key " + self.secret).hexdigest()[:16]


def pin_of(key: PinKey, serial: str) -> str:
    """The PIN of one serial."""
    number = int.from_bytes(hmac.digest(key.secret, serial.encode("ascii"), "sha256")[:4]) >> 2
    return "".join(crockford.ALPHABET[number >> shift & 31] for shift in range(25, -1, -5))


def is_right(key: PinKey, serial: str, pin: str) -> bool:
    """Whether this is the PIN of that serial; takes the same time for any wrong one."""
    return hmac.compare_digest(pin_of(key, serial).encode(), pin.encode())


def pins_matrix(key: PinKey, serials: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The PINs of many serials: rows of 12 ASCII codes in, rows of 6 out.

    HMAC by its definition, from two hashes begun once: half the time of one call for each.
    """
    codes, length = serials.tobytes(), serials.shape[1]
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key.secret.ljust(_BLOCK, b"\0"))).copy
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in key.secret.ljust(_BLOCK, b"\0"))).copy
    found = []
    for at in range(0, len(codes), length):
        inside, outside = inner(), outer()
        inside.update(codes[at : at + length])
        outside.update(inside.digest())
        found.append(outside.digest()[:4])
    numbers = np.frombuffer(b"".join(found), ">u4").astype(np.uint32) >> np.uint32(2)
    shifts = np.arange(25, -1, -5, dtype=np.uint32)
    letters: NDArray[np.uint8] = _LETTERS[numbers[:, None] >> shifts & np.uint32(31)]
    return letters


def normalise(typed: str, *, field: str = "pin") -> str:
    """The one spelling of a PIN typed by hand. Raises `code_character` (with its place), `code_length`."""
    return crockford.read(typed, LENGTH, field=field)


@dataclass(frozen=True, slots=True)
class Bucket:
    """The tries a stamp has left, as the one moment at which it will be full again.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 22, 2, 14, tzinfo=UTC)
    >>> bucket = Bucket(now)
    >>> for _ in range(5):
    ...     bucket = bucket.spent(now)
    >>> bucket.left(now), bucket.next_at(now) - now
    (0, datetime.timedelta(seconds=3600))
    >>> bucket.left(now + EVERY), bucket.left(now + 9 * EVERY)
    (1, 5)
    """

    full_at: datetime

    def left(self, now: datetime) -> int:
        """How many tries are left, 0 to 5."""
        missing = max(self.full_at - now, timedelta())
        return max(0, TRIES - -(-missing // EVERY))

    def next_at(self, now: datetime) -> datetime:
        """When the next try is possible; now, if one is left."""
        return max(now, self.full_at - (TRIES - 1) * EVERY)

    def spent(self, now: datetime) -> "Bucket":
        """The same with one try less."""
        return Bucket(max(self.full_at, now) + EVERY)

    def settled(self, now: datetime) -> "Bucket":
        """The same, full in five hours at the latest: what a clock wrote that was ahead is not believed."""
        return Bucket(min(self.full_at, now + TRIES * EVERY))
