"""Bytes with holes: what is the same for many answers once, and between it what each has of its own.

Packed, they are still such bytes: a gzip member (RFC 1952) is a row of blocks (RFC 1951), so the pieces are
packed once, each by itself, and a filling is laid between them as it is, in a stored block. Only the checksum
is of the whole; what stands before the first hole, the style sheet above all, was summed once.

>>> import gzip
>>> page = Holed.taken_apart(b"<p>Tem 0000</p>", {b"0000": 0})
>>> page.filled((b"7K3M",))
b'<p>Tem 7K3M</p>'
>>> gzip.decompress(Packed.of(page).filled((b"7K3M",)))
b'<p>Tem 7K3M</p>'
"""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

Fillings = tuple[bytes, ...]

_HEAD: Final = b"\x1f\x8b\x08" + bytes(6) + b"\xff"  # gzip, deflate, no name, no time, of no system
_LAST: Final = b"\x03\x00"  # an empty block that ends the member
_LONGEST: Final = 255
_STORED: Final = tuple(
    b"\0" + n.to_bytes(2, "little") + (n ^ 0xFFFF).to_bytes(2, "little") for n in range(_LONGEST + 1)
)


@dataclass(frozen=True, slots=True)
class Holed:
    """The pieces in order, and which of them are filled with what."""

    pieces: tuple[bytes, ...]
    holes: tuple[tuple[int, int], ...]

    @classmethod
    def taken_apart(cls, text: bytes, holes: Mapping[bytes, int]) -> Self:
        """Cut where one of the words stands, and leave it out; `holes` says which filling goes there."""
        parts = re.split(b"(" + b"|".join(map(re.escape, holes)) + b")", text)
        cut = tuple((at, int(holes[parts[at]])) for at in range(1, len(parts), 2))
        return cls(tuple(b"" if at % 2 else part for at, part in enumerate(parts)), cut)

    def filled(self, told: Fillings) -> bytes:
        """The pieces in one."""
        pieces = list(self.pieces)
        for at, hole in self.holes:
            pieces[at] = told[hole]
        return b"".join(pieces)


@dataclass(frozen=True, slots=True)
class Packed:
    """The same as a gzip member: `pieces` are packed, `rest` are the plain ones behind the first."""

    pieces: tuple[bytes, ...]
    rest: tuple[bytes, ...]
    holes: tuple[tuple[int, int], ...]
    first_sum: int
    size: int  # bytes of the plain pieces

    @classmethod
    def of(cls, plain: Holed) -> Self:
        """Pack the pieces, each by itself: what stands in a hole may be of any length up to 255."""
        first, *rest = plain.pieces
        packed = [_packed(piece) for piece in plain.pieces]
        packed[0] = _HEAD + packed[0]
        size = sum(len(piece) for piece in plain.pieces)
        return cls(tuple(packed), tuple(rest), plain.holes, zlib.crc32(first), size)

    def filled(self, told: Fillings) -> bytes:
        """The member: its blocks, the end, the sum and the size of what is packed."""
        pieces, rest, size = list(self.pieces), list(self.rest), self.size
        for at, hole in self.holes:
            text = told[hole]
            pieces[at] = _STORED[len(text)] + text
            rest[at - 1] = text
            size += len(text)
        total = zlib.crc32(b"".join(rest), self.first_sum)
        return b"".join((*pieces, _LAST, total.to_bytes(4, "little"), size.to_bytes(4, "little")))


def _packed(piece: bytes) -> bytes:
    """Blocks that end at a whole byte and refer to nothing before them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
