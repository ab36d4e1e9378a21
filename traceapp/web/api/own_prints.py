"""Print orders by program: how far they are, stopped, gone on with, given up; their files taken.

The parts are PDF; part 0 is the list of codes (CSV) for a print shop. It opens every stamp of the order, so
it is in no archive: it is taken by itself.
"""

import hashlib
from collections.abc import Iterable

from flask import Response, current_app, request
from flask_openapi3.types import ResponseDict
from pydantic import Field
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import NotFound
from traceapp.domain.printing import PrintKind
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.services import own_lists, printing
from traceapp.storage import FileGone, Storage
from traceapp.web.api import shapes, showing, stamp_showing
from traceapp.web.api import stamp_shapes as told
from traceapp.web.api.acting import NEEDS_KEY, Once, caller, done_once, once
from traceapp.web.api.book import PRINTING, acts, door
from traceapp.web.api.files import BYTES
from traceapp.web.api.refusals import refused
from traceapp.web.api.turning import Turning
from traceapp.web.languages import now

act = acts(PRINTING, told.Print)
PART: ResponseDict = {
    200: {"content": {"application/pdf": BYTES, "text/csv": BYTES}, "description": "PDF, CSV"}
}
ARCHIVE: ResponseDict = {200: {"content": {"application/zip": BYTES}, "description": "ZIP"}}


class PrintsQuestion(Turning):
    """Which orders."""

    kind: PrintKind = PrintKind.STAMPS


class PartPath(shapes.Named):
    """A file of an order."""

    part: int = Field(ge=0, lt=10**6, description=N_("Số thứ tự tệp; 0 là danh sách mã (CSV)"))


@door.get(
    "/own/prints",
    summary=N_("Các lệnh in của đơn vị mình"),
    tags=[PRINTING],
    responses={200: told.Prints, **refused(401)},
    security=NEEDS_KEY,
)
def list_own_prints(query: PrintsQuestion) -> Response:
    """A page of orders, the newest first."""
    page = own_lists.page_prints(
        reader(), caller(), query.kind, after=query.key, limit=query.limit, counted=False
    )
    return showing.answer(told.Prints(items=stamp_showing.prints(page.rows), next=page.following))


@door.get(
    "/own/prints/<public_id>",
    summary=N_("Một lệnh in: đã in tới đâu, còn bao lâu, những tệp đã xong"),
    tags=[PRINTING],
    responses={200: told.Print, **refused(401, 404)},
    security=NEEDS_KEY,
)
def read_own_print(path: shapes.Named) -> Response:
    """One order; ask again every few seconds while it is queued or running."""
    order = printing.own_print(reader(), caller(), path.public_id.upper())
    return showing.answer(stamp_showing.print_whole(order))


@act("/own/prints/<public_id>/pause", summary=N_("Dừng một lệnh in; những tờ đã xong vẫn được giữ"))
@once
def pause_print(session: Session, actor: Actor, path: shapes.Named) -> told.Print:
    """Stop after the sheet in hand."""
    order = printing.own_print(session, actor, path.public_id.upper(), lock=True)
    return stamp_showing.print_whole(printing.pause_print(session, actor=actor, order=order, now=now()))


@act("/own/prints/<public_id>/resume", summary=N_("In tiếp một lệnh đã dừng hoặc bị lỗi"))
def resume_print(path: shapes.Named, header: Once) -> Response:
    """Go on where it stopped; then the worker is told."""
    placed: list[int] = []

    def deed(session: Session, actor: Actor) -> told.Print:
        order = printing.own_print(session, actor, path.public_id.upper(), lock=True)
        printing.resume_print(session, actor=actor, order=order, now=now())
        placed.append(order.id)
        return stamp_showing.print_whole(order)

    answer = done_once(header, deed)
    for order_id in placed:
        current_app.extensions["announce_print"](order_id)
    return answer


@act(
    "/own/prints/<public_id>/cancel",
    summary=N_("Hủy một lệnh chưa in xong; tem chưa ra giấy của lệnh bị hủy vĩnh viễn"),
)
@once
def cancel_print(session: Session, actor: Actor, path: shapes.Named) -> told.Print:
    """Give an order up."""
    order = printing.own_print(session, actor, path.public_id.upper(), lock=True)
    return stamp_showing.print_whole(printing.cancel_print(session, actor=actor, order=order, now=now()))


@door.get(
    "/own/prints/<public_id>/files/<part>",
    summary=N_("Một tệp của lệnh in đã xong: PDF, hoặc danh sách mã (tệp 0, CSV)"),
    tags=[PRINTING],
    responses={**PART, **refused(401, 404)},
    security=NEEDS_KEY,
)
def read_print_file(path: PartPath) -> Response:
    """A finished part, piece by piece."""
    actor = caller()
    order = printing.own_print(reader(), actor, path.public_id.upper())
    file = printing.file_of(reader(), actor, order, path.part)
    try:
        pieces = _storage().chunks(file.key)
    except FileGone as gone:
        raise NotFound("record_not_found") from gone
    ending = ".csv" if path.part == 0 else f"-{path.part:03}.pdf"
    return _taken(pieces, file.size, file.media_type, f"{order.kind}-{order.public_id}{ending}", file.sha256)


@door.get(
    "/own/prints/<public_id>/archive",
    summary=N_("Mọi tệp PDF của lệnh in đã xong, trong một tệp nén"),
    tags=[PRINTING],
    responses={**ARCHIVE, **refused(401, 404)},
    security=NEEDS_KEY,
)
def read_print_archive(path: shapes.Named) -> Response:
    """Every PDF part in one archive, made while it is read."""
    actor = caller()
    order = printing.own_print(reader(), actor, path.public_id.upper())
    try:
        together = printing.parts_together(actor, order, _storage())
    except FileGone as gone:
        raise NotFound("record_not_found") from gone
    every = hashlib.sha256(":".join(one.sha256 for one in order.files).encode()).hexdigest()
    name = f"{order.kind}-{order.public_id}.zip"
    return _taken(together, len(together), "application/zip", name, every)


def _taken(pieces: Iterable[bytes], size: int, media_type: str, name: str, sha256: str) -> Response:
    """A large file on its way out: never whole in memory, so it brings its own ETag."""
    answer = Response(() if request.method == "HEAD" else pieces, content_type=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.content_length = size
    answer.set_etag(sha256)
    return answer


def _storage() -> Storage:
    found: Storage = current_app.extensions["storage"]
    return found
