"""A file from Excel on its way in, as it is told: how its rows fare, and what is wrong in which cell."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from traceapp import models
from traceapp.i18n import N_
from traceapp.services.importing import Preview
from traceapp.services.importing.judging import Judged
from traceapp.web.importing import fault_sentence

KindName = Literal["certificates", "bodies", "accreditations", "own-certificates"]
Fares = Literal["right", "wrong", "known"]
MOST_FAULTS = 100  # in an answer; the rows are read page by page


class CellFault(BaseModel):
    """What is wrong, with its place in the sheet."""

    row: int
    column: str = Field(description=N_("Tên cột"))
    code: str
    sentence: str


class Import(BaseModel):
    """A file on its way in. `seen` is null where there is nothing to confirm."""

    public_id: str
    kind: KindName
    name: str
    state: Literal["waiting", "imported", "discarded"]
    created_at: datetime
    imported_at: datetime | None
    imported_count: int | None
    right: int | None = Field(description=N_("Số dòng sẽ được nhập"))
    wrong: int | None = Field(description=N_("Số dòng có lỗi"))
    known: int | None = Field(description=N_("Số dòng đã có trong hệ thống"))
    seen: str | None
    faults: list[CellFault] = Field(description=N_("Các lỗi đầu tiên, tối đa 100"))


class Imports(BaseModel):
    """The caller's latest files that were not discarded."""

    items: list[Import]


class Row(BaseModel):
    """A row of the sheet: its cells by heading, and what is wrong with it."""

    row: int
    fares: Fares
    cells: dict[str, str]
    faults: list[CellFault]


class Rows(BaseModel):
    """A page of rows; `next` is where to go on after."""

    items: list[Row]
    next: int | None


def shape(draft: models.ImportDraft, found: Preview | None) -> Import:
    """A file; with how its rows fare where they were judged."""
    gone = "discarded" if draft.discarded_at else "waiting"
    faults = [fault for row in found.left_out for fault in _faults(row)] if found else []
    return Import.model_validate(
        {
            "public_id": draft.public_id,
            "kind": draft.kind,
            "name": draft.name,
            "state": "imported" if draft.imported_at else gone,
            "created_at": draft.created_at,
            "imported_at": draft.imported_at,
            "imported_count": draft.imported_count,
            "right": len(found.right) if found else None,
            "wrong": len(found.wrong) if found else None,
            "known": len(found.known) if found else None,
            "seen": found.seal if found and found.right else None,
            "faults": faults[:MOST_FAULTS],
        }
    )


def rows(found: Preview | None) -> list[tuple[Fares, Judged]]:
    """Every row with how it fares, in the order of the sheet."""
    if found is None:
        return []
    told: list[tuple[Fares, Judged]] = [("right", one) for one in found.right]
    told += [("wrong", one) for one in found.wrong]
    told += [("known", one) for one in found.known]
    return sorted(told, key=lambda one: one[1].row)


def shown_row(fares: Fares, row: Judged, headings: Sequence[str]) -> Row:
    """A row as it is told."""
    cells = {heading: text for heading, text in zip(headings, row.shown, strict=True) if text}
    return Row(row=row.row, fares=fares, cells=cells, faults=list(_faults(row)))


def _faults(row: Judged) -> Iterator[CellFault]:
    for one in row.reasons:
        yield CellFault(row=one.row, column=one.heading, code=one.code, sentence=fault_sentence(one))
