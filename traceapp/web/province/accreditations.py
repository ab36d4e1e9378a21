"""An accreditation before the officer: written down, confirmed by another, corrected, decided upon."""

from dataclasses import asdict

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired

from traceapp.domain.certificates import DecisionKind
from traceapp.domain.numbers import format_day, parse_day
from traceapp.domain.wording.chain_words import SCOPES
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.models import Account, Accreditation
from traceapp.services.vouching import accreditations, body_lists, body_register, chains
from traceapp.services.vouching.accreditations import AccreditationEntry
from traceapp.web import access
from traceapp.web.acting import done
from traceapp.web.certificate_form import Ticks
from traceapp.web.decision_form import CopiedDecisionForm, Typed, put_down
from traceapp.web.entry import By, line, lines, typed
from traceapp.web.evidence import file_answer
from traceapp.web.forms import Form
from traceapp.web.languages import gettext, now, today
from traceapp.web.paging import after
from traceapp.web.province import door
from traceapp.web.province.officers import OFFICERS, act, shown_version
from traceapp.web.words import ACCREDITATION_DECISION_WORDS, ACCREDITATION_WORDS, STATUS_WORDS


class AccreditationForm(Form):
    """An accreditation as its decision says."""

    accreditor = StringField(
        N_("Tổ chức công nhận"), [InputRequired(), line(60)], description=N_("Ví dụ BoA."), default="BoA"
    )
    number = StringField(
        N_("Số công nhận"), [InputRequired(), line(60)], description=N_("Như trên quyết định công nhận.")
    )
    standard = StringField(
        N_("Công nhận theo tiêu chuẩn"), [line(120)], description=N_("Ví dụ ISO/IEC 17021-1:2015.")
    )
    scopes = Ticks(N_("Phạm vi"), validate_choice=False)
    other_scopes = StringField(
        N_("Phạm vi khác"), [line(200)], description=N_("Mã, cách nhau bằng dấu phẩy, ví dụ EMS, HACCP.")
    )
    valid_from = StringField(
        N_("Có hiệu lực từ"), [By(parse_day)], description=N_("Ngày/tháng/năm. Để trống nếu chưa biết.")
    )
    valid_until = StringField(N_("Có hiệu lực đến"), [By(parse_day)])
    source_url = StringField(
        N_("Nguồn"), [line(500)], description=N_("Địa chỉ trang hoặc số văn bản để người khác đối chiếu.")
    )

    def __init__(self, **given: object) -> None:
        super().__init__(**given)
        self.scopes.choices = [(code, f"{code}: {gettext(told)}") for code, told in SCOPES.items()]


class AccreditationDecisionForm(CopiedDecisionForm):
    """What the accreditation body decided."""

    document_number = StringField(
        N_("Số văn bản của tổ chức công nhận"), [line(60)], description=N_("Như ghi trên giấy.")
    )
    reason = TextAreaField(N_("Lý do ghi trong quyết định"), [InputRequired(), lines(500)])  # for officers

    def __init__(self, **given: object) -> None:
        super().__init__(accreditations.KINDS, **given)


@door.route("/bodies/<public_id>/accreditations/new", methods=["GET", "POST"])
@access.only(*OFFICERS)
def new_accreditation(public_id: str) -> ResponseReturnValue:
    """Write one down."""
    body = body_register.read_registered_body(reader(), public_id)
    form = AccreditationForm()

    def deed(session: Session) -> Accreditation:
        return accreditations.add_accreditation(
            session,
            actor=access.actor(),
            body=body_register.read_registered_body(session, public_id),
            entry=typed(form, AccreditationEntry),
            now=now(),
        )

    if made := done(form, deed):
        said = gettext("Đã ghi công nhận. Người khác của tỉnh xác nhận xong thì công nhận mới được tính.")
        flash(said, "ok")
        return redirect(_page(made.public_id), 303)
    page = render_template("province/accreditation_form.html", form=form, body=body, accreditation=None)
    return page, 422 if form.is_submitted() else 200


@door.get("/accreditations/<public_id>")
@access.only(*OFFICERS)
def accreditation(public_id: str) -> ResponseReturnValue:
    """One accreditation: its days, what was decided, what rests on it."""
    found = accreditations.read_accreditation(reader(), public_id)
    return _shown(found, AccreditationDecisionForm(formdata=None)), 200


def _shown(found: Accreditation, form: AccreditationDecisionForm) -> str:
    session = reader()
    resting = body_lists.resting_on(session, found, after=after())
    return render_template(
        "province/accreditation.html",
        accreditation=found,
        standing=found.facts.standing(today()),
        confirmed_once=accreditations.was_confirmed(session, found),
        form=form,
        resting=resting,
        standings=chains.judge_all(session, resting.rows, today=today()),
        entered_by=session.get(Account, found.entered_by_id) if found.entered_by_id else None,
        approved_by=session.get(Account, found.approved_by_id) if found.approved_by_id else None,
        recorded={one.id: session.get(Account, one.recorded_by_id) for one in found.decisions},
        status_words=STATUS_WORDS,
        accreditation_words=ACCREDITATION_WORDS,
        decision_words=ACCREDITATION_DECISION_WORDS,
    )


@door.route("/accreditations/<public_id>/edit", methods=["GET", "POST"])
@access.only(*OFFICERS)
def edit_accreditation(public_id: str) -> ResponseReturnValue:
    """Put it right; another officer confirms it again."""
    found = accreditations.read_accreditation(reader(), public_id)
    form = AccreditationForm(data=_as_typed(found))

    def deed(session: Session) -> Accreditation:
        return accreditations.correct_accreditation(
            session,
            actor=access.actor(),
            accreditation=accreditations.read_accreditation(session, public_id),
            entry=typed(form, AccreditationEntry),
            version=shown_version(),
            now=now(),
        )

    if done(form, deed):
        flash(gettext("Đã lưu. Nếu có thay đổi, người khác của tỉnh cần xác nhận lại."), "ok")
        return redirect(_page(public_id), 303)
    page = render_template(
        "province/accreditation_form.html", form=form, body=found.body, accreditation=found
    )
    return page, 422 if form.is_submitted() else 200


def _as_typed(found: Accreditation) -> dict[str, object]:
    """An accreditation as its form shows it."""
    return {
        "accreditor": found.accreditor,
        "number": found.number,
        "standard": found.standard or "",
        "scopes": [code for code in found.scopes if code in SCOPES],
        "other_scopes": ", ".join(code for code in found.scopes if code not in SCOPES),
        "valid_from": format_day(found.valid_from) if found.valid_from else "",
        "valid_until": format_day(found.valid_until) if found.valid_until else "",
        "source_url": found.source_url or "",
    }


@door.post("/accreditations/<public_id>/confirm")
@access.only(*OFFICERS)
def confirm_accreditation(public_id: str) -> ResponseReturnValue:
    """It agrees with its source."""

    def deed(session: Session) -> None:
        accreditations.confirm_accreditation(
            session,
            actor=access.actor(),
            accreditation=accreditations.read_accreditation(session, public_id),
            version=shown_version(),
            now=now(),
        )

    return act(deed, gettext("Đã xác nhận. Các chứng nhận được xét theo công nhận này."), _page(public_id))


@door.post("/accreditations/<public_id>/remove")
@access.only(*OFFICERS)
def remove_accreditation(public_id: str) -> ResponseReturnValue:
    """Typed by mistake."""
    body = accreditations.read_accreditation(reader(), public_id).body.public_id

    def deed(session: Session) -> None:
        accreditations.remove_accreditation(
            session,
            actor=access.actor(),
            accreditation=accreditations.read_accreditation(session, public_id),
            now=now(),
        )

    told = gettext("Đã bỏ công nhận ghi nhầm.")
    return act(deed, told, _page(public_id), then=url_for(".body", public_id=body))


@door.post("/accreditations/<public_id>/decisions")
@access.only(*OFFICERS)
def decide_accreditation(public_id: str) -> ResponseReturnValue:
    """Write down what the accreditation body decided."""
    form = AccreditationDecisionForm()

    def record(session: Session, typed: Typed) -> None:
        accreditations.decide_accreditation(
            session,
            actor=access.actor(),
            accreditation=accreditations.read_accreditation(session, public_id),
            kind=DecisionKind(form.kind.data),
            now=now(),
            **asdict(typed),
        )

    if put_down(form, record):
        flash(gettext("Đã ghi quyết định."), "ok")
        return redirect(_page(public_id), 303)
    return _shown(accreditations.read_accreditation(reader(), public_id), form), 422


@door.get("/accreditations/<public_id>/files/<sha256>")
@access.only(*OFFICERS)
def accreditation_file(public_id: str, sha256: str) -> ResponseReturnValue:
    """The scan of a decision."""
    found = accreditations.read_accreditation(reader(), public_id)
    return file_answer((one.file for one in found.decisions), sha256)


def _page(public_id: str) -> str:
    return url_for(".accreditation", public_id=public_id)
