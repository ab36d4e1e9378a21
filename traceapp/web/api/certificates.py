"""Approved certificates, judged today or on a day that is asked for."""

from datetime import date

from flask import Response
from pydantic import Field

from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.models import Certificate
from traceapp.services.public import open_records
from traceapp.services.vouching import chains
from traceapp.web.api import shapes, showing
from traceapp.web.api.book import CERTIFICATES, door
from traceapp.web.api.refusals import refused
from traceapp.web.languages import today


class CertificateQuestion(shapes.Paging):
    """Which certificates, judged on which day."""

    number: str | None = Field(None, min_length=1, max_length=80, description=N_("Số chứng nhận"))
    on: date | None = Field(None, description=N_("Xét trạng thái vào ngày này; mặc định hôm nay"))


class DayQuestion(shapes.Question):
    """Judged on which day."""

    on: date | None = Field(None, description=N_("Xét trạng thái vào ngày này; mặc định hôm nay"))


@door.get(
    "/certificates",
    summary=N_("Danh sách chứng nhận đã duyệt"),
    tags=[CERTIFICATES],
    responses={200: shapes.Certificates},
)
def list_certificates(query: CertificateQuestion) -> Response:
    """A page of certificates."""
    asked = open_records.certificates()
    if query.number is not None:
        asked = asked.where(open_records.numbered(query.number))
    page = open_records.page_of(reader(), asked, after=query.after, limit=query.limit)
    told = chains.judge_all(reader(), page.records, today=query.on or today())
    shown = [showing.certificate(one, query.on or today(), told[one.id]) for one in page.records]
    return showing.answer(shapes.Certificates(items=shown, next=page.following))


@door.get(
    "/certificates/<public_id>",
    summary=N_("Một chứng nhận"),
    tags=[CERTIFICATES],
    responses={200: shapes.Certificate, **refused(404)},
)
def read_certificate(path: shapes.Named, query: DayQuestion) -> Response:
    """One certificate."""
    named = open_records.by_public_id(Certificate, path.public_id)
    found = open_records.one_of(reader(), open_records.certificates(), named)
    day = query.on or today()
    return showing.answer(showing.certificate(found, day, chains.judge(reader(), found, today=day)))
