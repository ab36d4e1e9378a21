"""`traceapp stamps`: issue and print a run at once, ask for a verdict."""

import shutil
from datetime import timedelta
from functools import partial
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.commands.ground import (
    NO,
    REFUSED,
    actor_for,
    app,
    end,
    now,
    progress_bar,
    reading,
    say,
    settings,
    tell,
    words,
    writing,
)
from traceapp.domain.actors import Actor
from traceapp.domain.digital_link import KeyPath, forgiven, read
from traceapp.domain.errors import Malformed, NotFound
from traceapp.domain.identifiers import Gtin, RegistryNumber
from traceapp.domain.printing import PrintState
from traceapp.domain.serials import mint
from traceapp.i18n import N_
from traceapp.models import Lot, PrintFile, PrintRun, StampRun, TradeItem
from traceapp.services import printing, stamping
from traceapp.services.public import lookup
from traceapp.storage import Storage

NOT_DONE = N_("Chưa in xong: {why}")


@click.group()
def stamps() -> None:
    """Issue, check, activate, void stamps; undo."""


def find_item(session: Session, number: str) -> TradeItem:
    """The trade item of a GTIN, or of the registry's own number. Raises `record_not_found`."""
    if len(number) == 8:
        own = select(TradeItem).where(TradeItem.registry_number == number)
        if (item := session.scalar(own)) is not None:
            return item
    item = session.scalar(select(TradeItem).where(TradeItem.gtin == Gtin.parse(number).value14))
    if item is None:
        raise NotFound("record_not_found")
    return item


def find_lot(session: Session, item: TradeItem, code: str | None) -> Lot | None:
    """The lot of that code. Raises `record_not_found`."""
    if code is None:
        return None
    lot = session.scalar(select(Lot).where(Lot.trade_item_id == item.id, Lot.code == code.upper()))
    if lot is None:
        raise NotFound("record_not_found")
    return lot


def find_run(session: Session, public_id: str, *, lock: bool = False) -> StampRun:
    """The run of that name, held for an act where asked. Raises `record_not_found`."""
    query = select(StampRun).where(StampRun.public_id == public_id.upper())
    run = session.scalar(query.with_for_update() if lock else query)
    if run is None:
        raise NotFound("record_not_found")
    return run


@stamps.command()
@click.option("--gtin", required=True, help="GTIN, or the registry's own number")
@click.option("--lot", default=None, help="lot code")
@click.option("--count", type=click.IntRange(1, stamping.MOST_STAMPS), required=True)
@click.option("--medium", required=True, help="see: traceapp media list")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="PDF to write")
@click.option("--csv", "csv_out", type=click.Path(dir_okay=False, path_type=Path), default=None)
@click.option("--printer", default="", help="laser-600 for sheets, thermal-203 for rolls if not given")
@click.option("--level", type=click.Choice(["M", "Q"]), default="M", help="QR error correction")
@click.option("--login", default=None, help="who stands behind it; the party's manager if not given")
@click.option("--json", "as_json", is_flag=True)
def issue(
    gtin: str,
    lot: str | None,
    count: int,
    medium: str,
    out: Path,
    csv_out: Path | None,
    printer: str,
    level: str,
    login: str | None,
    as_json: bool,
) -> None:
    """Issue a run of stamps for a lot and print it."""
    choice = printing.Choice(medium, printer, level="Q" if level == "Q" else "M")
    with writing() as session:
        item = find_item(session, gtin)
        actor = actor_for(session, item, login)
        run = _issue(session, actor, item, find_lot(session, item, lot), count)
        order = printing.order_stamps(
            session, actor=actor, run=run, choice=choice, settings=settings(), request_key=None, now=now()
        )
        order_id, sheets, answer = order.id, order.slices_total, _told(run)
    _print(order_id, sheets)
    files = _take_files(order_id, out, csv_out)
    answer["files"] = files
    if as_json:
        tell(answer)
    else:
        say(N_("Đợt tem {run}: {count} tem, từ {first} đến {last}"), **{**answer, "files": ""})
        for path in files:
            click.echo(path)


def _issue(session: Session, actor: Actor, item: TradeItem, lot: Lot | None, count: int) -> StampRun:
    key, *others = app().extensions["serial_keys"]
    return stamping.issue_stamps(
        session,
        actor=actor,
        trade_item=item,
        lot=lot,
        count=count,
        key=key,
        other_keys=others,
        request_key=None,
        now=now(),
    )


def _told(run: StampRun) -> dict[str, object]:
    """A run just issued, with its first and last serial."""
    key, subject = app().extensions["serial_keys"][0], stamping.subject_of(run.subject)
    first, last = (mint(key, subject, run.first_number + at, 1)[0] for at in (0, run.count - 1))
    return {"run": run.public_id, "count": run.count, "first": first, "last": last}


def _print(order_id: int, sheets: int) -> None:
    """Draw it here and now, by the same way a worker does."""
    from traceapp.extensions import db

    watch, close = progress_bar(sheets, "sheet")
    with app().app_context():
        state = printing.run(
            partial(Session, db.engine),
            app().extensions["storage"],
            order_id,
            keys=app().extensions["serial_keys"],
            worker=f"cli:{order_id}",
            clock=now,
            watch=watch,
            lease=timedelta(hours=1),
        )
        close()
        if state is not PrintState.DONE:
            with Session(db.engine) as session:
                order = session.get_one(PrintRun, order_id)
                why = words().gettext(order.error) if order.error else order.state.value
            end(REFUSED, NOT_DONE, why=why)


def _take_files(order_id: int, out: Path, csv_out: Path | None) -> list[str]:
    """Copy the parts out of the store: one file keeps the name asked for, several are numbered."""
    storage, taken = app().extensions["storage"], []
    with reading() as session:
        files = session.scalars(
            select(PrintFile).where(PrintFile.print_run_id == order_id).order_by(PrintFile.part)
        ).all()
        parts = [file for file in files if file.part]
        for file in files:
            target = csv_out if file.part == 0 else out
            if target is None:
                continue
            if file.part and len(parts) > 1:
                target = out.with_name(f"{out.stem}-{file.part:03}{out.suffix}")
            target.parent.mkdir(parents=True, exist_ok=True)
            _copy(storage, file.key, target)
            taken.append(str(target))
    return taken


def _copy(storage: Storage, key: str, target: Path) -> None:
    """A file out of the store; from a folder the system copies it, which costs no memory and little time."""
    if storage.folder is not None:
        shutil.copyfile(storage.folder / key, target)
        return
    with target.open("wb") as sink:
        sink.writelines(storage.chunks(key))


@stamps.command()
@click.argument("code", metavar="URI_OR_SERIAL")
@click.option("--gtin", default=None, help="the product, where only the serial is given")
@click.option("--json", "as_json", is_flag=True)
def check(code: str, gtin: str | None, as_json: bool) -> None:
    """The verdict on a stamp; exit 1 where the registry does not know it."""
    key = forgiven(read(code))
    if key.subject is None and gtin is None:
        raise Malformed("check_needs_gtin", field="gtin")
    if key.subject is None and gtin is not None:
        number = RegistryNumber.parse(gtin) if len(gtin) == 8 else None
        key = KeyPath(gtin=None if number else Gtin.parse(gtin), registry_number=number, serial=key.serial)
    if key.serial is None:
        raise Malformed("check_needs_serial")
    with reading() as session:
        from traceapp.extensions import scan_reader

        passport = lookup.look_up(
            session,
            scan_reader(),
            keys=app().extensions["serial_keys"],
            path=key,
            now=now(),
            many_scans_devices=settings().many_scans_devices,
        )
        verdict = passport.verdict
    if as_json:
        tell({"serial": str(key.serial), "subject": str(key.subject), "verdict": str(verdict)})
    else:
        click.echo(str(verdict))
    if str(verdict) == "unknown":
        raise SystemExit(NO)
