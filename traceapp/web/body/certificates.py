"""A certificate of the own body, in full, and the body's decisions about it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired

from traceapp.domain.certificates import DecisionKind
from traceapp.domain.errors import NotFound, RuleBroken
from traceapp.domain.numbers import format_day, parse_day
from traceapp.domain.story import PUBLIC
from traceapp.extensions import reader, transaction
from traceapp.i18n import N_
from traceapp.models import Certificate
from traceapp.services.vouching import body_desk, certification, renewals
from traceapp.services.vouching.certificate_story import tell_story
from traceapp.services.vouching.dossier import open_dossier
from traceapp.web import access
from traceapp.web.body import door
from traceapp.web.body.home import DECIDERS
from traceapp.web.certificate_words import HAPPENINGS
from traceapp.web.decision_file import chosen_file, kept_file
from traceapp.web.entry import By, lines
from traceapp.web.evidence import evidence_answer, storage
from traceapp.web.forms import Form
from traceapp.web.languages import gettext, language, now, today
from traceapp.web.words import DECISION_WORDS, STATUS_WORDS

VERBS: Final[Mapping[DecisionKind, str]] = MappingProxyType(
    {
        DecisionKind.SUSPENSION: N_("Xác nhận đình chỉ"),
        DecisionKind.RESTORATION: N_("Xác nhận khôi phục"),
        DecisionKind.WITHDRAWAL: N_("Xác nhận thu hồi"),
        DecisionKind.CANCELLATION: N_("Xác nhận hủy"),
    }
)


class DecisionForm(Form):
    """A decision of the body."""

    from_on = StringField(
        N_("Có hiệu lực từ ngày"),
        [InputRequired(), By(parse_day)],
        description=N_("ngày/tháng/năm, ví dụ 05/09/2026"),
    )
    reason = TextAreaField(
        N_("Lý do"),
        [InputRequired(), lines(500)],
        description=N_("Hiện trên trang công khai: xin không ghi tên người."),
    )
    document_number = StringField(N_("Số quyết định"), description=N_("Như ghi trên giấy."))
    file = FileField(N_("Bản chụp quyết định"), description=N_("PDF, JPEG, PNG hoặc WebP, tối đa 10 MB."))


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
    found: Certificate, forms: Mapping[DecisionKind, DecisionForm], refused: DecisionForm | None = None
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
        verbs=VERBS,
        events=[one for one in told if one.kind in PUBLIC],
        happenings=HAPPENINGS,
        renewable=renewals.may_renew(found, today()),
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
    if form.validate_on_submit():
        try:
            scan = chosen_file(form.file)
            with transaction() as session:
                certification.record_decision(
                    session,
                    actor=access.actor(),
                    certificate=body_desk.read_own_certificate(session, public_id, actor=access.actor()),
                    kind=DecisionKind(kind),
                    from_on=parse_day(form.from_on.data or "", field="from_on"),
                    reason=form.reason.data or "",
                    document_number=form.document_number.data or "",
                    file_sha256=kept_file(session, scan),
                    now=now(),
                )
        except NotFound:
            raise
        except RuleBroken as broken:
            form.blame(broken)
        else:
            flash(gettext("Đã ghi quyết định. Trang công khai và trang tem hiện ngay."), "ok")
            return redirect(url_for(".certificate", public_id=public_id), 303)
    found = body_desk.read_own_certificate(reader(), public_id, actor=access.actor())
    forms = _forms(found) | {DecisionKind(kind): form}
    return _shown(found, forms, form), 422


@door.get("/certificates/<public_id>/evidence/<sha256>")
@access.only(*DECIDERS)
def evidence(public_id: str, sha256: str) -> ResponseReturnValue:
    """A file of the certificate or of a decision, as it was handed in."""
    return evidence_answer(body_desk.read_own_certificate(reader(), public_id, actor=access.actor()), sha256)
