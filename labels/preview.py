"""What will be printed, before it is: one stamp, one label, one sheet, on the screen in true millimetres.

The same layouts as the PDF's. Guides come as groups of their own, so that a page can show or hide them:
`.q` the quiet zone, `.s` the safe margin, `.die` the die line. None of them is ever printed.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from labels import bitmap, product_label, svg
from labels.media import cells
from labels.printers import LASER_DPI
from labels.qr import MASK, family
from labels.stamp import layout

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from labels.art import StampArt
    from labels.face import LabelFace
    from labels.media import Medium
    from labels.qr import Level, MaskChoice
    from labels.stamp import StampLayout


def stamp_svg(
    *,
    medium: Medium,
    art: StampArt,
    prefix: str,
    serial: str,
    pin: str = "",
    level: Level = "M",
    dpi: int = LASER_DPI,
    mask: MaskChoice = MASK,
    overlays: bool = False,
) -> str:
    """One stamp as SVG, the size of its label."""
    code = family(prefix, len(serial), level=level, mask=mask).symbol(serial)
    plan = layout(art, medium, size=code.size, dpi=dpi)
    over = _guides(medium, plan) if overlays else ""
    return svg.document(
        plan.marks(code.modules, serial, pin),
        medium.w, medium.h, under=_ground(medium), over=over, title=art.name,
    )  # fmt: skip


def stamp_png(
    *,
    medium: Medium,
    art: StampArt,
    prefix: str,
    serial: str,
    pin: str = "",
    level: Level = "M",
    dpi: int = LASER_DPI,
    mask: MaskChoice = MASK,
) -> bytes:
    """One stamp as a 1-bit PNG at that resolution."""
    code = family(prefix, len(serial), level=level, mask=mask).symbol(serial)
    plan = layout(art, medium, size=code.size, dpi=dpi)
    return _png(bitmap.paint(plan.marks(code.modules, serial, pin), medium.w, medium.h, dpi), dpi)


def label_svg(*, medium: Medium, face: LabelFace, dpi: int = LASER_DPI, overlays: bool = False) -> str:
    """One product label as SVG, the size of its label."""
    plan = product_label.layout(face, medium, dpi=dpi)
    over = _guides(medium, None) if overlays else ""
    return svg.document(plan.marks(), medium.w, medium.h, under=_ground(medium), over=over, title=face.name)


def label_png(*, medium: Medium, face: LabelFace, dpi: int = LASER_DPI) -> bytes:
    """One product label as a 1-bit PNG at that resolution."""
    plan = product_label.layout(face, medium, dpi=dpi)
    return _png(bitmap.paint(plan.marks(), medium.w, medium.h, dpi), dpi)


def sheet_svg(medium: Medium, *, used_cells: AbstractSet[int] = frozenset(), count: int | None = None) -> str:
    """A small picture of the medium: its page and its cells, used ones and those a run will fill marked."""
    free = [cell for cell in range(medium.per_page) if cell not in used_cells]
    filled = set(free if count is None else free[:count])
    shapes = []
    for number, (x, y) in enumerate(cells(medium)):
        state = "used" if number in used_cells else "filled" if number in filled else "free"
        shapes.append(f'<g class="cell {state}" data-cell="{number}">{_outline(medium, x, y)}</g>')
    w, h = svg.number(medium.page_w), svg.number(medium.page_h)
    page = f'<rect class="page" width="{w}" height="{h}" fill="#fff" stroke="#767f8c" stroke-width=".5"/>'
    inside = "".join(shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" class="sheet" fill="none" '
        f'stroke="#767f8c" stroke-width=".4">{page}{inside}</svg>'
    )


def _png(picture: object, dpi: int) -> bytes:
    sink = io.BytesIO()
    picture.save(sink, "PNG", dpi=(dpi, dpi), optimize=True)  # type: ignore[attr-defined]  # an Image
    return sink.getvalue()


def _outline(medium: Medium, x: float, y: float, inset: float = 0.0) -> str:
    w, h = medium.w - 2 * inset, medium.h - 2 * inset
    n = svg.number
    if medium.shape != "rect":
        cx, cy = n(x + medium.w / 2), n(y + medium.h / 2)
        return f'<ellipse cx="{cx}" cy="{cy}" rx="{n(w / 2)}" ry="{n(h / 2)}"/>'
    radius = n(max(0.0, medium.r - inset))
    return f'<rect x="{n(x + inset)}" y="{n(y + inset)}" width="{n(w)}" height="{n(h)}" rx="{radius}"/>'


def _ground(medium: Medium) -> str:
    return f'<g class="ground" fill="#fff">{_outline(medium, 0, 0)}</g>'


def _guides(medium: Medium, plan: StampLayout | None) -> str:
    """Die line, safe margin and quiet zone."""
    thin = 'fill="none" stroke-width=".12" stroke-dasharray=".5 .4"'
    guides = [
        f'<g class="die" {thin} stroke="#767f8c">{_outline(medium, 0, 0, 0.06)}</g>',
        f'<g class="s" {thin} stroke="#0b4f8a">{_outline(medium, 0, 0, medium.safe)}</g>',
    ]
    if plan is not None:
        x, y, side = map(svg.number, plan.quiet_box)
        square = f'<rect x="{x}" y="{y}" width="{side}" height="{side}"/>'
        guides.append(f'<g class="q" {thin} stroke="#0b6b3a">{square}</g>')
    return "".join(guides)
