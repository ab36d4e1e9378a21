"""`traceapp import KIND FILE.xlsx`: the same rows, judged by the same rules, as on the province's page.

Nothing is saved unless every row is right, or only the right ones are asked for. Exit 1 where a row is wrong.
"""

from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.commands.ground import NO, REFUSED, end, now, reading, say, words, writing
from traceapp.domain.actors import Actor
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import MESSAGES
from traceapp.domain.permissions import Act, Role, may
from traceapp.i18n import N_
from traceapp.models import Account, Membership
from traceapp.services import importing
from traceapp.services.importing.drafts import look_at
from traceapp.services.importing.judging import Judged


@click.command("import")
@click.argument("kind", type=click.Choice(("certificates", "bodies", "accreditations")))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="only say how every row would fare")
@click.option("--right-rows", is_flag=True, help="import the right rows although others are wrong")
@click.option(
    "--login", default="", help="who stands behind it; the first officer of the province if not given"
)
def take_in(kind: str, file: Path, dry_run: bool, right_rows: bool, login: str) -> None:
    """Records from an Excel file: certificates, bodies or accreditations."""
    if not file.is_file():
        end(REFUSED, N_("Không có tệp {given}."), given=file)
    what = importing.KINDS[kind]
    sheet = importing.read_workbook(file.read_bytes(), what.columns)
    today = today_in_vietnam(now())
    with reading() as session:
        actor = _officer(session, login, what.act)
        found = look_at(session, actor, what, sheet, today)
    _tell(found.left_out)
    counts = {"right": len(found.right), "wrong": len(found.wrong), "known": len(found.known)}
    say(N_("{right} dòng đúng, {wrong} dòng lỗi, {known} dòng đã có hoặc lặp lại."), **counts)
    if dry_run:
        raise SystemExit(NO if found.wrong else 0)
    if found.wrong and not right_rows:
        end(NO, N_("Chưa nhập dòng nào. Sửa các dòng lỗi, hoặc thêm --right-rows để chỉ nhập dòng đúng."))
    with writing() as session:
        draft = importing.keep_draft(session, actor=actor, kind=what, name=file.name, sheet=sheet, now=now())
        importing.import_rows(session, actor=actor, draft=draft, seen=found.seal, now=now(), today=today)
    say(N_("Đã nhập {n} dòng."), n=len(found.right))


def _tell(rows: list[Judged]) -> None:
    """One line on stderr for every fault."""
    for row in rows:
        for fault in row.reasons:
            told = fault.broken.sentence(words().gettext(MESSAGES[fault.code]))
            line = words().gettext(N_("Dòng {r}, cột {c}: {what}"), r=fault.row, c=fault.heading, what=told)
            click.echo(line, err=True)


def _officer(session: Session, login: str, act: Act) -> Actor:
    """Who stands behind the import: the login named, else the first who may do this."""
    query = select(Membership).join(Account).where(Account.closed.is_(False))
    query = query.where(Account.login == login) if login else query.where(Membership.role == Role.PROVINCE)
    today = today_in_vietnam(now())
    found = [
        one
        for one in session.scalars(query.order_by(Membership.id))
        if one.holds_on(today) and may(one.role, act)
    ]
    if not found:
        end(REFUSED, N_("Tài khoản {given} không nhập được loại hồ sơ này."), given=login or "–")
    account = found[0].account
    return Actor(account.id, account.public_id, found[0].party_id, frozenset({found[0].role}))
