"""What is the same on every sheet of a run, drawn once by reportlab: art, constant modules, fonts.

One form holds a whole page: each label's art, and of its symbol the modules no serial changes. Runs have at
most three kinds of page: full ones, one that is not, and a part-used sheet.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labels.canvas import MM, Paper
from labels.drawing import Mask
from labels.pdf import Shell
from labels.serial_type import LETTERS, WEIGHT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from labels.drawing import Mark, Text
    from labels.media import Medium
    from labels.page_plan import Cells, PagePlan
    from labels.qr import Family
    from labels.stamp import StampLayout

ESCAPED = {code: f"\\{code:03o}" for code in (*range(32), *b"()\\")}


@dataclass(frozen=True, slots=True)
class Design:
    """A layout and a family of symbols on a medium; `corners` are its labels' top-left corners (mm)."""

    medium: Medium
    plan: StampLayout
    kin: Family
    corners: Sequence[tuple[float, float]]

    def place(self, cell: int) -> tuple[float, float]:
        """The lower left corner of a cell's stamp in mm from that of the page, modules on whole dots."""
        x, y = self.plan.snapped(self.corners[cell])
        return x, self.medium.page_h - y - self.medium.h


@dataclass(frozen=True, slots=True)
class Plates:
    """A shell with a form for each kind of page, and the codes its fonts give to letters."""

    shell: Shell
    forms: Mapping[Cells, str]
    serial_font: str
    margin_font: str
    letters: Mapping[int, str]
    page_h: float

    def show(self, line: Text) -> bytes:
        """A straight line of the margin, in mm from the page's top-left corner, as page content."""
        x, y = line.left * MM, (self.page_h - line.y) * MM
        coded = line.text.translate(self.letters).encode("latin-1")
        set_in = b"%s %.4f Tf %.0f Tz" % (self.margin_font.encode(), line.em * MM, line.squeeze * 100)
        return b"BT %s 1 0 0 1 %.4f %.4f Tm(%s)Tj ET\n" % (set_in, x, y, coded)


def plates(design: Design, pages: PagePlan, title: str, words: str) -> Plates:
    """The plates of a run with those pages; `words` holds every character its margins need beside serials."""
    medium, drawn = design.medium, io.BytesIO()
    paper = Paper(drawn, medium.page_w, medium.page_h, title)
    paper.form("stamp", (*design.plan.static, *_constant(design)), medium.w, medium.h)
    kinds = dict.fromkeys(cells for cells, _ in pages.kinds)
    forms = {cells: f"page{number}" for number, cells in enumerate(kinds)}
    for cells, name in forms.items():
        _page_form(paper, design, cells, name)
    for name in forms.values():
        paper.doForm(name)
    serial_codes, codes = paper.codes(WEIGHT, LETTERS), paper.codes(400, words + LETTERS)
    letters = {ord(letter): ESCAPED.get(code, chr(code)) for letter, (_, code) in codes.items()}
    paper.showPage()
    paper.save()
    shell = Shell.of(drawn.getvalue())
    return Plates(shell, forms, _font(serial_codes), _font(codes), letters, medium.page_h)


def _font(codes: Mapping[str, tuple[str, int]]) -> str:
    """The one font of these letters; serials then are their own ASCII codes, as labels.fonts has it."""
    names = {font for font, _ in codes.values()}
    if len(names) > 1:
        raise ValueError(f"{len(codes)} different letters are more than one font subset holds")
    return names.pop()


def _constant(design: Design) -> tuple[Mark, ...]:
    """The modules that are dark in every symbol."""
    plan = design.plan
    if not design.kin.constant.any():
        return ()
    return (Mask(plan.symbol_x, plan.symbol_y, design.kin.constant, plan.module_mm, plan.module_mm),)


def _page_form(paper: Paper, design: Design, cells: Cells, name: str) -> None:
    medium = design.medium
    paper.beginForm(name, 0, 0, medium.page_w * MM, medium.page_h * MM)
    for cell in cells:
        paper.stand("stamp", *design.place(cell))
    paper.endForm()
