"""Standards a product follows, typed one a line, and told by how they begin.

>>> [(row.kind.value, row.number) for row in read_standards("TCVN 7043:2013\\nTCCS 01:2025/HTX", [])]
[('TCVN', 'TCVN 7043:2013'), ('TCCS', 'TCCS 01:2025/HTX')]
"""

from collections.abc import Sequence

from traceapp.domain.errors import Malformed
from traceapp.domain.reference import StandardKind
from traceapp.domain.text import clean_line
from traceapp.models import TradeItemStandard

MOST = 20


def read_standards(typed: str, present: Sequence[TradeItemStandard]) -> list[TradeItemStandard]:
    """The rows that the lines stand for; a row that is there already is kept. Raises `standards_many`."""
    numbers = [clean_line(line, 60, field="standards") for line in typed.splitlines() if line.strip()]
    numbers = list(dict.fromkeys(numbers))
    if len(numbers) > MOST:
        raise Malformed("standards_many", field="standards", found=len(numbers), limit=MOST)
    kept = {row.number: row for row in present}
    return [kept.get(number) or TradeItemStandard(kind=kind_of(number), number=number) for number in numbers]


def kind_of(number: str) -> StandardKind:
    """The family a number says it belongs to."""
    first = number.split(" ", maxsplit=1)[0].upper().split(":")[0]
    return next((kind for kind in StandardKind if kind.value == first), StandardKind.OTHER)
