"""Looking at what a page says, and into the database beside it: nothing is left open behind."""

import re

from sqlalchemy import select

from traceapp.models import JournalEntry


def look(session, query):
    """The rows of a query as they are now."""
    session.expire_all()
    found = list(session.scalars(query))
    session.commit()
    return found


def acts(session):
    """What the journal holds, the oldest first."""
    return look(session, select(JournalEntry.act).order_by(JournalEntry.seq))


def text_of(page):
    """What a reader sees of an answer (or of markup): no element, no attribute.

    A short word is looked for here and never in the markup: a form's token is another in every run,
    and one day it holds ``X7``.
    """
    markup = page if isinstance(page, str) else page.get_data(as_text=True)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup))
