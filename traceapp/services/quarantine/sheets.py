"""A workbook read, inside the room: the cells of its first sheet that is no instruction, as they stand.

Before openpyxl sees it every member of the archive is inflated and counted, because what an archive says of
itself is not believed; a document type, which could make one entity a billion, is refused, and so is a macro.
A formula is told as one, never computed.
"""

import json
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import MAC_EPOCH
from openpyxl.utils.exceptions import InvalidFileException

from traceapp.domain.errors import Malformed
from traceapp.services.quarantine import demanding

MOST_ROWS: Final = 10_000  # with anything in them, the head not counted
MOST_COLUMNS: Final = 40
LAST_ROW: Final = 1_048_576  # of a sheet of Excel
MOST_TEXT: Final = 2000  # characters of a cell; one text can stand in every row and cost its file nothing
MOST_WEIGHT: Final = 4 * 1024 * 1024  # bytes of text in all cells, and a few for each
OF_A_CELL: Final = 12
MOST_MEMBERS: Final = 200
MOST_INFLATED: Final = 80 * 1024 * 1024  # bytes
PIECE: Final = 1024 * 1024
BROKEN: Final = (
    zipfile.BadZipFile, InvalidFileException, zlib.error, EOFError, OSError, NotImplementedError,
    RuntimeError, ValueError, KeyError, TypeError, AttributeError, IndexError, SyntaxError, OverflowError,
)  # fmt: skip
Cell = list[Any] | None


def run(content: bytes, passed_over: list[str]) -> list[bytes]:
    """One part: JSON of the sheet's title, whether days count from 1904, and rows as [number, cells].

    A cell is None or [kind, text]: ``s`` text, ``n`` a number, ``d`` a day, ``f`` a formula, ``e`` an error,
    ``b`` a truth. Raises `Malformed`: `workbook_format`, `_macro`, `_rows`,
    `_weight`, `cell_long` or `file_demanding`.
    """
    try:
        _check_archive(content)
        book = load_workbook(BytesIO(content), read_only=True, keep_links=False)
        sheets = [s for s in book.worksheets if s.sheet_state == "visible" and s.title not in passed_over]
        if not sheets:
            raise Malformed("workbook_format")
        sheets[0].reset_dimensions()
        told = {"title": sheets[0].title, "mac": book.epoch == MAC_EPOCH, "rows": list(_rows(sheets[0]))}
    except BROKEN as broken:
        raise Malformed("workbook_format") from broken
    return [json.dumps(told, ensure_ascii=False).encode()]


def _check_archive(content: bytes) -> None:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        members = archive.infolist()
        names = {member.filename for member in members}
        if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
            raise Malformed("workbook_format")
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise Malformed("workbook_macro")
        if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_INFLATED:
            raise demanding()
        whole = 0
        for member in members:
            with archive.open(member) as part:
                head = part.read(PIECE)
                _check_document(head)
                whole += len(head)
                while piece := part.read(PIECE):
                    whole += len(piece)
        if whole > MOST_INFLATED:
            raise demanding()


def _check_document(head: bytes) -> None:
    """No document of the archive declares types or entities of its own, in whatever alphabet."""
    bare = head.replace(b"\0", b"")
    if b"<!DOCTYPE" in bare or b"<!ENTITY" in bare:
        raise Malformed("workbook_format")


def _rows(sheet: Any) -> Iterator[tuple[int, list[Cell]]]:
    found = weight = 0
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
        cells = [_cell(cell) for cell in row]
        while cells and cells[-1] is None:
            cells.pop()
        weight += sum(_weight(cell, place, number) for place, cell in enumerate(cells, 1))
        if weight > MOST_WEIGHT:
            raise Malformed("workbook_weight", limit=MOST_WEIGHT // 1024**2)
        found += bool(cells)
        if found > MOST_ROWS + 1 or number > LAST_ROW:
            raise Malformed("workbook_rows", limit=MOST_ROWS)
        if cells:
            yield number, cells


def _weight(cell: Cell, place: int, number: int) -> int:
    """What a cell adds to the draft. Raises `cell_long`."""
    if cell is None:
        return OF_A_CELL
    text: str = cell[1]
    if len(text) > MOST_TEXT:
        where = f"{get_column_letter(place)}{number}"
        raise Malformed("cell_long", cell=where, found=len(text), limit=MOST_TEXT)
    return OF_A_CELL + len(text.encode())


def _cell(cell: Any) -> Cell:
    value, kind = cell.value, cell.data_type
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if kind == "f":
        return ["f", str(getattr(value, "text", value))[:200]]
    if isinstance(value, bool):
        return ["b", "TRUE" if value else "FALSE"]
    if isinstance(value, datetime):
        return ["d", value.date().isoformat()]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    if isinstance(value, (int, float)):
        return ["n", str(int(value)) if value == int(value) and abs(value) < 10**15 else repr(value)]
    return ["e" if kind == "e" else "s", str(value)]
