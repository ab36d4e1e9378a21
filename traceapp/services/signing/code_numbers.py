"""The number of a signed code, asked without the code: what the books say of it.

It stands printed beside the symbol so that a code can be named over a telephone. A number can be copied by
anybody and carries no signature: what is told of it is the record, never a verdict on the paper at hand.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain import crockford
from traceapp.domain.errors import Malformed
from traceapp.domain.restrictions import RestrictionKind
from traceapp.domain.signed_codes import Revocation
from traceapp.models import Certificate, SignedCode
from traceapp.services.public import open_records
from traceapp.services.signing.code_checks import may_hold, revocation

LENGTH = 8


@dataclass(frozen=True, slots=True)
class NamedCode:
    """A number, and the code of that number; ``certificate`` is what it stands on, if public."""

    number: str
    code: SignedCode | None = None
    certificate: Certificate | None = None
    revocation: Revocation | None = None
    expired: bool = False
    may_hold: RestrictionKind | None = None


def read_number(typed: str) -> str | None:
    """The number somebody typed; None where it is anything else.

    >>> read_number(" 7k3m-9qx2 "), read_number("7K3M-9QX2-TZ4B"), read_number("VC1:6BF")
    ('7K3M9QX2', None, None)
    """
    try:
        return crockford.read(typed, LENGTH, field="code")
    except Malformed:
        return None


def find_by_number(session: Session, number: str, *, now: datetime) -> NamedCode:
    """What the books say of it today."""
    code = session.scalar(select(SignedCode).where(SignedCode.public_id == number))
    if code is None:
        return NamedCode(number)
    paper = code.certificate
    return NamedCode(
        number,
        code,
        paper if paper is not None and open_records.is_open(session, paper) else None,
        revocation(session, code, now),
        code.expires_at <= now,
        may_hold(session, code),
    )


def open_certificate(session: Session, number: str) -> Certificate | None:
    """The certificate whose page has this name, where anybody may see it."""
    return session.scalar(open_records.certificates().where(Certificate.public_id == number))
