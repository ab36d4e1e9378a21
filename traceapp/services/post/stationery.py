"""What every letter is written on: the registry's name, its addresses, the seal on links, the language.

A seal makes a link that works without signing in: who holds it was written to, and may only say which
letters are wanted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from itsdangerous import BadSignature, Signer
from itsdangerous.encoding import base64_decode, base64_encode
from sqlalchemy.orm import Session

from traceapp.i18n import Translator, translator
from traceapp.mailing import Sender, Written
from traceapp.models import Letter
from traceapp.settings import Settings

SALT: Final = "reminders"


@dataclass(frozen=True, slots=True)
class Stationery:
    """The paper itself."""

    settings: Settings
    secret: bytes

    def link(self, path: str) -> str:
        """A page of ours."""
        return f"{self.settings.public_base_url}{path}"

    def unsubscribe_link(self, recipient: str, language: str) -> str:
        """The page where this recipient says which letters are wanted; works without signing in."""
        return self.link(f"/account/reminders/{sealed(self.secret, recipient)}?lang={language}")

    def sender(self) -> Sender:
        """Who signs."""
        return Sender(self.settings.registry_name, self.settings.mail_from, self.settings.host)


Writer = Callable[[Session, Letter, datetime, Stationery], Written | None]
"""Reads what is true now and words it; None where there is nothing left to say."""


def words_for(letter: Letter) -> Translator:
    """The translator of the reader's language: what the account says today, else what the letter says."""
    return translator(letter.account.language if letter.account else letter.language)


def sealed(secret: bytes, recipient: str) -> str:
    """A recipient (a fingerprint in hex) as a link carries it, in 71 characters; only the key makes one.

    >>> opened(b"k", sealed(b"k", "ab" * 32)) == "ab" * 32, opened(b"other", sealed(b"k", "ab" * 32))
    (True, None)
    """
    return Signer(secret, salt=SALT).sign(base64_encode(bytes.fromhex(recipient))).decode()


def opened(secret: bytes, token: str) -> str | None:
    """The recipient of a link; None where the seal is not ours."""
    try:
        return base64_decode(Signer(secret, salt=SALT).unsign(token)).hex()
    except BadSignature:
        return None
