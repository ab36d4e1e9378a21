"""A real SMTP server for the tests, which keeps what it accepted: its record is the truth.

`mail_server()` runs in a thread; as a program (`python -m tests.mail_server PORT FILE PAUSE`) it writes a
line of JSON for each mail into FILE and answers PAUSE seconds later: a client killed in between does not
know, the file does.
"""

import asyncio
import json
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Kept:
    """What the server accepted, and what it is to answer: by recipient at RCPT, and at the end of DATA."""

    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    refuse_once: dict[str, str] = field(default_factory=dict)
    at_the_end: list[str] = field(default_factory=list)
    file: Path | None = None
    pause: float = 0.0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Say no to those who are to be refused."""
        if address in self.refuse_once:
            return self.refuse_once.pop(address)
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        """Keep it, then answer; "lose" hangs up and keeps nothing."""
        told = self.at_the_end.pop(0) if self.at_the_end else "250 OK"
        if told == "lose" or told[0] in "45":
            if told == "lose":
                server.transport.close()
            return told
        message = message_from_bytes(envelope.original_content or b"", policy=default)
        assert isinstance(message, EmailMessage)
        for address in envelope.rcpt_tos:
            self.mails.append((address, message))
            if self.file is not None:
                with self.file.open("a") as sink:
                    sink.write(json.dumps([address, message["Message-ID"].strip()]) + "\n")
        await asyncio.sleep(self.pause)  # a slow server, where a test asks for one
        return told

    def by_id(self) -> Counter[str]:
        """How often each Message-ID was accepted."""
        return Counter(message["Message-ID"] for _, message in self.mails)


@contextmanager
def mail_server(
    *, file: Path | None = None, pause: float = 0.0, port: int = 0, **more: object
) -> Iterator[tuple[Kept, int]]:
    """A running server: what it keeps, and its port."""
    kept = Kept(file=file, pause=pause)
    controller = Controller(kept, hostname="127.0.0.1", port=port, **more)
    if port == 0:
        from tests.servers import free_port

        controller.port = free_port()
    controller.start()
    try:
        yield kept, controller.port
    finally:
        controller.stop(no_assert=True)


def accepted(file: Path) -> Counter[tuple[str, str]]:
    """What the file of a server tells: (address, Message-ID) and how often."""
    if not file.is_file():
        return Counter()
    return Counter(tuple(json.loads(line)) for line in file.read_text().splitlines())


def main(port: str, file: str, pause: str) -> None:
    """Serve until killed."""
    with mail_server(file=Path(file), port=int(port), pause=float(pause)):
        print("ready", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
