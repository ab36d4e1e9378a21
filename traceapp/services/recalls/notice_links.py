"""The link on which a holder answers: worked out from the notice's name by our key, kept nowhere.

Who reads the database, or a copy of it, can answer for nobody. Links of before registry history 0017 were
random; of these the hash is kept, as of a program's key, so that letters already sent still open.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.errors import NotFound
from traceapp.models import RecallNotice, Restriction

NAME = 8  # characters of a public id, which a link begins with


def token_of(secret: bytes, notice: RecallNotice) -> str:
    """What stands in the link: the notice's name and 43 characters that only the key makes."""
    return _sealed(secret, notice.public_id)


def _sealed(secret: bytes, public_id: str) -> str:
    """
    >>> a, b = _sealed(b"k" * 32, "T0000001"), _sealed(b"x" * 32, "T0000001")
    >>> a[:8], len(a), a == b
    ('T0000001', 51, False)
    """
    seal = hmac.digest(secret, b"recall-notice:" + public_id.encode(), "sha256")
    return public_id + urlsafe_b64encode(seal).decode().rstrip("=")


def notice_behind(session: Session, secret: bytes, recall_id: str, token: str) -> RecallNotice:
    """The notice of this recall that a link opens. Raises `NotFound` `recall_unknown`."""
    query = select(RecallNotice).join(Restriction, Restriction.id == RecallNotice.restriction_id)
    query = query.where(Restriction.public_id == recall_id.upper())
    notice = session.scalar(query.where(RecallNotice.public_id == token[:NAME]))
    if notice is not None and hmac.compare_digest(token_of(secret, notice).encode(), token.encode()):
        return notice
    kept = hashlib.sha256(token.encode()).hexdigest()
    notice = session.scalar(query.where(RecallNotice.token_sha256 == kept))
    if notice is None:
        raise NotFound("recall_unknown", given=recall_id)
    return notice
