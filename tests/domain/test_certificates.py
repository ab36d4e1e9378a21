"""Certificates: the demo records as oracle, the edges of every day, the order of decisions."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceapp.domain.accreditation import Accreditation, ChainReason, ChainVerdict, chain_on_issue
from traceapp.domain.certificates import (
    CertificateStatus,
    CertificateTerms,
    Decision,
    DecisionKind,
    RecordState,
    Status,
    check_decision,
    check_terms,
    status_on,
)
from traceapp.domain.days import day_begins, today_in_vietnam
from traceapp.domain.errors import Conflict, Malformed, RuleBroken

AS_OF = date(2026, 11, 22)
FIRST, LAST = date(2025, 6, 10), date(2028, 6, 9)
TERMS = CertificateTerms(RecordState.APPROVED, FIRST, LAST)
DAY = timedelta(days=1)
A1 = Accreditation("DEMO-ACC-001", frozenset({"FSMS", "PRO"}), date(2023, 1, 1), date(2025, 12, 31))
A2 = Accreditation("DEMO-ACC-002", frozenset({"FSMS", "PRO"}), date(2026, 4, 1), date(2029, 3, 31))


def decided(kind: DecisionKind, on: date, sequence: int = 1) -> Decision:
    return Decision(sequence, kind, on)


# The eight demo certificates of the Lạng Sơn records: issued, until, decision, scope, its body's
# accreditations; then the public status on 22 November 2026 and the verdict on the chain.
DEMO = {
    "DEMO-FSMS-0001": ("2025-06-10", "2028-06-09", None, "FSMS", [A1, A2], "active", ("ok", None, A1)),
    "DEMO-FSMS-0002": ("2023-02-15", "2026-02-14", None, "FSMS", [A1, A2], "expired", ("ok", None, A1)),
    "DEMO-FSMS-0003": (
        "2026-02-20",
        "2029-02-19",
        None,
        "FSMS",
        [A1, A2],
        "active",
        ("broken", "accreditation_expired", A1),
    ),
    "DEMO-QMS-0001": (
        "2025-03-01",
        "2028-02-29",
        None,
        "QMS",
        [A1, A2],
        "active",
        ("broken", "scope_not_covered", A1),
    ),
    "DEMO-VietGAP-TT-00-00-00-0001": (
        "2026-05-12",
        "2028-05-11",
        None,
        "PRO",
        [A1, A2],
        "active",
        ("ok", None, A2),
    ),
    "DEMO-VietGAP-TT-00-00-00-0002": (
        "2024-08-01",
        "2026-12-31",
        ("suspension", "2026-09-01"),
        "PRO",
        [A1, A2],
        "suspended",
        ("ok", None, A1),
    ),
    "DEMO-VietGAP-TT-00-00-00-0003": (
        "2024-08-01",
        "2026-07-31",
        ("withdrawal", "2025-11-03"),
        "PRO",
        [A1, A2],
        "withdrawn",
        ("ok", None, A1),
    ),
    "DEMO-VietGAP-TT-00-00-00-0004": (
        "2026-06-01",
        "2028-05-31",
        None,
        "PRO",
        [],
        "active",
        ("unknown", "no_accreditation_on_record", None),
    ),
}


@pytest.mark.parametrize("number", DEMO)
def test_a_demo_certificate_stands_as_its_record_expects(number: str) -> None:
    issued, until, decision, scope, accreditations, status, (chain, reason, rests_on) = DEMO[number]
    issued_on = date.fromisoformat(issued)
    terms = CertificateTerms(RecordState.APPROVED, issued_on, date.fromisoformat(until), issued_on=issued_on)
    check_terms(terms)
    if decision:
        new = decided(DecisionKind(decision[0]), date.fromisoformat(decision[1]))
        check_decision(terms, new)
        terms = replace(terms, decisions=(new,))
    assert status_on(terms, AS_OF).status == status
    judged = chain_on_issue(issued_on, scope, accreditations)
    assert (judged.verdict, judged.reason) == (ChainVerdict(chain), reason and ChainReason(reason))
    assert judged.accreditation == rests_on


def test_both_end_days_count() -> None:
    assert status_on(TERMS, FIRST - DAY) == Status(CertificateStatus.NOT_YET_VALID, None, FIRST - DAY)
    assert status_on(TERMS, FIRST) == Status(CertificateStatus.ACTIVE, FIRST, LAST)
    assert status_on(TERMS, LAST) == Status(CertificateStatus.ACTIVE, FIRST, LAST)
    assert status_on(TERMS, LAST + DAY) == Status(CertificateStatus.EXPIRED, LAST + DAY)


def test_a_certificate_without_end_does_not_expire() -> None:
    assert status_on(replace(TERMS, valid_until=None), date.max) == Status(CertificateStatus.ACTIVE, FIRST)


@pytest.mark.parametrize("state", [RecordState.DRAFT, RecordState.SUBMITTED, RecordState.RETURNED])
def test_an_unapproved_record_is_a_draft(state: RecordState) -> None:
    assert status_on(replace(TERMS, record_state=state), AS_OF) == Status(CertificateStatus.DRAFT)


def test_a_suspension_ends_with_its_restoration_and_expiry_comes_before_it() -> None:
    out, back = date(2026, 1, 10), date(2026, 3, 1)
    suspended = replace(TERMS, decisions=(decided(DecisionKind.SUSPENSION, out),))
    assert status_on(suspended, out - DAY) == Status(CertificateStatus.ACTIVE, FIRST, out - DAY)
    assert status_on(suspended, out) == Status(CertificateStatus.SUSPENDED, out)
    assert status_on(suspended, LAST + DAY) == Status(CertificateStatus.EXPIRED, LAST + DAY)
    restored = replace(
        suspended, decisions=(decided(DecisionKind.RESTORATION, back, 2), *suspended.decisions)
    )
    assert status_on(restored, back - DAY) == Status(CertificateStatus.SUSPENDED, out, back - DAY)
    assert status_on(restored, back) == Status(CertificateStatus.ACTIVE, back, LAST)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (DecisionKind.WITHDRAWAL, CertificateStatus.WITHDRAWN),
        (DecisionKind.CANCELLATION, CertificateStatus.CANCELLED),
    ],
)
def test_a_terminal_decision_outlives_the_dates_and_whatever_follows(
    kind: DecisionKind, status: CertificateStatus
) -> None:
    on = date(2026, 1, 10)
    terms = replace(TERMS, decisions=(decided(kind, on), decided(DecisionKind.RESTORATION, on, 2)))
    assert status_on(terms, on - DAY).status is CertificateStatus.ACTIVE
    assert status_on(terms, on) == Status(status, on)
    assert status_on(terms, LAST + DAY) == Status(status, on)


@given(
    st.dates(date(2000, 1, 1), date(2050, 1, 1)),
    st.integers(0, 4000),
    st.dates(date(1999, 1, 1), date(2062, 1, 1)),
)
def test_a_certificate_is_active_exactly_from_its_first_day_to_its_last(
    first: date, days: int, day: date
) -> None:
    last = first + timedelta(days=days)
    status = status_on(CertificateTerms(RecordState.APPROVED, first, last), day).status
    assert (status is CertificateStatus.ACTIVE) == (first <= day <= last)


@given(st.integers(0, 2**31))
def test_the_vietnamese_day_holds_every_instant_between_its_beginnings(seconds: int) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    today = today_in_vietnam(now)
    assert day_begins(today) <= now < day_begins(today + DAY)


def test_the_last_day_of_2026_ends_at_five_in_the_afternoon_utc() -> None:
    assert today_in_vietnam(datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)) == date(2026, 12, 31)
    assert today_in_vietnam(datetime(2026, 12, 31, 17, tzinfo=UTC)) == date(2027, 1, 1)


def test_a_time_without_a_zone_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="aware"):
        today_in_vietnam(datetime(2026, 1, 1))  # noqa: DTZ001 - that is what is tested


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (replace(TERMS, valid_until=FIRST - DAY), "certificate_dates"),
        (replace(TERMS, issued_on=LAST + DAY), "certificate_issued_late"),
    ],
)
def test_dates_the_wrong_way_round_are_refused(terms: CertificateTerms, code: str) -> None:
    with pytest.raises(Malformed, match=code):
        check_terms(terms)


def test_sensible_dates_are_accepted() -> None:
    for terms in (
        TERMS,
        replace(TERMS, issued_on=FIRST - DAY),
        replace(TERMS, valid_until=None, issued_on=LAST),
    ):
        check_terms(terms)


@pytest.mark.parametrize(
    ("taken", "new", "code"),
    [
        ([], (DecisionKind.RESTORATION, 5), "not_suspended"),
        ([DecisionKind.SUSPENSION], (DecisionKind.SUSPENSION, 5), "already_suspended"),
        ([DecisionKind.WITHDRAWAL], (DecisionKind.RESTORATION, 5), "decision_after_terminal"),
        ([DecisionKind.CANCELLATION], (DecisionKind.WITHDRAWAL, 5), "decision_after_terminal"),
        ([DecisionKind.SUSPENSION], (DecisionKind.WITHDRAWAL, 0), "decision_backdated"),
        ([], (DecisionKind.WITHDRAWAL, -1), "decision_before_validity"),
        ([], (DecisionKind.WITHDRAWAL, (LAST - FIRST).days + 1), "decision_after_validity"),
    ],
)
def test_a_decision_that_does_not_follow_is_refused(
    taken: list[DecisionKind], new: tuple[DecisionKind, int], code: str
) -> None:
    terms = replace(TERMS, decisions=tuple(decided(kind, FIRST + 2 * DAY) for kind in taken))
    with pytest.raises(RuleBroken) as caught:
        check_decision(terms, decided(new[0], FIRST + new[1] * DAY, 2))
    assert caught.value.code == code
    assert caught.value.sentence()


def test_decisions_follow_one_another_by_their_number() -> None:
    terms = replace(TERMS, decisions=(decided(DecisionKind.SUSPENSION, FIRST),))
    check_decision(terms, decided(DecisionKind.RESTORATION, FIRST, 2))
    with pytest.raises(Conflict, match="decision_order"):
        check_decision(terms, decided(DecisionKind.RESTORATION, FIRST, 1))
    check_decision(replace(TERMS, valid_until=None), decided(DecisionKind.WITHDRAWAL, date.max))


def test_nothing_is_decided_about_a_draft() -> None:
    with pytest.raises(Conflict, match="decision_on_draft"):
        check_decision(
            replace(TERMS, record_state=RecordState.SUBMITTED), decided(DecisionKind.WITHDRAWAL, FIRST)
        )


def test_a_chain_is_unknown_where_nobody_told_us() -> None:
    undated = Accreditation("VICAS 052", frozenset({"QMS"}), None, None)
    reasons = [
        (chain_on_issue(None, "QMS", [A1]), ChainReason.ISSUE_DAY_UNKNOWN),
        (chain_on_issue(AS_OF, None, [A1]), ChainReason.SCHEME_SCOPE_UNKNOWN),
        (chain_on_issue(AS_OF, "QMS", [A1, undated]), ChainReason.ACCREDITATION_DATES_UNKNOWN),
    ]
    assert all((chain.verdict, chain.reason) == (ChainVerdict.UNKNOWN, reason) for chain, reason in reasons)


def test_an_accreditation_suspended_on_the_day_breaks_the_chain_and_a_later_lapse_does_not() -> None:
    suspended = replace(A1, decisions=(decided(DecisionKind.SUSPENSION, date(2025, 1, 1)),))
    assert chain_on_issue(date(2024, 12, 31), "PRO", [suspended]).verdict is ChainVerdict.OK
    assert chain_on_issue(date(2025, 1, 1), "PRO", [suspended]).verdict is ChainVerdict.BROKEN
    assert A1.in_force(date(2025, 12, 31)) is True
    assert A1.in_force(date(2026, 1, 1)) is False
