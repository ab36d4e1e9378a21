"""A certificate the body has issued, entered for its holder: first whose it is, then what the paper says."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from traceapp.domain.errors import NotFound, RuleBroken
from traceapp.extensions import reader, transaction
from traceapp.models import Party, Scheme
from traceapp.services import body_desk, body_entry
from traceapp.services.certificate_entry import CertificateEntry
from traceapp.services.evidence import check_evidence
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
    form = CertificateForm()
    del form.body, form.body_name
    _offer(form, holder)
    if form.validate_on_submit():
        try:
            made = _entered(form, public_id)
        except NotFound:
            raise
        except RuleBroken as broken:
            form.blame(broken)
        else:
            flash(gettext("Đã gửi tỉnh. Khi tỉnh duyệt, chứng nhận hiện trên trang công khai."), "ok")
            return redirect(url_for(".certificate", public_id=made), 303)
    page = render_template("body/enter_certificate.html", form=form, holder=holder)
    return page, 422 if form.is_submitted() else 200


def _offer(form: CertificateForm, holder: Party) -> None:
    items, places = body_entry.goods_of(reader(), holder)
    offer_schemes(form, reader().query(Scheme).order_by(Scheme.position, Scheme.id))
    form.trade_items.choices = [(item.public_id, item.name_vi) for item in items]
    form.places.choices = [(place.public_id, place.name) for place in places]


def _entered(form: CertificateForm, holder: str) -> str:
    chosen = [file for file in form.evidence.data or () if file and file.filename]
    scans = [check_evidence(file.read(), file.filename, field="evidence") for file in chosen]
    entry = typed(form, CertificateEntry)
    with transaction() as session:
        body = body_desk.own_body(session, access.actor())
        made = body_entry.enter_certificate(
            session,
            storage(),
            actor=access.actor(),
            holder=body_entry.read_holder(session, holder),
            entry=replace(entry, body=body.public_id),
            scans=scans,
            now=now(),
            today=today(),
        )
        return made.public_id
