"""Certificates of the cooperative: the list, one of them, adding, changing, its scans, sending it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from traceapp.domain.certificates import CertificateStatus
from traceapp.domain.errors import Conflict, RuleBroken
from traceapp.domain.permissions import Role
from traceapp.domain.reference import ACTIVITIES
from traceapp.extensions import reader, transaction
from traceapp.models import Certificate, Scheme
from traceapp.services import own_lists, taking_back
from traceapp.services.vouching import bodies, certificates, renewals
from traceapp.services.vouching.certificate_entry import CertificateEntry, as_typed
from traceapp.services.vouching.certificate_story import tell_story
from traceapp.web.access import actor, only
from traceapp.web.acting import done, tried
from traceapp.web.certificate_form import CertificateForm, offer_schemes
from traceapp.web.certificate_words import HAPPENINGS, edition_sentence
from traceapp.web.codes import shown_codes
from traceapp.web.cooperative import door
from traceapp.web.cooperative.forms import EvidenceForm
from traceapp.web.cooperative.uploads import read_evidence, store
from traceapp.web.entry import typed
from traceapp.web.errors import sentence
from traceapp.web.evidence import file_answer
from traceapp.web.forms import Form
from traceapp.web.languages import gettext, language, now, today
from traceapp.web.paging import after, sought
from traceapp.web.record_words import RECORD_STATES
from traceapp.web.words import STATUS_WORDS

PEOPLE = (Role.MANAGER, Role.MEMBER)
WORDS = {"states": RECORD_STATES, "statuses": STATUS_WORDS, "draft": CertificateStatus.DRAFT}
ENDS_SOON = 90  # days


@door.get("/certificates")
@only(*PEOPLE)
def certificates_list() -> ResponseReturnValue:
    """The certificates of the party with their status today, a page at a time."""
    page = own_lists.page_certificates(reader(), actor(), typed=sought(), after=after())
    return render_template("cooperative/certificates/list.html", page=page, sought=sought(), **WORDS)


@door.route("/certificates/new", methods=["GET", "POST"])
@only(*PEOPLE)
def new_certificate() -> ResponseReturnValue:
    """Copy a paper into the register."""
    form = CertificateForm()
    offer(form)
    if made := tried(form, lambda: added(form, None)):
        flash(gettext("Đã lưu chứng nhận. Xem lại rồi gửi tỉnh duyệt."), "ok")
        return redirect(url_for(".certificate", public_id=made), 303)
    page = render_template("cooperative/certificates/edit.html", form=form, certificate=None)
    return page, 422 if form.refused else 200


def added(form: CertificateForm, replaced: str | None) -> str:
    """The public id of a new copy with its scans; of a renewal where the replaced one is named."""
    scans = read_evidence(form.evidence)
    with transaction() as session:
        entry = typed(form, CertificateEntry)
        old = certificates.own_certificate(session, actor(), replaced, lock=True) if replaced else None
        made = certificates.add_certificate(
            session, actor=actor(), entry=entry, replaces=old, now=now(), today=today()
        )
        for scan in scans:
            certificates.add_evidence(
                session, store(), actor=actor(), certificate=made, handed_in=scan, now=now()
            )
        return made.public_id


def offer(form: CertificateForm) -> None:
    """What may be chosen; editions are offered and another may be typed."""
    session = reader()
    offer_schemes(form, session.query(Scheme).order_by(Scheme.position, Scheme.id))
    known = bodies.list_bodies(session, actor(), today())
    form.body.choices = [
        ("", gettext("chưa chọn")),
        *((body.public_id, body.name_on(today(), language())) for body in known),
        (bodies.NEW_BODY, gettext("Tổ chức khác")),
    ]
    form.offer_goods(actor().party_id or 0)


@door.get("/certificates/<public_id>")
@only(*PEOPLE)
def certificate(public_id: str) -> ResponseReturnValue:
    """One certificate: what the paper says, how the record stands, its scans."""
    return _page(public_id, EvidenceForm())


def _page(public_id: str, form: Form) -> str:
    found = certificates.own_certificate(reader(), actor(), public_id)
    return render_template(
        "cooperative/certificates/show.html",
        certificate=found,
        form=form,
        open=found.open_to(actor().party_id),
        ours=found.sent_by(actor().party_id),
        odd=certificates.odd_number(found),
        other_scheme=certificates.other_scheme(reader(), found),
        status=found.status_on(today()),
        successor=found.successor_on(today()),
        renewable=renewals.may_renew(found, today(), actor().party_id),
        ends_soon=(found.valid_until - today()).days <= ENDS_SOON,
        edition=edition_sentence(found.edition_notice(today())),
        activities=ACTIVITIES,
        events=tell_story(reader(), found, today=today(), language=language()),
        happenings=HAPPENINGS,
        colleagues={one.account_id for one in found.holder.memberships},
        body_people={one.account_id for one in found.body.memberships},
        manager=actor().has(Role.MANAGER),
        **shown_codes(found),
        **WORDS,
    )


@door.route("/certificates/<public_id>/edit", methods=["GET", "POST"])
@only(*PEOPLE)
def edit_certificate(public_id: str) -> ResponseReturnValue:
    """Change a copy that was not sent, or came back."""
    found = certificates.own_certificate(reader(), actor(), public_id)
    certificates.check_open(found, actor().party_id)
    form = CertificateForm(data=as_typed(found))
    del form.evidence
    offer(form)

    def deed(session: Session) -> Certificate:
        return certificates.edit_certificate(
            session,
            actor=actor(),
            certificate=certificates.own_certificate(session, actor(), public_id, lock=True),
            entry=typed(form, CertificateEntry),
            now=now(),
            today=today(),
        )

    if done(form, deed):
        flash(gettext("Đã lưu chứng nhận."), "ok")
        return redirect(url_for(".certificate", public_id=public_id), 303)
    page = render_template("cooperative/certificates/edit.html", form=form, certificate=found)
    return page, 422 if form.refused else 200


@door.post("/certificates/<public_id>/submit")
@only(*PEOPLE)
def submit_certificate(public_id: str) -> ResponseReturnValue:
    """Send the copy to the province."""
    try:
        with transaction() as session:
            mine = certificates.own_certificate(session, actor(), public_id, lock=True)
            certificates.submit_certificate(session, actor=actor(), certificate=mine, now=now())
    except RuleBroken as broken:
        if broken.field is None:
            raise
        form = EvidenceForm(formdata=None)
        form.blame(broken)
        return _page(public_id, form), 422
    flash(gettext("Đã gửi chứng nhận cho tỉnh duyệt."), "ok")
    return redirect(url_for(".certificate", public_id=public_id), 303)


@door.post("/certificates/<public_id>/take-back")
@only(*PEOPLE)
def take_back_certificate(public_id: str) -> ResponseReturnValue:
    """Have it back from the province's queue, as a draft with everything kept."""
    try:
        with transaction() as session:
            mine = certificates.own_certificate(session, actor(), public_id, lock=True)
            taking_back.take_back_certificate(session, actor=actor(), certificate=mine, now=now())
    except Conflict as late:
        flash(sentence(late), "stop")
    else:
        flash(gettext("Đã rút lại. Tỉnh không còn thấy bản này; sửa xong xin gửi lại."), "ok")
    return redirect(url_for(".certificate", public_id=public_id), 303)


@door.post("/certificates/<public_id>/evidence")
@only(*PEOPLE)
def add_evidence(public_id: str) -> ResponseReturnValue:
    """Hand in further scans."""
    certificates.own_certificate(reader(), actor(), public_id)
    form = EvidenceForm()
    try:
        scans = read_evidence(form.evidence, needed=True)
        with transaction() as session:
            mine = certificates.own_certificate(session, actor(), public_id, lock=True)
            for scan in scans:
                certificates.add_evidence(
                    session, store(), actor=actor(), certificate=mine, handed_in=scan, now=now()
                )
    except RuleBroken as broken:
        form.blame(broken)
        return _page(public_id, form), 422
    flash(gettext("Đã lưu {count} tệp.", count=len(scans)), "ok")
    return redirect(url_for(".certificate", public_id=public_id), 303)


@door.post("/certificates/<public_id>/evidence/<sha256>/remove")
@only(*PEOPLE)
def remove_evidence(public_id: str, sha256: str) -> ResponseReturnValue:
    """Take a wrong scan away while the copy is open."""
    with transaction() as session:
        mine = certificates.own_certificate(session, actor(), public_id, lock=True)
        certificates.remove_evidence(session, actor=actor(), certificate=mine, sha256=sha256, now=now())
    flash(gettext("Đã bỏ tệp."), "ok")
    return redirect(url_for(".certificate", public_id=public_id), 303)


@door.get("/certificates/<public_id>/evidence/<sha256>")
@only(*PEOPLE)
def evidence_file(public_id: str, sha256: str) -> ResponseReturnValue:
    """A scan as it was handed in: to be saved; a photo can be looked at."""
    found = certificates.own_certificate(reader(), actor(), public_id)
    return file_answer((row.file for row in found.evidence), sha256)
