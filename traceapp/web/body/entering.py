"""A certificate the body has issued, entered for its holder: first whose it is, then what the paper says.

What was sent may be taken back while the province has not answered, put right and sent again.
"""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from traceapp.domain.errors import Conflict
from traceapp.extensions import reader, transaction
from traceapp.models import Certificate, Party, Scheme
from traceapp.services import taking_back
from traceapp.services.vouching import body_corrections, body_desk, body_entry, certificates, renewals
from traceapp.services.vouching.certificate_entry import CertificateEntry, as_typed, taken_over
from traceapp.services.vouching.evidence import Evidence, check_evidence
from traceapp.web import access
from traceapp.web.acting import tried
from traceapp.web.body import door
from traceapp.web.body.home import DECIDERS
from traceapp.web.certificate_form import CertificateForm, offer_schemes
from traceapp.web.entry import typed
from traceapp.web.errors import sentence
from traceapp.web.evidence import storage
from traceapp.web.languages import gettext, now, today


@door.get("/certificates/new")
@access.only(*DECIDERS)
def find_holder() -> ResponseReturnValue:
    """Whose certificate it is."""
    asked = request.args.get("q", "")[:80].strip()
    found = body_entry.find_holders(reader(), asked)
    return render_template("body/find_holder.html", asked=asked, found=found, most=body_entry.MOST)


@door.route("/certificates/new/<public_id>", methods=["GET", "POST"])
@access.only(*DECIDERS)
def enter_certificate(public_id: str) -> ResponseReturnValue:
    """What its paper says; it goes to the province with its scan."""
    holder = body_entry.read_holder(reader(), public_id)
    return _form_of(CertificateForm(), holder, None)


@door.route("/certificates/<public_id>/renew", methods=["GET", "POST"])
@access.only(*DECIDERS)
def renew_certificate(public_id: str) -> ResponseReturnValue:
    """The paper that renews one of the body's: what stays is filled in, number and days are typed anew."""
    replaced = body_desk.read_own_certificate(reader(), public_id, actor=access.actor())
    renewals.check_renewable(replaced, today(), access.actor().party_id)
    holder = body_entry.read_holder(reader(), replaced.holder.public_id)
    return _form_of(CertificateForm(data=taken_over(replaced, today())), holder, replaced)


@door.post("/certificates/<public_id>/take-back")
@access.only(*DECIDERS)
def take_back_certificate(public_id: str) -> ResponseReturnValue:
    """Have it back from the province's queue, with everything kept."""
    try:
        with transaction() as session:
            mine = body_desk.read_own_certificate(session, public_id, actor=access.actor())
            taking_back.take_back_certificate(session, actor=access.actor(), certificate=mine, now=now())
    except Conflict as late:
        flash(sentence(late), "stop")
    else:
        flash(gettext("Đã rút lại. Tỉnh không còn thấy bản này; sửa xong xin gửi lại."), "ok")
    return redirect(url_for(".certificate", public_id=public_id), 303)


@door.route("/certificates/<public_id>/edit", methods=["GET", "POST"])
@access.only(*DECIDERS)
def correct_certificate(public_id: str) -> ResponseReturnValue:
    """Put right what was taken back, or sent back by the province; saving sends it."""
    found = body_desk.read_own_certificate(reader(), public_id, actor=access.actor())
    certificates.check_open(found, access.actor().party_id)
    form = CertificateForm(data=as_typed(found))
    del form.body, form.body_name
    _offer(form, found.holder)
    if tried(form, lambda: _corrected(form, public_id)):
        flash(gettext("Đã gửi tỉnh lại."), "ok")
        return redirect(url_for(".certificate", public_id=public_id), 303)
    page = render_template(
        "body/enter_certificate.html", form=form, holder=found.holder, replaced=None, corrected=found
    )
    return page, 422 if form.refused else 200


def _corrected(form: CertificateForm, public_id: str) -> Certificate:
    scans, entry = _scans(form), typed(form, CertificateEntry)
    with transaction() as session:
        actor = access.actor()
        return body_corrections.correct_certificate(
            session,
            storage(),
            actor=actor,
            certificate=body_desk.read_own_certificate(session, public_id, actor=actor),
            entry=replace(entry, body=body_desk.own_body(session, actor).public_id),
            scans=scans,
            now=now(),
            today=today(),
        )


@door.post("/certificates/<public_id>/discard")
@access.only(*DECIDERS)
def discard_certificate(public_id: str) -> ResponseReturnValue:
    """Give up a draft that was taken back."""
    with transaction() as session:
        mine = body_desk.read_own_certificate(session, public_id, actor=access.actor())
        certificates.discard_certificate(session, actor=access.actor(), certificate=mine, now=now())
    flash(gettext("Đã bỏ bản nháp."), "ok")
    return redirect(url_for(".home"), 303)


def _form_of(form: CertificateForm, holder: Party, replaced: Certificate | None) -> ResponseReturnValue:
    del form.body, form.body_name
    _offer(form, holder)
    old = replaced.public_id if replaced else None
    if made := tried(form, lambda: _entered(form, holder.public_id, old)):
        flash(gettext("Đã gửi tỉnh. Khi tỉnh duyệt, chứng nhận hiện trên trang công khai."), "ok")
        return redirect(url_for(".certificate", public_id=made), 303)
    page = render_template(
        "body/enter_certificate.html", form=form, holder=holder, replaced=replaced, corrected=None
    )
    return page, 422 if form.refused else 200


def _offer(form: CertificateForm, holder: Party) -> None:
    offer_schemes(form, reader().query(Scheme).order_by(Scheme.position, Scheme.id))
    form.offer_goods(holder.id)


def _scans(form: CertificateForm) -> list[Evidence]:
    chosen = [file for file in form.evidence.data or () if file and file.filename]
    return [check_evidence(file.read(), file.filename, field="evidence") for file in chosen]


def _entered(form: CertificateForm, holder: str, replaced: str | None) -> str:
    scans, entry = _scans(form), typed(form, CertificateEntry)
    with transaction() as session:
        actor = access.actor()
        body = body_desk.own_body(session, actor)
        old = body_desk.read_own_certificate(session, replaced, actor=actor) if replaced else None
        made = body_entry.enter_certificate(
            session,
            storage(),
            actor=actor,
            holder=body_entry.read_holder(session, holder),
            entry=replace(entry, body=body.public_id),
            scans=scans,
            replaces=old,
            now=now(),
            today=today(),
        )
        return made.public_id
