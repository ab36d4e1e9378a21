"""The label that all ways draw, and our way to draw it."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from labels.art import StampArt
from labels.media import medium
from labels.sheet import stamp_sheets
from traceapp.domain.identifiers import Gtin
from traceapp.domain.serials import SerialKey, mint_matrix

KEY, GTIN = SerialKey("bench", bytes(range(32))), Gtin.parse("9520009010011")
PREFIX = f"HTTPS://TXNG.LANGSON.GOV.VN/01/{GTIN}/21/"
SHORT = f"HTTPS://DEMO.VN/01/{GTIN}/21/"
SHEET = medium("a4-65")
ART = StampArt(name="Rượu men lá", net_content="500 ml · 40 % vol", demo=True)


@dataclass(frozen=True)
class Minted:
    """Serials that are minted when the press asks for them, and forgotten."""

    count: int

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, part: slice) -> NDArray[np.uint8]:
        start, stop, _ = part.indices(self.count)
        return mint_matrix(KEY, GTIN, start, max(0, stop - start))


def press(count: int, sink: BinaryIO, prefix: str = PREFIX) -> None:
    """A PDF of that many stamps, their serials minted on the way."""
    stamp_sheets(sink, medium=SHEET, art=ART, prefix=prefix, serials=Minted(count))


def pressed(count: int, prefix: str = PREFIX) -> bytes:
    """The same, in memory."""
    out = BytesIO()
    press(count, out, prefix)
    return out.getvalue()


def press_file(count: int, path: str) -> None:
    """The same, on the disk."""
    with Path(path).open("wb") as sink:
        press(count, sink)
