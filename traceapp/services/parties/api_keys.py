"""Keys for programs: made by a signed-in person, shown once, ended by that person or by their day.

A key is `txls_`, its public name and a secret of 32 random bytes; only the secret's hash is kept. It opens
what its owner may do for one party, no more, and nothing from the day the owner may no more. A new
password ends every key: who knew the old one may have made some.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from secrets import SystemRandom
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from traceapp.domain.actors import Actor
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import Conflict, Malformed, NotAllowed, NotFound
from traceapp.domain.identifiers import new_public_id
from traceapp.domain.text import clean_line
from traceapp.models import Account, ApiKey
from traceapp.services import journal

LIVES: Final = (30, 90, 365)  # days a key may live
MOST_KEYS: Final = 20
_TOKEN: Final = re.compile(r"txls_([0-9A-HJKMNP-TV-Z]{8})_([A-Za-z0-9_-]{43})")


def create_key(
    session: Session, *, actor: Actor, proved: str, name: str, days: int, now: datetime, today: date
) -> tuple[ApiKey, str]:
    """A key for the actor's own party, and its text, which is never known again.

    ``proved`` is the hash the password was proved against: the account is held while it is compared, so that
    a key and a new password are one after the other. Raises `password_changed_meanwhile`, `api_key_name`,
    `api_key_life`, `api_keys_many`, `api_key_no_party` for an account that acts for nobody.
    """
    account = session.get(Account, actor.account_id, with_for_update={"key_share": True})
    if account is None or account.password_hash != proved:
        raise NotAllowed("password_changed_meanwhile", field="old_password")
    named = clean_line(name, 80, field="name")
    if not named:
        raise Malformed("api_key_name", field="name")
    if days not in LIVES:
        raise Malformed("api_key_life", field="days", given=days, expected=", ".join(map(str, LIVES)))
    if actor.party_id is None:
        raise Conflict("api_key_no_party")
    if len(_live(session, actor.account_id, today)) >= MOST_KEYS:
        raise Conflict("api_keys_many", limit=MOST_KEYS)
    secret = secrets.token_urlsafe(32)
    key = ApiKey(
        public_id=new_public_id(SystemRandom()),
        account_id=actor.account_id,
        party_id=actor.party_id,
        name=named,
        secret_sha256=_hashed(secret),
        expires_on=today + timedelta(days=days),
        created_at=now,
    )
    session.add(key)
    session.flush()
    _record(session, actor, "created_api_key", key, now)
    return key, f"txls_{key.public_id}_{secret}"


def revoke_key(session: Session, *, actor: Actor, public_id: str, now: datetime) -> ApiKey:
    """End a key of one's own; ended twice is ended once."""
    key = session.scalar(
        select(ApiKey).where(ApiKey.public_id == public_id.upper(), ApiKey.account_id == actor.account_id)
    )
    if key is None:
        raise NotFound("record_not_found")
    _end(session, actor, key, now)
    return key


def end_keys(session: Session, *, account_id: int, actor: Actor | None, now: datetime) -> int:
    """End every key of an account that still opens something; how many these were. No actor: the operator."""
    live = _live(session, account_id, today_in_vietnam(now))
    for key in live:
        _end(session, actor, key, now)
    return len(live)


def _live(session: Session, account_id: int, today: date) -> list[ApiKey]:
    return [key for key in session.scalars(_of(account_id)) if key.opens_on(today)]


def _of(account_id: int) -> Select[ApiKey]:
    return select(ApiKey).where(ApiKey.account_id == account_id).order_by(ApiKey.id.desc())


def _end(session: Session, actor: Actor | None, key: ApiKey, now: datetime) -> None:
    if key.revoked_at is None:
        key.revoked_at = now
        session.flush()
        _record(session, actor, "revoked_api_key", key, now)


def list_keys(session: Session, actor: Actor) -> Sequence[ApiKey]:
    """One's own keys, the newest first."""
    return session.scalars(_of(actor.account_id)).all()


def find_actor(session: Session, token: str, today: date) -> tuple[ApiKey, Actor] | None:
    """Whom a key stands for today; None for whatever opens nothing, whyever."""
    form = _TOKEN.fullmatch(token)
    if form is None:
        return None
    query = select(ApiKey).where(ApiKey.public_id == form[1])
    key = session.scalar(query.options(selectinload(ApiKey.account).selectinload(Account.memberships)))
    if key is None or not hmac.compare_digest(key.secret_sha256, _hashed(form[2])):
        return None
    if not key.opens_on(today) or key.account.closed:
        return None
    roles = frozenset(one.role for one in key.account.memberships_on(today) if one.party_id == key.party_id)
    return (key, Actor(key.account.id, key.account.public_id, key.party_id, roles)) if roles else None


def note_use(session: Session, *, key_id: int, today: date) -> None:
    """Remember the day of its last use: its owner sees which keys lie about unused. No act of anybody."""
    key = session.get(ApiKey, key_id)
    if key is not None and key.last_used_on != today:
        key.last_used_on = today


def _hashed(secret: str) -> str:
    """A secret of 256 random bits needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _record(session: Session, actor: Actor | None, act: str, key: ApiKey, now: datetime) -> None:
    facts = {"expires_on": key.expires_on}
    journal.record(session, actor=actor, act=act, subject=("api_key", key.public_id), now=now, facts=facts)
