"""The desk: certificates by how they stand today, what ends soon, a number looked up, own accreditations."""

import re

from flask import render_template, request
from flask.typing import ResponseReturnValue

from traceapp.domain.certificates import CertificateStatus
from traceapp.domain.permissions import Role
from traceapp.extensions import reader
from traceapp.services.vouching import accreditations, body_desk, chains
from traceapp.web import access
from traceapp.web.body import door
from traceapp.web.languages import today
from traceapp.web.words import ACCREDITATION_WORDS, STATUS_WORDS

DECIDERS = (Role.BODY_OFFICER,)
PAGE = 50


@door.get("")
@access.only(*DECIDERS)
def home() -> ResponseReturnValue:
    """The body's certificates."""
    typed, status = request.args.get("q", "")[:80].strip(), _status(request.args.get("status", ""))
    session = reader()
    desk = body_desk.open_desk(session, actor=access.actor(), number=typed, status=status, today=today())
    pages = max(1, -(-len(desk.rows) // PAGE))
    page = min(_page_number(request.args.get("page", "")), pages)
    shown = desk.rows[PAGE * (page - 1) : PAGE * page]
    body = body_desk.own_body(session, access.actor())
    return render_template(
        "body/home.html",
        body=body,
        held=accreditations.list_accreditations(session, body),
        desk=desk,
        rows=shown,
        standings=chains.judge_all(session, shown, today=today()),
        typed=typed,
        status=status,
        page=page,
        pages=pages,
        statuses=[one for one in CertificateStatus if desk.counts[one]],
        status_words=STATUS_WORDS,
        accreditation_words=ACCREDITATION_WORDS,
    )


def _status(typed: str) -> CertificateStatus | None:
    return CertificateStatus(typed) if typed in set(CertificateStatus) else None


def _page_number(typed: str) -> int:
    return max(1, int(typed)) if re.fullmatch("[0-9]{1,4}", typed) else 1
