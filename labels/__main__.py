"""A sample sheet on any medium: `python -m labels [--out FILE] [--medium ID] [--count N]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from labels.art import StampArt
from labels.media import media, medium
from labels.printers import LASER_DPI, THERMAL_DPI
from labels.sheet import SheetFooter, stamp_sheets

PREFIX = "HTTPS://TXNG.LANGSON.GOV.VN/01/09520009010011/21/"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ART = StampArt("Rượu men lá Minh Họa", "500 ml · 40 % vol", demo=True, test=True)


def sample_serials(count: int) -> list[str]:
    """Serials that look the part and open nothing.

    >>> sample_serials(2)
    ['000000000000', 'GVDSBR9PM6JH']
    """
    steps = ((number * 0x9E3779B97F4A7C15) % 2**60 for number in range(count))
    return ["".join(ALPHABET[step >> shift & 31] for shift in range(55, -5, -5)) for step in steps]


def main(arguments: list[str] | None = None) -> int:
    """Write the sheet; 0 done, 2 wrong use."""
    parser = argparse.ArgumentParser(prog="python -m labels", description="Print a sample sheet of stamps.")
    parser.add_argument("--out", type=Path, default=Path("sample.pdf"))
    parser.add_argument("--medium", default="a4-65", choices=sorted(media()), metavar="ID")
    parser.add_argument("--count", type=int, default=None, help="stamps; one full page if not given")
    parser.add_argument("--dpi", type=int, default=None, help="600 for sheets, 203 for rolls if not given")
    chosen = parser.parse_args(arguments)
    blank = medium(chosen.medium)
    count = blank.per_page if chosen.count is None else chosen.count
    dpi = chosen.dpi or (LASER_DPI if blank.kind == "sheet" else THERMAL_DPI)
    footer = SheetFooter(run="MẪU")
    with chosen.out.open("wb") as sink:
        result = stamp_sheets(
            sink, medium=blank, art=ART, prefix=PREFIX, serials=sample_serials(count), dpi=dpi, footer=footer
        )
    print(f"{chosen.out}: {result.count} stamps, {result.sheets} pages, module {result.module_mm:.4f} mm")
    return 0


if __name__ == "__main__":
    sys.exit(main())
