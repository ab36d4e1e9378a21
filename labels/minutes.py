"""Minutes on A4: what an office writes down, with who signs, a code that opens the record, and its hash.

Plain words in, a PDF out: this room knows where things stand on the page, not what they mean. Every page says
which of how many it is; the same minutes are the same bytes on the same machine. Chinese is written in a
second font where the machine has one; a character that none can draw is written as its number, so that
nothing is left out in silence.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from labels import fonts
from labels.canvas import MM, Paper
from labels.drawing import Mask, Text
from labels.lettering import drawable, marked
from labels.qr import symbol

if TYPE_CHECKING:
    from typing import BinaryIO

A4 = (210.0, 297.0)
LEFT, RIGHT, TOP, BOTTOM = 25.0, 15.0, 16.0, 20.0
WIDTH = A4[0] - LEFT - RIGHT
MODULE = 0.7  # mm: a telephone reads it off a page lying on a table
COPIES = 2
SIGNING = 26.0  # mm left free for a signature
NATION = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the heads, the width of each column in mm, the rows; ``numeric`` columns stand right."""

    heads: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it; a line may have a word in front of it, drawn bold."""

    heading: str
    lines: tuple[tuple[str, str], ...] = ()
    grid: Grid | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs: capacity, what to do, the name under it."""

    capacity: str
    hint: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """All the words of one set of minutes, in order."""

    office: str
    title: str
    number: str
    remarks: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    address: str
    caption: str
    sections: tuple[Section, ...] = ()
    closing: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()
    footer: tuple[str, ...] = ()
    page_words: str = "Trang {page}/{pages}"


class Pages(Paper):
    """Paper whose pages say which of how many they are, to be printed twice at 100 %."""

    def __init__(self, sink: BinaryIO, minutes: Minutes) -> None:
        super().__init__(sink, *A4, title=minutes.number)
        self._minutes, self._held = minutes, list[dict[str, Any]]()
        wishes = {"PrintScaling": PDFName("None"), "NumCopies": COPIES}
        self._doc.Catalog.ViewerPreferences = PDFDictionary(wishes)

    def _make_preamble(self) -> None:
        """Nothing but the origin: reportlab would name Helvetica on every page, and embed nothing of it."""
        self._preamble = "1 0 0 1 0 0 cm"

    def showPage(self) -> None:  # noqa: N802 - reportlab's name
        """Hold the page back until it is known how many there are."""
        self._held.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Write every page with its foot."""
        for page, state in enumerate(self._held, 1):
            self.__dict__.update(state)
            self._foot(page)
            super().showPage()
        super().save()

    def _foot(self, page: int) -> None:
        told = self._minutes.page_words.format(page=page, pages=len(self._held))
        lines = [
            Text(LEFT, A4[1] - 10 + 3.2 * n, drawable(said), 2.4)
            for n, said in enumerate(self._minutes.footer)
        ]
        self.paint([*lines, Text(A4[0] - RIGHT, A4[1] - 10, told, 2.8, anchor="end")], 0, A4[1])


class Code(Flowable):  # type: ignore[misc]  # reportlab carries no types
    """A QR symbol; the white around it is its quiet zone."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._modules = symbol(text).modules
        self.width = self.height = (len(self._modules) + 8) * MODULE * MM

    def draw(self) -> None:
        """Paint it on the page's own canvas."""
        self.canv.paint([Mask(4 * MODULE, 4 * MODULE, self._modules, MODULE, MODULE)], 0, self.height / MM)


def minutes_pdf(minutes: Minutes) -> bytes:
    """The minutes as PDF; pages of A4, fonts embedded."""
    sink = io.BytesIO()
    frame = BaseDocTemplate(
        sink,
        pagesize=(A4[0] * MM, A4[1] * MM),
        pageTemplates=[PageTemplate(frames=[_frame()])],
        title=drawable(f"{minutes.title} {minutes.number}"),
        author=drawable(minutes.office),
        creator="labels",
        lang="vi",
        invariant=1,
    )
    frame.build(_story(minutes), canvasmaker=lambda target, **_told: Pages(target, minutes))
    return sink.getvalue()


def _frame() -> Frame:
    """What may be written on of a page."""
    height = A4[1] - TOP - BOTTOM
    return Frame(
        LEFT * MM, BOTTOM * MM, WIDTH * MM, height * MM,
        leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
    )  # fmt: skip


def _style(size: float = 10, *, bold: bool = False, **more: Any) -> ParagraphStyle:
    regular = fonts.registered(400)
    pdfmetrics.registerFontFamily(
        regular, normal=regular, bold=fonts.registered(700), italic=regular, boldItalic=fonts.registered(700)
    )
    font = fonts.registered(700) if bold else regular
    return ParagraphStyle("minutes", fontName=font, fontSize=size, leading=size * 1.42, **more)


def _paragraph(text: str, word: str = "", **look: Any) -> Paragraph:
    """Words as they are, line by line; nothing in them is markup but what stands here."""
    said = "<br/>".join(map(marked, text.split("\n")))
    return Paragraph(f"<b>{marked(word)}</b> {said}" if word else said, _style(**look))


def _story(minutes: Minutes) -> list[Flowable]:
    story: list[Flowable] = [_heading(minutes), Spacer(0, 5 * MM)]
    story.append(_paragraph(minutes.title, size=15, bold=True, alignment=TA_CENTER))
    story.append(_paragraph(minutes.number, size=11, alignment=TA_CENTER, spaceAfter=2 * MM))
    look = {"bold": True, "alignment": TA_CENTER, "spaceAfter": 1.5 * MM}
    story += [_paragraph(remark, **look) for remark in minutes.remarks]
    story.append(_facts(minutes))
    for section in minutes.sections:
        story += _section(section)
    story.append(_signing(minutes))
    return story


def _heading(minutes: Minutes) -> Table:
    office = [_paragraph(minutes.office, size=10, bold=True, alignment=TA_CENTER)]
    nation = [
        _paragraph(NATION[0], size=9.5, bold=True, alignment=TA_CENTER),
        _paragraph(NATION[1], size=10, bold=True, alignment=TA_CENTER),
    ]
    return _bare([[office, nation]], (68.0, WIDTH - 68.0))


def _facts(minutes: Minutes) -> Table:
    """Where and when on the left, the code on the right."""
    code = Code(minutes.address)
    side = code.width / MM
    told = [_paragraph(text, word, spaceAfter=1 * MM) for word, text in minutes.facts]
    caption = _paragraph(minutes.caption, size=8, alignment=TA_CENTER)
    return _bare([[told, [code, caption]]], (WIDTH - side, side))


def _section(section: Section) -> list[Flowable]:
    heading = _paragraph(
        section.heading, size=10.5, bold=True, spaceBefore=3 * MM, spaceAfter=1 * MM, keepWithNext=1
    )
    told: list[Flowable] = [_paragraph(text, word, spaceAfter=1 * MM) for word, text in section.lines]
    if section.grid is not None:
        told.append(_grid(section.grid))
    return [heading, *told]


def _grid(grid: Grid) -> Table:
    heads = [_paragraph(head, size=8.5, bold=True) for head in grid.heads]
    rows = [
        [
            _paragraph(cell, size=8.5, **({"alignment": TA_RIGHT} if column in grid.numeric else {}))
            for column, cell in enumerate(row)
        ]
        for row in grid.rows
    ]
    return Table(
        [heads, *rows],
        colWidths=[width * MM for width in grid.widths],
        repeatRows=1,
        splitInRow=1,
        style=[
            ("GRID", (0, 0), (-1, -1), 0.5, (0.35, 0.35, 0.35)),
            ("BACKGROUND", (0, 0), (-1, 0), (0.92, 0.92, 0.92)),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("FONTNAME", (0, 0), (-1, -1), fonts.registered(400)),
            ("LEFTPADDING", (0, 0), (-1, -1), 1.2 * MM),
            ("RIGHTPADDING", (0, 0), (-1, -1), 1.2 * MM),
            ("TOPPADDING", (0, 0), (-1, -1), 0.8 * MM),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1 * MM),
        ],
    )


def _signing(minutes: Minutes) -> KeepTogether:
    """The last words and the blocks under them, two by two, not torn apart by a page's end."""
    last = [_paragraph(said, spaceAfter=1.5 * MM) for said in minutes.closing]
    blocks = [_block(one) for one in minutes.signatures]
    rows = [blocks[start : start + 2] for start in range(0, len(blocks), 2)]
    if rows and len(rows[-1]) == 1:
        rows[-1].append([])
    signed = [_bare(rows, (WIDTH / 2, WIDTH / 2))] if rows else []
    return KeepTogether([Spacer(0, 3 * MM), *last, Spacer(0, 3 * MM), *signed])


def _block(one: Signature) -> list[Flowable]:
    centred = {"alignment": TA_CENTER}
    return [
        _paragraph(one.capacity, bold=True, **centred),
        _paragraph(one.hint, size=8.5, **centred),
        Spacer(0, SIGNING * MM),
        _paragraph(one.name, bold=True, **centred),
        Spacer(0, 3 * MM),
    ]


def _bare(rows: list[list[list[Flowable]]], widths: tuple[float, ...]) -> Table:
    """Columns without lines or padding."""
    return Table(
        rows,
        colWidths=[width * MM for width in widths],
        style=[("VALIGN", (0, 0), (-1, -1), "TOP"), ("FONTNAME", (0, 0), (-1, -1), fonts.registered(400))]
        + [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")],
    )
