"""The cooperative's own record, its places, and sending it to the province."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from traceapp.domain.errors import Conflict, RuleBroken
from traceapp.domain.numbers import typed_number
from traceapp.domain.permissions import Role
from traceapp.extensions import reader, transaction
from traceapp.models import Party, Place
from traceapp.services import taking_back
from traceapp.services.parties import places, registry
from traceapp.services.parties.places import PlaceEntry
from traceapp.services.parties.registry import PartyEntry
from traceapp.web.access import actor, only
from traceapp.web.acting import done
from traceapp.web.cooperative import door
from traceapp.web.cooperative.forms import PlaceForm
from traceapp.web.entry import typed
from traceapp.web.errors import sentence
from traceapp.web.languages import gettext, now, today
from traceapp.web.party_form import PartyForm, party_as_typed, unit_choices
from traceapp.web.record_words import PARTY_KINDS, PARTY_STATES, PLACE_KINDS

PEOPLE = (Role.MANAGER, Role.MEMBER)


@door.route("/party", methods=["GET", "POST"])
@only(*PEOPLE)
def party() -> ResponseReturnValue:
    """The record of the party: how it stands with the province, and everything that can be changed."""
    mine = registry.own_party(reader(), actor())
    form = PartyForm(data=party_as_typed(mine, today()))
    address = mine.address_on(today())
    form.offer_units(reader(), today(), *([address.admin_unit_id] if address else []))

    def deed(session: Session) -> Party:
        entry = typed(form, PartyEntry)
        return registry.edit_party(session, actor=actor(), entry=entry, now=now(), today=today())

    if done(form, deed):
        flash(gettext("Đã lưu hồ sơ."), "ok")
        return redirect(url_for(".party"), 303)
    return _party_page(form), 422 if form.is_submitted() else 200


def _party_page(form: PartyForm) -> str:
    return render_template(
        "cooperative/party.html",
        form=form,
        party=registry.own_party(reader(), actor()),
        places=places.list_places(reader(), actor()),
        states=PARTY_STATES,
        kinds=PARTY_KINDS,
        place_kinds=PLACE_KINDS,
        manager=actor().has(Role.MANAGER),
    )


@door.post("/party/submit")
@only(*PEOPLE)
def submit_party() -> ResponseReturnValue:
    """Send the record to the province."""
    try:
        with transaction() as session:
            registry.submit_party(session, actor=actor(), now=now())
    except RuleBroken as broken:
        if broken.field is None:
            raise
        mine = registry.own_party(reader(), actor())
        form = PartyForm(formdata=None, data=party_as_typed(mine, today()))
        form.offer_units(reader(), today())
        form.blame(broken)
        return _party_page(form), 422
    flash(gettext("Đã gửi hồ sơ. Tỉnh sẽ trả lời ở trang chủ; trong lúc chờ, tem in ra là tem mẫu."), "ok")
    return redirect(url_for(".home"), 303)


@door.post("/party/take-back")
@only(*PEOPLE)
def take_back_party() -> ResponseReturnValue:
    """Have the record back from the province's queue, to put it right and send it again."""
    try:
        with transaction() as session:
            mine = registry.own_party(session, actor())
            taking_back.take_back_party(session, actor=actor(), party=mine, now=now())
    except Conflict as late:
        flash(sentence(late), "stop")
    else:
        flash(gettext("Đã rút hồ sơ lại. Sửa xong xin gửi tỉnh duyệt lại."), "ok")
    return redirect(url_for(".party"), 303)


@door.route("/places/new", methods=["GET", "POST"])
@only(*PEOPLE)
def new_place() -> ResponseReturnValue:
    """Add a place."""
    form = PlaceForm()
    _offer_units(form)

    def deed(session: Session) -> Place:
        entry = typed(form, PlaceEntry)
        return places.add_place(session, actor=actor(), entry=entry, now=now(), today=today())

    if done(form, deed):
        flash(gettext("Đã thêm địa điểm."), "ok")
        return redirect(url_for(".party", _anchor="places"), 303)
    page = render_template("cooperative/place.html", form=form, place=None)
    return page, 422 if form.is_submitted() else 200


@door.route("/places/<public_id>", methods=["GET", "POST"])
@only(*PEOPLE)
def place(public_id: str) -> ResponseReturnValue:
    """Change a place."""
    found = places.own_place(reader(), actor(), public_id)
    form = PlaceForm(data=as_typed(found))
    _offer_units(form, *([found.admin_unit_id] if found.admin_unit_id else []))

    def deed(session: Session) -> Place:
        mine, entry = places.own_place(session, actor(), public_id), typed(form, PlaceEntry)
        return places.edit_place(session, actor=actor(), place=mine, entry=entry, now=now(), today=today())

    if done(form, deed):
        flash(gettext("Đã lưu địa điểm."), "ok")
        return redirect(url_for(".party", _anchor="places"), 303)
    page = render_template("cooperative/place.html", form=form, place=found)
    return page, 422 if form.is_submitted() else 200


def _offer_units(form: PlaceForm, *also: int) -> None:
    units = registry.list_units(reader(), today(), *also)
    form.admin_unit.choices = unit_choices(units)


def as_typed(found: Place) -> dict[str, str | bool]:
    """A place as its form shows it."""
    numbers = ("hectares", "latitude", "longitude")
    told: dict[str, str | bool] = {
        name: "" if getattr(found, name) is None else _shown(name, found) for name in numbers
    }
    return told | {
        "kind": found.kind.value,
        "name": found.name,
        "name_en": found.name_en or "",
        "gln": found.gln or "",
        "admin_unit": str(found.admin_unit_id or ""),
        "coordinates_public": found.coordinates_public,
    }


def _shown(name: str, found: Place) -> str:
    if name == "hectares" and found.hectares is not None:
        return typed_number(found.hectares)
    return f"{getattr(found, name):f}".replace(".", ",")
