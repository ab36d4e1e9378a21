"""What is in a carton or on a roll, and the 16 bytes that stand for it in a signed code.

The digest is the first half of SHA-256 over the lines below, so that anybody who reads them on the label can
work it out again: form, kind, product, lot, count, first serial, last serial, each ended by a line feed.

>>> box = Contents(CodeKind.CARTON, "09520009010011", "L260905A", 12)
>>> box.lines()
'VC1\\ncarton\\n09520009010011\\nL260905A\\n12\\n\\n\\n'
>>> shown_digest(box.digest())
'5CE3 0850 88F1 8D52 761E 3AF2 596B E530'
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from traceapp.domain.code_claims import CONTENTS_HASH, CodeKind

FORM: Final = "VC1"


@dataclass(frozen=True, slots=True)
class Contents:
    """A product's number, its lot (empty: none yet), how many pieces, and the serials of a roll."""

    kind: CodeKind
    product: str
    lot: str
    count: int
    first: str = ""
    last: str = ""

    def lines(self) -> str:
        """What is hashed."""
        parts = (FORM, self.kind.value, self.product, self.lot, str(self.count), self.first, self.last)
        return "".join(f"{part}\n" for part in parts)

    def digest(self) -> bytes:
        """The 16 bytes of a signed code."""
        return hashlib.sha256(self.lines().encode()).digest()[:CONTENTS_HASH]


def shown_digest(digest: bytes) -> str:
    """A digest as a label and a page show it: capitals in fours, to be compared by eye."""
    text = digest.hex().upper()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
