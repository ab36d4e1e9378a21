"""Where a lot went and came from: a row in under a minute, a mistake taken back by a row of its own."""

from secrets import token_hex

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired

from traceapp.domain.errors import Conflict, Malformed
from traceapp.domain.numbers import format_day, parse_day, parse_number, typed_number
from traceapp.domain.permissions import Role
from traceapp.domain.recalls import Direction
from traceapp.domain.trade_items import UNIT_NAMES, Unit
from traceapp.extensions import reader, transaction
from traceapp.i18n import N_
from traceapp.models import Lot, LotMovement
from traceapp.services import lots
from traceapp.services.paging import page_in_hand
from traceapp.services.recalls import movement_entry, movements, recall_scope
from traceapp.services.recalls.holders import counted
from traceapp.services.recalls.movement_entry import MovementEntry
from traceapp.web.access import actor, only
from traceapp.web.cooperative import door
from traceapp.web.entry import By, line, typed
from traceapp.web.forms import Form
from traceapp.web.languages import gettext, language, now, today
from traceapp.web.paging import after
from traceapp.web.record_words import amount_words

PEOPLE = (Role.MANAGER, Role.MEMBER)


class MovementForm(Form):
    """A row: to whom or from whom, how much, when."""

    request_key = HiddenField()
    direction = RadioField(
        N_("Việc gì"),
        choices={"despatched": N_("Giao cho (bán, gửi)"), "received": N_("Nhận từ (mua, nhập)")},
        default="despatched",
    )
    again = SelectField(N_("Người đã giao dịch"), validate_choice=False)
    name = StringField(N_("Tên người hoặc cửa hàng"), [line(160)])
    code = StringField(
        N_("Mã số thuế hoặc GLN"),
        description=N_("Nếu là đơn vị có trong hệ thống: ghi mã thì không cần ghi tên."),
    )
    phone = StringField(N_("Số điện thoại"), description=N_("Để gọi ngay khi có thu hồi."))
    address = StringField(N_("Địa chỉ"), [line(300)])
    quantity = StringField(N_("Số lượng"), [InputRequired(), By(parse_number)])
    unit = SelectField(N_("Đơn vị tính"), choices={kind.value: told for kind, told in UNIT_NAMES.items()})
    moved_on = StringField(N_("Ngày"), [InputRequired(), By(parse_day)])
    document_number = StringField(N_("Số phiếu, hóa đơn"), [line(60)])


@door.get("/lots/<public_id>/movements")
@only(*PEOPLE)
def lot_movements(public_id: str) -> ResponseReturnValue:
    """The rows of a lot, and the form for one more."""
    lot = lots.own_lot(reader(), actor(), public_id)
    form = MovementForm(formdata=None, data=_begun(lot))
    return _page(lot, form, 200)


def _begun(lot: Lot) -> dict[str, str]:
    """An empty row: today, in the lot's unit; after a mistake, what the wrong row said."""
    direction = "received" if request.args.get("direction") == "received" else "despatched"
    begun = {
        "request_key": token_hex(16),
        "direction": direction,
        "unit": (lot.unit or Unit.PIECE).value,
        "moved_on": format_day(today()),
    }
    like = movement_entry.own_movement(reader(), actor(), request.args.get("like", ""))
    if like is None or like.lot_id != lot.id:
        return begun
    return begun | {
        "direction": like.direction.value,
        "again": like.public_id,
        "quantity": typed_number(like.quantity),
        "unit": like.unit.value,
        "moved_on": format_day(like.moved_on),
        "document_number": like.document_number or "",
    }


@door.post("/lots/<public_id>/movements")
@only(*PEOPLE)
def record_movement(public_id: str) -> ResponseReturnValue:
    """One more row."""
    lot = lots.own_lot(reader(), actor(), public_id)
    form = MovementForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                movements.record_movement(
                    session,
                    actor=actor(),
                    lot=lots.own_lot(session, actor(), public_id),
                    entry=typed(form, MovementEntry),
                    request_key=form.request_key.data or None,
                    now=now(),
                    today=today(),
                )
        except (Malformed, Conflict) as broken:
            form.blame(broken)
            return _page(lot, form, 422, full=broken.code == "movement_more")
        else:
            flash(gettext("Đã ghi."), "ok")
            return redirect(url_for(".lot_movements", public_id=public_id), 303)
    return _page(lot, form, 422)


@door.post("/lots/<public_id>/movements/<number>/reverse")
@only(*PEOPLE)
def reverse_movement(public_id: str, number: str) -> ResponseReturnValue:
    """Take a row back, and offer to write it anew."""
    try:
        with transaction() as session:
            lot = lots.own_lot(session, actor(), public_id)
            movements.reverse_movement(session, actor=actor(), lot=lot, public_id=number, now=now())
    except Conflict:
        flash(gettext("Dòng này đã được hủy trước đó."), "ok")
        return redirect(url_for(".lot_movements", public_id=public_id), 303)
    flash(gettext("Đã hủy dòng ghi nhầm. Ghi lại cho đúng ở dưới, nếu cần."), "ok")
    return redirect(url_for(".lot_movements", public_id=public_id, like=number), 303)


def _page(lot: Lot, form: MovementForm, status: int, *, full: bool = False) -> ResponseReturnValue:
    known = movements.known_holders(reader(), actor())
    met = [(one.public_id, _named(one)) for one in known]
    form.again.choices = [("", gettext("người khác, ghi ở dưới")), *met]
    like = form.again.data
    if like and like not in dict(form.again.choices):
        row = movement_entry.own_movement(reader(), actor(), like)
        form.again.choices += [(like, _named(row))] if row else []
    rows = movements.read_movements(reader(), actor(), lot)
    about = recall_scope.of_lot(lot)
    struck = recall_scope.standing_over(reader(), about) + recall_scope.standing_within(reader(), about)
    page = render_template(
        "cooperative/lots/movements.html",
        lot=lot,
        form=form,
        page=page_in_hand(rows, after(), lambda row: (row.id,)),
        standing_rows={one.id for one in counted(rows)},
        totals=movements.totals(lot, rows),
        restrained=[row for row in struck if row.from_at is not None],
        units=UNIT_NAMES,
        fresh=not known,
        full=full,
        sent=Direction.DESPATCHED,
    )
    return page, status


def _named(row: LotMovement) -> str:
    """Who it is, in one line."""
    name = row.party.name_on(today(), language()) if row.party else row.name or ""
    return f"{name} · {row.phone}" if row.phone else name


door.add_app_template_global(amount_words, "amount_in")
