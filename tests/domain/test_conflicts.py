"""What an inspector is told at once."""

from datetime import date

import pytest

from traceapp.domain.certificates import CertificateStatus
from traceapp.domain.conflicts import ADVICE, CONFLICTS, CertificateFacts, ConflictCode, conflicts

ACTIVE = CertificateStatus.ACTIVE
VALID = {"valid_from": date(2026, 1, 1), "valid_until": date(2026, 12, 31)}


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (CertificateFacts(status=CertificateStatus.EXPIRED), "X1"),
        (CertificateFacts(status=CertificateStatus.SUSPENDED), "X2"),
        (CertificateFacts(status=CertificateStatus.WITHDRAWN), "X3"),
        (CertificateFacts(status=CertificateStatus.CANCELLED), "X3"),
        (CertificateFacts(status=ACTIVE, product_covered=False), "X4"),
        (CertificateFacts(status=ACTIVE, place_covered=False), "X5"),
        (CertificateFacts(status=ACTIVE, holder_matches=False), "X6"),
        (CertificateFacts(status=ACTIVE, number_elsewhere=True), "X7"),
        (CertificateFacts(status=ACTIVE, file_intact=False), "X8"),
        (CertificateFacts(status=ACTIVE, body_accredited=False), "X9"),
        (CertificateFacts(status=ACTIVE, made_on=date(2025, 12, 31), **VALID), "X10"),
        (CertificateFacts(status=ACTIVE, made_on=date(2027, 1, 1), **VALID), "X10"),
        (None, "X12"),
    ],
)
def test_a_contradiction_is_named(facts: CertificateFacts | None, code: str) -> None:
    assert conflicts(facts) == (ConflictCode(code),)


@pytest.mark.parametrize("made_on", [None, date(2026, 1, 1), date(2026, 12, 31)])
def test_where_nothing_contradicts_nothing_is_said(made_on: date | None) -> None:
    assert conflicts(CertificateFacts(status=ACTIVE, made_on=made_on, **VALID)) == ()
    assert conflicts(CertificateFacts(status=ACTIVE, made_on=made_on)) == ()


def test_every_conflict_has_words_and_advice() -> None:
    assert set(CONFLICTS) == set(ConflictCode)
    assert {one for kind in CONFLICTS.values() for one in kind.advice} == set(ADVICE)
