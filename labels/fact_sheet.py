"""A page of facts with a signed code: the sheet of a certificate (A4), the cover of a carton or roll (A6).

A head, a title, lines of "what: value", and at the foot the symbol with the sentences that say how it is
checked. Words come from outside; here they are set, smaller where they are many, never cut.

>>> import io
>>> sink = io.BytesIO()
>>> words = FactSheet("Sổ đăng ký", "example.vn", "Bìa cuộn", "", (("Lô", "L1"),), "VC1:ABC", ())
>>> fact_sheets(sink, [words], A6)
>>> sink.getvalue()[:5]
b'%PDF-'
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from labels import fonts
from labels.canvas import Paper
from labels.drawing import Mask, Rule, Text, emblem
from labels.errors import DoesNotFit, GlyphMissing
from labels.qr import QUIET, symbol
from labels.typeset import wrap

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from labels.drawing import Mark

DOTS, PER_MM = 12, 600 / 25.4  # a module is 12 dots at 600 dpi, 6 at 300, 4 at 203 (nearly)
MODULE = DOTS / PER_MM  # 0.508 mm; the least for a signed code is 0.396
LEADING = 1.35
MOST_LINES = 40
SMALLEST = 0.62  # of the sizes below, at which setting is given up


@dataclass(frozen=True, slots=True)
class Page:
    """A size of paper in mm, its margin, the width of the names of facts, and the em of values."""

    w: float
    h: float
    margin: float
    names: float
    em: float


A4 = Page(210, 297, 20, 44, 4.2)
A6 = Page(105, 148, 8, 25, 3.1)


@dataclass(frozen=True, slots=True)
class FactSheet:
    """The words of a page: head, title, note under it, facts, the code, sentences beside its symbol."""

    registry: str
    host: str
    title: str
    note: str
    facts: tuple[tuple[str, str], ...]
    code: str
    beside: tuple[str, ...]


def fact_sheets(sink: BinaryIO, sheets: Sequence[FactSheet], page: Page) -> None:
    """Write a page for each as one PDF. Raises GlyphMissing, TextRefused, DoesNotFit (the longest fact)."""
    paper = Paper(sink, page.w, page.h, sheets[0].title)
    for sheet in sheets:
        paper.paint(marks(sheet, page), 0, page.h)
        paper.showPage()
    paper.save()


def marks(sheet: FactSheet, page: Page) -> tuple[Mark, ...]:
    """Everything on the page, in millimetres from its upper left corner."""
    sheet = _composed(sheet)
    head, y = _head(sheet, page)
    foot, low = _foot(sheet, page)
    scale = 1.0
    while scale >= SMALLEST:
        body, end = _facts(sheet, page, y, scale)
        if body is not None and end <= low:
            return (*head, *body, *foot)
        scale -= 0.04
    longest = max(sheet.facts, key=lambda fact: len(fact[1]))[0]
    raise DoesNotFit(f"the facts do not fit: {longest}", field="label", text=longest)


def _composed(sheet: FactSheet) -> FactSheet:
    """Every word as NFC, each known to the font."""
    composed = replace(
        sheet,
        registry=fonts.nfc(sheet.registry),
        host=fonts.nfc(sheet.host),
        title=fonts.nfc(sheet.title),
        note=fonts.nfc(sheet.note),
        facts=tuple((fonts.nfc(name), fonts.nfc(value)) for name, value in sheet.facts),
        beside=tuple(fonts.nfc(one) for one in sheet.beside),
    )
    told = (part for fact in composed.facts for part in fact)
    single = (composed.registry, composed.host, composed.title, composed.note)
    words = "".join((*single, *told, *composed.beside))
    if lacking := fonts.missing(words):
        raise GlyphMissing(f"the font has no {lacking}", field="label", characters=lacking)
    return composed


def _head(sheet: FactSheet, page: Page) -> tuple[list[Mark], float]:
    """Emblem, who speaks, the title and its note; and how far down they reach."""
    size, m, em = page.em * 3.2, page.margin, page.em
    left = m + size + em
    parts: list[Mark] = [
        *emblem(m + size / 2, m + size / 2, size),
        Text(left, m + size * 0.45, sheet.registry, em * 1.15, 700, limit=page.w - m - left),
        Text(left, m + size * 0.85, sheet.host, em * 0.85, 400, limit=page.w - m - left),
    ]
    y = m + size + em * 2.6
    for line in _lines(sheet.title, page.w - 2 * m, em * 1.7, 700):
        parts.append(Text(m, y, line, em * 1.7, 700))
        y += em * 1.7 * LEADING
    for line in _lines(sheet.note, page.w - 2 * m, em * 0.95, 600) if sheet.note else ():
        parts.append(Text(m, y, line, em * 0.95, 600))
        y += em * 0.95 * LEADING
    return parts, y - em * 0.3


def _facts(sheet: FactSheet, page: Page, top: float, scale: float) -> tuple[list[Mark] | None, float]:
    """The facts from `top` on and where they end; None where a word is wider than its column."""
    em, m = page.em * scale, page.margin
    width, y = page.w - 2 * m - page.names, top
    parts: list[Mark] = []
    for name, value in sheet.facts:
        names = wrap(name, page.names - em * 0.5, em * 0.85, MOST_LINES)
        values = wrap(value, width, em, MOST_LINES, 600)
        if names is None or values is None:
            return None, 0
        parts.append(Rule(m, y, page.w - m, y, 0.2))
        first = y + em * 1.25
        parts += [Text(m, first + row * em * LEADING, line, em * 0.85) for row, line in enumerate(names)]
        parts += [
            Text(m + page.names, first + row * em * LEADING, line, em, 600) for row, line in enumerate(values)
        ]
        y += em * (LEADING * max(len(names), len(values)) + 0.45)
    return parts, y


def _foot(sheet: FactSheet, page: Page) -> tuple[list[Mark], float]:
    """The symbol at the lower left with its quiet zone, the sentences at its right; and where they begin."""
    made, m, em, inset = symbol(sheet.code), page.margin, page.em * 0.85, QUIET * MODULE
    side = (made.size + 2 * QUIET) * MODULE
    left = m + side + em
    said = [_lines(sentence, page.w - m - left, em, 400) for sentence in sheet.beside]
    height = max(side, em * (LEADING * sum(map(len, said)) + 0.4 * len(said)))
    low = page.h - m - height
    parts: list[Mark] = [Mask(m + inset, low + inset, made.modules, MODULE, MODULE)]
    y = low + em * 1.2
    for lines in said:
        parts += [Text(left, y + row * em * LEADING, line, em) for row, line in enumerate(lines)]
        y += em * (LEADING * len(lines) + 0.4)
    return parts, low - em * 0.5


def _lines(text: str, width: float, em: float, weight: fonts.Weight) -> tuple[str, ...]:
    found = wrap(text, width, em, MOST_LINES, weight)
    if found is None:
        raise DoesNotFit(f"a word is too long: {text!r}", field="label", text=text)
    return found
