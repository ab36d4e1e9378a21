"""The whole life of a certificate as one story, for its owner, the province and the public.

What its body decided is told as the body's, beside the office that wrote it down; a reason given in public is
told in public. Steps of the record (entered, sent, returned) are for its owner and the province alone.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.certificates import CertificateStatus, RecordState
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.story import PUBLIC, Event, Happening, in_order
from traceapp.models import Account, Certificate, JournalEntry

_STEPS = {
    "entered_certificate": Happening.SUBMITTED,
    "submitted_certificate": Happening.SUBMITTED,
    "corrected_certificate": Happening.SUBMITTED,
    "took_back_certificate": Happening.TAKEN_BACK,
    "returned_certificate": Happening.RETURNED,
}


def tell_story(
    session: Session, certificate: Certificate, *, today: date, language: str, public: bool = False
) -> tuple[Event, ...]:
    """Every step in its order; of a draft nothing is public."""
    told = _Told(session, certificate, today, language)
    events = [*told.paper(), *told.record(), *told.decisions(), *told.ends()]
    if public:
        events = [replace(one, file=None) for one in events if one.kind in PUBLIC]
    return in_order(events)


class _Told:
    """One certificate on the way to being told."""

    def __init__(self, session: Session, certificate: Certificate, today: date, language: str) -> None:
        self.session, self.certificate, self.today, self.language = session, certificate, today, language
        self.body = certificate.body.name_on(today, language)

    def paper(self) -> Iterator[Event]:
        """What the paper says."""
        one = self.certificate
        yield Event(Happening.ISSUED, one.issued_on, self.body)
        if one.valid_from != one.issued_on:
            yield Event(Happening.IN_FORCE, one.valid_from)

    def record(self) -> Iterator[Event]:
        """How the record went through the province."""
        one = self.certificate
        writer = self._office(one.entered_by_id) or one.holder.name_on(self.today, self.language)
        yield Event(Happening.ENTERED, today_in_vietnam(one.created_at), writer)
        steps = list(self._steps())
        if one.submitted_at is not None and Happening.SUBMITTED not in {step.kind for step in steps}:
            yield Event(Happening.SUBMITTED, today_in_vietnam(one.submitted_at), writer)
        yield from steps
        if one.approved_at is not None:
            yield Event(
                Happening.APPROVED, today_in_vietnam(one.approved_at), self._office(one.approved_by_id)
            )

    def decisions(self) -> Iterator[Event]:
        """What the body decided, who wrote it down where that was another, and what was a mistake."""
        for row in self.certificate.decisions:
            writer = self._office(row.recorded_by_id)
            yield Event(
                Happening(row.kind.value),
                row.from_on,
                self.body,
                None if writer == self.body else writer,
                row.reason,
                row.sequence,
                document=row.document_number,
                file=(row.file.sha256, row.file.first_name) if row.file else None,
                struck=row.mistake is not None,
            )
            if row.mistake is not None:
                yield Event(
                    Happening.MISTAKE,
                    today_in_vietnam(row.mistake.created_at),
                    self._office(row.mistake.marked_by_id),
                    reason=row.mistake.reason,
                    order=row.sequence,
                    about=(Happening(row.kind.value), row.from_on),
                )

    def ends(self) -> Iterator[Event]:
        """That it ran out, and what renews it."""
        one = self.certificate
        status = one.status_on(self.today)
        if status.status is CertificateStatus.EXPIRED and status.since is not None:
            yield Event(Happening.EXPIRED, status.since)
        successor = one.successor_on(self.today)
        if successor is not None and successor.record_state is RecordState.APPROVED:
            other = (successor.public_id, successor.number)
            yield Event(Happening.RENEWED, successor.valid_from, other=other)

    def _steps(self) -> Iterator[Event]:
        """Each time it went to the province, was taken back or sent back; the reason of the last return."""
        entry = JournalEntry
        query = select(entry.seq, entry.at, entry.actor_id, entry.act).where(
            entry.subject_kind == "certificate",
            entry.subject_id == self.certificate.public_id,
            entry.act.in_(_STEPS),
        )
        rows = self.session.execute(query.order_by(entry.seq)).all()
        for row in rows:
            kind = _STEPS[row.act]
            told = kind is Happening.RETURNED and row is rows[-1]
            reason = self.certificate.return_reason if told else None
            yield Event(
                kind, today_in_vietnam(row.at), self._office(row.actor_id), reason=reason, order=row.seq
            )

    def _office(self, account_id: int | None) -> str | None:
        """The party an account acts for."""
        account = self.session.get(Account, account_id) if account_id is not None else None
        membership = next(iter(account.memberships), None) if account else None
        return membership.party.name_on(self.today, self.language) if membership else None
