"""A certificate of the own body, in full, and the body's decisions about it."""

from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Final

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from traceapp.domain.certificates import DecisionKind
from traceapp.domain.numbers import format_day
from traceapp.domain.story import PUBLIC
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.models import Certificate
from traceapp.services.vouching import body_desk, certification, renewals
from traceapp.services.vouching.certificate_story import tell_story
from traceapp.services.vouching.dossier import open_dossier
from traceapp.web import access
from traceapp.web.body import door
from traceapp.web.body.home import DECIDERS
from traceapp.web.certificate_words import HAPPENINGS
from traceapp.web.decision_form import DecisionForm, Typed, put_down
from traceapp.web.evidence import evidence_answer, storage
from traceapp.web.languages import gettext, language, now, today
from traceapp.web.mistakes import MistakeForm, form_of, markables, put_mistake
from traceapp.web.words import DECISION_WORDS, STATUS_WORDS

VERBS: Final[Mapping[DecisionKind, str]] = MappingProxyType(
    {
        DecisionKind.SUSPENSION: N_("Xác nhận đình chỉ"),
        DecisionKind.RESTORATION: N_("Xác nhận khôi phục"),
        DecisionKind.WITHDRAWAL: N_("Xác nhận thu hồi"),
        DecisionKind.CANCELLATION: N_("Xác nhận hủy"),
    }
)


def _forms(certificate: Certificate) -> dict[DecisionKind, DecisionForm]:
    """A form for each act that may come next, its day suggested: today, or the last day."""
    return {
        kind: DecisionForm(
            formdata=None,
            prefix=f"{kind.value}-",
            data={"from_on": format_day(min(today(), certificate.valid_until))},
        )
        for kind in body_desk.possible_decisions(certificate)
    }


@door.get("/certificates/<public_id>")
@access.only(*DECIDERS)
def certificate(public_id: str) -> ResponseReturnValue:
    """One certificate, with all an officer needs in order to decide."""
    found = body_desk.read_own_certificate(reader(), public_id, actor=access.actor())
    return _shown(found, _forms(found))


def _shown(
    found: Certificate,
    forms: Mapping[DecisionKind, DecisionForm],
    refused: DecisionForm | None = None,
    mistaken: tuple[int, MistakeForm] | None = None,
) -> str:
    dossier = open_dossier(
        reader(), storage(), actor=access.actor(), certificate=found, goods=None, on=None, today=today()
    )
    told = tell_story(reader(), found, today=today(), language=language())
    return render_template(
        "body/certificate.html",
        certificate=found,
        dossier=dossier,
        forms=forms,
        refused=refused,
        markable=markables(found, mistaken),
        mistaken=mistaken[1] if mistaken else None,
        verbs=VERBS,
        events=[one for one in told if one.kind in PUBLIC],
        happenings=HAPPENINGS,
        renewable=renewals.may_renew(found, today(), access.actor().party_id),
        ours=found.sent_by(access.actor().party_id),
        file_url=lambda sha256: url_for(".evidence", public_id=found.public_id, sha256=sha256),
        status_words=STATUS_WORDS,
        decision_words=DECISION_WORDS,
    )


@door.post(
    "/certificates/<public_id>/decisions/<any(suspension, restoration, withdrawal, cancellation):kind>"
)
@access.only(*DECIDERS)
def decide(public_id: str, kind: str) -> ResponseReturnValue:
    """The body decides: suspended, restored, withdrawn, or cancelled as its holder asked."""
    form = DecisionForm(prefix=f"{kind}-")

    def record(session: Session, typed: Typed) -> None:
        certification.record_decision(
            session,
            actor=access.actor(),
            certificate=body_desk.read_own_certificate(session, public_id, actor=access.actor()),
            kind=DecisionKind(kind),
            now=now(),
            **asdict(typed),
        )

    if put_down(form, record):
        flash(gettext("Đã ghi quyết định. Trang công khai và trang tem hiện ngay."), "ok")
        return redirect(url_for(".certificate", public_id=public_id), 303)
    found = body_desk.read_own_certificate(reader(), public_id, actor=access.actor())
    forms = _forms(found) | {DecisionKind(kind): form}
    return _shown(found, forms, form), 422


@door.post("/certificates/<public_id>/decisions/<int:sequence>/mistake")
@access.only(*DECIDERS)
def mark_mistake(public_id: str, sequence: int) -> ResponseReturnValue:
    """Say that a decision was written down by mistake."""
    form = form_of(sequence, sent=True)

    def read(session: Session) -> Certificate:
        return body_desk.read_own_certificate(session, public_id, actor=access.actor())

    if put_mistake(form, sequence, read):
        flash(gettext("Đã đánh dấu ghi nhầm. Hiệu lực tính lại như không có quyết định đó."), "ok")
        return redirect(url_for(".certificate", public_id=public_id), 303)
    found = read(reader())
    return _shown(found, _forms(found), mistaken=(sequence, form)), 422


@door.get("/certificates/<public_id>/evidence/<sha256>")
@access.only(*DECIDERS)
def evidence(public_id: str, sha256: str) -> ResponseReturnValue:
    """A file of the certificate or of a decision, as it was handed in."""
    return evidence_answer(body_desk.read_own_certificate(reader(), public_id, actor=access.actor()), sha256)
