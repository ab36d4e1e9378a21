"""X1 to X12: each way a conflict can hold has its words, its facts and its advice."""

from datetime import date

import pytest

from traceapp.domain.conflicts import ADVICE, CONFLICTS, ConflictCode
from traceapp.domain.contradictions import CASES, Case, Contradiction
from traceapp.domain.papers import OF_MAKING


def test_every_conflict_has_words_and_advice() -> None:
    assert set(CONFLICTS) == set(ConflictCode)
    assert {one for kind in CONFLICTS.values() for one in kind.advice} == set(ADVICE)


TABLE = {
    "X1": "A2", "X2": "A1 A3", "X3": "A1", "X4": "A2", "X5": "A3 A4", "X6": "A4", "X7": "A5", "X8": "A3 A4",
    "X9": "A3", "X10": "A2", "X11": "A1 A2", "X12": "A6",
}  # fmt: skip
"""What inspectors do about each, as the project settled it."""


@pytest.mark.parametrize(("code", "advice"), TABLE.items())
def test_what_to_do_is_what_the_table_says(code: str, advice: str) -> None:
    assert " ".join(one.value for one in CONFLICTS[ConflictCode(code)].advice) == advice


def test_every_case_has_words_and_every_conflict_a_case() -> None:
    assert set(CASES) == set(Case)
    assert {words.code for words in CASES.values()} == set(ConflictCode)


@pytest.mark.parametrize("case", Case)
def test_what_nobody_told_us_is_said_to_be_unknown(case: Case) -> None:
    bare = Contradiction(case)
    assert "{" not in bare.sentence()
    assert set(bare.told("?").values()) <= {"?"}
    assert bare.label in {CASES[case].label, CONFLICTS[bare.code].label}
    assert bare.advice == CONFLICTS[bare.code].advice


@pytest.mark.parametrize("case", sorted(OF_MAKING))
def test_a_packing_day_is_never_told_as_the_day_of_making(case: Case) -> None:
    made = Contradiction(case, {"made": date(2026, 9, 5)})
    packed = Contradiction(case, {"packed": date(2026, 9, 5)})
    assert (packed.code, packed.advice) == (made.code, made.advice)
    for said in (packed.sentence(), packed.expected, packed.label):
        assert "đóng gói" in said.lower()
        assert "sản xuất" not in said.lower()
    assert "05/09/2026" in packed.sentence()


def test_days_are_written_as_everybody_here_writes_them() -> None:
    told = Contradiction(Case.EXPIRED, {"end": date(2026, 2, 14), "day": date(2026, 11, 22)})
    assert told.sentence() == "Chứng nhận hết hạn ngày 14/02/2026."
    assert told.expected.format_map(told.told("?")) == "Chứng nhận còn hiệu lực vào ngày 22/11/2026."
