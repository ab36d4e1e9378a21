"""`traceapp db`, `accounts`, `journal`: what an operator does to an installation."""

import sys

import click

from traceapp.commands.ground import NO, end, now, reading, say, settings, tell, writing
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.permissions import Role
from traceapp.i18n import N_
from traceapp.models import Account, Membership
from traceapp.services import journal as journal_service
from traceapp.services.parties import accounts as accounts_service
from traceapp.services.parties import offices


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
def accounts() -> None:
    """People who sign in."""


@accounts.command()
@click.option("--login", required=True, help="phone or e-mail")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--party", "told", default=None, help="public id of the party to act for, or an office's name")
@click.option("--name", default=None, help="the person's name; the login if not given")
@click.option("--password-stdin", is_flag=True, help="read the password from standard input")
def create(login: str, role: str, told: str | None, name: str | None, password_stdin: bool) -> None:
    """Open an account with a role; the password is asked for, or read from standard input."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _asked()
    credentials = accounts_service.new_credentials(login, password)
    with writing() as session:
        today = today_in_vietnam(now())
        party = (
            offices.party_for(session, told=told, role=Role(role), now=now(), today=today) if told else None
        )
        account: Account = accounts_service.sign_up(
            session, credentials=credentials, display_name=name or credentials.login, language="vi", now=now()
        )
        if party is not None:
            session.add(
                Membership(
                    account=account,
                    party=party,
                    role=Role(role),
                    valid_from=today,
                    created_at=now(),
                )
            )
            journal_service.record(
                session,
                actor=None,
                act="gave_role",
                subject=("account", account.public_id),
                now=now(),
                party_id=party.id,
                facts={"role": role, "party": party.public_id},
            )
        made = account.public_id
    say(N_("Đã tạo tài khoản {login} ({id})."), login=credentials.login, id=made)


def _asked() -> str:
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return password


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
