"""What a field record is made of: its steps, its questions, its number, and what it lacks before closing.

A record is a draft until it is closed; from then on nobody edits it, and what is to be added stands in a
supplement that names it. The questions and the form of the minutes are the project's own reading of what an
inspector writes down: no official form.

>>> record_number(2026, 1)
'BB-2026-0001'
>>> [str(point) for point in open_points(ClosingFacts(place=True, result=Finding.CONFORMANT, signs=True))]
[]
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from traceapp.domain.errors import Malformed
from traceapp.domain.words import N_

MOST_PHOTOS: Final = 10
MOST_ITEMS: Final = 30
_TIME: Final = re.compile(r"([0-9]{1,2})(?:[:hg.]([0-9]{2})?)?(?::[0-9]{2})?")


class InspectionState(StrEnum):
    """How far a record is."""

    DRAFT = "draft"
    CLOSED = "closed"


class Finding(StrEnum):
    """What was found, of one thing or of all (ISO/IEC 17000: conformity, or its lack)."""

    CONFORMANT = "conformant"
    NON_CONFORMANT = "non_conformant"
    UNCLEAR = "unclear"


class Seen(StrEnum):
    """What was seen about one question."""

    YES = "yes"
    NO = "no"
    NOT_LOOKED = "not_looked"


class Step(StrEnum):
    """The pages of a record, in the order they are filled in."""

    PLACE = "place"
    PEOPLE = "people"
    GOODS = "goods"
    CHECKLIST = "checklist"
    PHOTOS = "photos"
    RESULT = "result"
    SIGNING = "signing"


STEP_NAMES: Final[Mapping[Step, str]] = MappingProxyType(
    {
        Step.PLACE: N_("Nơi kiểm tra"),
        Step.PEOPLE: N_("Người có mặt"),
        Step.GOODS: N_("Hàng hóa"),
        Step.CHECKLIST: N_("Câu hỏi"),
        Step.PHOTOS: N_("Ảnh"),
        Step.RESULT: N_("Kết quả"),
        Step.SIGNING: N_("Ký và đóng"),
    }
)
FINDINGS: Final[Mapping[Finding, str]] = MappingProxyType(
    {
        Finding.CONFORMANT: N_("Đạt"),
        Finding.NON_CONFORMANT: N_("Không đạt"),
        Finding.UNCLEAR: N_("Chưa rõ, cần kiểm tra thêm"),
    }
)
ANSWERS: Final[Mapping[Seen, str]] = MappingProxyType(
    {Seen.YES: N_("Có"), Seen.NO: N_("Không"), Seen.NOT_LOOKED: N_("Không xem")}
)
QUESTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "label": N_("Nhãn ghi đủ tên hàng, đơn vị chịu trách nhiệm và xuất xứ"),
        "stamp": N_("Tem truy xuất quét được và mở đúng hàng này"),
        "certificate": N_("Chứng nhận ghi trên nhãn còn hiệu lực"),
        "scope": N_("Sản phẩm và nơi làm nằm trong phạm vi chứng nhận"),
        "use_by": N_("Hàng còn hạn sử dụng"),
        "storage": N_("Bảo quản đúng như nhãn ghi"),
        "papers": N_("Có hóa đơn, giấy tờ nguồn gốc"),
        "quantity": N_("Số lượng phù hợp với lô đã khai"),
    }
)


def record_number(year: int, sequence: int) -> str:
    """The number of a closed record: counted from 1 in each year, without gaps."""
    return f"BB-{year}-{sequence:04}"


def parse_time(text: str, *, field: str | None = None) -> time:
    """A time of day as it is typed here: 9:14, 09h14, 9g. Raises `time_format`.

    >>> parse_time("9h14"), parse_time("14g")
    (datetime.time(9, 14), datetime.time(14, 0))
    """
    found = _TIME.fullmatch(text.strip().lower())
    if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
        raise Malformed("time_format", field=field, given=text, expected="09:14")
    return time(int(found[1]), int(found[2] or 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingFacts:
    """What closing looks at."""

    place: bool = False
    result: Finding | None = None
    signs: bool | None = None
    refusal_reason: bool = False
    witnesses: bool = False
    commune_authority: bool = False


def open_points(facts: ClosingFacts) -> tuple[Malformed, ...]:
    """What is missing before a record can be closed; each names the field that would mend it.

    A seller who does not sign: the commune's authority or at least one witness signs instead.
    """
    found: list[Malformed] = []
    if not facts.place:
        found.append(Malformed("inspection_place_missing", field="commune"))
    if facts.result is None:
        found.append(Malformed("inspection_result_missing", field="result"))
    if facts.signs is None:
        found.append(Malformed("inspection_signing_missing", field="signs"))
    if facts.signs is False:
        if not facts.refusal_reason:
            found.append(Malformed("inspection_refusal_reason", field="refusal_reason"))
        if not (facts.witnesses or facts.commune_authority):
            found.append(Malformed("inspection_refusal_unwitnessed", field="witnesses"))
    return tuple(found)


class Gap(StrEnum):
    """What one of the goods may be closed without, though a reader of the minutes will ask for it."""

    FINDING = "finding"
    QUANTITY = "quantity"


GAPS: Final[Mapping[Gap, str]] = MappingProxyType(
    {Gap.FINDING: N_("chưa ghi kết quả"), Gap.QUANTITY: N_("chưa ghi số lượng")}
)


def item_gaps(*, found: bool, counted: bool, paper: bool = False) -> tuple[Gap, ...]:
    """What was left open about one of the goods; ``paper``: a certificate was looked at, which has no amount.

    >>> item_gaps(found=False, counted=True), item_gaps(found=True, counted=False, paper=True)
    ((<Gap.FINDING: 'finding'>,), ())
    """
    asked = {Gap.FINDING: found, Gap.QUANTITY: counted or paper}
    return tuple(gap for gap, filled in asked.items() if not filled)


MENDED_IN: Final[Mapping[str, Step]] = MappingProxyType(
    {
        "inspection_place_missing": Step.PLACE,
        "inspection_result_missing": Step.RESULT,
        "inspection_signing_missing": Step.SIGNING,
        "inspection_refusal_reason": Step.SIGNING,
        "inspection_refusal_unwitnessed": Step.SIGNING,
    }
)
"""On which page each open point is mended."""
