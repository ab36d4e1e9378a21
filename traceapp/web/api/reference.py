"""What records are made of: the schemes with their editions, the units of the country. For everybody."""

from datetime import date

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from traceapp import models
from traceapp.domain.reference import SchemeFamily, UnitLevel
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.models import Scheme
from traceapp.services.parties import registry
from traceapp.services.public import publishing
from traceapp.web.api import shapes, showing
from traceapp.web.api.book import CERTIFICATES, PARTIES, door
from traceapp.web.languages import today


class SchemeEdition(BaseModel):
    """An edition of the standard, as certificates name it; `newer` has taken its place."""

    standard: str
    valid_from: date | None
    newer: str | None
    transition_until: date | None = Field(description=N_("Ngày cuối được dùng bản cũ"))


class SchemeShape(BaseModel):
    """A certification scheme."""

    code: str = Field(description=N_("Mã loại chứng nhận, ví dụ iso_9001"))
    names: shapes.Names
    family: SchemeFamily
    accreditation_scope: str | None = Field(description=N_("Phạm vi công nhận cần có, ví dụ FSMS"))
    series: str | None = Field(description=N_("Chứng nhận cùng nhóm có thể gia hạn cho nhau"))
    editions: list[SchemeEdition]


class Schemes(BaseModel):
    """Every scheme."""

    items: list[SchemeShape]


class AdminUnit(BaseModel):
    """A unit that stands today."""

    code: str
    name: str
    level: UnitLevel
    parent: str | None


class AdminUnits(BaseModel):
    """Every unit, the largest first."""

    items: list[AdminUnit]


@door.get(
    "/schemes",
    summary=N_("Các loại chứng nhận và bản tiêu chuẩn"),
    tags=[CERTIFICATES],
    responses={200: Schemes},
)
def list_schemes() -> Response:
    """Every scheme, in the order of forms."""
    asked = select(Scheme).order_by(Scheme.position, Scheme.id)
    rows = reader().scalars(asked.options(selectinload(Scheme.editions)))
    return showing.answer(Schemes(items=[_scheme(one) for one in rows]))


@door.get(
    "/admin-units",
    summary=N_("Các tỉnh, xã, phường hiện có"),
    tags=[PARTIES],
    responses={200: AdminUnits},
)
def list_admin_units() -> Response:
    """Every unit that stands today with all above it."""
    rows = registry.list_units(reader(), today())
    return showing.answer(AdminUnits(items=[_unit(one) for one in rows]))


def _scheme(row: models.Scheme) -> SchemeShape:
    return SchemeShape(
        code=row.code,
        names=showing.names(publishing.scheme_names(row)),
        family=row.family,
        accreditation_scope=row.accreditation_scope,
        series=row.series,
        editions=[
            SchemeEdition(
                standard=one.standard,
                valid_from=one.valid_from,
                newer=one.superseded_by.standard if one.superseded_by else None,
                transition_until=one.transition_until,
            )
            for one in row.editions
        ],
    )


def _unit(row: models.AdminUnit) -> AdminUnit:
    return AdminUnit(
        code=row.code, name=row.name, level=row.level, parent=row.parent.code if row.parent else None
    )
