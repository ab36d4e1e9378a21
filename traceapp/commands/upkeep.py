"""`traceapp db`, `journal`: what an operator does to an installation."""

import click

from traceapp.commands.ground import NO, end, reading, say, settings, tell
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
@click.option("--json", "as_json", is_flag=True)
def verify(as_json: bool) -> None:
    """Whether every entry is there and unchanged; exit 1 where not."""
    with reading() as session:
        broken = journal_service.broken_entries(session)
    if as_json:
        tell({"broken": broken})
    if broken:
        shown = ", ".join(map(str, broken[:10]))
        end(NO, N_("Nhật ký bị sửa hoặc thiếu: {n} mục, đầu tiên {shown}."), n=len(broken), shown=shown)
    if not as_json:
        say(N_("Nhật ký nguyên vẹn."))
