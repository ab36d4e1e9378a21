"""Parties that were approved."""

from flask import Response
from pydantic import Field

from traceapp.domain.parties import PartyKind
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.models import Party
from traceapp.services.public import open_records
from traceapp.web.api import shapes, showing
from traceapp.web.api.book import PARTIES, door
from traceapp.web.api.refusals import refused


class PartiesQuestion(shapes.Paging):
    """Which parties."""

    kind: PartyKind | None = Field(
        None, description=N_("Ví dụ certification_body: tổ chức chứng nhận để ghi vào `body` của chứng nhận")
    )
    q: str = Field("", max_length=80, description=N_("Một phần của tên, không cần dấu"))


@door.get(
    "/parties", summary=N_("Danh sách đơn vị đã duyệt"), tags=[PARTIES], responses={200: shapes.Parties}
)
def list_parties(query: PartiesQuestion) -> Response:
    """A page of parties."""
    asked = open_records.parties()
    if query.kind is not None:
        asked = asked.where(Party.kind == query.kind)
    if query.q.strip():
        asked = asked.where(open_records.called(query.q))
    page = open_records.page_of(reader(), asked, after=query.after, limit=query.limit)
    shown = [showing.party(one) for one in page.records]
    return showing.answer(shapes.Parties(items=shown, next=page.following))


@door.get(
    "/parties/<public_id>",
    summary=N_("Một đơn vị"),
    tags=[PARTIES],
    responses={200: shapes.Party, **refused(404)},
)
def read_party(path: shapes.Named) -> Response:
    """One party."""
    named = open_records.by_public_id(Party, path.public_id)
    return showing.answer(showing.party(open_records.one_of(reader(), open_records.parties(), named)))
