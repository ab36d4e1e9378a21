"""What would not scan of a linear code: quiet zones, sizes, heights (rules P3 to P6)."""

from __future__ import annotations

from labels.errors import Finding, block, warn

QUIET = {"qr": (4, 4), "ean13": (11, 7), "ean8": (7, 7), "itf14": (10, 10), "gs1-128": (10, 10)}
EAN_NOMINAL = 0.330
EPSILON = 1e-6


def quiet_zone(kind: str, left_x: float, right_x: float) -> list[Finding]:
    """P3: light beside a symbol, in modules."""
    left, right = QUIET[kind]
    if left_x >= left - EPSILON and right_x >= right - EPSILON:
        return []
    return [block("P3", kind=kind, left=left_x, right=right_x, needed_left=left, needed_right=right)]


def ean_size(x_mm: float, height_share: float = 1.0, *, thermal: bool = False) -> list[Finding]:
    """P4: magnification 80 to 200 %, down to 75 % on thermal printers; bars at full height."""
    percent = round(x_mm / EAN_NOMINAL * 100, 1)
    least = 75 if thermal else 80
    if percent < least - 0.05 or percent > 200.05:
        return [block("P4", percent=percent, least=least, most=200)]
    findings = [warn("P4", percent=percent, least=80, most=200)] if percent < 79.95 else []
    if height_share < 0.999:
        findings.append(warn("P4", bar_height_percent=round(height_share * 100)))
    return findings


def itf14(x_mm: float, height_mm: float, bearer_x: float = 2.0) -> list[Finding]:
    """P5: X from 0.495 to 1.016 mm, bars 32 mm high, bearer bars of at least two X."""
    if x_mm < 0.25 - EPSILON or height_mm < 13 - EPSILON:
        return [block("P5", x_mm=round(x_mm, 4), height_mm=round(height_mm, 2))]
    findings = []
    if not 0.495 - EPSILON <= x_mm <= 1.016 + EPSILON:
        findings.append(warn("P5", x_mm=round(x_mm, 4)))
    if height_mm < 31.75:
        findings.append(warn("P5", height_mm=round(height_mm, 2)))
    if bearer_x < 2 - EPSILON:
        findings.append(warn("P5", bearer_x=bearer_x))
    return findings


def gs1_128(x_mm: float, width_mm: float, characters: int) -> list[Finding]:
    """P6: at most 165.1 mm and 48 characters."""
    if width_mm > 165.1 + EPSILON or characters > 48:
        return [block("P6", width_mm=round(width_mm, 1), characters=characters)]
    return [warn("P6", x_mm=round(x_mm, 4))] if x_mm < 0.495 - EPSILON else []
