"""Lists of certificates: the database computes the status that the domain does, and counts all of them."""

from datetime import timedelta
from itertools import count, product

import pytest
from sqlalchemy import select

from tests import factories
from tests.counting import counting
from traceapp.domain.certificates import CertificateStatus, DecisionKind, RecordState
from traceapp.models import Certificate, CertificateDecision, DecisionMistake
from traceapp.services.paging import key_of
from traceapp.services.post.reminders import list_ending
from traceapp.services.vouching import body_desk
from traceapp.services.vouching.certificate_lists import (
    count_certificates,
    count_statuses,
    list_certificates,
    named,
    not_renewed,
    status_of,
    taken_over,
)
from traceapp.services.week import ending_within

KINDS = list(DecisionKind)


@pytest.fixture
def item(session, cast, now):
    return factories.make_trade_item(session, cast.cooperative_id, now)


@pytest.fixture
def lives(session, cast, now, today, item):
    """Certificates of every kind of life: days, decisions made and announced, drafts, ends of renewals."""
    numbers, a_day = count(1), timedelta(days=1)
    spans = [(-20, -1), (-20, 0), (-20, 20), (0, 20), (1, 20)]
    plans = [(), *((kind,) for kind in KINDS), *product(KINDS, KINDS)]
    for (begins, ends), kinds, decided, slip in product(spans, plans, (-10, 0, 1), (None, 1, 2)):
        if slip is not None and (len(kinds) < slip or decided):
            continue
        one = factories.make_certificate(
            session, cast, now, item, number=f"DOI-{next(numbers)}",
            valid_from=today + begins * a_day, valid_until=today + ends * a_day,
        )  # fmt: skip
        terminal = [kind for kind in kinds if kind.is_terminal]
        for sequence, kind in enumerate(kinds, 1):
            if len(terminal) > 1 and kind is terminal[1]:
                continue  # the database holds one end
            slips = DecisionMistake(reason="x", marked_by_id=cast.second_officer.account_id, created_at=now)
            from_on = today + (decided + (sequence - 1) * 5) * a_day
            session.add(
                CertificateDecision(
                    certificate_id=one.id, sequence=sequence, kind=kind, from_on=from_on, reason="x",
                    recorded_by_id=cast.officer.account_id, created_at=now,
                    mistake=slips if sequence == slip else None,
                )
            )  # fmt: skip
    waiting = {"record_state": RecordState.SUBMITTED, "approved_by_id": None, "approved_at": None}
    factories.make_certificate(session, cast, now, item, number="CHO", **waiting)
    session.commit()
    session.expire_all()


def test_the_database_and_the_domain_say_the_same_of_every_life(session, lives, today):
    seen = set()
    for day in (today - timedelta(days=9), today, today + timedelta(days=5)):
        told = dict(session.execute(select(Certificate.id, status_of(day))).all())
        rows = session.query(Certificate).all()
        assert {one.number: told[one.id] for one in rows} == {
            one.number: one.status_on(day).status.value for one in rows
        }
        seen |= {*told.values()}
    assert seen == {*CertificateStatus}  # nothing was left out


def test_what_ends_soon_is_counted_as_it_is_listed(session, lives, today):
    listed = list_ending(session, today)
    for days in (0, 15, 30):
        left = [(one.certificate.valid_until - today).days for one in listed]
        assert ending_within(session, today, days) == sum(0 <= one <= days for one in left)
    assert ending_within(session, today, 30) > 0


def test_statuses_are_counted_in_one_question(session, lives, today):
    session.commit()
    with counting() as asked:
        counts = count_statuses(session, Certificate.number != "CHO", today=today)
    assert sum(one.startswith("SELECT") for one in asked) == 1
    assert counts.total() == session.query(Certificate).count() - 1
    assert counts[CertificateStatus.DRAFT] == 0
    assert counts[CertificateStatus.ACTIVE] > 0


def test_what_a_renewal_takes_over_is_told_by_the_database_too(session, cast, now, today, item):
    old = factories.make_certificate(session, cast, now, item, number="CU")
    new = factories.make_certificate(session, cast, now, item, number="MOI", replaces_id=old.id)
    session.commit()
    left = [one.number for one in list_certificates(session, not_renewed(today)).rows]
    assert left == ["MOI"]
    assert [one.number for one in list_certificates(session, taken_over(today)).rows] == ["CU"]
    session.add(
        CertificateDecision(
            certificate_id=new.id, sequence=1, kind=DecisionKind.WITHDRAWAL, from_on=today, reason="x",
            recorded_by_id=cast.officer.account_id, created_at=now,
        )
    )  # fmt: skip
    session.commit()
    session.expire_all()
    assert old.successor_on(today) is None
    assert count_certificates(session, not_renewed(today)) == 2
    assert count_certificates(session, taken_over(today)) == 0


def test_a_page_goes_on_where_the_last_one_ended_though_a_record_left_the_list(
    session, cast, now, today, item
):
    for n in range(7):
        factories.make_certificate(session, cast, now, item, number=f"SO-{n}")  # all end on one day
    session.commit()
    handed_in = Certificate.record_state == RecordState.APPROVED
    first = list_certificates(session, handed_in, limit=3, counted=True)
    assert (first.first, first.last, first.count) == (1, 3, 7)
    gone = first.rows[1]
    gone.record_state, gone.approved_by_id, gone.approved_at = RecordState.RETURNED, None, None
    session.commit()
    second = list_certificates(session, handed_in, after=key_of(first.following), limit=3, counted=True)
    assert [one.number for one in second.rows] == ["SO-3", "SO-4", "SO-5"]
    assert (second.first, second.last, second.count) == (3, 5, 6)
    last = list_certificates(session, handed_in, after=key_of(second.following), limit=3)
    assert ([one.number for one in last.rows], last.following) == (["SO-6"], None)


def test_a_certificate_is_found_by_part_of_its_number_or_of_its_holders_name(session, cast, now, item):
    factories.make_certificate(session, cast, now, item, number="DEMO-FSMS/0001")
    factories.make_certificate(session, cast, now, item, number="KHAC-9", holder_id=cast.rival_id)
    session.commit()

    def numbers(text):
        return [one.number for one in list_certificates(session, named(text)).rows]

    assert numbers("fsms 0001") == ["DEMO-FSMS/0001"]
    assert numbers("%") == []
    assert numbers("khac9") == ["KHAC-9"]
    holder = session.query(Certificate).filter_by(number="KHAC-9").one().holder.names[0].name
    assert numbers(holder) == ["KHAC-9"]


def test_the_desk_asks_as_much_for_many_as_for_few(session, cast, now, today, item):
    def asked():
        session.expire_all()
        with counting() as questions:
            desk = body_desk.open_desk(session, actor=cast.body_officer.actor, today=today)
        return desk, len(questions)

    soon = today + timedelta(days=20)
    for n in range(3):
        factories.make_certificate(session, cast, now, item, number=f"SO-{n}", valid_until=soon)
    session.commit()
    _, few = asked()
    for n in range(3, 30):
        factories.make_certificate(session, cast, now, item, number=f"SO-{n}", valid_until=soon)
    session.commit()
    desk, many = asked()
    assert (desk.ending, len(desk.first_ending), desk.counts.total()) == (30, 5, 30)
    assert many == few
