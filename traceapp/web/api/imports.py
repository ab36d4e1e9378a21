"""Records from Excel by program: a filled form is read and judged, nothing saved; then a word to go, or none.

The same cells are judged at every look and again under the lock of the act (`services.importing`). `seen` is
the fingerprint of what would be saved: whoever says yes repeats it, so that nobody confirms what they did
not see.
"""

from flask import Response, request
from flask_openapi3.models import RawModel
from flask_openapi3.types import ResponseDict
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from traceapp import models
from traceapp.domain.actors import Actor
from traceapp.domain.permissions import may
from traceapp.extensions import limiter, reader
from traceapp.i18n import N_
from traceapp.services import importing
from traceapp.services.importing import KINDS, Kind, Preview
from traceapp.web.api import shapes, showing
from traceapp.web.api.acting import NEEDS_KEY, Once, caller, done_once, key_shown, once
from traceapp.web.api.book import IMPORTS, acts, door
from traceapp.web.api.files import BYTES
from traceapp.web.api.import_shapes import Fares, Import, Imports, KindName, Rows, rows, shape, shown_row
from traceapp.web.api.refusals import acting_refused, refused
from traceapp.web.importing import EXCEL, fault_sentence
from traceapp.web.languages import now, today

WORKBOOK: ResponseDict = {200: {"content": {EXCEL: BYTES}, "description": "Excel"}}
HEAVY = limiter.shared_limit(  # each reads or judges up to ten thousand rows
    "20 per minute",
    scope="api-imports",
    key_func=key_shown,
)


class KindPath(shapes.Question):
    """What is imported."""

    kind: KindName


class UploadQuestion(shapes.Question):
    """How the file is called."""

    name: str = Field("import.xlsx", max_length=200, description=N_("Tên tệp"))


class RowQuestion(shapes.Question):
    """Which rows."""

    fares: Fares | None = Field(
        None, description=N_("right: sẽ nhập; wrong: có lỗi; known: đã có trong hệ thống")
    )
    after: int = Field(0, ge=0, lt=10**7, description=N_("Sau dòng này của bảng tính"))
    limit: int = Field(100, ge=1, le=500)


class ConfirmWish(shapes.Question):
    """The fingerprint of what was seen."""

    seen: str = Field(pattern="^[0-9a-f]{64}$", description=N_("Giá trị `seen` đã đọc"))


class Workbook(RawModel):
    """A filled form, as it was saved."""

    mimetypes: list[str] = [EXCEL]  # noqa: RUF012 - its base has it so


act = acts(IMPORTS, Import)


@door.get(
    "/imports",
    summary=N_("Các tệp Excel đã gửi gần đây"),
    tags=[IMPORTS],
    responses={200: Imports, **refused(401, 403)},
    security=NEEDS_KEY,
)
def list_imports() -> Response:
    """The caller's own files."""
    actor = caller()
    kinds = [one.name for one in KINDS.values() if any(may(role, one.act) for role in actor.roles)]
    found = importing.list_drafts(reader(), actor, kinds, now())
    return showing.answer(Imports(items=[shape(one, None) for one in found]))


@door.get(
    "/imports/forms/<kind>",
    summary=N_("Biểu mẫu Excel trống"),
    tags=[IMPORTS],
    responses={**WORKBOOK, **refused(401, 403, 404)},
    security=NEEDS_KEY,
)
def read_form(path: KindPath) -> Response:
    """The empty form."""
    kind = _kind(path.kind, caller())
    book = importing.form_workbook(kind.name, kind.columns, kind.choices(reader()))
    return Response(book, content_type=EXCEL)


@act(
    "/imports/forms/<kind>",
    summary=N_("Gửi một biểu mẫu Excel đã điền để xem trước; chưa nhập gì"),
)
@HEAVY
def upload_import(
    path: KindPath,
    query: UploadQuestion,
    header: Once,
    raw: Workbook,  # noqa: ARG001 - for the specification
) -> Response:
    """Read a filled form and judge its rows."""
    kind = _kind(path.kind, caller())  # nobody's bytes are looked into before it is known whose they are
    sheet = importing.read_workbook(request.get_data(), kind.columns)

    def deed(session: Session, actor: Actor) -> BaseModel:
        draft = importing.keep_draft(session, actor=actor, kind=kind, name=query.name, sheet=sheet, now=now())
        return shape(draft, _judged(session, actor, draft))

    return done_once(header, deed)


@door.get(
    "/imports/<public_id>",
    summary=N_("Một tệp đã gửi: sẽ nhập gì, lỗi ở dòng nào, cột nào"),
    tags=[IMPORTS],
    responses={200: Import, **refused(401, 403, 404, 410)},
    security=NEEDS_KEY,
)
@HEAVY
def read_import(path: shapes.Named) -> Response:
    """One file, judged as the register stands now."""
    actor = caller()
    draft = importing.own_draft(reader(), actor, path.public_id)
    return showing.answer(shape(draft, _judged(reader(), actor, draft)))


@door.get(
    "/imports/<public_id>/rows",
    summary=N_("Từng dòng của tệp đã gửi"),
    tags=[IMPORTS],
    responses={200: Rows, **refused(401, 403, 404, 410)},
    security=NEEDS_KEY,
)
@HEAVY
def list_rows(path: shapes.Named, query: RowQuestion) -> Response:
    """Rows in the order of the sheet."""
    actor = caller()
    draft = importing.own_draft(reader(), actor, path.public_id)
    found = _judged(reader(), actor, draft)
    told = [one for one in rows(found) if query.fares in (None, one[0]) and one[1].row > query.after]
    headings = [column.heading for column in KINDS[draft.kind].columns]
    items = [shown_row(fares, row, headings) for fares, row in told[: query.limit]]
    return showing.answer(Rows(items=items, next=items[-1].row if len(told) > query.limit else None))


@door.get(
    "/imports/<public_id>/faults",
    summary=N_("Những dòng chưa nhập được, kèm lý do, thành tệp Excel để sửa rồi gửi lại"),
    tags=[IMPORTS],
    responses={**WORKBOOK, **refused(401, 403, 404, 410)},
    security=NEEDS_KEY,
)
@HEAVY
def read_faults(path: shapes.Named) -> Response:
    """The rows that are left out, with reasons."""
    actor = caller()
    draft = importing.own_draft(reader(), actor, path.public_id)
    kind, found = KINDS[draft.kind], _judged(reader(), actor, draft)
    left_out = found.left_out if found else []
    book = importing.faults_workbook(kind.name, kind.columns, left_out, fault_sentence)
    return Response(book, content_type=EXCEL)


@door.post(
    "/imports/<public_id>/confirm",
    summary=N_("Nhập các dòng đúng"),
    tags=[IMPORTS],
    responses={201: Import, **acting_refused(), **refused(410)},
    security=NEEDS_KEY,
)
@HEAVY
@once
def confirm_import(session: Session, actor: Actor, path: shapes.Named, body: ConfirmWish) -> Import:
    """Write the right rows, if they are still those that were seen."""
    draft = importing.own_draft(session, actor, path.public_id, lock=True)
    importing.import_rows(session, actor=actor, draft=draft, seen=body.seen, now=now(), today=today())
    return shape(draft, None)


@act("/imports/<public_id>/discard", summary=N_("Bỏ tệp đã gửi; không có gì được nhập"))
@once
def discard_import(session: Session, actor: Actor, path: shapes.Named) -> Import:
    """Forget it."""
    draft = importing.own_draft(session, actor, path.public_id, lock=True)
    return shape(importing.discard_draft(session, draft=draft, now=now()), None)


def _kind(name: str, actor: Actor) -> Kind:
    kind = KINDS[name]
    actor.must(kind.act)
    return kind


def _judged(session: Session, actor: Actor, draft: models.ImportDraft) -> Preview | None:
    """Every row as it would fare now; None once it was imported or discarded."""
    if draft.imported_at is not None or draft.discarded_at is not None:
        return None
    return importing.preview(session, actor=actor, draft=draft, now=now(), today=today())
