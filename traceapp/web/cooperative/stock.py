"""What becomes of the stamps of a run: looked at by run, sheet or stretch, activated, voided, taken back."""

from datetime import datetime

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import HiddenField, StringField

from traceapp.domain.errors import Conflict, Malformed, RuleBroken
from traceapp.domain.numbers import format_number
from traceapp.domain.parties import PartyState
from traceapp.domain.permissions import Role
from traceapp.domain.reprints import IDENTICAL_WITHIN, too_many
from traceapp.domain.serials import mint
from traceapp.domain.serials import shown as shown_serial
from traceapp.domain.stamps import StampRange, StampState
from traceapp.extensions import reader, transaction
from traceapp.i18n import N_
from traceapp.models import Lot, PrintRun, StampRun
from traceapp.services import lots, printing, stamping
from traceapp.web.access import actor, only
from traceapp.web.codes import shown_codes
from traceapp.web.cooperative import door
from traceapp.web.errors import sentence
from traceapp.web.forms import Form
from traceapp.web.languages import gettext, now
from traceapp.web.words import REPRINT_REASONS

PEOPLE = (Role.MANAGER, Role.MEMBER)
STATES = {
    StampState.MINTED: (N_("chưa in"), "", "wait"),
    StampState.PRINTED: (N_("trong kho"), "", "box"),
    StampState.ACTIVATED: (N_("đã kích hoạt"), "ok", "ok"),
    StampState.VOID: (N_("đã hủy"), "stop", "no"),
}
PAGE = 50
LOTS = 200  # to choose from, the newest
ACTIVATED = N_("Đã kích hoạt {n} tem. Người mua quét tem sẽ thấy thông tin lô ngay.")
ACTIVATED_EARLY = N_(
    "Đã kích hoạt {n} tem. Người mua quét tem sẽ thấy thông tin lô khi tỉnh duyệt hồ sơ đơn vị."
)


class PartForm(Form):
    """Which stamps of a run: some sheets, or a stretch from one stamp to another; empty is all of them."""

    sheets = StringField(N_("Số tờ"))
    first = StringField(N_("Từ tem (số thứ tự hoặc mã)"))
    last = StringField(N_("Đến tem"))
    moving = HiddenField()  # how many the button said it would move

    @property
    def named(self) -> dict[str, str]:
        """What was typed, as the parameters of an address."""
        typed = {name: self[name].data or "" for name in ("sheets", "first", "last")}
        return {name: text for name, text in typed.items() if text}


class ActivateForm(PartForm):
    """Which stamps, and for which lot where the run has none."""

    lot = StringField(N_("Lô hàng"))


class VoidForm(PartForm):
    """Which stamps, and why."""

    reason = StringField(N_("Lý do hủy"))


class UndoForm(Form):
    """Which act the person saw."""

    act = HiddenField()


@door.get("/stamps/<public_id>")
@only(*PEOPLE)
def stamp_run(public_id: str) -> ResponseReturnValue:
    """One run: its stock, its files, and what can be done with it."""
    return _run_page(stamping.own_run(reader(), actor(), public_id), ActivateForm(), VoidForm())


def _run_page(run: StampRun, activate: ActivateForm, void: VoidForm) -> ResponseReturnValue:
    session = reader()
    last = stamping.undoable_act(session, run, actor().account_id, now())
    stopped = stamping.undo_stopped(session, run, last) if last else None
    order = printing.print_of(session, run)
    page = render_template(
        "cooperative/stamps/run.html",
        **_shared(run, activate, void),
        balance=stamping.balance(session, run),
        segments=stamping.segments(run),
        serials=_ends(run),
        last=last,
        undo_part=stamping.part_of(last) if last else None,
        undo_stopped=sentence(stopped) if stopped else None,
        reprints=printing.reprints_of(session, run),
        replaces=printing.replaced_by(session, run),
        share=printing.share_of_run(session, run, order) if order else None,
        too_many=too_many,
        reasons=REPRINT_REASONS,
        alike_until=_alike_until(order),
        restriction=stamping.worst_restriction(session, run.trade_item, run.lot),
        manager=actor().has(Role.MANAGER),
        **shown_codes(run),
    )
    return page, _status(activate, void)


def _alike_until(order: PrintRun | None) -> datetime | None:
    """Until when a sheet printed exactly alike may be taken; None where that time is over."""
    if order is None or order.finished_at is None:
        return None
    until = order.finished_at + IDENTICAL_WITHIN
    return until if now() <= until else None


def _shared(run: StampRun, activate: ActivateForm, void: VoidForm) -> dict[str, object]:
    return {
        "run": run,
        "states": STATES,
        "order": printing.print_of(reader(), run),
        "lots": _lots_for(run),
        "activate": activate,
        "void": void,
    }


def _status(*forms: Form) -> int:
    return 422 if any(form.errors or form.form_errors for form in forms) else 200


def _ends(run: StampRun) -> list[str]:
    """The first and the last serial, as printed; nothing where this machine does not hold the key."""
    key = next((key for key in current_app.extensions["serial_keys"] if key.id == run.key_id), None)
    subject = stamping.subject_of(run.subject)
    ends = (0, run.count - 1) if key else ()
    return [shown_serial(mint(key, subject, run.first_number + at, 1)[0]) for at in ends] if key else []


def _lots_for(run: StampRun) -> list[Lot]:
    """The lots a run without one may be given."""
    if run.lot is not None:
        return []
    return lots.list_lots(reader(), actor(), item=run.trade_item, limit=LOTS)


@door.get("/stamps/<public_id>/sheets")
@only(*PEOPLE)
def stamp_sheets(public_id: str) -> ResponseReturnValue:
    """Every sheet of a run and how its stamps stand."""
    run = stamping.own_run(reader(), actor(), public_id)
    order = printing.print_of(reader(), run)
    page = max(0, request.args.get("page", 0, type=int))
    told = [] if order is None else list(printing.sheets_of(order, run, first=page * PAGE + 1, limit=PAGE))
    more = order is not None and (page + 1) * PAGE < order.slices_total
    return render_template(
        "cooperative/stamps/sheets.html", run=run, order=order, told=told, page=page, more=more
    )


@door.get("/stamps/<public_id>/part")
@only(*PEOPLE)
def stamps_part(public_id: str) -> ResponseReturnValue:
    """A part of a run: what stands there, before anything is done to it."""
    run, asked = stamping.own_run(reader(), actor(), public_id), PartForm(request.args)
    blank = (ActivateForm(formdata=None), VoidForm(formdata=None))
    return _part_page(run, asked, *blank)


def _part_page(run: StampRun, asked: PartForm, activate: ActivateForm, void: VoidForm) -> ResponseReturnValue:
    shared = _shared(run, activate, void)
    stretch = None
    try:
        stretch = _stretch(run, asked)
    except RuleBroken as broken:
        asked.blame(broken)
    moves = (
        {after.value: _moved(run, stretch, after) for after in (StampState.ACTIVATED, StampState.VOID)}
        if stretch
        else {}
    )
    page = render_template(
        "cooperative/stamps/part.html",
        **shared,
        asked=asked,
        stretch=stretch,
        found=stamping.balance(reader(), run, stretch) if stretch else None,
        moves=moves,
    )
    return page, _status(asked, activate, void)


def _moved(run: StampRun, stretch: StampRange, after: StampState) -> int:
    """How many stamps an act would move; none where it would be refused."""
    try:
        return stamping.touch(reader(), run, stretch, after).moved
    except RuleBroken:
        return 0


@door.post("/stamps/<public_id>/activate")
@only(*PEOPLE)
def activate_stamps(public_id: str) -> ResponseReturnValue:
    """Activate a run or a part of it."""
    form = ActivateForm()
    try:
        if form.validate_on_submit():
            with transaction() as session:
                run = stamping.own_run(session, actor(), public_id, lock=True)
                lot = stamping.own_lot(session, actor(), form.lot.data) if form.lot.data else None
                stretch = _stretch(run, form)
                moved = _as_the_button_said(session, run, stretch, StampState.ACTIVATED, form)
                stamping.activate_run(session, actor=actor(), run=run, lot=lot, stretch=stretch, now=now())
                approved = run.trade_item.party.state is PartyState.APPROVED
            flash(gettext(ACTIVATED if approved else ACTIVATED_EARLY, n=format_number(moved)), "ok")
            return _back(public_id)
    except RuleBroken as broken:
        _blame_or_raise(form, broken)
    return _again(public_id, form, form, VoidForm(formdata=None))


@door.post("/stamps/<public_id>/void")
@only(*PEOPLE)
def void_stamps(public_id: str) -> ResponseReturnValue:
    """Cancel a run or a part of it."""
    form = VoidForm()
    try:
        if form.validate_on_submit():
            with transaction() as session:
                run = stamping.own_run(session, actor(), public_id, lock=True)
                stretch, reason = _stretch(run, form), form.reason.data or ""
                moved = _as_the_button_said(session, run, stretch, StampState.VOID, form)
                stamping.void_stamps(
                    session, actor=actor(), run=run, reason=reason, stretch=stretch, now=now()
                )
            told = gettext("Đã hủy {n} tem. Ai quét mã đã hủy sẽ được báo ngay.", n=format_number(moved))
            flash(told, "ok")
            return _back(public_id)
    except RuleBroken as broken:
        _blame_or_raise(form, broken)
    return _again(public_id, form, ActivateForm(formdata=None), form)


def _as_the_button_said(
    session: Session, run: StampRun, stretch: StampRange | None, after: StampState, form: PartForm
) -> int:
    """How many stamps the act will move: as many as the page said, or nothing is done.

    A colleague, or a page left open in another tab, may have moved some meanwhile.
    """
    moved = stamping.touch(session, run, stretch, after).moved
    said = form.moving.data or str(moved)
    if said != str(moved):
        raise Conflict("stamps_moved_meanwhile", given=said, found=format_number(moved))
    return moved


@door.post("/stamps/<public_id>/undo")
@only(*PEOPLE)
def undo_stamps(public_id: str) -> ResponseReturnValue:
    """Take back one's own last activation or voiding."""
    seen = UndoForm().act.data or ""
    with transaction() as session:
        run = stamping.own_run(session, actor(), public_id, lock=True)
        act = int(seen) if seen.isascii() and seen.isdigit() else None
        stamping.undo_last(session, actor=actor(), run=run, now=now(), act=act)
    flash(gettext("Đã hoàn tác."), "ok")
    return _back(public_id)


def _back(public_id: str) -> ResponseReturnValue:
    return redirect(url_for(".stamp_run", public_id=public_id), 303)


def _again(public_id: str, form: PartForm, activate: ActivateForm, void: VoidForm) -> ResponseReturnValue:
    """The page a refused act came from, with everything typed."""
    run = stamping.own_run(reader(), actor(), public_id)
    if not form.named:
        return _run_page(run, activate, void)
    return _part_page(run, PartForm(formdata=None, data=form.named), activate, void)


def _stretch(run: StampRun, form: PartForm) -> StampRange | None:
    keys = current_app.extensions["serial_keys"]
    session = reader()
    return printing.read_part(session, run, keys, **form.named)


def _blame_or_raise(form: Form, broken: RuleBroken) -> None:
    """A stranger's run stays unfound; anything else is said in the form."""
    if broken.code == "record_not_found":
        raise broken
    form.blame(Malformed(broken.code, field=broken.field, **broken.facts))
