"""`traceapp accounts`: people who sign in, what they may do, and what becomes of them."""

import sys

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.commands.ground import NO, WRONG_USE, end, now, reading, say, tell, words, writing
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import NotFound
from traceapp.domain.permissions import Role
from traceapp.i18n import N_
from traceapp.models import Account, Party
from traceapp.services.parties import account_keeping as keeping
from traceapp.services.parties import accounts as service
from traceapp.services.parties import offices

a_login = click.option("--login", required=True, help="phone or e-mail")
from_standard_input = click.option(
    "--password-stdin", is_flag=True, help="read the password from standard input"
)
ROLES = click.Choice([role.value for role in Role])
WITHOUT_PARTY = {Role.MANAGER}  # who signs up without one registers it in the browser


@click.group()
def accounts() -> None:
    """People who sign in."""


@accounts.command()
@a_login
@click.option("--role", type=ROLES, required=True)
@click.option("--party", "told", default=None, help="public id of the party to act for, or an office's name")
@click.option("--name", default=None, help="the person's name; the login if not given")
@from_standard_input
def create(login: str, role: str, told: str | None, name: str | None, password_stdin: bool) -> None:
    """Open an account with a role; the password is asked for, or read from standard input."""
    if told is None and Role(role) not in WITHOUT_PARTY:
        end(WRONG_USE, N_("Vai trò {role} cần có --party."), role=role)
    credentials = service.new_credentials(login, _password(password_stdin))
    with writing() as session:
        account: Account = service.sign_up(
            session, credentials=credentials, display_name=name or credentials.login, language="vi", now=now()
        )
        if told is not None:
            _give(session, account, told, Role(role))
        made = account.public_id
    say(N_("Đã tạo tài khoản {login} ({id})."), login=credentials.login, id=made)


@accounts.command("list")
@click.option("--party", "told", default=None, help="public id of a party; everybody's if not given")
@click.option("--json", "as_json", is_flag=True)
def list_all(told: str | None, as_json: bool) -> None:
    """Every account with its roles of today, closed ones too."""
    with reading() as session:
        party = _party(session, told) if told else None
        found = keeping.list_accounts(session, party=party)
        rows, lines = [_told(one) for one in found], [_line(one) for one in found]
    if as_json:
        tell(rows)
        return
    for line in lines:
        click.echo(line.rstrip())


@accounts.command()
@a_login
@click.option("--role", type=ROLES, required=True)
@click.option("--party", "told", required=True, help="public id of the party, or an office's name")
def give(login: str, role: str, told: str) -> None:
    """Let an account act for a party from today."""
    with writing() as session:
        account = keeping.known_account(session, login, lock=True)
        name = _give(session, account, told, Role(role))
        login = account.login
    say(N_("{login} nay có vai trò {role} của {party}."), login=login, role=role, party=name)


@accounts.command("end")
@a_login
@click.option("--role", type=ROLES, default=None, help="all roles if not given")
def end_role(login: str, role: str | None) -> None:
    """Take a role from an account at once; exit 1 where it had none."""
    with writing() as session:
        account = keeping.known_account(session, login, lock=True)
        which, today = Role(role) if role else None, today_in_vietnam(now())
        ended = keeping.end_roles(session, account=account, role=which, now=now(), today=today)
        login = account.login
    if not ended:
        end(NO, N_("{login} không có vai trò nào như vậy."), login=login)
    said = ", ".join(one.value for one in ended)
    say(N_("{login} không còn vai trò: {roles}."), login=login, roles=said)


@accounts.command()
@a_login
def close(login: str) -> None:
    """Let nobody sign in by an account any more."""
    with writing() as session:
        account = keeping.known_account(session, login, lock=True)
        login = keeping.close_account(session, account=account, now=now()).login
    say(N_("Đã đóng tài khoản {login}. Mọi phiên và mọi khóa cho phần mềm đã hết hiệu lực."), login=login)


@accounts.command("open")
@a_login
def reopen(login: str) -> None:
    """Let a closed account sign in again."""
    with writing() as session:
        account = keeping.known_account(session, login, lock=True)
        login = keeping.reopen_account(session, account=account, now=now()).login
    say(N_("Tài khoản {login} đăng nhập lại được."), login=login)


@accounts.command()
@a_login
@from_standard_input
def password(login: str, password_stdin: bool) -> None:
    """Set a new password for somebody who forgot theirs."""
    with reading() as session:
        keeping.known_account(session, login)  # before anybody types a password for nobody
    credentials = service.new_credentials(login, _password(password_stdin))
    with writing() as session:
        account = keeping.known_account(session, login, lock=True)
        keeping.reset_password(session, account=account, credentials=credentials, now=now())
    said = N_(
        "Đã đặt mật khẩu mới cho {login}. Mọi máy phải đăng nhập lại, mọi khóa cho phần mềm đã hết hiệu lực."
    )
    say(said, login=credentials.login)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return asked


def _give(session: Session, account: Account, told: str, role: Role) -> str:
    """The name of the party that the account acts for from today."""
    today = today_in_vietnam(now())
    party = offices.party_for(session, told=told, role=role, now=now(), today=today)
    keeping.give_role(session, account=account, party=party, role=role, now=now(), today=today)
    return party.name_on(today)


def _party(session: Session, public_id: str) -> Party:
    party = session.scalar(select(Party).where(Party.public_id == public_id.strip().upper()))
    if party is None:
        raise NotFound("record_not_found")
    return party


def _told(account: Account) -> dict[str, object]:
    held = account.memberships_on(today_in_vietnam(now()))
    return {
        "login": account.login,
        "name": account.display_name,
        "roles": [one.role.value for one in held],
        "party": held[0].party.public_id if held else None,
        "closed": account.closed,
    }


def _line(account: Account) -> str:
    held = account.memberships_on(today_in_vietnam(now()))
    roles, party = ",".join(one.role.value for one in held), held[0].party.public_id if held else ""
    closed = words().gettext(N_("đã đóng")) if account.closed else ""
    return f"{account.login:28} {roles:20} {party:10} {closed}"
