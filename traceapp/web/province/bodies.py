"""Certification bodies before the officer: the register, the names that holders typed, one body in full."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import StringField
from wtforms.validators import InputRequired

from traceapp.domain.errors import Malformed
from traceapp.domain.parties import PartyState
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.models import Account, Party
from traceapp.services.vouching import accreditations, body_lists, body_register, chains
from traceapp.web import access
from traceapp.web.acting import done
from traceapp.web.entry import line
from traceapp.web.forms import Form
from traceapp.web.languages import gettext, now, today
from traceapp.web.paging import after, sought
from traceapp.web.province import door
from traceapp.web.province.officers import OFFICERS, act, shown_version
from traceapp.web.words import ACCREDITATION_WORDS, PARTY_STATES, STATUS_WORDS


class BodyForm(Form):
    """A certification body by its name."""

    name = StringField(N_("Tên tổ chức chứng nhận"), [InputRequired(), line(200)])
    name_en = StringField(N_("Tên tiếng Anh"), [line(200)])


@door.get("/bodies")
@access.only(*OFFICERS)
def bodies() -> ResponseReturnValue:
    """Every body: what is to be looked into first, then who is accredited today and who is not."""
    typed = sought()
    page = body_lists.list_body_lines(reader(), today(), text=typed, after=after(), counted=True)
    return render_template("province/bodies.html", page=page, typed=typed, states=PARTY_STATES)


@door.route("/bodies/new", methods=["GET", "POST"])
@access.only(*OFFICERS)
def new_body() -> ResponseReturnValue:
    """Write a body down; another officer approves it."""
    form = BodyForm()

    def deed(session: Session) -> Party:
        return body_register.add_body(
            session,
            actor=access.actor(),
            name=form.name.data or "",
            name_en=form.name_en.data or "",
            now=now(),
            today=today(),
        )

    if made := done(form, deed):
        flash(gettext("Đã ghi tổ chức. Người khác của tỉnh cần duyệt."), "ok")
        return redirect(url_for(".body", public_id=made.public_id), 303)
    return render_template("province/new_body.html", form=form), 422 if form.is_submitted() else 200


@door.get("/bodies/<public_id>")
@access.only(*OFFICERS)
def body(public_id: str) -> ResponseReturnValue:
    """One body: its accreditations with their standing today, and the certificates that rest on them."""
    session, day = reader(), today()
    found = body_register.read_registered_body(session, public_id)
    page, verdicts = (
        body_lists.certificates_of_body(session, found, after=after()),
        body_lists.count_verdicts(session, found),
    )
    return render_template(
        "province/body.html",
        body=found,
        entered_by=session.get(Account, found.submitted_by_id) if found.submitted_by_id else None,
        held=accreditations.list_accreditations(session, found),
        page=page,
        standings=chains.judge_all(session, page.rows, today=day),
        verdicts=verdicts,
        states=PARTY_STATES,
        status_words=STATUS_WORDS,
        accreditation_words=ACCREDITATION_WORDS,
        **(_to_look_into(found) if found.state is PartyState.DRAFT else {}),
    )


def _to_look_into(found: Party) -> dict[str, object]:
    """Which known body a typed name may be, and what would go over to it."""
    typed = sought()
    return {
        "typed": typed,
        "alike": body_lists.list_alike(reader(), found, today(), typed),
        "moving": body_lists.count_moving(reader(), found),
        "most": body_lists.FOUND,
    }


@door.post("/bodies/<public_id>/approve")
@access.only(*OFFICERS)
def approve_body(public_id: str) -> ResponseReturnValue:
    """A body of its own."""

    def deed(session: Session) -> None:
        found = body_register.read_registered_body(session, public_id)
        body_register.approve_body(
            session, actor=access.actor(), body=found, version=shown_version(), now=now()
        )

    return act(deed, gettext("Đã duyệt tổ chức chứng nhận."), _page(public_id))


@door.post("/bodies/<public_id>/merge")
@access.only(*OFFICERS)
def merge_body(public_id: str) -> ResponseReturnValue:
    """A known body by another name; one comes to the known one's page."""
    chosen = request.form.get("into", "")

    def deed(session: Session) -> None:
        body_register.merge_body(
            session,
            actor=access.actor(),
            body=body_register.read_registered_body(session, public_id),
            into=_chosen(session, chosen),
            version=shown_version(),
            now=now(),
        )

    body_register.read_registered_body(reader(), public_id)
    return act(
        deed,
        gettext("Đã gộp. Các chứng nhận nay thuộc tổ chức này."),
        _page(public_id),
        then=_page(chosen),
    )


def _chosen(session: Session, public_id: str) -> Party:
    if not public_id:
        raise Malformed("body_merge_itself", field="into")
    return body_register.read_registered_body(session, public_id)


def _page(public_id: str) -> str:
    return url_for(".body", public_id=public_id)
