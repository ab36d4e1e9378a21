"""X1 to X12: each way a conflict can hold has its words, its facts and its advice."""

from datetime import date

import pytest

from traceapp.domain.conflicts import ADVICE, CONFLICTS, ConflictCode
from traceapp.domain.contradictions import CASES, Case, Contradiction


def test_every_conflict_has_words_and_advice() -> None:
    assert set(CONFLICTS) == set(ConflictCode)
    assert {one for kind in CONFLICTS.values() for one in kind.advice} == set(ADVICE)


def test_every_case_has_words_and_every_conflict_a_case() -> None:
    assert set(CASES) == set(Case)
    assert {words.code for words in CASES.values()} == set(ConflictCode)


@pytest.mark.parametrize("case", Case)
def test_what_nobody_told_us_is_said_to_be_unknown(case: Case) -> None:
    bare = Contradiction(case)
    assert "{" not in bare.sentence()
    assert set(bare.told("?").values()) <= {"?"}
    assert (bare.label, bare.advice) == (CONFLICTS[bare.code].label, CONFLICTS[bare.code].advice)


def test_days_are_written_as_everybody_here_writes_them() -> None:
    told = Contradiction(Case.EXPIRED, {"end": date(2026, 2, 14), "day": date(2026, 11, 22)})
    assert told.sentence() == "Chứng nhận hết hạn ngày 14/02/2026."
    assert told.expected.format_map(told.told("?")) == "Chứng nhận còn hiệu lực vào ngày 22/11/2026."
