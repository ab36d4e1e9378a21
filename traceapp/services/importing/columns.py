"""Columns of a sheet and the cells under them: what may stand there, read without guessing.

The words of the form are Vietnamese whatever the reader's language: it is by them that a column is found
again.

>>> cells = Cells(7, {"issued_on": ["n", "46000"], "number": ["f", "=A1"]}, {"number": "F"})
>>> cells.day(Column("issued_on", "Ngày cấp"))
datetime.date(2025, 12, 9)
>>> cells.line(Column("number", "Số chứng nhận"), 80)
>>> [(fault.row, fault.heading, fault.code, fault.facts) for fault in cells.faults]
[(7, 'Số chứng nhận', 'cell_formula', {'cell': 'F7', 'given': '=A1'})]
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from traceapp.domain.errors import Malformed, RuleBroken
from traceapp.domain.numbers import format_day, parse_day
from traceapp.domain.text import clean_line, clean_text, nfc

EPOCH: Final = date(1899, 12, 30)  # day 0 of Excel, so that its days after February 1900 are right
MAC_EPOCH: Final = date(1904, 1, 1)
FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2100, 12, 31)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the heading people see, what to write there, three samples, the list it is chosen from."""

    key: str
    heading: str
    hint: str = ""
    samples: tuple[str, str, str] = ("", "", "")
    needed: bool = False
    width: int = 18
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell: a rule's code and its facts. ``row`` is the sheet's own number."""

    row: int
    heading: str
    code: str
    facts: dict[str, Any]

    @property
    def broken(self) -> RuleBroken:
        """The rule, for its sentence."""
        return Malformed(self.code, **self.facts)


@dataclass(slots=True)
class Cells:
    """A row's cells by the key of their column. What cannot be read becomes a fault and None."""

    row: int
    held: Mapping[str, list[Any] | None]
    letters: Mapping[str, str]
    mac: bool = False
    faults: list[Fault] = field(default_factory=list)

    def shown(self, column: Column) -> str:
        """A cell as its reader sees it."""
        cell = self.held.get(column.key)
        if cell is None:
            return ""
        kind, text = cell
        return format_day(date.fromisoformat(text)) if kind == "d" else nfc(str(text)).strip()

    def line(self, column: Column, most: int) -> str | None:
        """One line of text; None where it is wrong."""
        return self._read(column, lambda text: clean_line(text, most))

    def lines(self, column: Column, most: int) -> str | None:
        """Several lines."""
        return self._read(column, lambda text: clean_text(text, most))

    def digits(self, column: Column, length: int) -> str | None:
        """A number of fixed length that Excel may have taken for a quantity and robbed of its first zeros."""
        cell = self.held.get(column.key)
        if cell is not None and cell[0] == "n" and cell[1].isdigit():
            return str(cell[1]).zfill(length)
        return self._read(column, lambda text: clean_line(text, 40))

    def day(self, column: Column) -> date | None:
        """A day: a real one of Excel, dd/mm/yyyy, or the number of a day."""
        cell = self.held.get(column.key)
        if cell is not None and cell[0] == "d":
            return self._within(column, date.fromisoformat(cell[1]))
        text = self._plain(column)
        if text is None or (not text and not column.needed):
            return None
        if text.isascii() and text.isdigit() and len(text) == 5:
            start = MAC_EPOCH if self.mac else EPOCH
            return self._within(column, start + timedelta(days=int(text)))
        found = self.read(column, lambda: parse_day(text))
        return None if found is None else self._within(column, found)

    def read(self, column: Column, parse: Callable[[], T]) -> T | None:
        """What a rule of the domain makes of a cell; a broken rule becomes a fault."""
        try:
            return parse()
        except RuleBroken as broken:
            self.blame(column, broken.code, **broken.facts)
            return None

    def blame(self, column: Column, code: str, **facts: object) -> None:
        """Write a fault down."""
        told = {name: format_day(fact) if isinstance(fact, date) else fact for name, fact in facts.items()}
        self.faults.append(Fault(self.row, column.heading, code, told))

    def _within(self, column: Column, day: date) -> date | None:
        if FIRST_DAY <= day <= LAST_DAY:
            return day
        self.blame(column, "cell_day_range", given=day, least=FIRST_DAY, most=LAST_DAY)
        return None

    def _read(self, column: Column, parse: Callable[[str], str]) -> str | None:
        text = self._plain(column)
        if text is None:
            return None
        return self.read(column, lambda: parse(text))

    def _plain(self, column: Column) -> str | None:
        """The text of a cell; None where there can be none, which is told."""
        kind, text = self.held.get(column.key) or ("s", "")
        place = f"{self.letters.get(column.key, '')}{self.row}"
        if kind == "f":
            self.blame(column, "cell_formula", cell=place, given=text)
            return None
        if kind in {"e", "b"} or (kind == "n" and not text.isdigit()):
            self.blame(column, "cell_no_text", cell=place, given=text)
            return None
        text = format_day(date.fromisoformat(text)) if kind == "d" else nfc(str(text)).strip()
        if column.needed and not text:
            self.blame(column, "cell_missing")
            return None
        return text
