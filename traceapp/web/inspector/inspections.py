"""Field records: the list, one record, what is done with it whole, and what leaves it as a file."""

import hashlib
import re
from functools import partial
from pathlib import Path

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from traceapp.domain.errors import Conflict, Malformed, RuleBroken
from traceapp.domain.inspections import ANSWERS, FINDINGS, GAPS, MENDED_IN, QUESTIONS, STEP_NAMES, Seen
from traceapp.domain.permissions import Role
from traceapp.domain.restrictions import HOLD_REASONS
from traceapp.domain.trade_items import UNIT_NAMES
from traceapp.extensions import reader, transaction
from traceapp.models import Inspection, Lot
from traceapp.services import inspections as service
from traceapp.services.inspections.goods import code_of_lot
from traceapp.services.printing.minutes import draw_minutes
from traceapp.web import access
from traceapp.web.errors import sentence
from traceapp.web.inspector import door
from traceapp.web.inspector.goods import serial_keys
from traceapp.web.inspector.holding import acts_on
from traceapp.web.inspector.inspection_steps import addresses_of
from traceapp.web.languages import gettext, now
from traceapp.web.minutes_link import handed_address
from traceapp.web.paging import backward, sought

READERS = (Role.INSPECTOR, Role.PROVINCE)


@door.get("/inspections")
@access.only(*READERS)
def inspections() -> ResponseReturnValue:
    """The own records, for the province everybody's; by number, place, maker, product or lot."""
    typed = sought()
    rows, more = backward(partial(service.list_inspections, reader(), actor=access.actor(), text=typed))
    return render_template(
        "inspector/inspections/list.html", rows=rows, more=more, typed=typed, findings=FINDINGS
    )


@door.post("/inspections")
@access.only(Role.INSPECTOR)
def start_inspection() -> ResponseReturnValue:
    """Begin a record with what is in hand: a code, a lot, a certificate, or nothing."""
    with transaction() as session:
        lot_id = request.form.get("lot", "")[:20].upper()
        lot = session.scalar(select(Lot).where(Lot.public_id == lot_id)) if lot_id else None
        certificate = request.form.get("certificate", "")[:20]
        codes = [
            code_of_lot(lot) if lot else request.form.get("q", "")[:300],
            f"/certificates/{certificate}" if re.fullmatch("[0-9A-Za-z]{8}", certificate) else "",
        ]
        fresh = service.start_inspection(
            session, actor=access.actor(), codes=codes, keys=serial_keys(), now=now()
        )
    return redirect(url_for(".inspection", public_id=fresh.public_id), 303)


@door.get("/inspections/<public_id>")
@access.only(*READERS)
def inspection(public_id: str) -> ResponseReturnValue:
    """One record, whole."""
    return _shown(_read(public_id), None)


@door.post("/inspections/<public_id>/close")
@access.only(Role.INSPECTOR)
def close_inspection(public_id: str) -> ResponseReturnValue:
    """Fix the record; it gets its number."""
    version = request.form.get("version", "")
    try:
        with transaction() as session:
            closed = service.close_inspection(
                session,
                actor=access.actor(),
                inspection=service.own_inspection(session, actor=access.actor(), public_id=public_id),
                version=int(version) if re.fullmatch("[0-9]{1,9}", version) else None,
                address=handed_address(public_id),
                now=now(),
            )
    except (Malformed, Conflict) as broken:
        return _shown(_read(public_id), broken), 409 if isinstance(broken, Conflict) else 422
    flash(gettext("Đã đóng biên bản {number}.", number=closed.number), "ok")
    return redirect(url_for(".inspection", public_id=public_id), 303)


@door.post("/inspections/<public_id>/supplement")
@access.only(Role.INSPECTOR)
def supplement_inspection(public_id: str) -> ResponseReturnValue:
    """Begin a record that adds to a closed one."""
    with transaction() as session:
        found = service.own_inspection(session, actor=access.actor(), public_id=public_id)
        more = service.supplement_inspection(session, actor=access.actor(), inspection=found, now=now())
    return redirect(url_for(".inspection", public_id=more.public_id), 303)


@door.post("/inspections/<public_id>/discard")
@access.only(Role.INSPECTOR)
def discard_inspection(public_id: str) -> ResponseReturnValue:
    """Throw a draft away."""
    with transaction() as session:
        found = service.own_inspection(session, actor=access.actor(), public_id=public_id)
        service.discard_inspection(session, actor=access.actor(), inspection=found, now=now())
    flash(gettext("Đã bỏ bản nháp."), "ok")
    return redirect(url_for(".inspections"), 303)


@door.get("/inspections/<public_id>/minutes.pdf")
@access.only(*READERS)
def minutes(public_id: str) -> ResponseReturnValue:
    """The minutes; of a draft with its blanks, and saying that it is one."""
    found = _read(public_id)
    body = service.record_bytes(reader(), found, address=_address(found.public_id))
    content = draw_minutes(service.facts_of(body), sha256=found.sha256)
    return _file(content, "application/pdf", f"{found.number or found.public_id}.pdf", inline=True)


@door.get("/inspections/<public_id>/record.json")
@access.only(*READERS)
def record(public_id: str) -> ResponseReturnValue:
    """The bytes whose hash stands on the minutes."""
    found = _read(public_id)
    body = service.record_bytes(reader(), found, address=_address(found.public_id))
    return _file(body, "application/json", f"{found.number or found.public_id}.json", inline=False)


@door.get("/inspections/worker.js")
@access.only(*READERS)
def inspection_worker() -> ResponseReturnValue:
    """The script that keeps the pages of a draft for when there is no net; it must live above them."""
    script = (Path(str(current_app.static_folder)) / "inspection-worker.js").read_bytes()
    answer = Response(script, content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    answer.set_etag(hashlib.sha256(script).hexdigest()[:16])
    return answer.make_conditional(request)


def _read(public_id: str) -> Inspection:
    return service.read_inspection(reader(), actor=access.actor(), public_id=public_id)


def _address(public_id: str) -> str:
    """What the code on a draft opens: nobody is handed one."""
    base = current_app.extensions["settings"].public_base_url
    return f"{base}{url_for('.inspection', public_id=public_id.upper())}"


def _shown(found: Inspection, broken: RuleBroken | None) -> str:
    own = found.inspector_id == access.actor().account_id and access.actor().has(Role.INSPECTOR)
    body = service.record_bytes(reader(), found, address="")
    return render_template(
        "inspector/inspections/show.html",
        inspection=found,
        facts=service.facts_of(body),
        intact=found.body is None or hashlib.sha256(found.body).hexdigest() == found.sha256,
        may_write=own and not found.is_closed,
        own=own,
        points=[(sentence(point), MENDED_IN[point.code]) for point in service.closing_points(found)],
        open_items=service.open_items(found),
        gaps=GAPS,
        fault=sentence(broken) if broken else None,
        acts={one.id: acts_on(one.lot) for one in found.items} if own else {},
        supplements=service.list_supplements(reader(), found),
        findings=FINDINGS,
        units=UNIT_NAMES,
        reasons=HOLD_REASONS,
        answers=[(QUESTIONS[code], ANSWERS[Seen(told)]) for code, told in found.answers.items()],
        steps=STEP_NAMES,
        addresses=addresses_of(found),
    )


def _file(content: bytes, kind: str, name: str, *, inline: bool) -> Response:
    answer = Response(content, content_type=kind)
    way = "inline" if inline else "attachment"
    answer.headers["Content-Disposition"] = f'{way}; filename="{name}"'
    return answer
