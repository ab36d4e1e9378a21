"""Accounts: signing up, proving who one is, changing the password, name and language.

A login is a telephone number in E.164 or an e-mail address in small letters, so that one person has one
account however it is typed. Passwords are kept as argon2id; the only rules are a length and a list of those
that everybody tries (NIST SP 800-63B, 3.1.1.2: no composition rules). Hashing is slow by design and never
happens inside a transaction, where it would hold the writer's lock.

>>> normalised_login(" 0912 000 001 "), normalised_login("Lan@Example.COM")
('+84912000001', 'lan@example.com')
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from secrets import SystemRandom

import phonenumbers
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Malformed, NotAllowed, NotFound
from traceapp.domain.identifiers import new_public_id
from traceapp.domain.text import clean_line, nfc
from traceapp.models import Account
from traceapp.services import journal, uniqueness
from traceapp.services.parties import api_keys

SHORTEST, LONGEST = 8, 200
HASHER = PasswordHasher()
LANGUAGES = ("vi", "en", "zh")
_COMMONEST = (
    "12345678 123456789 1234567890 123123123 11111111 00000000 88888888 66668888 68686868 87654321 "
    "12341234 11223344 112233445566 147258369 123456789a 123456aa@ a12345678 abc12345 abcd1234 "
    "1q2w3e4r 1qaz2wsx qwertyui qwerty123 qwertyuiop asdfghjkl password password1 passw0rd p@ssw0rd "
    "matkhau1 matkhau123 iloveyou anhyeuem emyeuanh anhyeuem123 vietnam123 langson1 langson123 "
    "hoptacxa hoptacxa123 admin123 administrator "
)
COMMONEST = frozenset(_COMMONEST.split())


@dataclass(frozen=True, slots=True)
class Credentials:
    """A login and a hashed password that passed their checks; only `new_credentials` makes one."""

    login: str
    password_hash: str


def normalised_login(typed: str, *, field: str = "login") -> str:
    """E.164 or a small-lettered address. Raises `login_form` where it is neither."""
    login = nfc(typed).strip()
    if "@" in login:
        return email_address(login, field=field)
    try:
        number = phonenumbers.parse(login, "VN")
    except phonenumbers.NumberParseException as unreadable:
        raise Malformed("login_form", field=field, given=login) from unreadable
    if not phonenumbers.is_valid_number(number):
        raise Malformed("login_form", field=field, given=login)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email_address(typed: str, *, field: str = "email") -> str:
    """An e-mail address in small letters. Raises `email_form`."""
    try:
        return validate_email(typed.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as wrong:
        raise Malformed("email_form", field=field, given=typed.strip()[:80]) from wrong


def new_credentials(login: str, password: str, *, field: str = "password") -> Credentials:
    """Check and hash. Raises what the two checks do."""
    normal = normalised_login(login)
    check_password(password, login, normal, field=field)
    return Credentials(normal, HASHER.hash(nfc(password)))


def check_password(password: str, *logins: str, field: str = "password") -> None:
    """A password somebody wants; length counts, signs and digits do not."""
    if len(password) < SHORTEST:
        raise Malformed("password_short", field=field, found=len(password), least=SHORTEST)
    if len(password) > LONGEST:
        raise Malformed("password_long", field=field, found=len(password), limit=LONGEST)
    plain = password.casefold()
    if plain in COMMONEST or len(set(plain)) == 1:
        raise Malformed("password_common", field=field)
    if any(_bare(plain) in {_bare(login), _bare(login).partition("@")[0]} for login in logins):
        raise Malformed("password_is_login", field=field)


def _bare(text: str) -> str:
    """Without what people put between digits, and a number as it is dialled at home."""
    kept = "".join(sign for sign in text.casefold() if sign not in " .-()")
    return f"0{kept[3:]}" if kept.startswith("+84") else kept


def sign_up(
    session: Session, *, credentials: Credentials, display_name: str, language: str, now: datetime
) -> Account:
    """Open an account that acts for nobody yet. Raises `login_taken`."""
    account = Account(
        public_id=new_public_id(SystemRandom()),
        login=credentials.login,
        password_hash=credentials.password_hash,
        display_name=display_name_of(display_name),
        language=language if language in LANGUAGES else "vi",
        created_at=now,
    )
    session.add(account)
    uniqueness.flush(session, {"account.login": ("login_taken", "login")})
    actor = Actor(account.id, account.public_id, None, frozenset())
    _write(session, actor, "signed_up", now)
    return account


def display_name_of(typed: str) -> str:
    """A person's name as shown. Raises `name_missing` and what `clean_line` does."""
    name = clean_line(typed, 120, field="display_name")
    if not name:
        raise Malformed("name_missing", field="display_name")
    return name


def find_account(session: Session, login: str) -> Account | None:
    """The open account of a login as typed; None also for what cannot be a login."""
    try:
        normal = normalised_login(login)
    except Malformed:
        return None
    return session.scalar(select(Account).where(Account.login == normal, Account.closed.is_(False)))


def is_password(account: Account | None, password: str) -> bool:
    """Whether the password opens the account; as slow for an account that does not exist."""
    kept = account.password_hash if account else _nobodys_hash()
    try:
        right = HASHER.verify(kept, nfc(password))
    except (VerifyMismatchError, InvalidHashError):
        return False
    return right and account is not None


@cache
def _nobodys_hash() -> str:
    return HASHER.hash("nobody signs in with this")


def fresh_hash(account: Account, password: str) -> str | None:
    """A new hash of a password just proved right, where the old one was made by weaker parameters."""
    return HASHER.hash(nfc(password)) if HASHER.check_needs_rehash(account.password_hash) else None


def replace_hash(session: Session, *, account_id: int, proved: str, password_hash: str) -> None:
    """Keep the stronger hash of the same password: no act of anybody, so the journal says nothing.

    Nothing happens where the password was changed since it was ``proved``: the old one must not come back.
    """
    account = _own(session, account_id)
    if account.password_hash == proved:
        account.password_hash = password_hash


def change_password(
    session: Session, *, actor: Actor, proved: str, credentials: Credentials, now: datetime
) -> Account:
    """Set a new password; every session ends, and every key for programs.

    ``proved`` is the hash the old password was proved against. Raises
    `password_changed_meanwhile` where it was changed since.
    """
    account = _own(session, actor.account_id)
    if account.password_hash != proved:
        raise NotAllowed("password_changed_meanwhile", field="old_password")
    account.password_hash = credentials.password_hash
    _write(session, actor, "changed_password", now)
    end_everywhere(session, account, actor=actor, now=now)
    return account


def end_sessions(session: Session, *, actor: Actor, now: datetime) -> Account:
    """End every session of one's own, also one whose cookie somebody copied; keys for programs stay."""
    account = _own(session, actor.account_id)
    account.session_epoch += 1
    _write(session, actor, "ended_sessions", now)
    return account


def end_everywhere(session: Session, account: Account, *, actor: Actor | None, now: datetime) -> None:
    """End every session of an account, and every key for programs."""
    account.session_epoch += 1
    api_keys.end_keys(session, account_id=account.id, actor=actor, now=now)


def change_settings(
    session: Session, *, actor: Actor, display_name: str, language: str, now: datetime
) -> Account:
    """How the person is called and spoken to; said again unchanged, it leaves no entry."""
    account = _own(session, actor.account_id)
    before = account.display_name, account.language
    account.display_name = display_name_of(display_name)
    account.language = language if language in LANGUAGES else "vi"
    if (account.display_name, account.language) == before:
        return account
    _write(session, actor, "changed_account", now)
    return account


def _own(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id, with_for_update={"key_share": True})
    if account is None:
        raise NotFound("record_not_found")
    return account


def _write(session: Session, actor: Actor, act: str, now: datetime) -> None:
    session.flush()
    journal.record(session, actor=actor, act=act, subject=("account", actor.account), now=now)
