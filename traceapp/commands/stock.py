"""`traceapp stamps activate|void|undo`: acts on a run, on sheets of it, on a stretch, on one stamp."""

from collections.abc import Callable
from typing import TypeVar

import click
from sqlalchemy.orm import Session

from traceapp.commands.ground import actor_for, app, now, reading, say, writing
from traceapp.commands.stamps import find_lot, find_run, stamps
from traceapp.domain.stamps import StampRange, StampState
from traceapp.i18n import N_
from traceapp.models import StampRun
from traceapp.services import printing, stamping

__all__ = ["activate", "stamps", "undo", "void"]
F = TypeVar("F", bound=Callable[..., None])


def part_of_run(command: F) -> F:
    """The options that say which stamps of a run, and by whom."""
    for option in (
        click.option("--dry-run", is_flag=True, help="only say which stamps it would touch"),
        click.option("--login", default=None, help="who stands behind it; the party's manager if not given"),
        click.option("--sheets", default="", metavar="N[-M]", help="sheets as the margin numbers them"),
        click.option("--to", "last", default="", metavar="B"),
        click.option("--from", "first", default="", metavar="A", help="first stamp: number or serial"),
        click.option("--run", "run_id", required=True, metavar="R"),
    ):
        command = option(command)
    return command


def part(session: Session, run: StampRun, sheets: str, first: str, last: str) -> StampRange | None:
    """The stamps named; None is the whole run."""
    return printing.read_part(session, run, app().extensions["serial_keys"], sheets, first, last)


def foretell(run_id: str, sheets: str, first: str, last: str, after: StampState) -> None:
    """Say what an act would touch, and do nothing."""
    with reading() as session:
        run = find_run(session, run_id)
        told = stamping.touch(session, run, part(session, run, sheets, first, last), after)
        found = told.found
    say(
        N_(
            "{count} tem: {minted} chưa in, {printed} trong kho, {activated} đã kích hoạt, {void} đã hủy. "
            "Sẽ đổi {moved} tem."
        ),
        count=found.count,
        minted=found.minted,
        printed=found.printed,
        activated=found.activated,
        void=found.void,
        moved=told.moved,
    )


@stamps.command()
@part_of_run
@click.option("--lot", default=None, help="lot code, where the run has none yet")
@click.option("--reason", default="", help="kept in the journal")
def activate(
    run_id: str,
    first: str,
    last: str,
    sheets: str,
    lot: str | None,
    reason: str,
    login: str | None,
    dry_run: bool,
) -> None:
    """Put printed stamps of a run on the goods of its lot."""
    if dry_run:
        foretell(run_id, sheets, first, last, StampState.ACTIVATED)
        return
    with writing() as session:
        run = find_run(session, run_id, lock=True)
        stretch = part(session, run, sheets, first, last)
        actor = actor_for(session, run.trade_item, login)
        given = find_lot(session, run.trade_item, lot)
        stamping.activate_run(
            session, actor=actor, run=run, lot=given, stretch=stretch, reason=reason, now=now()
        )
        told = stamping.balance(session, run)
    say(N_("Đã kích hoạt: {n} tem của đợt {run} đang dùng được."), n=told.activated, run=run_id.upper())


@stamps.command()
@part_of_run
@click.option("--reason", required=True, help="everybody who scans may ask for it")
def void(
    run_id: str, first: str, last: str, sheets: str, reason: str, login: str | None, dry_run: bool
) -> None:
    """Cancel stamps for ever; their codes say so at once."""
    if dry_run:
        foretell(run_id, sheets, first, last, StampState.VOID)
        return
    with writing() as session:
        run = find_run(session, run_id, lock=True)
        stretch = part(session, run, sheets, first, last)
        actor = actor_for(session, run.trade_item, login)
        stamping.void_stamps(session, actor=actor, run=run, reason=reason, stretch=stretch, now=now())
        told = stamping.balance(session, run)
    say(N_("Đã hủy: {n} tem của đợt {run} không dùng được nữa."), n=told.void, run=run_id.upper())


@stamps.command()
@click.option("--run", "run_id", required=True, metavar="R")
@click.option("--login", default=None, help="who did it; the party's manager if not given")
def undo(run_id: str, login: str | None) -> None:
    """Take back one's own last activation or voiding of a run, within 240 hours."""
    with writing() as session:
        run = find_run(session, run_id, lock=True)
        stamping.undo_last(session, actor=actor_for(session, run.trade_item, login), run=run, now=now())
        told = stamping.balance(session, run)
    say(
        N_("Đã hoàn tác. Đợt {run}: {printed} tem trong kho, {activated} đã kích hoạt, {void} đã hủy."),
        run=run_id.upper(),
        printed=told.printed,
        activated=told.activated,
        void=told.void,
    )
