"""The workbooks themselves: the form to fill in, the rows that came back filled, the wrong rows with reasons.

Text is written as text and never as a formula (openpyxl would take ``=1+1`` for one): what a stranger typed
comes back as he typed it and computes nothing.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from traceapp.domain.errors import Malformed
from traceapp.domain.text import folded
from traceapp.services.importing.columns import Cells, Column, Fault
from traceapp.services.importing.judging import Judged
from traceapp.services.importing.words import FILL_IN, GUIDE, LISTS, NOTE, REASON, SAMPLE, TITLES
from traceapp.services.quarantine import open_apart

MOST_BYTES: Final = 8 * 1024 * 1024
SECONDS: Final = 12  # of a processor: ten thousand rows take two to four on a slow machine
HEAD_WITHIN: Final = 10  # rows in which the head is looked for
ROWS_WITH_LISTS: Final = 2000
ZIP: Final = b"PK\x03\x04"


def read_workbook(content: bytes, columns: Sequence[Column], *, field: str = "file") -> dict[str, Any]:
    """The filled rows as JSON: where each column stands, and the cells of every row that is no sample.

    Raises `Malformed`: `workbook_bytes`, `workbook_format`, `workbook_macro`, `workbook_rows`,
    `workbook_weight`, `cell_long`, `workbook_heads`, `workbook_empty` or `file_demanding`.
    """
    if not 0 < len(content) <= MOST_BYTES:
        size = f"{len(content) / 1024**2:.1f}".replace(".", ",")
        raise Malformed("workbook_bytes", field=field, found=size, limit=MOST_BYTES // 1024**2)
    unreadable = Malformed("workbook_format", field=field)
    if not content.startswith(ZIP):
        raise unreadable
    [told] = open_apart("sheets", content, unreadable=unreadable, seconds=SECONDS, passed_over=[GUIDE, LISTS])
    return _filled(json.loads(told), columns, field)


def _filled(sheet: dict[str, Any], columns: Sequence[Column], field: str) -> dict[str, Any]:
    """The sheet without its head and samples. Raises `workbook_heads` or `workbook_empty`."""
    at, places = _head(sheet["rows"], columns)
    missing = [column.heading for column in columns if column.needed and column.key not in places]
    if missing:
        raise Malformed("workbook_heads", field=field, missing=", ".join(missing))
    rows = [row for row in sheet["rows"][at + 1 :] if not _is_sample(row[1], places, columns[0])]
    if not rows:
        raise Malformed("workbook_empty", field=field)
    return {"mac": sheet["mac"], "places": places, "rows": rows}


def _head(rows: Sequence[Any], columns: Sequence[Column]) -> tuple[int, dict[str, int]]:
    """Where the head stands among the rows, and where each column: the row that names the most of them."""
    known = {folded(column.heading): column.key for column in (*columns, NOTE)}
    best: tuple[int, dict[str, int]] = (0, {})
    for at, (_number, cells) in enumerate(rows[:HEAD_WITHIN]):
        named = {
            known[name]: place
            for place, cell in reversed(list(enumerate(cells)))
            if cell is not None and (name := folded(str(cell[1]).rstrip(" *"))) in known
        }
        if len(named) > len(best[1]):
            best = at, named
    return best


def _is_sample(cells: Sequence[Any], places: Mapping[str, int], first: Column) -> bool:
    """Whether a row says it is a sample and still is one: people write over samples, and leave the note."""

    def text(column: Column) -> str:
        place = places.get(column.key, len(cells))
        cell = cells[place] if place < len(cells) else None
        return folded(str(cell[1])) if cell is not None else ""

    named = {"", *map(folded, first.samples)}
    return text(NOTE).startswith(folded(SAMPLE)) and text(first) in named


def rows_of(sheet: Mapping[str, Any]) -> list[Cells]:
    """The rows of a sheet that was kept."""
    places: dict[str, int] = sheet["places"]
    letters = {key: get_column_letter(place + 1) for key, place in places.items()}
    return [
        Cells(
            number,
            {key: cells[place] if place < len(cells) else None for key, place in places.items()},
            letters,
            sheet["mac"],
        )
        for number, cells in sheet["rows"]
    ]


def form_workbook(name: str, columns: Sequence[Column], choices: Mapping[str, Sequence[str]]) -> bytes:
    """The form: headings, three samples that are passed over, lists to choose from, a page that explains."""
    book = Workbook()
    sheet: Worksheet = book.active
    sheet.title = TITLES[name]
    whole = (*columns, NOTE)
    for place, column in enumerate(whole, 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = column.width
        sheet.column_dimensions[letter].number_format = "@"
        _write(sheet, 1, place, column.heading + (" *" if column.needed else ""), bold=True)
        for number, sample in enumerate(column.samples, 2):
            _write(sheet, number, place, sample, pale=True)
    sheet.freeze_panes = "A2"
    _offer(book, sheet, whole, choices)
    _explain(book, columns)
    return _bytes(book)


def _write(
    sheet: Worksheet, row: int, place: int, text: str, *, bold: bool = False, pale: bool = False
) -> None:
    cell = sheet.cell(row, place)
    cell.value, cell.data_type, cell.number_format = text, "s", "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", start_color="E6F2EA")
    if pale:
        cell.font = Font(italic=True, color="767F8C")


def _offer(
    book: Workbook, sheet: Worksheet, columns: Iterable[Column], choices: Mapping[str, Sequence[str]]
) -> None:
    """Lists to choose from, on a page of their own that is not shown."""
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    for place, column in enumerate(columns, 1):
        offered = choices.get(column.key) or ()
        if not offered:
            continue
        letter = get_column_letter(len(lists[1]) + 1 if lists["A1"].value else 1)
        for number, text in enumerate((column.heading, *offered), 1):
            cell = lists[f"{letter}{number}"]
            cell.value, cell.data_type = text, "s"
        rule = DataValidation(
            type="list",
            formula1=f"'{LISTS}'!${letter}$2:${letter}${len(offered) + 1}",
            allow_blank=True,
            showErrorMessage=False,  # what is not in the list may still be right: the register decides
        )
        sheet.add_data_validation(rule)
        rule.add(f"{get_column_letter(place)}2:{get_column_letter(place)}{ROWS_WITH_LISTS}")


def _explain(book: Workbook, columns: Sequence[Column]) -> None:
    guide = book.create_sheet(GUIDE)
    guide.column_dimensions["A"].width, guide.column_dimensions["B"].width = 28, 90
    told = [*((line, "") for line in FILL_IN), ("", "")]
    told += [(column.heading + (" *" if column.needed else ""), column.hint) for column in columns]
    for number, (left, right) in enumerate(told, 1):
        _write(guide, number, 1, left, bold=number == 1)
        _write(guide, number, 2, right)
        if not right:
            guide.merge_cells(start_row=number, start_column=1, end_row=number, end_column=2)


def faults_workbook(
    name: str, columns: Sequence[Column], rows: Iterable[Judged], sentence: Callable[[Fault], str]
) -> bytes:
    """The rows that were not taken, as they were typed, and why: to be put right and sent again."""
    book = Workbook()
    sheet: Worksheet = book.active
    sheet.title = TITLES[name]
    for place, column in enumerate((*columns, REASON), 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = column.width
        sheet.column_dimensions[letter].number_format = "@"
        _write(sheet, 1, place, column.heading + (" *" if column.needed else ""), bold=True)
    for number, row in enumerate(rows, 2):
        reasons = "\n".join(f"{fault.heading}: {sentence(fault)}" for fault in row.reasons)
        for place, text in enumerate((*row.shown, reasons), 1):
            cell = sheet.cell(number, place)
            cell.value, cell.data_type, cell.number_format, cell.quotePrefix = text, "s", "@", True
    return _bytes(book)


def _bytes(book: Workbook) -> bytes:
    told = BytesIO()
    book.save(told)
    return told.getvalue()
