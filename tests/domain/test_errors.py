"""Every rule that can be broken has a sentence, and the facts its sentence asks for."""

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

import traceapp
from traceapp.domain.errors import MESSAGES, Conflict, Gone, Malformed, NotAllowed, NotFound, RuleBroken

ROOT = Path(traceapp.__file__).parent
KINDS = {kind.__name__ for kind in (RuleBroken, Malformed, NotFound, NotAllowed, Conflict, Gone)}


def codes(first: ast.expr) -> list[str]:
    """The codes a first argument may be: one word, or either of two; what is computed is not seen."""
    choices = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
    return [str(one.value) for one in choices if isinstance(one, ast.Constant)]


def raised() -> Iterator[tuple[str, str, set[str] | None]]:
    """Where, code, names of the facts (None where they are handed on as a mapping)."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS):
                continue
            names = {keyword.arg for keyword in node.keywords}
            facts = None if None in names else {name for name in names if name}
            for code in codes(node.args[0]):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", code, facts


RAISED = list(raised())


@pytest.mark.parametrize(
    ("where", "code", "facts"), RAISED, ids=[f"{code}@{where}" for where, code, _ in RAISED]
)
def test_every_code_that_is_raised_has_its_sentence_and_facts(
    where: str, code: str, facts: set[str] | None
) -> None:
    assert code in MESSAGES, f"{where} raises {code}: give it a sentence in traceapp/domain/wording"
    asked = {name for _, name, _, _ in Formatter().parse(MESSAGES[code]) if name}
    assert facts is None or asked <= facts, f"{where}: the sentence of {code} asks for {asked - facts}"


def test_the_search_finds_the_raises() -> None:
    assert len(RAISED) > 40


def test_sentences_are_vietnamese_sentences() -> None:
    for code, sentence in MESSAGES.items():
        assert code == code.lower()
        assert sentence[0].isupper() or sentence[0] in "“{", code
        assert sentence.endswith("."), code


def test_days_are_said_as_people_write_them() -> None:
    broken = Malformed("certificate_dates", given=date(2026, 7, 31), expected=date(2026, 8, 1))
    assert broken.sentence() == "Ngày hết hạn 31/07/2026 đứng trước ngày bắt đầu 01/08/2026."


def test_a_broken_rule_carries_code_field_and_facts() -> None:
    broken = Malformed("text_too_long", field="name", found=130, limit=120)
    assert (broken.code, broken.field, dict(broken.facts)) == (
        "text_too_long",
        "name",
        {"found": 130, "limit": 120},
    )
    assert str(broken) == "text_too_long(found=130, limit=120)"
    assert broken.sentence() == "Viết quá dài: 130 ký tự, tối đa 120."
    assert broken.sentence("Too long: {found}, at most {limit}.") == "Too long: 130, at most 120."
