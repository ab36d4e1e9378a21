"""Who words a letter: one writer for each kind, called when the letter is sent.

To have a new kind of letter: put it in with `outbox.put_letter`, write its writer in the room of its subject,
name it in WRITERS. A letter of a kind that is not here waits for a version of the program that has it.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy.orm import Session

from traceapp.mailing import Written
from traceapp.models import Letter
from traceapp.services.post import reminders
from traceapp.services.post.recall_letters import write_recall_correction, write_recall_notice
from traceapp.services.post.reminder_letters import write_digest, write_ending
from traceapp.services.post.sending import Compose
from traceapp.services.post.stationery import Stationery, Writer
from traceapp.services.recalls import notice_letters

WRITERS: Final[Mapping[str, Writer]] = MappingProxyType(
    {
        reminders.ENDING: write_ending,
        reminders.DIGEST: write_digest,
        notice_letters.LETTER: write_recall_notice,
        notice_letters.AGAIN: write_recall_notice,
        notice_letters.CORRECTION: write_recall_correction,
    }
)


def composer(paper: Stationery) -> Compose:
    """The one who words any letter of a known kind."""

    def compose(session: Session, letter: Letter, now: datetime) -> Written | None:
        return WRITERS[letter.kind](session, letter, now, paper)

    return compose
