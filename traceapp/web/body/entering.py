"""A certificate the body has issued, entered for its holder: first whose it is, then what the paper says."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from traceapp.domain.errors import NotFound, RuleBroken
from traceapp.extensions import reader, transaction
from traceapp.models import Certificate, Party, Scheme
from traceapp.services.vouching import body_desk, body_entry, renewals
from traceapp.services.vouching.certificate_entry import CertificateEntry, taken_over
from traceapp.services.vouching.evidence import check_evidence
from traceapp.web import access
from traceapp.web.body import door
from traceapp.web.body.home import DECIDERS
from traceapp.web.certificate_form import CertificateForm, offer_schemes
from traceapp.web.entry import typed
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
    renewals.check_renewable(replaced, today())
    holder = body_entry.read_holder(reader(), replaced.holder.public_id)
    return _form_of(CertificateForm(data=taken_over(replaced, today())), holder, replaced)


def _form_of(form: CertificateForm, holder: Party, replaced: Certificate | None) -> ResponseReturnValue:
    del form.body, form.body_name
    _offer(form, holder)
    if form.validate_on_submit():
        try:
            made = _entered(form, holder.public_id, replaced.public_id if replaced else None)
        except NotFound:
            raise
        except RuleBroken as broken:
            form.blame(broken)
        else:
            flash(gettext("Đã gửi tỉnh. Khi tỉnh duyệt, chứng nhận hiện trên trang công khai."), "ok")
            return redirect(url_for(".certificate", public_id=made), 303)
    page = render_template("body/enter_certificate.html", form=form, holder=holder, replaced=replaced)
    return page, 422 if form.is_submitted() else 200


def _offer(form: CertificateForm, holder: Party) -> None:
    items, places = body_entry.goods_of(reader(), holder)
    offer_schemes(form, reader().query(Scheme).order_by(Scheme.position, Scheme.id))
    form.trade_items.choices = [(item.public_id, item.name_vi) for item in items]
    form.places.choices = [(place.public_id, place.name) for place in places]


def _entered(form: CertificateForm, holder: str, replaced: str | None) -> str:
    chosen = [file for file in form.evidence.data or () if file and file.filename]
    scans = [check_evidence(file.read(), file.filename, field="evidence") for file in chosen]
    entry = typed(form, CertificateEntry)
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
