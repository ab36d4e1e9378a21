"""A party before the officer: what was handed in, and yes, no, or not any more."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from traceapp.domain.certificates import RecordState
from traceapp.domain.reprints import too_many
from traceapp.extensions import reader
from traceapp.models import Account, Certificate, Place, TradeItem
from traceapp.services import printing
from traceapp.services.paging import Page, page_by
from traceapp.services.parties import approvals
from traceapp.services.vouching.certificate_lists import list_certificates
from traceapp.web import access
from traceapp.web.languages import gettext, now, today
from traceapp.web.province import door
from traceapp.web.province.officers import OFFICERS, act, shown_version, waiting
from traceapp.web.words import PARTY_KINDS, PARTY_STATES

SHOWN = 20  # names of each kind


@door.get("/parties/<public_id>")
@access.only(*OFFICERS)
def party(public_id: str) -> ResponseReturnValue:
    """All an officer needs in order to decide."""
    found = approvals.read_party(reader(), public_id)
    by = reader().get(Account, found.submitted_by_id) if found.submitted_by_id else None
    return render_template(
        "province/party.html",
        party=found,
        submitted_by=by,
        waits=waiting(found.submitted_at, today()),
        address=found.address_on(today()),
        items=_of_party(TradeItem, TradeItem.party_id == found.id),
        places=_of_party(Place, Place.party_id == found.id),
        certificates=list_certificates(
            reader(),
            Certificate.holder_id == found.id,
            Certificate.record_state != RecordState.DRAFT,
            limit=SHOWN,
            counted=True,
        ),
        share=printing.share_of_party(reader(), found.id),
        too_many=too_many,
        kinds=PARTY_KINDS,
        states=PARTY_STATES,
    )


def _of_party(
    kind: type[TradeItem] | type[Place], theirs: ColumnElement[bool]
) -> Page[TradeItem] | Page[Place]:
    """The first of them, and how many there are."""
    query: Select[Any] = select(kind).where(theirs)
    return page_by(reader(), query, (kind.id.expression,), limit=SHOWN, counted=True)


@door.post("/parties/<public_id>/approve")
@access.only(*OFFICERS)
def approve_party(public_id: str) -> ResponseReturnValue:
    """Yes: its goods become public."""

    def deed(session: Session) -> None:
        found = approvals.read_party(session, public_id)
        approvals.approve_party(
            session, actor=access.actor(), party=found, version=shown_version(), now=now()
        )

    return act(deed, gettext("Đã duyệt. Tem của đơn vị dùng được từ bây giờ."), _page(public_id))


@door.post("/parties/<public_id>/return")
@access.only(*OFFICERS)
def return_party(public_id: str) -> ResponseReturnValue:
    """No, with what is to be put right."""

    def deed(session: Session) -> None:
        approvals.return_party(
            session,
            actor=access.actor(),
            party=approvals.read_party(session, public_id),
            reason=request.form.get("reason", ""),
            version=shown_version(),
            now=now(),
        )

    return act(deed, gettext("Đã trả lại để sửa. Đơn vị đọc được lý do."), _page(public_id))


@door.post("/parties/<public_id>/suspend")
@access.only(*OFFICERS)
def suspend_party(public_id: str) -> ResponseReturnValue:
    """Not any more: its goods leave the public side until it is approved again."""

    def deed(session: Session) -> None:
        approvals.suspend_party(
            session,
            actor=access.actor(),
            party=approvals.read_party(session, public_id),
            reason=request.form.get("reason", ""),
            version=shown_version(),
            now=now(),
        )

    return act(deed, gettext("Đã tạm ngừng. Tem của đơn vị báo “chờ tỉnh duyệt”."), _page(public_id))


def _page(public_id: str) -> str:
    return url_for(".party", public_id=public_id)
