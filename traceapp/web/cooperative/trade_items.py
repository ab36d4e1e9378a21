"""Products: the list, one product, adding and changing it, its photo, its carton."""

from dataclasses import replace
from io import BytesIO
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from traceapp.domain.checklist import Where
from traceapp.domain.errors import NotFound, RuleBroken
from traceapp.domain.identifiers import Gtin
from traceapp.domain.numbers import typed_number
from traceapp.domain.permissions import Role
from traceapp.domain.trade_items import CATEGORIES, UNIT_NAMES, Level
from traceapp.extensions import reader, transaction
from traceapp.models import TradeItem
from traceapp.services import agenda, lot_checklist, own_lists, trade_items
from traceapp.services.pictures import both_sizes
from traceapp.services.trade_item_entry import TradeItemEntry
from traceapp.web.access import actor, only
from traceapp.web.acting import done, tried
from traceapp.web.cooperative import door
from traceapp.web.cooperative.forms import CaseForm, NewTradeItemForm, PhotoForm, TradeItemForm
from traceapp.web.cooperative.starters import STARTERS
from traceapp.web.cooperative.uploads import read_upload, store
from traceapp.web.entry import typed
from traceapp.web.languages import gettext, now, today
from traceapp.web.paging import after, sought
from traceapp.web.record_words import SHELF_LIFE_UNITS
from traceapp.web.words import STATUS_WORDS

PEOPLE = (Role.MANAGER, Role.MEMBER)
SHOWN = 10  # certificates that are over; the others are in their list
WORDS = {"categories": CATEGORIES, "units": UNIT_NAMES, "life_units": SHELF_LIFE_UNITS, "where": Where}


@door.get("/items")
@only(*PEOPLE)
def items() -> ResponseReturnValue:
    """The products of the party, a page at a time; on request those that were put away."""
    session, away = reader(), request.args.get("shelf") == "archived"
    page = own_lists.page_items(session, actor(), typed=sought(), archived=away, after=after())
    return render_template(
        "cooperative/items/list.html",
        page=page,
        away=away,
        sought=sought(),
        archived=own_lists.count_items(session, actor(), archived=True),
        just=_just_archived(request.args.get("archived", "")),
        idle=agenda.idle_stamps(session, page.rows),
        standings=lot_checklist.standings_of(session, page.rows, today()),
        status_words=STATUS_WORDS,
        **WORDS,
    )


def _just_archived(public_id: str) -> TradeItem | None:
    """The product just put away, to be taken out again."""
    try:
        found = trade_items.own_item(reader(), actor(), public_id)
    except NotFound:
        return None
    return found if found.archived_at is not None else None


@door.route("/items/new", methods=["GET", "POST"])
@only(*PEOPLE)
def new_item() -> ResponseReturnValue:
    """Add a product, from a beginning where one fits."""
    form = NewTradeItemForm()
    starter = STARTERS.get(request.args.get("starter", ""))
    if request.method == "GET" and starter is not None:
        form.process(data=starter.entry())
    if made := tried(form, lambda: _added(form)):
        _note_demo(made)
        first = not own_lists.count_lots(reader(), actor())
        return redirect(url_for(".new_lot" if first else ".item", public_id=made.public_id), 303)
    page = render_template(
        "cooperative/items/new.html",
        form=form,
        starters=STARTERS,
        starter=request.args.get("starter"),
        first=not own_lists.count_items(reader(), actor()),
    )
    return page, 422 if form.is_submitted() else 200


def _added(form: TradeItemForm) -> TradeItem:
    content = read_upload(form.photo)
    pictures = both_sizes(content) if content else None
    with transaction() as session:
        item = trade_items.add_trade_item(
            session, actor=actor(), entry=typed(form, TradeItemEntry), now=now()
        )
        if pictures is not None:
            trade_items.set_photo(session, store(), actor=actor(), item=item, pictures=pictures, now=now())
    return item


def _note_demo(item: TradeItem) -> None:
    if item.gtin is not None and Gtin(item.gtin).is_demo:
        flash(gettext("Mã bắt đầu bằng 952 là mã minh họa của GS1, không dùng trên hàng bán."), "caution")
    if item.gtin is None:
        told = gettext("Đã cấp mã sản phẩm {number}. Có GTIN thì bổ sung sau.", number=item.registry_number)
        flash(told, "ok")


@door.get("/items/<public_id>")
@only(*PEOPLE)
def item(public_id: str) -> ResponseReturnValue:
    """One product: what its label says, its lots and certificates."""
    session = reader()
    found = trade_items.own_item(session, actor(), public_id)
    return render_template(
        "cooperative/items/show.html",
        item=found,
        lots=own_lists.page_lots(session, actor(), item=found, after=after()),
        certificates=lot_checklist.certificates_of(session, found, today()),
        stopped=lot_checklist.stopped_of(session, found, today())[:SHOWN],
        status_words=STATUS_WORDS,
        cases=own_lists.cases_of(session, found),
        photo=PhotoForm(),
        address=request.host_url.rstrip("/"),
        **WORDS,
    )


@door.route("/items/<public_id>/edit", methods=["GET", "POST"])
@only(*PEOPLE)
def edit_item(public_id: str) -> ResponseReturnValue:
    """Change a product or a carton."""
    found = trade_items.own_item(reader(), actor(), public_id)
    kind = CaseForm if found.level is Level.CASE else TradeItemForm
    form = kind(data=as_typed(found))

    def deed(session: Session) -> TradeItem:
        mine = trade_items.own_item(session, actor(), public_id, lock=True)
        entry = _whole(typed(form, TradeItemEntry), found)
        return trade_items.edit_trade_item(session, actor=actor(), item=mine, entry=entry, now=now())

    if done(form, deed):
        flash(gettext("Đã lưu sản phẩm."), "ok")
        return redirect(url_for(".item", public_id=public_id), 303)
    page = render_template("cooperative/items/edit.html", form=form, item=found)
    return page, 422 if form.is_submitted() else 200


def _whole(entry: TradeItemEntry, item: TradeItem) -> TradeItemEntry:
    """A carton's form is short: the rest stays as it is."""
    if item.level is not Level.CASE:
        return entry
    kept = as_typed(item) | {name: getattr(entry, name) for name in ("name_vi", "contains_count", "gtin")}
    return TradeItemEntry(**kept)


def as_typed(item: TradeItem) -> dict[str, Any]:
    """A product as its form shows it: text, but for the tick."""
    texts = (
        "name_vi", "name_en", "name_zh", "short_name", "brand", "ingredients", "storage", "warnings",
    )  # fmt: skip
    told: dict[str, Any] = {name: getattr(item, name) or "" for name in texts}
    life = item.shelf_life_unit
    return told | {
        "category": item.category.value,
        "gtin": Gtin(item.gtin).shown if item.gtin else "",
        "net_content": "" if item.net_content is None else typed_number(item.net_content),
        "net_unit": item.net_unit.value if item.net_unit else "GRM",
        "alcohol_percent": "" if item.alcohol_percent is None else typed_number(item.alcohol_percent),
        "shelf_life": str(item.shelf_life or ""),
        "shelf_life_unit": life.value if life else "month",
        "standards": "\n".join(row.number for row in item.standards),
        "contains_count": "" if item.contains_count is None else typed_number(item.contains_count),
        "scratch_pin": item.scratch_pin,
    }


@door.route("/items/<public_id>/case", methods=["GET", "POST"])
@only(*PEOPLE)
def new_case(public_id: str) -> ResponseReturnValue:
    """Add the carton of a product, its GTIN-14 suggested."""
    unit = trade_items.own_item(reader(), actor(), public_id)
    if unit.level is Level.CASE:
        raise NotFound("record_not_found")
    form = CaseForm()
    if request.method == "GET":
        form.name_vi.data = f"Thùng {unit.name_vi}"[:120]
        form.gtin.data = trade_items.suggested_case_gtin(reader(), unit)

    def deed(session: Session) -> TradeItem:
        mine = trade_items.own_item(session, actor(), public_id, lock=True)
        entry = replace(typed(form, TradeItemEntry), category=mine.category.value)
        return trade_items.add_trade_item(session, actor=actor(), entry=entry, contains=mine, now=now())

    if made := done(form, deed):
        flash(gettext("Đã thêm thùng hàng."), "ok")
        return redirect(url_for(".item", public_id=made.public_id), 303)
    page = render_template("cooperative/items/case.html", form=form, item=unit)
    return page, 422 if form.is_submitted() else 200


@door.post("/items/<public_id>/photo")
@only(*PEOPLE)
def set_photo(public_id: str) -> ResponseReturnValue:
    """Set or replace the photo."""
    found = trade_items.own_item(reader(), actor(), public_id)
    form = PhotoForm()
    try:
        form.validate()
        pictures = both_sizes(read_upload(form.photo, needed=True))
        with transaction() as session:
            mine = trade_items.own_item(session, actor(), public_id, lock=True)
            trade_items.set_photo(
                session,
                store(),
                actor=actor(),
                item=mine,
                pictures=pictures,
                alt=form.alt.data or "",
                now=now(),
            )
    except RuleBroken as broken:
        form.blame(broken)
        return render_template("cooperative/items/photo.html", photo=form, item=found), 422
    flash(gettext("Đã lưu ảnh."), "ok")
    return redirect(url_for(".item", public_id=public_id), 303)


@door.get("/items/<public_id>/picture/<any(small, large):size>")
@only(*PEOPLE)
def picture(public_id: str, size: str) -> ResponseReturnValue:
    """The photo of an own product, as we re-encoded it."""
    found = trade_items.own_item(reader(), actor(), public_id)
    if not found.images:
        raise NotFound("record_not_found")
    image = found.images[0]
    content = store().get(image.small_sha256 if size == "small" else image.large_sha256)
    answer = send_file(BytesIO(content), mimetype="image/webp")
    answer.headers["Cache-Control"] = "private, max-age=86400"
    return answer


@door.post("/items/<public_id>/archive")
@only(*PEOPLE)
def archive_item(public_id: str) -> ResponseReturnValue:
    """Take a product from the list; the list offers to undo it."""
    with transaction() as session:
        mine = trade_items.own_item(session, actor(), public_id, lock=True)
        trade_items.archive_trade_item(session, actor=actor(), item=mine, now=now())
    return redirect(url_for(".items", archived=public_id), 303)


@door.post("/items/<public_id>/restore")
@only(*PEOPLE)
def restore_item(public_id: str) -> ResponseReturnValue:
    """Put it back."""
    with transaction() as session:
        mine = trade_items.own_item(session, actor(), public_id, lock=True)
        trade_items.restore_trade_item(session, actor=actor(), item=mine, now=now())
    flash(gettext("Sản phẩm đã trở lại danh sách."), "ok")
    return redirect(url_for(".item", public_id=public_id), 303)
