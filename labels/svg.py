"""The screen: the same marks as SVG, in true millimetres.

>>> from labels.drawing import Rule
>>> print(document((Rule(0, 1, 5, 1),), 5, 2))
<svg xmlns="http://www.w3.org/2000/svg" width="5mm" height="2mm" viewBox="0 0 5 2"
font-family="'Be Vietnam Pro','Noto Sans',Roboto,Arial,sans-serif"><path d="M0 1L5 1" fill="none"
stroke="#000" stroke-width="0.2"/></svg>
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from labels.drawing import Mask, Path, Rule, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from labels.drawing import Mark

FONTS = "'Be Vietnam Pro','Noto Sans',Roboto,Arial,sans-serif"


def number(value: float) -> str:
    """A length with at most four decimals and no trailing zeros."""
    return f"{value:.4f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"


def document(
    marks: Iterable[Mark], w: float, h: float, *, under: str = "", over: str = "", title: str = ""
) -> str:
    """A complete SVG of w by h mm; `under` and `over` are fragments painted before and after the marks."""
    named = f"<title>{escape(title)}</title>" if title else ""
    size = f'width="{number(w)}mm" height="{number(h)}mm" viewBox="0 0 {number(w)} {number(h)}"'
    body = f"{named}{under}{fragment(marks)}{over}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONTS}">{body}</svg>'


def fragment(marks: Iterable[Mark]) -> str:
    """The marks as SVG elements."""
    return "".join(_element(mark) for mark in marks)


def _element(mark: Mark) -> str:
    match mark:
        case Text():
            return _text(mark)
        case Mask():
            return _mask(mark)
        case Rule():
            d = f"M{number(mark.x1)} {number(mark.y1)}L{number(mark.x2)} {number(mark.y2)}"
            return f'<path d="{d}" fill="none" stroke="#000" stroke-width="{number(mark.width)}"/>'
        case Path():
            ink = "#fff" if mark.paper else "#000"
            pen = (
                f'fill="{ink}" fill-rule="evenodd"'
                if mark.stroke is None
                else f'fill="none" stroke="{ink}" stroke-width="{number(mark.stroke)}"'
            )
            return f'<path d="{path_data(mark)}" {pen}/>'


def path_data(mark: Path) -> str:
    """The `d` of a path."""
    return "".join(command + " ".join(map(number, numbers)) for command, numbers in mark.segments)


def _text(mark: Text) -> str:
    """A line: `textLength` holds it to the printed width whatever font the screen has."""
    turn = (
        f' transform="rotate({number(mark.angle)} {number(mark.x)} {number(mark.y)})"' if mark.angle else ""
    )
    anchor = "" if mark.anchor == "start" else f' text-anchor="{mark.anchor}"'
    weight = "" if mark.weight == 400 else f' font-weight="{mark.weight}"'
    length = (
        f' textLength="{number(mark.width)}" lengthAdjust="spacingAndGlyphs"' if len(mark.text) > 1 else ""
    )
    fill = ' fill="#fff"' if mark.paper else ""
    place = f'x="{number(mark.x)}" y="{number(mark.y)}" font-size="{number(mark.em)}"'
    return f"<text {place}{weight}{anchor}{length}{fill}{turn}>{escape(mark.text)}</text>"


def _mask(mark: Mask) -> str:
    """Dark runs of each row as one path in module units."""
    runs = []
    for y, row in enumerate(mark.modules):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                runs.append(f"M{x} {y}h{end - x}v1h-{end - x}z")
            x = end + 1
    move = f"translate({number(mark.x)} {number(mark.y)})"
    scale = f"scale({mark.module_w:.6g} {mark.module_h:.6g})"
    return f'<path shape-rendering="crispEdges" transform="{move} {scale}" d="{"".join(runs)}"/>'
