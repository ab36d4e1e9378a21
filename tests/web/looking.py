"""Looking into the database beside a browser: what is there now, and nothing left open behind."""

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
