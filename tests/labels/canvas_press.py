"""The oracle of the fast press: the same stamps drawn one by one on reportlab's canvas."""

import io

from labels.calibration import NEUTRAL
from labels.canvas import Paper
from labels.margin import Margin, SheetRange
from labels.media import placed
from labels.qr import MASK, family
from labels.sheet import share_out
from labels.stamp import layout


def canvas_sheets(m, serials, *, art, prefix, level="M", dpi=600, calibration=NEUTRAL, used_cells=frozenset(),
                  footer=None, mask=MASK):  # fmt: skip
    """A PDF of stamps, whole symbols and all, as bytes."""
    kin = family(prefix, len(serials[0]), level=level, mask=mask)
    plan = layout(art, m, size=kin.size, dpi=dpi)
    pages, corners = share_out(m, len(serials), used_cells), placed(m, calibration)
    sink, margin, done = io.BytesIO(), Margin.of(m, footer, len(pages)), 0
    paper = Paper(sink, m.page_w, m.page_h, art.name)
    for number, page in enumerate(pages, footer.first_sheet if footer else 1):
        mine = serials[done : done + len(page)]
        done += len(page)
        for cell, serial, modules in zip(page, mine, kin.symbols(mine), strict=True):
            x, y = plan.snapped(corners[cell])
            paper.paint(plan.marks(modules, serial), x, m.page_h - y)
        if margin:
            line = margin.line(SheetRange(number, len(page), mine[0], mine[-1]))
            paper.paint((line,), 0, m.page_h)
        paper.showPage()
    paper.save()
    return sink.getvalue()
