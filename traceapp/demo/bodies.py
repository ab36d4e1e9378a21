"""Invented certification bodies beside those of the file: one whose accreditation was suspended for a while,
one accreditation that waits for a second officer, and a name that a holder typed.
"""

from datetime import date, datetime, timedelta

from traceapp.demo.records import FIRST_DAY, Records
from traceapp.domain.actors import Actor
from traceapp.domain.certificates import DecisionKind
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.numbers import format_day
from traceapp.domain.parties import PartyKind, PartyState
from traceapp.domain.text import folded
from traceapp.models import Party, PartyName
from traceapp.services.vouching.accreditations import (
    AccreditationEntry,
    add_accreditation,
    confirm_accreditation,
    decide_accreditation,
)
from traceapp.services.vouching.bodies import NEW_BODY, read_body

SUSPENDED_BODY, TYPED_BODY = "demo_cb_c", "demo_cb_typed"
SUSPENDED, RESTORED = -120, -60
"""Days from today between which body C was suspended; DEMO-FSMS-0013 and -0014 were issued in between."""


def write_bodies(records: Records, actors: dict[str, Actor], now: datetime) -> None:
    """Through the same services as a person's acts, with their journal entries."""
    _write_suspended_body(records, actors, now)
    add_accreditation(
        records.session,
        actor=actors["tinh@example.com"],
        body=records.parties["demo_cb_a"],
        entry=_entry("DEMO-ACC-004", today_in_vietnam(now), -20, 1075, "QMS"),
        now=now,
    )
    records.parties[TYPED_BODY] = read_body(
        records.session,
        chosen=NEW_BODY,
        name="TCCN Minh Họa A (DEMO)",
        actor=actors["htx-ruou@example.com"],
        now=now,
        today=today_in_vietnam(now),
    )


def _write_suspended_body(records: Records, actors: dict[str, Actor], now: datetime) -> None:
    """Body C, accredited by one officer and confirmed by another; suspended for a while, then restored."""
    today = today_in_vietnam(now)
    session, hoa, quang = records.session, actors["tinh@example.com"], actors["tinh-2@example.com"]
    records.parties[SUSPENDED_BODY] = body = _body_c(records, now)
    held = add_accreditation(
        session, actor=hoa, body=body, entry=_entry("DEMO-ACC-003", today, -700, 395), now=now
    )
    confirm_accreditation(session, actor=quang, accreditation=held, now=now)
    for kind, days in ((DecisionKind.SUSPENSION, SUSPENDED), (DecisionKind.RESTORATION, RESTORED)):
        decide_accreditation(
            session,
            actor=hoa,
            accreditation=held,
            kind=kind,
            from_on=today + timedelta(days=days),
            reason="Minh họa",
            document_number="Quyết định minh họa (DEMO)",
            now=now,
        )


def _body_c(records: Records, now: datetime) -> Party:
    body = Party(
        public_id=records.new_id(),
        kind=PartyKind.CERTIFICATION_BODY,
        state=PartyState.APPROVED,
        demo=True,
        created_at=now,
    )
    name = "Tổ chức chứng nhận Minh Họa C (DEMO)"
    body.names.append(PartyName(language="vi", name=name, folded=folded(name), valid_from=FIRST_DAY))
    records.session.add(body)
    return body


def _entry(number: str, today: date, first: int, last: int, scope: str = "FSMS") -> AccreditationEntry:
    return AccreditationEntry(
        accreditor="DEMO",
        number=number,
        standard="ISO/IEC 17021-1:2015",
        scopes=[scope],
        valid_from=format_day(today + timedelta(days=first)),
        valid_until=format_day(today + timedelta(days=last)),
        source_url="Minh họa (DEMO)",
    )
