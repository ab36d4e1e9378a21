"""What would not scan, and why: the rules asked before every print.

Pure questions with short answers. A rule that blocks has a reason a telephone or a till would give; the web
says it in words and offers the fix. Rule P17 (recalled, held, certificate ended) belongs to the registry;
P18 (what was printed reads back) is `labels.readback`.

>>> from labels.printers import PRINTERS
>>> [f.rule for f in module(0.3754, PRINTERS["thermal-203"])]
['P2']
>>> whole_dots(0.40, PRINTERS["laser-600"])[0].facts["nearest_mm"]
0.381

experience.md section 8, where each limit's source stands.
"""

from __future__ import annotations

import ipaddress
import math
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import numpy as np

from labels import fonts
from labels.drawing import Text
from labels.errors import CheckDigitWrong, DoesNotFit, Finding, GlyphMissing, LabelError
from labels.qr import is_alphanumeric, symbol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from labels.barcodes import Barcode
    from labels.calibration import Calibration
    from labels.drawing import Mark
    from labels.media import Medium
    from labels.printers import Printer
    from labels.product_label import LabelLayout
    from labels.stamp import StampLayout

LEAST_MODULE, RETAIL_MODULE = 0.33, 0.396  # mm
LEAST_DOTS, THERMAL_DOTS = 3, 4
QUIET = {"qr": (4, 4), "ean13": (11, 7), "ean8": (7, 7), "itf14": (10, 10), "gs1-128": (10, 10)}
EAN_NOMINAL = 0.330
DIE_TOLERANCE = 1.0
LOCAL = ("localhost", ".local", ".lan", ".internal", ".test")
EPSILON = 1e-6


def stamp_run(
    plan: StampLayout,
    medium: Medium,
    printer: Printer,
    *,
    prefix: str,
    serials: Sequence[str] = (),
    registry_host: str,
    calibration: Calibration | None = None,
) -> list[Finding]:
    """Every rule that speaks of a run of stamps."""
    uri = prefix + (serials[0] if serials else "0" * 12)
    return [
        *module(plan.module_mm, printer),
        *whole_dots(plan.module_mm, printer),
        *content(serials),
        *address(uri, registry_host),
        *url_form(uri),
        *position(plan.quiet_box, medium),
        *printer_margin(medium, printer),
        *calibrated(medium, calibration),
        *text(plan.marks(np.zeros((1, 1), dtype=np.bool_), "WWWWWWWWWWWW", "WWWWWW"), medium),
        *covered(plan),
    ]


def product_label(
    plan: LabelLayout, medium: Medium, printer: Printer, *, calibration: Calibration | None = None
) -> list[Finding]:
    """Every rule that speaks of a sheet of product labels."""
    findings = [
        *printer_margin(medium, printer),
        *calibrated(medium, calibration),
        *text(plan.marks(), medium),
    ]
    if plan.code is not None:
        findings += [*linear(plan.code, printer), *direction(plan.code, printer)]
    if plan.qr_module_mm:
        findings += module(plan.qr_module_mm, printer)
    return findings


def refusal(error: LabelError) -> Finding:
    """A refusal of the press as a finding: text that does not fit is P16, a wrong key P8."""
    if isinstance(error, DoesNotFit | GlyphMissing):
        return Finding("P16", "block", {"code": error.code, **error.facts})
    rule = "P8" if isinstance(error, CheckDigitWrong) else "P0"
    return Finding(rule, "block", {"code": error.code, **error.facts})


def covered(plan: StampLayout) -> list[Finding]:
    """P19: a printed PIN lies open until a scratch label of this size is put over it."""
    if plan.pin_box is None:
        return []
    width, height = (round(mm, 1) for mm in plan.pin_box)
    return [_warn("P19", width_mm=width, height_mm=height)]


def whole_dots(module_mm: float, printer: Printer) -> list[Finding]:
    """P1: a module must be a whole number of the printer's dots."""
    dots = printer.dots(module_mm)
    if dots >= 1 - EPSILON and abs(dots - round(dots)) < 0.01:
        return []
    nearest = max(1, round(dots)) * printer.dot
    return [_block("P1", module_mm=round(module_mm, 4), dots=round(dots, 2), nearest_mm=round(nearest, 4))]


def module(module_mm: float, printer: Printer) -> list[Finding]:
    """P2: a QR module large enough for a telephone, and on thermal paper for ink that grows."""
    dots = round(printer.dots(module_mm), 2)
    facts = {"module_mm": round(module_mm, 4), "dots": dots}
    if module_mm < LEAST_MODULE - EPSILON or dots < LEAST_DOTS - 0.01:
        return [_block("P2", **facts)]
    if module_mm < RETAIL_MODULE - EPSILON or (printer.thermal and dots < THERMAL_DOTS - 0.01):
        return [_warn("P2", **facts)]
    return []


def quiet_zone(kind: str, left_x: float, right_x: float) -> list[Finding]:
    """P3: light beside a symbol, in modules."""
    left, right = QUIET[kind]
    if left_x >= left - EPSILON and right_x >= right - EPSILON:
        return []
    return [_block("P3", kind=kind, left=left_x, right=right_x, needed_left=left, needed_right=right)]


def linear(code: Barcode, printer: Printer) -> list[Finding]:
    """P1 and the size rule of that barcode: P4, P5 or P6 (P2 for matrix symbols)."""
    left, right = (zone / code.x_mm for zone in code.quiet_mm)
    findings = whole_dots(code.unit_mm, printer)
    if code.kind in QUIET:
        findings += quiet_zone(code.kind, round(left, 3), round(right, 3))
    if code.kind in ("ean13", "ean8"):
        nominal = (22.85 if code.kind == "ean13" else 18.23) * code.x_mm / EAN_NOMINAL
        findings += ean_size(code.x_mm, code.bar_height_mm / nominal, thermal=printer.thermal)
    elif code.kind == "itf14":
        findings += itf14(code.x_mm, code.bar_height_mm)
    elif code.kind == "gs1-128":
        findings += gs1_128(code.x_mm, code.width_mm, len(code.value.replace("(", "").replace(")", "")))
    else:
        findings += module(code.x_mm, printer)
    return findings


def ean_size(x_mm: float, height_share: float = 1.0, *, thermal: bool = False) -> list[Finding]:
    """P4: magnification 80 to 200 %, down to 75 % on thermal printers; bars at full height."""
    percent = round(x_mm / EAN_NOMINAL * 100, 1)
    least = 75 if thermal else 80
    if percent < least - 0.05 or percent > 200.05:
        return [_block("P4", percent=percent, least=least, most=200)]
    findings = [_warn("P4", percent=percent, least=80, most=200)] if percent < 79.95 else []
    if height_share < 0.999:
        findings.append(_warn("P4", bar_height_percent=round(height_share * 100)))
    return findings


def itf14(x_mm: float, height_mm: float, bearer_x: float = 2.0) -> list[Finding]:
    """P5: X from 0.495 to 1.016 mm, bars 32 mm high, bearer bars of at least two X."""
    if x_mm < 0.25 - EPSILON or height_mm < 13 - EPSILON:
        return [_block("P5", x_mm=round(x_mm, 4), height_mm=round(height_mm, 2))]
    findings = []
    if not 0.495 - EPSILON <= x_mm <= 1.016 + EPSILON:
        findings.append(_warn("P5", x_mm=round(x_mm, 4)))
    if height_mm < 31.75:
        findings.append(_warn("P5", height_mm=round(height_mm, 2)))
    if bearer_x < 2 - EPSILON:
        findings.append(_warn("P5", bearer_x=bearer_x))
    return findings


def gs1_128(x_mm: float, width_mm: float, characters: int) -> list[Finding]:
    """P6: at most 165.1 mm and 48 characters."""
    if width_mm > 165.1 + EPSILON or characters > 48:
        return [_block("P6", width_mm=round(width_mm, 1), characters=characters)]
    return [_warn("P6", x_mm=round(x_mm, 4))] if x_mm < 0.495 - EPSILON else []


def contrast(percent: float) -> list[Finding]:
    """P7: contrast of ink on the medium, where somebody has measured it."""
    if percent < 40:
        return [_block("P7", percent=percent)]
    return [_warn("P7", percent=percent)] if percent < 70 else []


def content(serials: Iterable[str]) -> list[Finding]:
    """P8: no serial twice in a run."""
    twice = [serial for serial, count in Counter(serials).items() if count > 1]
    return [_block("P8", repeated=twice[0], count=len(twice))] if twice else []


def address(uri: str, registry_host: str) -> list[Finding]:
    """P9: https, the registry's own host, and a host the whole world can reach."""
    parts = urlsplit(uri)
    host = (parts.hostname or "").lower()
    if parts.scheme.lower() != "https":
        return [_block("P9", reason="scheme", found=parts.scheme.lower())]
    if not host or _local(host):
        return [_block("P9", reason="local", found=host)]
    if host != registry_host.lower():
        return [_block("P9", reason="host", found=host, expected=registry_host.lower())]
    return []


def _local(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(LOCAL)
    return True


def url_form(uri: str) -> list[Finding]:
    """P10: a text that its upper-case form would make smaller."""
    if is_alphanumeric(uri) or not is_alphanumeric(uri.upper()):
        return []
    now, upper = symbol(uri).size, symbol(uri.upper()).size
    return [_warn("P10", modules=now, upper_case=upper)] if upper < now else []


def position(quiet_box: tuple[float, float, float], medium: Medium) -> list[Finding]:
    """P11: symbol and quiet zone stay clear of a die that wanders by 1 mm, better of the safe margin."""
    x, y, side = quiet_box
    corners = [(x, y), (x + side, y), (x, y + side), (x + side, y + side)]
    clear = round(min(_inside(medium, px, py) for px, py in corners), 3)
    if clear < DIE_TOLERANCE - 0.005:
        return [_block("P11", clear_mm=clear, needed_mm=DIE_TOLERANCE)]
    return [_warn("P11", clear_mm=clear, needed_mm=medium.safe)] if clear < medium.safe - 0.005 else []


def _inside(medium: Medium, x: float, y: float) -> float:
    """How far inside the die line a point lies, in mm (negative outside)."""
    dx, dy = abs(x - medium.w / 2), abs(y - medium.h / 2)
    if medium.shape == "rect":
        from_x, from_y = medium.w / 2 - dx, medium.h / 2 - dy
        if from_x < medium.r and from_y < medium.r:
            return medium.r - math.hypot(medium.r - from_x, medium.r - from_y)
        return min(from_x, from_y)
    a, b = medium.w / 2, medium.h / 2
    return (1 - math.hypot(dx / a, dy / b)) * min(a, b)


def printer_margin(medium: Medium, printer: Printer) -> list[Finding]:
    """P12: what stands on the labels must lie where the printer, or its head, reaches."""
    right = medium.x0 + (medium.nx - 1) * medium.dx + medium.w
    if printer.head is not None and right - medium.x0 > printer.head + EPSILON:
        return [_warn("P12", head_mm=printer.head, web_mm=round(right - medium.x0, 1))]
    bottom = medium.y0 + (medium.ny - 1) * medium.dy + medium.h
    edges = (medium.x0, medium.y0, medium.page_w - right, medium.page_h - bottom)
    nearest = round(min(edges) + medium.safe, 2)
    if medium.kind == "sheet" and nearest < printer.edge:
        return [_warn("P12", nearest_mm=nearest, edge_mm=printer.edge)]
    return []


def page(w: float, h: float, medium: Medium) -> list[Finding]:
    """P13: the paper in the tray is the medium's."""
    if abs(w - medium.page_w) < 0.5 and abs(h - medium.page_h) < 0.5:
        return []
    return [_warn("P13", w=w, h=h, needed_w=medium.page_w, needed_h=medium.page_h)]


def calibrated(medium: Medium, calibration: Calibration | None) -> list[Finding]:
    """P14: a medium nobody has drawn exactly wants a calibrated printer; any medium gains by one."""
    if calibration is not None:
        return []
    return [_warn("P14", confidence=medium.confidence)] if medium.needs_calibration else []


def direction(code: Barcode, printer: Printer) -> list[Finding]:
    """P15: bars across the web, each two dots of a 203 dpi head, run together as paper feeds."""
    dots = round(printer.dots(code.unit_mm))
    return [_warn("P15", dots=dots)] if printer.thermal and printer.dpi < 250 and dots <= 2 else []


def text(marks: Iterable[Mark], medium: Medium) -> list[Finding]:
    """P16: capitals of 1.2 mm (0.9 mm on faces below 80 cm2), and nothing missing from the font."""
    least = 0.9 if medium.w * medium.h < 8000 else fonts.MIN_CAPITAL
    lines = [mark for mark in marks if isinstance(mark, Text)]
    findings = []
    small = min((line.em * fonts.CAPITAL for line in lines), default=least)
    if small < least - 0.005:
        findings.append(_warn("P16", capital_mm=round(small, 2), least_mm=least))
    if lacking := fonts.missing("".join(line.text for line in lines)):
        findings.append(_warn("P16", missing=lacking))
    return findings


def _block(rule: str, **facts: object) -> Finding:
    return Finding(rule, "block", facts)


def _warn(rule: str, **facts: object) -> Finding:
    return Finding(rule, "warn", facts)
