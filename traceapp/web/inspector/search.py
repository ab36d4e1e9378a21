"""The one box: a number, a code or a photo goes in, a card comes out."""

import re

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from wtforms import StringField

from traceapp.domain.conflicts import CONFLICTS
from traceapp.domain.digital_link import foreign_host
from traceapp.domain.errors import Malformed, RuleBroken
from traceapp.domain.permissions import Role
from traceapp.domain.signed_codes import LONGEST as LONGEST_SIGNED
from traceapp.domain.signed_codes import PREFIX
from traceapp.extensions import limiter, reader
from traceapp.i18n import N_
from traceapp.services import inspections
from traceapp.services.identification import Found, Goods, certificates_of, identify
from traceapp.services.photo_reading import read_codes
from traceapp.services.recalls import restrictions
from traceapp.services.scans.alerts import count_open
from traceapp.services.signing.code_checks import check_code
from traceapp.web import access
from traceapp.web.errors import sentence
from traceapp.web.forms import Form
from traceapp.web.inspector import door
from traceapp.web.inspector.goods import serial_keys
from traceapp.web.languages import gettext, now
from traceapp.web.limits import look_ups
from traceapp.web.words import STATUS_WORDS

LOOKERS = (Role.INSPECTOR, Role.BODY_OFFICER, Role.PROVINCE)


@door.context_processor
def _alien() -> dict[str, str | None]:
    """The host of an address in the box that is not ours: the code in hand opens somebody else's page."""
    ours = current_app.extensions["settings"].host
    return {"alien": foreign_host(request.args.get("q", ""), ours), "own_host": ours}


class SearchForm(Form):
    """What was typed or photographed."""

    q = StringField(N_("Nhập số chứng nhận, mã tem, GTIN – hoặc chụp ảnh"))
    photo = FileField(N_("Chụp ảnh"))


@door.get("")
@look_ups
@access.only(*LOOKERS)
def home() -> ResponseReturnValue:
    """The box, and what a text in it names."""
    typed = request.args.get("q", "").strip()
    if typed.startswith(PREFIX):
        return _signed(typed[: 2 * LONGEST_SIGNED])
    text = typed[:400].strip()
    form = SearchForm(q=text, meta={"csrf": False})
    if not text:
        return _home(form)
    try:
        found = identify(reader(), serial_keys(), text, actor=access.actor())
    except RuleBroken as broken:
        form.blame(broken)
        return _home(form), 422
    return _answer(found, form)


def _signed(text: str) -> ResponseReturnValue:
    """A signed code: the card of what it stands on, with what is to be said of the code itself.

    One that the books do not know opens nothing; why is said in the box.
    """
    checked = check_code(reader(), text, ring=current_app.extensions["code_keys"].ring, now=now())
    code = checked.record.code if checked.record else None
    if code is None:
        form = SearchForm(q=text, meta={"csrf": False})
        form.q.errors = [sentence(checked.refusal or Malformed("signed_missing"))]
        return _home(form), 422
    told = sentence(checked.refusal) if checked.refusal else gettext("Chữ ký đúng, mã còn giá trị.")
    flash(told, "stop" if checked.refusal else "ok")
    lot = code.lot or (code.stamp_run.lot if code.stamp_run else None)
    if code.certificate is not None:
        return redirect(url_for(".card", public_id=code.certificate.public_id))
    return redirect(url_for(".goods", lot=lot.public_id) if lot else url_for(".home"))


def _home(form: SearchForm) -> str:
    """The box, and below it what waits for those who draw up records and read alerts."""
    waits = access.actor().has(Role.INSPECTOR, Role.PROVINCE)
    return render_template("inspector/home.html", form=form, desk=_desk() if waits else None)


def _desk() -> dict[str, int]:
    """How much of each kind is open."""
    return {
        "alerts": count_open(reader()),
        "restrictions": restrictions.count_open(reader()),
        "drafts": inspections.count_drafts(reader(), actor=access.actor()),
    }


def _answer(found: Found, form: SearchForm) -> ResponseReturnValue:
    """A single thing is opened at once; of several the inspector chooses."""
    if len(found.certificates) == 1 and not found.goods:
        return redirect(url_for(".card", public_id=found.certificates[0].public_id))
    if len(found.goods) == 1 and not found.certificates:
        return _opened(found.goods[0], found.text)
    if found.nothing:
        return render_template(
            "inspector/not_found.html", form=form, found=found, lead=_lead(found), kinds=CONFLICTS
        )
    return render_template("inspector/choice.html", form=form, found=found, status_words=STATUS_WORDS)


def _lead(found: Found) -> str:
    """Why nothing was found, as far as it is known."""
    if found.stray:
        return gettext("Hệ thống chưa từng cấp mã tem này")
    # A certificate's number is no bad serial: only what looks like a printed key is told what is wrong.
    if found.broken and not found.broken.code.startswith("code_"):
        return sentence(found.broken)
    bare = re.sub("[ .-]", "", found.text)
    if found.maybe_stamp and re.fullmatch("[0-9]{8}|[0-9]{12,14}", bare):
        return gettext("Chưa có sản phẩm nào mang mã số này")
    if found.maybe_stamp and re.fullmatch("[0-9A-Za-z]{12}", bare):
        return gettext("Chưa từng cấp mã tem này, cũng không có chứng nhận mang số này")
    return gettext("Không tìm thấy")


def _opened(goods: Goods, text: str) -> ResponseReturnValue:
    certificates = certificates_of(reader(), goods, actor=access.actor())
    about = {"q": text} if goods.path else {"lot": goods.lot.public_id if goods.lot else None}
    if len(certificates) == 1:
        return redirect(url_for(".card", public_id=certificates[0].public_id, **about))
    return redirect(url_for(".goods", **about))


@door.post("")
@limiter.limit("60 per minute")
@access.only(*LOOKERS)
def read_box() -> ResponseReturnValue:
    """Read a photo where there is one, and answer at an address that can be kept. The photo is not kept."""
    form = SearchForm()
    text = form.q.data or ""
    if form.validate_on_submit():
        photo = form.photo.data
        try:
            text = read_codes(photo.read())[0] if photo and photo.filename else text
        except RuleBroken as broken:
            form.blame(broken)
        else:
            return redirect(url_for(".home", q=text or None), 303)
    return _home(form), 422
