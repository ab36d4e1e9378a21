"""`traceapp db`, `journal`: what an operator does to an installation."""

import re

import click

from traceapp.commands.ground import NO, WRONG_USE, end, reading, say, settings, tell
from traceapp.i18n import N_
from traceapp.services import journal as journal_service


@click.group()
def db() -> None:
    """The databases."""


@db.command()
def upgrade() -> None:
    """Bring both databases to the newest shape."""
    from traceapp import schema  # late: other commands need no migrations

    schema.upgrade(settings())
    say(N_("Cơ sở dữ liệu đã ở bản mới nhất."))


@db.command()
def check() -> None:
    """Whether the databases have the shape the program expects; exit 1 where not."""
    from traceapp import schema

    found = schema.differences(settings())
    for sentence in found:
        click.echo(sentence)
    if found:
        raise SystemExit(NO)
    say(N_("Cơ sở dữ liệu khớp với chương trình."))


@click.group()
def journal() -> None:
    """The journal of acts."""


@journal.command()
@click.option("--held", default=None, metavar="SIZE:ROOT", help="what an earlier verify said, written down")
@click.option("--json", "as_json", is_flag=True)
def verify(held: str | None, as_json: bool) -> None:
    """Whether every entry is there and unchanged, also as it was held; exit 1 where not."""
    size, root = _held(held) if held else (None, None)
    with reading() as session:
        found = journal_service.verify(session, size=size)
    kept = held is None or found.root_then == root
    if as_json:
        told = {"broken": found.broken, "size": found.size, "root": found.root}
        tell(told if held is None else told | {"held": kept})
    if found.broken:
        shown = ", ".join(map(str, found.broken[:10]))
        n = len(found.broken)
        end(NO, N_("Nhật ký bị sửa hoặc thiếu: {n} mục, đầu tiên {shown}."), n=n, shown=shown)
    if not kept:
        end(NO, N_("Nhật ký không còn là nhật ký đã ghi lại: {n} mục đầu cho gốc khác, hoặc thiếu."), n=size)
    if not as_json:
        say(N_("Nhật ký nguyên vẹn. Ghi lại để đối chiếu sau này: {held}"), held=f"{found.size}:{found.root}")


def _held(typed: str) -> tuple[int, str]:
    """Size and root as `verify` says them."""
    form = re.fullmatch("([0-9]{1,15}):([0-9a-f]{64})", typed.strip().lower())
    if form is None:
        end(WRONG_USE, N_("--held phải như lệnh verify đã in ra, ví dụ 1200:3f…: {given}"), given=typed[:80])
    return int(form[1]), form[2]
