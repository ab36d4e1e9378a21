"""The verdict: every word reachable, the order kept, and what else holds said beside it."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest

from traceapp.domain.certificates import CertificateStatus, Status
from traceapp.domain.conformity import (
    TONE,
    Doubt,
    Facts,
    Judged,
    Tone,
    Verdict,
    also,
    loudest,
    may_bear_stamps,
    verdict,
)
from traceapp.domain.restrictions import RestrictionKind
from traceapp.domain.stamps import StampState

TODAY = date(2026, 11, 22)
GOOD = Facts(stamp=StampState.ACTIVATED, has_lot=True, party_approved=True, today=TODAY, scans=1, devices=1)


def certificate(status: CertificateStatus, scheme: str = "VietGAP") -> Judged:
    return Judged(scheme, Status(status), None)


TROUBLES: dict[Verdict, dict[str, object]] = {
    Verdict.RECALLED: {"restriction": RestrictionKind.RECALL},
    Verdict.ON_HOLD: {"restriction": RestrictionKind.HOLD},
    Verdict.VOID: {"stamp": StampState.VOID},
    Verdict.UNKNOWN: {"stamp": None},
    Verdict.AWAITING_APPROVAL: {"party_approved": False},
    Verdict.NOT_ACTIVATED: {"stamp": StampState.PRINTED},
    Verdict.PAST_USE_BY: {"use_by": TODAY - timedelta(days=1)},
    Verdict.CERTIFICATE_WITHDRAWN: {"certificates": (certificate(CertificateStatus.WITHDRAWN),)},
    Verdict.CERTIFICATE_SUSPENDED: {"certificates": (certificate(CertificateStatus.SUSPENDED),)},
    Verdict.CERTIFICATE_EXPIRED: {"certificates": (certificate(CertificateStatus.EXPIRED),)},
    Verdict.MANY_SCANS: {"devices": 8, "scans": 9},
    Verdict.VALID_REPEAT: {"scans": 2},
    Verdict.VALID_FIRST: {},
}


@pytest.mark.parametrize("word", Verdict)
def test_every_word_can_be_reached_and_has_a_tone(word: Verdict) -> None:
    facts = replace(GOOD, **TROUBLES[word])
    assert verdict(facts) is word
    assert also(facts) == ()
    assert TONE[word] in Tone


TOGETHER = [
    pair for pair in combinations(Verdict, 2) if TROUBLES[pair[0]].keys().isdisjoint(TROUBLES[pair[1]])
]


@pytest.mark.parametrize(("worse", "milder"), TOGETHER)
def test_of_two_troubles_the_worse_is_the_verdict(worse: Verdict, milder: Verdict) -> None:
    facts = replace(GOOD, **TROUBLES[worse], **TROUBLES[milder])
    assert verdict(facts) is worse
    excused = worse is Verdict.UNKNOWN and milder is Verdict.AWAITING_APPROVAL
    excused |= worse is Verdict.VOID and milder is Verdict.NOT_ACTIVATED
    excused |= worse is Verdict.AWAITING_APPROVAL and milder is Verdict.NOT_ACTIVATED
    expected = () if TONE[milder] is Tone.OK or excused else (milder,)
    assert also(facts) == expected


SUSPENDED = {"party_approved": False, "party_suspended": True}


@pytest.mark.parametrize("worse", [Verdict.RECALLED, Verdict.ON_HOLD, Verdict.VOID, Verdict.UNKNOWN])
def test_what_is_worse_than_a_suspended_party_stays_the_verdict(worse: Verdict) -> None:
    facts = replace(GOOD, **SUSPENDED, **TROUBLES[worse])
    assert verdict(facts) is loudest(facts) is worse
    assert also(facts) == (() if worse is Verdict.UNKNOWN else (Doubt.PARTY_SUSPENDED,))


def test_a_suspended_party_is_said_before_a_stamp_that_is_not_activated() -> None:
    facts = replace(GOOD, **SUSPENDED, stamp=StampState.PRINTED)
    assert (verdict(facts), loudest(facts)) == (Verdict.AWAITING_APPROVAL, Doubt.PARTY_SUSPENDED)
    assert also(facts) == (Doubt.PARTY_SUSPENDED, Verdict.NOT_ACTIVATED)


def test_a_stamp_without_a_lot_is_not_activated() -> None:
    assert verdict(replace(GOOD, has_lot=False)) is Verdict.NOT_ACTIVATED


def test_the_use_by_day_itself_is_good() -> None:
    assert verdict(replace(GOOD, use_by=TODAY)) is Verdict.VALID_FIRST


def test_a_renewed_certificate_outlives_the_old_one_of_its_scheme() -> None:
    old, new = certificate(CertificateStatus.EXPIRED), certificate(CertificateStatus.ACTIVE)
    assert verdict(replace(GOOD, certificates=(old, new))) is Verdict.VALID_FIRST
    other = certificate(CertificateStatus.ACTIVE, "ISO 22000")
    assert verdict(replace(GOOD, certificates=(old, other))) is Verdict.CERTIFICATE_EXPIRED


@pytest.mark.parametrize("count", [{}, {"scans": 2}, {"devices": 8, "scans": 9}])
def test_a_doubt_is_never_the_verdict_and_is_said_loudest_only_where_that_is_calm(count) -> None:
    doubted = replace(certificate(CertificateStatus.ACTIVE), unaccredited=True)
    facts = replace(GOOD, certificates=(doubted,), **count)
    calm = replace(GOOD, **count)
    assert verdict(facts) is verdict(calm)
    assert Doubt.CERTIFICATE_UNVERIFIED in also(facts)
    spoken = Doubt.CERTIFICATE_UNVERIFIED if TONE[verdict(calm)] is Tone.OK else verdict(calm)
    assert loudest(facts) is spoken


def test_one_certificate_whose_chain_holds_is_enough() -> None:
    doubted = replace(certificate(CertificateStatus.ACTIVE), unaccredited=True)
    sound = certificate(CertificateStatus.ACTIVE)
    assert verdict(replace(GOOD, certificates=(doubted, sound))) is Verdict.VALID_FIRST
    other = certificate(CertificateStatus.ACTIVE, "ISO 22000")
    assert verdict(replace(GOOD, certificates=(doubted, other))) is Verdict.VALID_FIRST
    expired = certificate(CertificateStatus.EXPIRED)
    renewed = replace(GOOD, certificates=(doubted, expired))
    assert (verdict(renewed), loudest(renewed)) == (Verdict.VALID_FIRST, Doubt.CERTIFICATE_UNVERIFIED)
    ended = replace(expired, unaccredited=True)
    assert verdict(replace(GOOD, certificates=(ended,))) is Verdict.CERTIFICATE_EXPIRED


@pytest.mark.parametrize(
    ("decided", "told"),
    [
        (CertificateStatus.WITHDRAWN, Verdict.CERTIFICATE_WITHDRAWN),
        (CertificateStatus.CANCELLED, Verdict.CERTIFICATE_WITHDRAWN),
        (CertificateStatus.SUSPENDED, Verdict.CERTIFICATE_SUSPENDED),
    ],
)
def test_a_certificate_in_doubt_hides_no_decision_on_another_of_its_scheme(decided, told) -> None:
    doubted = replace(certificate(CertificateStatus.ACTIVE), unaccredited=True)
    facts = replace(GOOD, certificates=(doubted, certificate(decided)))
    assert verdict(facts) is told
    assert also(facts) == (Doubt.CERTIFICATE_UNVERIFIED,)
    sound = certificate(CertificateStatus.ACTIVE)
    assert verdict(replace(GOOD, certificates=(doubted, certificate(decided), sound))) is Verdict.VALID_FIRST


@pytest.mark.parametrize("status", [CertificateStatus.WITHDRAWN, CertificateStatus.EXPIRED])
def test_of_what_may_cover_the_goods_only_a_decision_is_told_and_it_makes_nothing_good(status) -> None:
    bad = certificate(status)
    perhaps = replace(certificate(CertificateStatus.ACTIVE), covers=False)
    told = verdict(replace(GOOD, certificates=(bad,)))
    decided = told if status is CertificateStatus.WITHDRAWN else Verdict.VALID_FIRST
    assert verdict(replace(GOOD, certificates=(replace(bad, covers=False),))) is decided
    assert verdict(replace(GOOD, certificates=(bad, perhaps))) is told
    unaccredited = replace(GOOD, certificates=(replace(perhaps, unaccredited=True),))
    assert loudest(unaccredited) is Verdict.VALID_FIRST


def test_the_worst_certificate_of_a_lapsed_scheme_speaks_for_it() -> None:
    expired, withdrawn = certificate(CertificateStatus.EXPIRED), certificate(CertificateStatus.WITHDRAWN)
    facts = replace(
        GOOD, certificates=(expired, withdrawn, certificate(CertificateStatus.SUSPENDED, "ISO 9001"))
    )
    assert verdict(facts) is Verdict.CERTIFICATE_WITHDRAWN
    assert also(facts) == (Verdict.CERTIFICATE_SUSPENDED,)


def test_a_cancelled_certificate_counts_as_withdrawn_and_a_coming_one_as_nothing() -> None:
    cancelled = replace(GOOD, certificates=(certificate(CertificateStatus.CANCELLED),))
    assert verdict(cancelled) is Verdict.CERTIFICATE_WITHDRAWN
    coming = replace(GOOD, certificates=(certificate(CertificateStatus.NOT_YET_VALID),))
    assert verdict(coming) is Verdict.VALID_FIRST


def test_many_scans_are_a_setting() -> None:
    assert verdict(replace(GOOD, devices=3, many_scans_devices=3, scans=3)) is Verdict.MANY_SCANS
    assert verdict(replace(GOOD, devices=7, scans=40)) is Verdict.VALID_REPEAT


def test_recalled_held_or_spoilt_goods_get_no_new_stamps() -> None:
    assert may_bear_stamps(GOOD)
    for trouble in (Verdict.RECALLED, Verdict.ON_HOLD, Verdict.PAST_USE_BY):
        assert not may_bear_stamps(replace(GOOD, **TROUBLES[trouble]))
