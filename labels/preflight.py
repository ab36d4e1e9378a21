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
from labels.errors import CheckDigitWrong, DoesNotFit, Finding, GlyphMissing, LabelError, block, warn
from labels.preflight_linear import EAN_NOMINAL, QUIET, ean_size, gs1_128, itf14, quiet_zone
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
    return [warn("P19", width_mm=width, height_mm=height)]


def whole_dots(module_mm: float, printer: Printer) -> list[Finding]:
    """P1: a module must be a whole number of the printer's dots."""
    dots = printer.dots(module_mm)
    if dots >= 1 - EPSILON and abs(dots - round(dots)) < 0.01:
        return []
    nearest = max(1, round(dots)) * printer.dot
    return [block("P1", module_mm=round(module_mm, 4), dots=round(dots, 2), nearest_mm=round(nearest, 4))]


def module(module_mm: float, printer: Printer) -> list[Finding]:
    """P2: a QR module large enough for a telephone, and on thermal paper for ink that grows."""
    dots = round(printer.dots(module_mm), 2)
    facts = {"module_mm": round(module_mm, 4), "dots": dots}
    if module_mm < LEAST_MODULE - EPSILON or dots < LEAST_DOTS - 0.01:
        return [block("P2", **facts)]
    if module_mm < RETAIL_MODULE - EPSILON or (printer.thermal and dots < THERMAL_DOTS - 0.01):
        return [warn("P2", **facts)]
    return []


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


def contrast(percent: float) -> list[Finding]:
    """P7: contrast of ink on the medium, where somebody has measured it."""
    if percent < 40:
        return [block("P7", percent=percent)]
    return [warn("P7", percent=percent)] if percent < 70 else []


def content(serials: Iterable[str]) -> list[Finding]:
    """P8: no serial twice in a run."""
    twice = [serial for serial, count in Counter(serials).items() if count > 1]
    return [block("P8", repeated=twice[0], count=len(twice))] if twice else []


def address(uri: str, registry_host: str) -> list[Finding]:
    """P9: https, the registry's own host, and a host the whole world can reach."""
    parts = urlsplit(uri)
    host = (parts.hostname or "").lower()
    if parts.scheme.lower() != "https":
        return [block("P9", reason="scheme", found=parts.scheme.lower())]
    if not host or _local(host):
        return [block("P9", reason="local", found=host)]
    if host != registry_host.lower():
        return [block("P9", reason="host", found=host, expected=registry_host.lower())]
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
    return [warn("P10", modules=now, upper_case=upper)] if upper < now else []


def position(quiet_box: tuple[float, float, float], medium: Medium) -> list[Finding]:
    """P11: symbol and quiet zone stay clear of a die that wanders by 1 mm, better of the safe margin."""
    x, y, side = quiet_box
    corners = [(x, y), (x + side, y), (x, y + side), (x + side, y + side)]
    clear = round(min(_inside(medium, px, py) for px, py in corners), 3)
    if clear < DIE_TOLERANCE - 0.005:
        return [block("P11", clear_mm=clear, needed_mm=DIE_TOLERANCE)]
    return [warn("P11", clear_mm=clear, needed_mm=medium.safe)] if clear < medium.safe - 0.005 else []


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
        return [warn("P12", head_mm=printer.head, web_mm=round(right - medium.x0, 1))]
    bottom = medium.y0 + (medium.ny - 1) * medium.dy + medium.h
    edges = (medium.x0, medium.y0, medium.page_w - right, medium.page_h - bottom)
    nearest = round(min(edges) + medium.safe, 2)
    if medium.kind == "sheet" and nearest < printer.edge:
        return [warn("P12", nearest_mm=nearest, edge_mm=printer.edge)]
    return []


def page(w: float, h: float, medium: Medium) -> list[Finding]:
    """P13: the paper in the tray is the medium's."""
    if abs(w - medium.page_w) < 0.5 and abs(h - medium.page_h) < 0.5:
        return []
    return [warn("P13", w=w, h=h, needed_w=medium.page_w, needed_h=medium.page_h)]


def calibrated(medium: Medium, calibration: Calibration | None) -> list[Finding]:
    """P14: a medium nobody has drawn exactly wants a calibrated printer; any medium gains by one."""
    if calibration is not None:
        return []
    return [warn("P14", confidence=medium.confidence)] if medium.needs_calibration else []


def direction(code: Barcode, printer: Printer) -> list[Finding]:
    """P15: bars across the web, each two dots of a 203 dpi head, run together as paper feeds."""
    dots = round(printer.dots(code.unit_mm))
    return [warn("P15", dots=dots)] if printer.thermal and printer.dpi < 250 and dots <= 2 else []


def text(marks: Iterable[Mark], medium: Medium) -> list[Finding]:
    """P16: capitals of 1.2 mm (0.9 mm on faces below 80 cm2), and nothing missing from the font."""
    least = 0.9 if medium.w * medium.h < 8000 else fonts.MIN_CAPITAL
    lines = [mark for mark in marks if isinstance(mark, Text)]
    findings = []
    small = min((line.em * fonts.CAPITAL for line in lines), default=least)
    if small < least - 0.005:
        findings.append(warn("P16", capital_mm=round(small, 2), least_mm=least))
    if lacking := fonts.missing("".join(line.text for line in lines)):
        findings.append(warn("P16", missing=lacking))
    return findings
