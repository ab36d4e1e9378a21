"""The desk: certificates by how they stand today, what ends soon, a number looked up, own accreditations."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from traceapp.domain.certificates import CertificateStatus
from traceapp.domain.permissions import Role
from traceapp.extensions import reader
from traceapp.services.vouching import accreditations, body_desk, chains
from traceapp.web import access
from traceapp.web.body import door
from traceapp.web.languages import today
from traceapp.web.paging import after, sought
from traceapp.web.words import ACCREDITATION_WORDS, STATUS_WORDS

DECIDERS = (Role.BODY_OFFICER,)


@door.get("")
@access.only(*DECIDERS)
def home() -> ResponseReturnValue:
    """The body's certificates."""
    typed, status = sought(), _status(request.args.get("status", ""))
    session, actor = reader(), access.actor()
    body = body_desk.own_body(session, actor)
    page = body_desk.list_issued(
        session, actor=actor, text=typed, status=status, today=today(), after=after(), counted=True
    )
    desk = body_desk.open_desk(session, actor=actor, today=today())
    return render_template(
        "body/home.html",
        body=body,
        held=accreditations.list_accreditations(session, body),
        desk=desk,
        page=page,
        standings=chains.judge_all(session, page.rows, today=today()),
        typed=typed,
        status=status,
        statuses=[one for one in CertificateStatus if desk.counts[one]],
        status_words=STATUS_WORDS,
        accreditation_words=ACCREDITATION_WORDS,
    )


def _status(typed: str) -> CertificateStatus | None:
    return CertificateStatus(typed) if typed in set(CertificateStatus) else None
