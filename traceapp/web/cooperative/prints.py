"""Print orders: how far they are, stopping and resuming them, taking the files."""

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from traceapp.domain.permissions import Role
from traceapp.domain.printing import PrintKind, PrintState
from traceapp.extensions import reader, transaction
from traceapp.models import PrintRun
from traceapp.services import printing
from traceapp.storage import FileGone
from traceapp.web.access import actor, only
from traceapp.web.cooperative import door
from traceapp.web.cooperative.printing_forms import announce
from traceapp.web.languages import now

PEOPLE = (Role.MANAGER, Role.MEMBER)
ACTS = {"pause": printing.pause_print, "resume": printing.resume_print, "cancel": printing.cancel_print}
FRESH = (PrintState.QUEUED, PrintState.RUNNING)


@door.get("/prints/<public_id>")
@only(*PEOPLE)
def print_run(public_id: str) -> ResponseReturnValue:
    """How far an order is; the page looks again every two seconds while there is something to see."""
    order = printing.own_print(reader(), actor(), public_id)
    progress = printing.progress_of(order, now())
    fresh = order.state in FRESH
    told = {"progress": progress, "fresh": fresh, "voided": printing.voided_in(order)}
    told["machine"] = printing.printer_of(reader(), order)
    return render_template("cooperative/stamps/print.html", order=order, **told)


@door.post("/prints/<public_id>/<any(pause, resume, cancel):act>")
@only(*PEOPLE)
def change_print(public_id: str, act: str) -> ResponseReturnValue:
    """Pause, resume or cancel."""
    with transaction() as session:
        order = printing.own_print(session, actor(), public_id, lock=True)
        ACTS[act](session, actor=actor(), order=order, now=now())
        order_id = order.id
    if act == "resume":
        announce(order_id)
    return redirect(url_for(".print_run", public_id=public_id), 303)


@door.get("/prints/<public_id>/files/all.zip")
@only(*PEOPLE)
def print_files(public_id: str) -> ResponseReturnValue:
    """Every PDF part in one archive, made while it is read."""
    order = printing.own_print(reader(), actor(), public_id)
    try:
        together = printing.parts_together(actor(), order, current_app.extensions["storage"])
    except FileGone:
        return render_template("cooperative/stamps/file_gone.html", order=order), 410
    headers = {
        "Content-Disposition": f'attachment; filename="{_name(order)}.zip"',
        "Content-Length": str(len(together)),
    }
    body = () if request.method == "HEAD" else together
    return Response(body, mimetype="application/zip", headers=headers)


def _name(order: PrintRun) -> str:
    """What the files of an order are called on the disk of who takes them."""
    return f"{'tem' if order.kind is PrintKind.STAMPS else 'nhan'}-{order.public_id}"


@door.get("/prints/<public_id>/files/<int:part>")
@only(*PEOPLE)
def print_file(public_id: str, part: int) -> ResponseReturnValue:
    """A finished part, piece by piece."""
    order = printing.own_print(reader(), actor(), public_id)
    file = printing.file_of(reader(), actor(), order, part)
    try:
        pieces = current_app.extensions["storage"].chunks(file.key)
    except FileGone:
        return render_template("cooperative/stamps/file_gone.html", order=order), 410
    ending = ".csv" if part == 0 else f"-{part:03}.pdf"
    headers = {
        "Content-Disposition": f'attachment; filename="{_name(order)}{ending}"',
        "Content-Length": str(file.size),
    }
    body = () if request.method == "HEAD" else pieces
    return Response(body, mimetype=file.media_type, headers=headers)
