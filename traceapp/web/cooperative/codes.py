"""Signed papers of the cooperative: its certificates' sheets, the covers of its cartons and rolls."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import StringField
from wtforms.validators import InputRequired

from traceapp.domain.errors import Malformed
from traceapp.domain.numbers import parse_count
from traceapp.domain.permissions import Role
from traceapp.domain.signed_codes import CodeKey
from traceapp.extensions import limiter, reader
from traceapp.i18n import N_
from traceapp.models import Lot, SignedCode
from traceapp.services import stamping
from traceapp.services.signing import signed_codes
from traceapp.services.vouching import certificates
from traceapp.web import codes
from traceapp.web.access import actor, only
from traceapp.web.cooperative import door
from traceapp.web.forms import Form
from traceapp.web.languages import gettext, now
from traceapp.web.limits import papers

PEOPLE = (Role.MANAGER, Role.MEMBER)
ENOUGH = N_("Mỗi tài khoản tạo được mã 30 lần trong một giờ. Xin làm tiếp sau một giờ.")
thirty_an_hour = limiter.shared_limit(
    "30 per hour",
    scope="codes",
    key_func=lambda: str(current_user.get_id()),
    methods=["POST"],
    error_message=lambda: gettext(ENOUGH),
)


@door.post("/certificates/<public_id>/codes")
@only(*PEOPLE)
@thirty_an_hour
def sign_certificate(public_id: str) -> ResponseReturnValue:
    """A sheet with a signed code; asked for twice, it is the same."""
    number = codes.certificate_code(
        lambda session: certificates.own_certificate(session, actor(), public_id, lock=True)
    )
    return redirect(url_for(".code_sheet", number=number), 303)


@door.post("/stamps/<public_id>/codes")
@only(*PEOPLE)
@thirty_an_hour
def sign_run(public_id: str) -> ResponseReturnValue:
    """A cover for the roll of a run."""

    def sign(session: Session, key: CodeKey) -> SignedCode:
        run = stamping.own_run(session, actor(), public_id, lock=True)
        return signed_codes.sign_roll(
            session, actor=actor(), run=run, serials=codes.ends_of(run), key=key, now=now()
        )

    return redirect(url_for(".code_sheet", number=codes.made(sign)), 303)


class CartonForm(Form):
    """How much is in each carton, and how many cartons are packed alike."""

    count = StringField(N_("Số sản phẩm trong một thùng"), [InputRequired()])
    cartons = StringField(N_("Số thùng đóng như nhau"), [InputRequired()], default="1")


@door.route("/lots/<public_id>/cartons", methods=["GET", "POST"])
@only(*PEOPLE)
@thirty_an_hour
def cartons(public_id: str) -> ResponseReturnValue:
    """Covers for cartons of a lot: each is signed by itself, and printed together."""
    lot = stamping.own_lot(reader(), actor(), public_id)
    form = CartonForm(count=_usual_count(lot))
    if form.validate_on_submit():
        try:
            return redirect(url_for(".code_sheet", number=_signed(public_id, form), together=1), 303)
        except Malformed as broken:
            form.blame(broken)
    page = render_template(
        "cooperative/lots/cartons.html",
        lot=lot,
        form=form,
        manager=actor().has(Role.MANAGER),
        **codes.shown_codes(lot),
    )
    return page, 422 if form.is_submitted() else 200


def _usual_count(lot: Lot) -> str:
    """As many as a case of the product holds, where one is registered."""
    item = lot.trade_item
    holds = item.contains_count or signed_codes.case_count(reader(), item)
    return str(holds) if holds else ""


def _signed(public_id: str, form: CartonForm) -> str:
    count = parse_count(form.count.data or "", field="count", most=100_000)
    many = parse_count(form.cartons.data or "", field="cartons", most=signed_codes.MOST_CARTONS)

    def sign(session: Session, key: CodeKey) -> SignedCode:
        lot = stamping.own_lot(session, actor(), public_id)
        return signed_codes.sign_cartons(
            session, actor=actor(), lot=lot, count=count, cartons=many, key=key, now=now()
        )[0]

    return codes.made(sign)


@door.get("/codes/<number>/sheet.pdf")
@papers
@only(*PEOPLE)
def code_sheet(number: str) -> ResponseReturnValue:
    """The paper of a code of the party's own; with `together`, of all that were signed at once."""
    code = signed_codes.own_code(reader(), actor(), number)
    alike = signed_codes.signed_together(reader(), code) if request.args.get("together") else [code]
    return codes.sheet_answer(*alike)


@door.post("/codes/<number>/revoke")
@only(Role.MANAGER)
def revoke_code(number: str) -> ResponseReturnValue:
    """Take a code back for ever."""
    back = _page_of(signed_codes.own_code(reader(), actor(), number))
    codes.revoke(lambda session: signed_codes.own_code(session, actor(), number), request.form.get("why", ""))
    flash(gettext("Đã thu hồi mã {number}. Ai kiểm tra khi có mạng sẽ thấy ngay.", number=number), "ok")
    return redirect(back, 303)


def _page_of(code: SignedCode) -> str:
    """The page of the record a code stands for."""
    if code.certificate is not None:
        return url_for(".certificate", public_id=code.certificate.public_id)
    if code.stamp_run is not None:
        return url_for(".stamp_run", public_id=code.stamp_run.public_id)
    return url_for(".cartons", public_id=code.lot.public_id if code.lot else "")
