"""Lots: the list, one lot with its legal checklist, adding and changing it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from traceapp.domain.checklist import Item, ItemState, Where, fillable, missing
from traceapp.domain.identifiers import LotNumber
from traceapp.domain.numbers import format_day, typed_number
from traceapp.domain.permissions import Role
from traceapp.domain.restrictions import HOLD_REASONS
from traceapp.domain.trade_items import LABEL_FIELD_NAMES, UNIT_NAMES
from traceapp.extensions import reader, transaction
from traceapp.models import Lot, TradeItem
from traceapp.services import case_reach, lot_checklist, lots, own_lists, trade_items
from traceapp.services.lots import LotEntry
from traceapp.services.parties import places
from traceapp.services.public.publishing import item_path
from traceapp.services.recalls import recall_scope
from traceapp.services.recalls.fixed_goods import code_fixed
from traceapp.services.recalls.recall_scope import of_lot
from traceapp.web.access import actor, only
from traceapp.web.acting import done
from traceapp.web.cooperative import door
from traceapp.web.cooperative.forms import LotForm
from traceapp.web.entry import typed
from traceapp.web.languages import gettext, now, today
from traceapp.web.paging import after, sought
from traceapp.web.record_words import SHELF_LIFE_UNITS

PEOPLE = (Role.MANAGER, Role.MEMBER)
SHOWN = 10  # runs of stamps; the others are in their list


@door.get("/lots")
@only(*PEOPLE)
def lots_list() -> ResponseReturnValue:
    """The lots, the newest first, a page at a time, and the way to their stamps; or those put away."""
    away = request.args.get("shelf") == "archived"
    return render_template(
        "cooperative/lots/list.html",
        page=own_lists.page_lots(reader(), actor(), typed=sought(), archived=away, after=after()),
        sought=sought(),
        away=away,
        archived=own_lists.count_lots(reader(), actor(), archived=True),
        units=UNIT_NAMES,
        any_item=bool(own_lists.count_items(reader(), actor())),
    )


@door.get("/lots/new")
@only(*PEOPLE)
def choose_item() -> ResponseReturnValue:
    """Of which product is the new lot? With one product there is nothing to choose."""
    page = own_lists.page_items(reader(), actor(), typed=sought(), after=after())
    if page.count == 1 and page.rows and not sought():
        return redirect(url_for(".new_lot", public_id=page.rows[0].public_id), 303)
    return render_template("cooperative/lots/choose_item.html", page=page, sought=sought(), units=UNIT_NAMES)


@door.route("/items/<public_id>/lots/new", methods=["GET", "POST"])
@only(*PEOPLE)
def new_lot(public_id: str) -> ResponseReturnValue:
    """Add a lot: code and day suggested, the rest as little as possible."""
    item = trade_items.own_item(reader(), actor(), public_id)
    form = _prepared(LotForm(), item)
    if request.method == "GET":
        form.code.data = lots.suggested_code(reader(), item, today())
        form.made_on.data = format_day(today())
        form.code.description = gettext(
            "Gợi ý theo ngày hôm nay. Lô làm ngày khác thì sửa số lô theo cách của bạn; tối đa 20 ký tự."
        )
    first = not own_lists.count_lots(reader(), actor())

    def deed(session: Session) -> Lot:
        mine, entry = trade_items.own_item(session, actor(), public_id, lock=True), typed(form, LotEntry)
        return lots.add_lot(session, actor=actor(), item=mine, entry=entry, now=now(), today=today())

    if made := done(form, deed):
        if first:
            return redirect(url_for(".new_stamps", lot=made.public_id), 303)
        flash(gettext("Đã tạo lô {code}.", code=made.code), "ok")
        return redirect(url_for(".lot", public_id=made.public_id), 303)
    page = render_template("cooperative/lots/new.html", form=form, item=item, first=first)
    return page, 422 if form.is_submitted() else 200


def _prepared(form: LotForm, item: TradeItem) -> LotForm:
    """The form with its places, and what happens to an empty use-by day."""
    mine = [(place.public_id, place.name) for place in places.list_places(reader(), actor())]
    form.place.choices = [("", gettext("chưa chọn")), *mine]
    if item.shelf_life is not None and item.shelf_life_unit is not None:
        form.expires_on.description = gettext(
            "Để trống: tính từ ngày sản xuất, theo hạn dùng {life} {unit} của sản phẩm.",
            life=item.shelf_life,
            unit=gettext(SHELF_LIFE_UNITS[item.shelf_life_unit]),
        )
    else:
        form.expires_on.description = gettext("Ngày/tháng/năm. Để trống nếu sản phẩm không có hạn dùng.")
    return form


@door.get("/lots/<public_id>")
@only(*PEOPLE)
def lot(public_id: str) -> ResponseReturnValue:
    """One lot, and what the law's list still misses."""
    found = lots.own_lot(reader(), actor(), public_id)
    rows = lot_checklist.checklist(reader(), found, today())
    asked = [row for row in rows if row.state is not ItemState.NOT_APPLICABLE]
    counted = fillable(rows)
    return render_template(
        "cooperative/lots/show.html",
        lot=found,
        rows=[(row, _mend(row, found)) for row in asked],
        gaps=len(missing(counted)),
        asked=len(counted),
        runs=lots.list_runs(reader(), found, limit=SHOWN + 1),
        shown=SHOWN,
        units=UNIT_NAMES,
        label_fields=LABEL_FIELD_NAMES,
        public_path=public_path(found),
        restraints=[one for one in recall_scope.standing_over(reader(), of_lot(found)) if one.from_at],
        may_hold=[one for one in case_reach.possible(reader(), found) if one.from_at],
        reasons=HOLD_REASONS,
    )


def public_path(found: Lot) -> str:
    """Where a buyer reads about this lot."""
    return f"{item_path(found.trade_item).path()}/10/{LotNumber(found.code)}"


def _mend(row: Item, found: Lot) -> str | None:
    """The screen on which a missing row is filled in; none for what comes with the journey."""
    item = found.trade_item.public_id
    ways = {
        Where.TRADE_ITEM: url_for(".edit_item", public_id=item),
        Where.PARTY: url_for(".party"),
        Where.LOT: url_for(".edit_lot", public_id=found.public_id),
        Where.CERTIFICATES: url_for(".new_certificate"),
        Where.PLACES: url_for(".edit_lot", public_id=found.public_id)
        if places.list_places(reader(), actor())
        else url_for(".new_place"),
        Where.STAMPS: url_for(".new_stamps", lot=found.public_id),
    }
    if row.number == 2:
        return url_for(".item", public_id=item, _anchor="photo")
    return ways.get(row.where)


@door.route("/lots/<public_id>/edit", methods=["GET", "POST"])
@only(*PEOPLE)
def edit_lot(public_id: str) -> ResponseReturnValue:
    """Change a lot."""
    found = lots.own_lot(reader(), actor(), public_id)
    form = _prepared(LotForm(data=as_typed(found)), found.trade_item)

    def deed(session: Session) -> Lot:
        mine, entry = lots.own_lot(session, actor(), public_id, lock=True), typed(form, LotEntry)
        return lots.edit_lot(session, actor=actor(), lot=mine, entry=entry, now=now(), today=today())

    if done(form, deed):
        flash(gettext("Đã lưu lô."), "ok")
        return redirect(url_for(".lot", public_id=public_id), 303)
    fixed = code_fixed(reader(), found)
    page = render_template("cooperative/lots/edit.html", form=form, lot=found, fixed=fixed)
    return page, 422 if form.is_submitted() else 200


def as_typed(found: Lot) -> dict[str, str]:
    """A lot as its form shows it."""
    days = ("made_on", "packed_on", "expires_on")
    told = {name: format_day(getattr(found, name)) if getattr(found, name) else "" for name in days}
    return told | {
        "code": found.code,
        "quantity": "" if found.quantity is None else typed_number(found.quantity),
        "unit": found.unit.value if found.unit else "H87",
        "place": found.place.public_id if found.place else "",
        "note": found.note or "",
    }


@door.post("/lots/<public_id>/<any(archive, restore):act>")
@only(*PEOPLE)
def shelve_lot(public_id: str, act: str) -> ResponseReturnValue:
    """Take a lot from the list, or put it back."""
    with transaction() as session:
        mine = lots.own_lot(session, actor(), public_id, lock=True)
        done = lots.archive_lot if act == "archive" else lots.restore_lot
        done(session, actor=actor(), lot=mine, now=now())
    return redirect(url_for(".lot", public_id=public_id), 303)
