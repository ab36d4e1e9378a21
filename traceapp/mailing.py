"""Mail on its way out: a message with the headers it needs, and the talk with the mail server.

`smtplib` sends the text and its end in one go; here the two are apart, because between them lies the moment
from which nobody can know whether a letter has arrived (docs/decisions/0005-letters.md). A password is never
said over a line that is not encrypted, except on this machine.

>>> Mailbox.at("smtp://lan%40example.com:mot-cau@mail.example.com:587")
Mailbox(host='mail.example.com', port=587, encrypted=False, user='lan@example.com', password=...)
"""

import re
import smtplib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import unquote, urlsplit

PATIENCE: Final = 30.0  # seconds for every answer but the last
LAST_PATIENCE: Final = 600.0  # for the answer to the dot: RFC 5321, 4.5.3.2.6
LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})
ONE_WORD: Final = frozenset({"Message-ID", "List-Unsubscribe"})
SCHEMES: Final = {"smtp": 25, "smtps": 465}


class Unfolded(EmailPolicy):
    """The library's policy, but for headers that are one long word.

    It would wrap a link as an encoded word, which no mail program takes for a link; a line may
    have 998 characters (RFC 5322, 2.1.1).
    """

    def fold(self, name: str, value: Any) -> str:
        """One header as text."""
        return f"{name}: {value}{self.linesep}" if name in ONE_WORD else super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        """One header as bytes."""
        return (
            self.fold(name, value).encode("ascii") if name in ONE_WORD else super().fold_binary(name, value)
        )


POLICY: Final = Unfolded(linesep=SMTP.linesep, cte_type="7bit")


class Refused(Exception):
    """The server said no to one letter; for good (5yz) or for now (4yz)."""

    def __init__(self, told: str, *, for_good: bool) -> None:
        super().__init__(told)
        self.told, self.for_good = told, for_good


class Unreachable(Exception):
    """There is no talking with the server just now; nothing was delivered."""

    def __init__(self, told: str) -> None:
        super().__init__(told)
        self.told = told


class Unanswered(Exception):
    """The server got the end of the letter and kept silent until patience ended: nobody knows."""


@dataclass(frozen=True, slots=True)
class Written:
    """A letter in words. ``unsubscribe`` is the link that ends letters of its kind, if they may be ended.

    ``facts``: what it says of what it was to say, where some of that is no longer so.
    """

    subject: str
    text: str
    unsubscribe: str | None = None
    facts: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The mail server behind ``mail_url``, and who we are to it."""

    host: str
    port: int
    encrypted: bool = False
    user: str = ""
    password: str = field(default="", repr=False)

    def __repr__(self) -> str:
        """Without the password, wherever it may be printed."""
        told = f"host={self.host!r}, port={self.port}, encrypted={self.encrypted}, user={self.user!r}"
        return f"Mailbox({told}, password=...)"

    @classmethod
    def at(cls, url: str) -> "Mailbox":
        """Read ``smtp://user:password@host:port`` (STARTTLS if offered) or ``smtps://``; else ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in SCHEMES or not parts.hostname or parts.path not in {"", "/"} or parts.query:
            raise ValueError("must be smtp://user:password@host:port or smtps://...")
        port = parts.port or (587 if parts.username and parts.scheme == "smtp" else SCHEMES[parts.scheme])
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, port, parts.scheme == "smtps", user, password)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who signs: the name and address in From, and the host in every Message-ID."""

    name: str
    address: str
    host: str

    def message(self, written: Written, *, to: str, message_id: str, at: datetime) -> EmailMessage:
        """The letter with its headers; its bytes are ASCII, so that any server takes it."""
        message = EmailMessage(policy=POLICY)
        name, _, host = self.address.partition("@")
        message["From"] = Address(self.name, name, host)
        message["To"] = to
        message["Subject"] = written.subject
        message["Date"] = format_datetime(at)
        message["Message-ID"] = message_id
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers, please
        if written.unsubscribe:
            message["List-Unsubscribe"] = f"<{written.unsubscribe}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
        message.set_content(written.text, charset="utf-8", cte="quoted-printable")
        return message


class Postman:
    """A connection to the mail server, opened at the first letter and used for those that follow."""

    def __init__(self, mailbox: Mailbox, sender: Sender, *, last_patience: float = LAST_PATIENCE) -> None:
        self.mailbox, self.sender, self.last_patience = mailbox, sender, last_patience
        self.line: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        """Nothing is opened before there is a letter."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _fault: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Say goodbye, if somebody is there."""
        if self.line is not None:
            try:
                self.line.quit()
            except (OSError, smtplib.SMTPException):
                self.line.close()
            self.line = None

    def hand_over(
        self, message: EmailMessage, address: str, at_the_dot: Callable[[], Callable[[], None]]
    ) -> None:
        """Deliver one letter; what ``at_the_dot`` answers is called the moment before the dot leaves.

        Raises `Refused`, `Unreachable`, `Unanswered`.
        """
        if not address.isascii():
            raise Refused(f"{address.partition('@')[2]}: ASCII", for_good=True)
        content = dotted(message.as_bytes())
        try:
            line = self._given(content, address)
        except (OSError, smtplib.SMTPException):  # a line used before may be at its end; a new one decides
            self._hang_up()
            try:
                line = self._given(content, address)
            except (OSError, smtplib.SMTPException) as fault:
                self._hang_up()
                raise Unreachable(told_by(fault)) from fault
        may_end = False
        try:
            leaves = at_the_dot()
            may_end = True
        finally:
            if not may_end:
                self._hang_up()  # without its end the server forgets it
        self._end(line, address, leaves)

    def _given(self, content: bytes, address: str) -> smtplib.SMTP:
        """Everything up to the dot; so far the server keeps nothing."""
        line = self.line = self.line or self._opened()
        self._say(line, f"MAIL FROM:<{self.sender.address}>", 250, address)
        self._say(line, f"RCPT TO:<{address}>", 250, address)
        self._say(line, "DATA", 354, address)
        line.send(content)
        return line

    def _end(self, line: smtplib.SMTP, address: str, leaves: Callable[[], None]) -> None:
        """The dot, and the answer to it. A line that breaks here counts as "not now" (RFC 5321, 3.8)."""
        if line.sock is not None:
            line.sock.settimeout(self.last_patience)
        try:
            leaves()
            line.send(b".\r\n")
            code, said = line.getreply()
        except (OSError, smtplib.SMTPException) as fault:
            self._hang_up()
            if TimeoutError in {type(fault), type(fault.__context__)}:  # smtplib wraps it
                raise Unanswered from fault
            raise Refused(told_by(fault), for_good=False) from fault
        if line.sock is not None:
            line.sock.settimeout(PATIENCE)
        if code != 250:
            raise Refused(answer(code, said, address), for_good=code >= 500)

    def _say(self, line: smtplib.SMTP, command: str, expected: int, address: str) -> None:
        """One command and its answer; a refusal leaves the line ready for the next letter."""
        code, said = line.docmd(command)
        if code == 421:
            raise smtplib.SMTPServerDisconnected(answer(code, said, address))
        if code == expected or (expected == 250 and code == 251):
            return
        try:
            line.rset()
        except (OSError, smtplib.SMTPException):
            self._hang_up()
        raise Refused(answer(code, said, address), for_good=code >= 500)

    def _opened(self) -> smtplib.SMTP:
        """A line that was greeted, encrypted where that is offered, and signed in to."""
        box, context = self.mailbox, ssl.create_default_context()
        try:
            if box.encrypted:
                line: smtplib.SMTP = smtplib.SMTP_SSL(box.host, box.port, timeout=PATIENCE, context=context)
            else:
                line = smtplib.SMTP(box.host, box.port, timeout=PATIENCE)
        except (OSError, smtplib.SMTPException) as fault:
            raise Unreachable(told_by(fault)) from fault
        try:
            line.ehlo()
            if not box.encrypted and line.has_extn("starttls"):
                line.starttls(context=context)
                line.ehlo()
            if box.user:
                _check_private(box, line)
                line.login(box.user, box.password)
        except (OSError, smtplib.SMTPException) as fault:
            line.close()
            raise Unreachable(told_by(fault)) from fault
        return line

    def _hang_up(self) -> None:
        if self.line is not None:
            self.line.close()
            self.line = None


def _check_private(box: Mailbox, line: smtplib.SMTP) -> None:
    """A password is for this machine's ears, or for an encrypted line."""
    if box.host not in LOCAL and not isinstance(line.sock, ssl.SSLSocket):
        raise smtplib.SMTPException("no STARTTLS: the password was not sent")


def dotted(content: bytes) -> bytes:
    """A message as DATA takes it, without the dot that ends it (RFC 5321, 4.5.2).

    >>> dotted(b"Subject: x\\r\\n\\r\\n.a\\r\\n..b")
    b'Subject: x\\r\\n\\r\\n..a\\r\\n...b\\r\\n'
    """
    lines = re.sub(rb"(?m)^\.", b"..", re.sub(rb"\r\n|\r|\n", b"\r\n", content))
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


def answer(code: int, said: bytes, address: str) -> str:
    """What the server said, without the address, short enough to keep.

    >>> answer(550, b"5.1.1 <Hoa@example.com> unknown", "hoa@example.com")
    '550 5.1.1 <…> unknown'
    """
    words = said.decode("utf-8", "replace")
    return f"{code} {re.sub(re.escape(address), '…', words, flags=re.IGNORECASE)}".strip()[:200]


def told_by(fault: Exception) -> str:
    """An error of the line in few words."""
    if isinstance(fault, smtplib.SMTPResponseException):
        said = fault.smtp_error
        return answer(fault.smtp_code, said if isinstance(said, bytes) else str(said).encode(), "\0")
    return f"{type(fault).__name__}: {fault}"[:200]
