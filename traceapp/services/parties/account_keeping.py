"""Other people's accounts, as whoever runs an installation keeps them.

People change offices, lose telephones and forget passwords. What they may do ends the same moment, also for
programs that bear a key of theirs; what they did stays, and so does the account.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from traceapp.domain.errors import Conflict, NotFound
from traceapp.domain.permissions import Role, serves
from traceapp.models import Account, Membership, Party
from traceapp.services import journal
from traceapp.services.parties.accounts import Credentials, end_everywhere, normalised_login


def list_accounts(session: Session, *, party: Party | None = None) -> Sequence[Account]:
    """Every account, closed ones too, or those that ever acted for a party; the oldest first."""
    query = select(Account).options(selectinload(Account.memberships).selectinload(Membership.party))
    if party is not None:
        query = query.where(Account.memberships.any(Membership.party_id == party.id))
    return session.scalars(query.order_by(Account.id)).all()


def known_account(session: Session, login: str, *, lock: bool = False) -> Account:
    """The account of a login as typed, closed or not. Raises `account_unknown`."""
    query = select(Account).where(Account.login == normalised_login(login))
    account = session.scalar(query.with_for_update(key_share=True) if lock else query)
    if account is None:
        raise NotFound("account_unknown", field="login", given=login.strip())
    return account


def give_role(
    session: Session, *, account: Account, party: Party, role: Role, now: datetime, today: date
) -> Membership:
    """Let an account act for a party from today; given twice it is given once.

    Raises `role_of_party` where such a party has nobody in that role, and `role_elsewhere` for an account
    that acts for another party: who acts for two would be told apart by nobody.
    """
    if not serves(role, party.kind):
        raise Conflict("role_of_party", field="role", role=role.value, party=party.name_on(today))
    held = account.memberships_on(today)
    if (other := next((one for one in held if one.party_id != party.id), None)) is not None:
        raise Conflict("role_elsewhere", field="party", party=other.party.name_on(today))
    before = (one for one in account.memberships if (one.party_id, one.role) == (party.id, role))
    row = next(before, None) or Membership(account=account, party=party, role=role, created_at=now)
    if row in held:
        return row
    row.valid_from, row.valid_until = today, None
    session.add(row)
    _record(session, "gave_role", account, now, row)
    return row


def end_roles(
    session: Session, *, account: Account, role: Role | None = None, now: datetime, today: date
) -> list[Role]:
    """Take a role from an account at once, or all it has; which these were (twice: none the second time).

    A row says the last day on which it held: yesterday, for today nobody acts by it any more. One given today
    has no such day, and goes.
    """
    ended = [one for one in account.memberships_on(today) if role in {None, one.role}]
    for row in ended:
        _record(session, "ended_role", account, now, row)
        if row.valid_from == today:
            account.memberships.remove(row)
            session.delete(row)
        else:
            row.valid_until = today - timedelta(days=1)
    session.flush()
    return [one.role for one in ended]


def close_account(session: Session, *, account: Account, now: datetime) -> Account:
    """Nobody signs in by it any more; every session and every key ends. Twice is once."""
    if not account.closed:
        account.closed = True
        _record(session, "closed_account", account, now)
        end_everywhere(session, account, actor=None, now=now)
    return account


def reopen_account(session: Session, *, account: Account, now: datetime) -> Account:
    """Sign-in is possible again, with the roles there are and the password there was. Twice is once."""
    if account.closed:
        account.closed = False
        _record(session, "reopened_account", account, now)
    return account


def reset_password(session: Session, *, account: Account, credentials: Credentials, now: datetime) -> Account:
    """A new password for who forgot theirs, or whose telephone is in other hands: all else ends."""
    account.password_hash = credentials.password_hash
    _record(session, "reset_password", account, now)
    end_everywhere(session, account, actor=None, now=now)
    return account


def _record(
    session: Session, act: str, account: Account, now: datetime, row: Membership | None = None
) -> None:
    session.flush()
    journal.record(
        session,
        actor=None,
        act=act,
        subject=("account", account.public_id),
        now=now,
        party_id=row.party.id if row else None,
        facts={"role": row.role.value, "party": row.party.public_id} if row else {},
    )
