"""Serials minted and checked; QR symbols of them, beside encoders that make one at a time."""

import qrcode
import segno
import zint
import zxingcpp
from qrcode.util import MODE_ALPHA_NUM, QRData

from labels.qr import FIXED_MASK, family
from tests.benchmarks.measuring import Report, rate
from tests.benchmarks.press import GTIN, KEY, PREFIX
from traceapp.domain.serials import mint, mint_matrix, openings

FIXED, BEST = "symbols, fixed mask", "symbols, best of eight"


def by_qrcode(text: str, mask: int | None = None) -> object:
    """The qrcode library, the text in one alphanumeric segment."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, mask_pattern=mask)
    code.add_data(QRData(text, mode=MODE_ALPHA_NUM))
    code.make()
    return code.modules


def by_segno(text: str, mask: int | None = None) -> object:
    """Segno; pure Python."""
    return segno.make_qr(text, error="m", boost_error=False, mode="alphanumeric", mask=mask).matrix


def by_zxing(text: str) -> object:
    """zxing-cpp; C++."""
    return zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_image(scale=1)


def by_zint(text: str, mask: int | None = None) -> object:
    """Zint through its binding; C."""
    made = zint.Symbol()
    made.symbology = zint.Symbology.QRCODE
    made.option_1 = 2  # level M
    if mask is not None:
        made.option_3 = mask + 1 << 8
    made.encode(text)
    return made.encoded_data


def main() -> None:
    """Measure, print, keep."""
    report, serials = Report("symbols"), mint(KEY, GTIN, 0, 20_000)
    texts = [PREFIX + serial for serial in serials]
    fixed, best = family(PREFIX, 12, mask="fixed"), family(PREFIX, 12, mask="best")
    minted = rate(lambda: mint_matrix(KEY, GTIN, 0, 1_000_000), 1_000_000)
    report.ours("serials minted", minted, "/s", 3_000_000)
    checked = rate(lambda: [next(openings([KEY], GTIN, serial), None) for serial in serials], len(serials))
    report.ours("a serial checked", 1e6 / checked, "us", 15, most=True)
    codes = mint_matrix(KEY, GTIN, 0, 200_000)
    left = rate(lambda: fixed.packed(codes, fixed.columns, checked=1), len(codes))
    report.ours(FIXED, rate(lambda: fixed.packed(codes, fixed.size, checked=1), len(codes)), "/s", 5_000_000)
    report.ours(f"{FIXED}, what varies", left, "/s")
    few = texts[:200]
    mask = FIXED_MASK
    report.rival("zint binding, fixed", rate(lambda: [by_zint(t, mask) for t in texts], 20_000), FIXED, 80)
    report.rival("qrcode, fixed", rate(lambda: [by_qrcode(t, mask) for t in few], 200), FIXED)
    report.rival("segno, fixed", rate(lambda: [by_segno(t, mask) for t in few], 200), FIXED)
    report.ours(BEST, rate(lambda: best.packed(codes[:20_000], best.size), 20_000), "/s", 100_000)
    report.rival("zint binding", rate(lambda: [by_zint(t) for t in texts[:5000]], 5000), BEST, 15)
    report.rival("zxing-cpp", rate(lambda: [by_zxing(t) for t in texts[:5000]], 5000), BEST)
    report.rival("segno", rate(lambda: [by_segno(t) for t in few], 200), BEST)
    report.rival("qrcode", rate(lambda: [by_qrcode(t) for t in few], 200), BEST)
    report.close()
