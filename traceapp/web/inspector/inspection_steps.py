"""A field record step by step: each page saves on the server and leads to the next.

Without script a step is a form like any other. The script of these pages (`static/inspection.js`) keeps what
is typed while there is no net and sends it once; it asks for JSON and gets where to go next.
"""

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from traceapp.domain.errors import Conflict, Malformed, RuleBroken
from traceapp.domain.inspections import FINDINGS, MOST_ITEMS, STEP_NAMES, Step
from traceapp.domain.permissions import Role
from traceapp.domain.reference import UnitLevel
from traceapp.domain.trade_items import UNIT_NAMES
from traceapp.extensions import reader, transaction
from traceapp.models import AdminUnit, Inspection, InspectionItem
from traceapp.services import inspections
from traceapp.services.inspections.saving import item_numbered
from traceapp.web import access
from traceapp.web.errors import sentence
from traceapp.web.inspector import door
from traceapp.web.inspector.goods import serial_keys
from traceapp.web.inspector.holding import acts_on
from traceapp.web.inspector.inspection_forms import (
    ItemForm,
    StepForm,
    flat,
    new_key,
    prefilled,
    sent,
    stored,
)
from traceapp.web.languages import now, today

ORDER = tuple(Step)


@door.route(
    "/inspections/<public_id>/<any(place, people, checklist, result, signing):step>", methods=["GET", "POST"]
)
@access.only(Role.INSPECTOR)
def inspection_step(public_id: str, step: str) -> ResponseReturnValue:
    """A step that is one form."""
    return _page(public_id, Step(step), None)


@door.route("/inspections/<public_id>/goods", methods=["GET", "POST"])
@access.only(Role.INSPECTOR)
def inspection_goods(public_id: str) -> ResponseReturnValue:
    """What was looked at, and a form for one more."""
    return _page(public_id, Step.GOODS, None)


@door.route("/inspections/<public_id>/goods/<int:row>", methods=["GET", "POST"])
@access.only(Role.INSPECTOR)
def inspection_item(public_id: str, row: int) -> ResponseReturnValue:
    """One of the goods, to be changed."""
    return _page(public_id, Step.GOODS, row)


@door.post("/inspections/<public_id>/goods/<int:row>/remove")
@access.only(Role.INSPECTOR)
def remove_inspection_item(public_id: str, row: int) -> ResponseReturnValue:
    """Take one of the goods out, unless it says something else by now than the page did."""
    shown = ItemForm()
    try:
        with transaction() as session:
            found = inspections.own_inspection(session, actor=access.actor(), public_id=public_id)
            inspections.remove_item(
                session,
                actor=access.actor(),
                inspection=found,
                number=row,
                version=shown.shown_version,
                now=now(),
            )
    except Conflict as broken:
        if broken.code != "inspection_item_changed":
            raise
        return _changed_meanwhile(public_id, row, shown, broken), 409
    return redirect(url_for(".inspection_goods", public_id=public_id), 303)


def _changed_meanwhile(public_id: str, number: int, shown: StepForm, broken: Conflict) -> str:
    """What the goods say now beside what the page had shown of them, and the way to take them out anyway."""
    reader().rollback()
    found = inspections.own_inspection(reader(), actor=access.actor(), public_id=public_id)
    item = item_numbered(found, number)
    entry = inspections.entry_of(found, Step.GOODS, item)
    return render_template(
        "inspector/inspections/changed.html",
        fault=sentence(broken),
        item=item,
        shown=shown,
        differs=stored(shown, entry),
        entry=flat(entry),
        **about(found, Step.GOODS),
    )


def _page(public_id: str, step: Step, number: int | None) -> ResponseReturnValue:
    found = inspections.own_inspection(reader(), actor=access.actor(), public_id=public_id)
    if found.is_closed and request.method == "GET":
        return redirect(url_for(".inspection", public_id=found.public_id), 303)
    item = item_numbered(found, number) if number is not None else None
    form = prefilled(step, inspections.entry_of(found, step, item), found.version)
    if not form.is_submitted():
        return _shown(found, step, form, item)
    told: dict[str, str] = {}
    status = 422
    if form.validate():
        try:
            saved = _saved(public_id, step, form, number)
        except (Conflict, Malformed) as broken:
            form.blame(broken)
            if isinstance(broken, Conflict):
                status = 409
                told = _both(form, broken, found, step, item)
        else:
            return _onward(found, step, saved)
    return _shown(found, step, form, item, told), status


def _saved(public_id: str, step: Step, form: StepForm, number: int | None) -> inspections.Saved:
    with transaction() as session:
        return inspections.save_step(
            session,
            actor=access.actor(),
            inspection=inspections.own_inspection(session, actor=access.actor(), public_id=public_id),
            entry=sent(step, form),
            version=form.shown_version,
            key=form.asked_key,
            keys=serial_keys(),
            number=number,
            now=now(),
        )


def _both(
    form: StepForm, broken: RuleBroken, found: Inspection, step: Step, item: InspectionItem | None
) -> dict[str, str]:
    """Another wrote this step meanwhile: their words beside the typed ones; saved once more, these stay."""
    form.key.data = new_key()
    reader().rollback()  # look again: what stands there now was written after this page's first look
    if broken.code != "inspection_changed":
        return {}
    form.version.data = str(found.version)
    return stored(form, inspections.entry_of(found, step, item))


def _onward(found: Inspection, step: Step, saved: inspections.Saved) -> ResponseReturnValue:
    stays = step is Step.GOODS
    onward = _address(found, step if stays else _next(step))
    if request.accept_mimetypes.best == "application/json":
        return jsonify(version=saved.version, next=onward)
    return redirect(onward, 303)


def _next(step: Step) -> Step | None:
    place = ORDER.index(step) + 1
    return ORDER[place] if place < len(ORDER) else None


def _address(found: Inspection, step: Step | None) -> str:
    """The page of a step; after the last, the record itself."""
    if step is None:
        return url_for(".inspection", public_id=found.public_id)
    if step is Step.GOODS:
        return url_for(".inspection_goods", public_id=found.public_id)
    if step is Step.PHOTOS:
        return url_for(".inspection_photos", public_id=found.public_id)
    return url_for(".inspection_step", public_id=found.public_id, step=step.value)


def addresses_of(found: Inspection) -> list[str]:
    """Every page on which a draft is written and looked at."""
    items = [url_for(".inspection_item", public_id=found.public_id, row=one.number) for one in found.items]
    return [*(_address(found, one) for one in (*ORDER, None)), *items]


def about(found: Inspection, step: Step) -> dict[str, object]:
    """What every step's page shows of the record around it."""
    return {
        "inspection": found,
        "step": step,
        "step_at": ORDER.index(step),
        "steps": [(one, STEP_NAMES[one], _address(found, one)) for one in ORDER],
        "addresses": addresses_of(found),
        "onward": _address(found, _next(step)),
        "before": _address(found, ORDER[ORDER.index(step) - 1]) if ORDER.index(step) else None,
    }


def _shown(
    found: Inspection,
    step: Step,
    form: StepForm,
    item: InspectionItem | None,
    kept: dict[str, str] | None = None,
) -> str:
    return render_template(
        f"inspector/inspections/{step.value}.html",
        form=form,
        item=item,
        kept=kept or {},
        showing={one.number: flat(inspections.entry_of(found, step, one)) for one in found.items},
        acts={one.id: acts_on(one.lot) for one in found.items} if step is Step.GOODS else {},
        most=MOST_ITEMS,
        findings=FINDINGS,
        units=UNIT_NAMES,
        communes=_communes() if step is Step.PLACE else (),
        sites=_sites(found) if step is Step.PLACE else (),
        **about(found, step),
    )


def _communes() -> list[str]:
    """Names of the communes of today, to choose from while typing."""
    day = today()
    named = select(AdminUnit).where(AdminUnit.level == UnitLevel.COMMUNE).order_by(AdminUnit.name)
    return [
        unit.name for unit in reader().scalars(named) if unit.valid_until is None or unit.valid_until >= day
    ]


def _sites(found: Inspection) -> list[str]:
    """Names of the makers of the goods at hand."""
    makers = [one.trade_item.party for one in found.items if one.trade_item]
    makers += [one.certificate.holder for one in found.items if one.certificate]
    return sorted({maker.name_on(today()) for maker in makers})
