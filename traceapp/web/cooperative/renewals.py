"""Renewing a certificate, and taking back a copy that was never approved."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from traceapp.extensions import reader, transaction
from traceapp.services.vouching import certificates, renewals
from traceapp.services.vouching.certificate_entry import taken_over
from traceapp.web.access import actor, only
from traceapp.web.acting import tried
from traceapp.web.certificate_form import CertificateForm
from traceapp.web.cooperative import door
from traceapp.web.cooperative.certificates import PEOPLE, added, offer
from traceapp.web.languages import gettext, now, today


@door.route("/certificates/<public_id>/renew", methods=["GET", "POST"])
@only(*PEOPLE)
def renew_certificate(public_id: str) -> ResponseReturnValue:
    """Copy the paper that renews one: all that stays is filled in, number and days are typed anew."""
    replaced = certificates.own_certificate(reader(), actor(), public_id)
    other = renewals.renewal_for(replaced, today(), actor().party_id)
    if other is not None:
        flash(gettext("Đã có bản gia hạn của chứng nhận này, số {number}.", number=other.number), "ok")
        return redirect(url_for(".certificate", public_id=other.public_id), 303)
    renewals.check_renewable(replaced, today(), actor().party_id)
    form = CertificateForm(data=taken_over(replaced, today()))
    offer(form)
    if made := tried(form, lambda: added(form, public_id)):
        flash(gettext("Đã lưu bản gia hạn. Xem lại rồi gửi tỉnh duyệt."), "ok")
        return redirect(url_for(".certificate", public_id=made), 303)
    page = render_template(
        "cooperative/certificates/edit.html", form=form, certificate=None, replaced=replaced
    )
    return page, 422 if form.refused else 200


@door.post("/certificates/<public_id>/discard")
@only(*PEOPLE)
def discard_certificate(public_id: str) -> ResponseReturnValue:
    """Take back a copy that was never approved."""
    with transaction() as session:
        mine = certificates.own_certificate(session, actor(), public_id, lock=True)
        number, replaced = mine.number, mine.replaces
        certificates.discard_certificate(session, actor=actor(), certificate=mine, now=now())
    flash(gettext("Đã bỏ bản nháp {number}.", number=number), "ok")
    if replaced is not None:
        return redirect(url_for(".certificate", public_id=replaced.public_id), 303)
    return redirect(url_for(".certificates_list"), 303)
