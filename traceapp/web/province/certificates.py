"""Certificates before the officer: the list, one in full, yes or no, and what its body decided afterwards."""

from dataclasses import asdict

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import StringField
from wtforms.validators import InputRequired

from traceapp.domain.certificates import CertificateStatus, DecisionKind, RecordState
from traceapp.domain.reference import ACTIVITIES
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.models import Account, Certificate, Scheme
from traceapp.services.vouching import certification
from traceapp.services.vouching.certificate_lists import list_certificates, named, status_of
from traceapp.services.vouching.certificate_story import tell_story
from traceapp.services.vouching.certificates import odd_number, other_scheme
from traceapp.services.vouching.dossier import open_dossier, read_certificate
from traceapp.web import access
from traceapp.web.certificate_words import HAPPENINGS, edition_sentence
from traceapp.web.codes import shown_codes
from traceapp.web.decision_form import CopiedDecisionForm, FinalScan, Typed, put_down
from traceapp.web.entry import line
from traceapp.web.evidence import evidence_answer, storage
from traceapp.web.languages import gettext, language, now, today
from traceapp.web.mistakes import MistakeForm, form_of, markables, put_mistake
from traceapp.web.paging import after, sought
from traceapp.web.province import door
from traceapp.web.province.officers import OFFICERS, act, shown_version, waiting
from traceapp.web.words import DECISION_WORDS, PARTY_STATES, STATUS_WORDS


class CertificateDecisionForm(CopiedDecisionForm):
    """What the certification body decided, and its paper: the number, and the scan of one that is final."""

    document_number = StringField(
        N_("Số văn bản của tổ chức chứng nhận"),
        [InputRequired(), line(60)],
        description=N_("Như ghi trên giấy."),
    )
    file = FileField(
        N_("Bản chụp quyết định"),
        [FinalScan()],
        description=N_("Bắt buộc với thu hồi và hủy. PDF, JPEG, PNG hoặc WebP, tối đa 10 MB."),
    )


@door.get("/certificates")
@access.only(*OFFICERS)
def certificates() -> ResponseReturnValue:
    """Every certificate handed in, by how it stands today and by scheme; by number or holder."""
    status, scheme = request.args.get("status", ""), request.args.get("scheme", "")
    typed = sought()
    where = [Certificate.record_state != RecordState.DRAFT]
    where += [named(typed)] if typed else []
    where += [Certificate.scheme.has(Scheme.code == scheme)] if scheme else []
    where += [status_of(today()) == status] if status else []
    return render_template(
        "province/certificates.html",
        page=list_certificates(reader(), *where, after=after(), counted=True),
        typed=typed,
        status=status,
        scheme=scheme,
        statuses=list(CertificateStatus),
        schemes=reader().scalars(select(Scheme).order_by(Scheme.name_vi)).all(),
        status_words=STATUS_WORDS,
    )


@door.get("/certificates/<public_id>")
@access.only(*OFFICERS)
def certificate(public_id: str) -> ResponseReturnValue:
    """One certificate, with all an officer needs in order to decide."""
    found = read_certificate(reader(), public_id, actor=access.actor())
    return _shown(found, CertificateDecisionForm(formdata=None)), 200


def _shown(
    found: Certificate, form: CertificateDecisionForm, refused: tuple[int, MistakeForm] | None = None
) -> str:
    dossier = open_dossier(
        reader(), storage(), actor=access.actor(), certificate=found, goods=None, on=None, today=today()
    )
    return render_template(
        "province/certificate.html",
        certificate=found,
        dossier=dossier,
        form=form,
        markable=markables(found, refused),
        refused=refused[1] if refused else None,
        decision_words=DECISION_WORDS,
        waits=waiting(found.submitted_at, today()),
        entered_by=reader().get(Account, found.entered_by_id),
        approved_by=reader().get(Account, found.approved_by_id) if found.approved_by_id else None,
        replaced=found.replaces,
        successor=found.successor_on(today()),
        events=tell_story(reader(), found, today=today(), language=language()),
        happenings=HAPPENINGS,
        file_url=lambda sha256: url_for(".evidence", public_id=found.public_id, sha256=sha256),
        activities=ACTIVITIES,
        odd=odd_number(found),
        other_scheme=other_scheme(reader(), found),
        edition=edition_sentence(found.edition_notice(today())),
        status_words=STATUS_WORDS,
        party_states=PARTY_STATES,
        **shown_codes(found),
    )


@door.get("/certificates/<public_id>/evidence/<sha256>")
@access.only(*OFFICERS)
def evidence(public_id: str, sha256: str) -> ResponseReturnValue:
    """A file as it was handed in."""
    return evidence_answer(read_certificate(reader(), public_id, actor=access.actor()), sha256)


@door.post("/certificates/<public_id>/approve")
@access.only(*OFFICERS)
def approve_certificate(public_id: str) -> ResponseReturnValue:
    """Yes: it stands in the public books."""

    def deed(session: Session) -> None:
        certification.approve_certificate(
            session,
            actor=access.actor(),
            certificate=read_certificate(session, public_id, actor=access.actor()),
            version=shown_version(),
            now=now(),
        )

    return act(deed, gettext("Đã duyệt. Chứng nhận hiện trên trang công khai."), _page(public_id))


@door.post("/certificates/<public_id>/return")
@access.only(*OFFICERS)
def return_certificate(public_id: str) -> ResponseReturnValue:
    """No, with what is to be put right."""

    def deed(session: Session) -> None:
        certification.return_certificate(
            session,
            actor=access.actor(),
            certificate=read_certificate(session, public_id, actor=access.actor()),
            reason=request.form.get("reason", ""),
            version=shown_version(),
            now=now(),
        )

    return act(deed, gettext("Đã trả lại để sửa. Đơn vị đọc được lý do."), _page(public_id))


@door.post("/certificates/<public_id>/decisions")
@access.only(*OFFICERS)
def decide(public_id: str) -> ResponseReturnValue:
    """Write down what the body decided."""
    form = CertificateDecisionForm()

    def record(session: Session, typed: Typed) -> None:
        certification.record_decision(
            session,
            actor=access.actor(),
            certificate=read_certificate(session, public_id, actor=access.actor()),
            kind=DecisionKind(form.kind.data),
            now=now(),
            **asdict(typed),
        )

    if put_down(form, record):
        flash(gettext("Đã ghi quyết định."), "ok")
        return redirect(_page(public_id), 303)
    return _shown(read_certificate(reader(), public_id, actor=access.actor()), form), 422


@door.post("/certificates/<public_id>/decisions/<int:sequence>/mistake")
@access.only(*OFFICERS)
def mark_mistake(public_id: str, sequence: int) -> ResponseReturnValue:
    """Say that a decision was written down by mistake."""
    form = form_of(sequence, sent=True)
    if put_mistake(
        form, sequence, lambda session: read_certificate(session, public_id, actor=access.actor())
    ):
        flash(gettext("Đã đánh dấu ghi nhầm. Hiệu lực tính lại như không có quyết định đó."), "ok")
        return redirect(_page(public_id), 303)
    found = read_certificate(reader(), public_id, actor=access.actor())
    return _shown(found, CertificateDecisionForm(formdata=None), (sequence, form)), 422


def _page(public_id: str) -> str:
    return url_for(".certificate", public_id=public_id)
