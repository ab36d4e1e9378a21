"""The life of a letter: said once, whatever dies on the way.

Up to the last dot a mail server keeps nothing (RFC 5321, 4.1.1.4); after it nobody can know until it answers.
A letter says on which side of that dot it stands, so what died before is sent again and what died
after is not: docs/decisions/0005-letters.md.

>>> LetterState.IN_DOUBT.may_be_sent_again, LetterState.SENT.may_be_sent_again
(True, False)
>>> masked("hoa.nguyen@example.com")
'h•••@example.com'
"""

import hashlib
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

PAUSES: Final = (
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(days=1),
    timedelta(days=1),
)
"""How long to wait after each try that failed; after the last nobody tries again by himself (three days)."""
MOST_TRIES: Final = len(PAUSES) + 1


class LetterState(StrEnum):
    """Where a letter stands."""

    WAITING = "waiting"
    SENDING = "sending"  # somebody has it in hand; the server has not got its end
    IN_DOUBT = "in_doubt"  # its end is being handed over; for good, where that worker died
    SENT = "sent"  # the server has answered for it
    FAILED = "failed"
    UNWANTED = "unwanted"  # no longer true, or its reader wants none

    @property
    def may_be_sent_again(self) -> bool:
        """Whether a person may ask for another try."""
        return self in {LetterState.FAILED, LetterState.IN_DOUBT}


def pause_after(tries: int) -> timedelta | None:
    """How long to wait after so many tries; None where it is enough.

    >>> pause_after(1), pause_after(8)
    (datetime.timedelta(seconds=300), None)
    """
    return PAUSES[tries - 1] if tries <= len(PAUSES) else None


def recipient_of(address: str) -> str:
    """The name under which a recipient is remembered when the address itself is forgotten: its SHA-256.

    >>> recipient_of("Hoa@Example.com") == recipient_of("hoa@example.com")
    True
    """
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()


def message_id(kind: str, subject: str, day: date, recipient: str, host: str) -> str:
    """The Message-ID of a letter: the same for every try, so that a mail sent twice is known as one.

    >>> message_id("certificate_ending", "certificate:AB12CD34", date(2026, 12, 31), "0" * 64, "example.com")
    '<26fc1e5dc63bbb85f6efa70ba6fe0bb5.certificate-ending@example.com>'
    """
    said = f"{kind}\n{subject}\n{day.isoformat()}\n{recipient}"
    name = hashlib.sha256(said.encode()).hexdigest()[:32]
    return f"<{name}.{kind.replace('_', '-')}@{host.partition(':')[0]}>"


def masked(address: str) -> str:
    """An address as a log shows it.

    >>> masked("a@example.com"), masked("")
    ('a•••@example.com', '')
    """
    name, at, host = address.partition("@")
    return f"{name[:1]}•••@{host}" if at else ""
