"""The ways a conflict can hold: each a plain contradiction, told as what was expected and what was found.

Between a certificate's record and the goods, the file, the body or the day; between a mark and the records.

>>> CASES[Case.MADE_BEFORE].code.value
'X10'
>>> Contradiction(Case.MADE_BEFORE, {"made": date(2026, 9, 5), "start": date(2026, 10, 1)}).sentence()
'Lô sản xuất ngày 05/09/2026, trước ngày chứng nhận có hiệu lực (01/10/2026).'
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from traceapp.domain.accreditation import ChainReason
from traceapp.domain.conflicts import CONFLICTS, Advice, ConflictCode
from traceapp.domain.wording.chain_words import CHAIN_SENTENCES
from traceapp.domain.words import N_


class Case(StrEnum):
    """The ways a conflict can hold."""

    EXPIRED = "expired"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    PRODUCT_OUTSIDE = "product_outside"
    PLACE_OUTSIDE = "place_outside"
    OTHER_HOLDER = "other_holder"
    SAME_NUMBER = "same_number"
    FILE_CHANGED = "file_changed"
    CHAIN_EXPIRED = "chain_expired"
    CHAIN_NOT_BEGUN = "chain_not_begun"
    CHAIN_SUSPENDED = "chain_suspended"
    CHAIN_WITHDRAWN = "chain_withdrawn"
    CHAIN_OTHER_SCOPE = "chain_other_scope"
    ACCREDITATION_ENDED = "accreditation_ended"
    NOT_BEGUN = "not_begun"
    MADE_BEFORE = "made_before"
    MADE_AFTER = "made_after"
    MADE_SUSPENDED = "made_suspended"
    MADE_WITHDRAWN = "made_withdrawn"
    MARK_ON_LABEL = "mark_on_label"
    MARK_IN_STANDARDS = "mark_in_standards"
    MARK_IN_NAME = "mark_in_name"
    NOT_FOUND = "not_found"


CHAIN_CASES: Final[Mapping[ChainReason, Case]] = MappingProxyType(
    {
        ChainReason.ACCREDITATION_EXPIRED: Case.CHAIN_EXPIRED,
        ChainReason.ACCREDITATION_NOT_BEGUN: Case.CHAIN_NOT_BEGUN,
        ChainReason.ACCREDITATION_SUSPENDED: Case.CHAIN_SUSPENDED,
        ChainReason.ACCREDITATION_WITHDRAWN: Case.CHAIN_WITHDRAWN,
        ChainReason.SCOPE_NOT_COVERED: Case.CHAIN_OTHER_SCOPE,
    }
)
"""A chain broken on the day of issue, by its reason (`chain_words` says it)."""
CHAIN_LABELS: Final[Mapping[ChainReason, str]] = MappingProxyType(
    {
        ChainReason.ACCREDITATION_NOT_BEGUN: N_("Tổ chức chứng nhận chưa được công nhận vào ngày cấp"),
        ChainReason.SCOPE_NOT_COVERED: N_("Tổ chức chứng nhận không được công nhận cho phạm vi này"),
    }
)
"""X9 where nothing was lost or suspended: the accreditation never reached so far."""


@dataclass(frozen=True, slots=True)
class CaseWords:
    """Which conflict a case is, what was expected and what was found, with holes for its facts."""

    code: ConflictCode
    expected: str
    found: str
    label: str | None = None  # where the conflict's own name would say another thing
    packed: "CaseWords | None" = None  # of a lot of which only the day of packing is known

    @property
    def names(self) -> frozenset[str]:
        """The facts its sentences speak of."""
        return frozenset(re.findall(r"\{(\w+)\}", self.expected + self.found))


_IN_FORCE: Final = N_("Chứng nhận còn hiệu lực vào ngày {day}.")
_MADE_IN_FORCE: Final = N_("Lô sản xuất khi chứng nhận còn hiệu lực ({start} – {end}).")
_PACKED_IN_FORCE: Final = N_("Lô đóng gói khi chứng nhận còn hiệu lực ({start} – {end}).")
_ACCREDITED: Final = N_("Ngày cấp ({issued}), {body} được công nhận cho phạm vi {area}.")
_VOUCHED: Final = N_("Dấu “{mark}” có chứng nhận còn hiệu lực, đúng phạm vi.")


def _packed(found: str, label: str) -> CaseWords:
    """The same of a lot judged on the day it was packed."""
    return CaseWords(ConflictCode.X10, _PACKED_IN_FORCE, found, label)


CASES: Final[Mapping[Case, CaseWords]] = MappingProxyType(
    {
        Case.EXPIRED: CaseWords(ConflictCode.X1, _IN_FORCE, N_("Chứng nhận hết hạn ngày {end}.")),
        Case.SUSPENDED: CaseWords(
            ConflictCode.X2, _IN_FORCE, N_("Chứng nhận bị đình chỉ từ {since}, theo {body}.")
        ),
        Case.WITHDRAWN: CaseWords(
            ConflictCode.X3, _IN_FORCE, N_("Chứng nhận bị thu hồi từ {since}, theo {body}.")
        ),
        Case.CANCELLED: CaseWords(
            ConflictCode.X3, _IN_FORCE, N_("Chứng nhận được hủy từ {since} theo yêu cầu của chủ chứng nhận.")
        ),
        Case.PRODUCT_OUTSIDE: CaseWords(
            ConflictCode.X4, N_("Phạm vi có sản phẩm “{item}”."), N_("Chứng nhận chỉ ghi: {scope}.")
        ),
        Case.PLACE_OUTSIDE: CaseWords(
            ConflictCode.X5,
            N_("Phạm vi có nơi sản xuất “{place}”."),
            N_("Chứng nhận không ghi nơi “{place}”."),
        ),
        Case.OTHER_HOLDER: CaseWords(
            ConflictCode.X6, N_("Chứng nhận cấp cho {maker}."), N_("Chứng nhận cấp cho {holder}.")
        ),
        Case.SAME_NUMBER: CaseWords(
            ConflictCode.X7,
            N_("Số {number} chỉ có ở một hồ sơ."),
            N_("Số {number} còn ở hồ sơ khác: {others}."),
        ),
        Case.FILE_CHANGED: CaseWords(
            ConflictCode.X8,
            N_("Tệp trong kho đúng mã băm lúc tải lên."),
            N_("Tệp trong kho không còn đúng mã băm lúc tải lên."),
        ),
        **{
            case: CaseWords(ConflictCode.X9, _ACCREDITED, CHAIN_SENTENCES[reason], CHAIN_LABELS.get(reason))
            for reason, case in CHAIN_CASES.items()
        },
        Case.ACCREDITATION_ENDED: CaseWords(
            ConflictCode.X9,
            N_("Ngày {day}, {body} có công nhận còn hiệu lực cho phạm vi {area}."),
            N_(
                "Ngày {day}, {body} không có công nhận còn hiệu lực cho phạm vi {area}. "
                "Điều này không làm mất giá trị chứng nhận đã cấp trước đó."
            ),
        ),
        Case.NOT_BEGUN: CaseWords(
            ConflictCode.X10,
            _IN_FORCE,
            N_("Chứng nhận chỉ có hiệu lực từ ngày {start}."),
            N_("Chứng nhận chưa bắt đầu có hiệu lực"),
        ),
        Case.MADE_BEFORE: CaseWords(
            ConflictCode.X10,
            _MADE_IN_FORCE,
            N_("Lô sản xuất ngày {made}, trước ngày chứng nhận có hiệu lực ({start})."),
            packed=_packed(
                N_("Lô đóng gói ngày {packed}, trước ngày chứng nhận có hiệu lực ({start})."),
                N_("Đóng gói trước hoặc sau thời gian hiệu lực"),
            ),
        ),
        Case.MADE_AFTER: CaseWords(
            ConflictCode.X10,
            _MADE_IN_FORCE,
            N_("Lô sản xuất ngày {made}, sau ngày chứng nhận hết hạn ({end})."),
            packed=_packed(
                N_("Lô đóng gói ngày {packed}, sau ngày chứng nhận hết hạn ({end})."),
                N_("Đóng gói trước hoặc sau thời gian hiệu lực"),
            ),
        ),
        Case.MADE_SUSPENDED: CaseWords(
            ConflictCode.X10,
            _MADE_IN_FORCE,
            N_("Lô sản xuất ngày {made}, trong thời gian chứng nhận bị đình chỉ (từ {since})."),
            N_("Sản xuất khi chứng nhận bị đình chỉ"),
            packed=_packed(
                N_("Lô đóng gói ngày {packed}, trong thời gian chứng nhận bị đình chỉ (từ {since})."),
                N_("Đóng gói khi chứng nhận bị đình chỉ"),
            ),
        ),
        Case.MADE_WITHDRAWN: CaseWords(
            ConflictCode.X10,
            _MADE_IN_FORCE,
            N_("Lô sản xuất ngày {made}, sau khi chứng nhận bị thu hồi hoặc hủy ({since})."),
            N_("Sản xuất sau khi chứng nhận bị thu hồi hoặc hủy"),
            packed=_packed(
                N_("Lô đóng gói ngày {packed}, sau khi chứng nhận bị thu hồi hoặc hủy ({since})."),
                N_("Đóng gói sau khi chứng nhận bị thu hồi hoặc hủy"),
            ),
        ),
        Case.MARK_ON_LABEL: CaseWords(
            ConflictCode.X11,
            _VOUCHED,
            N_(
                "Nhãn đặt in ngày {printed} ghi “{mark}”; "
                "hồ sơ không có chứng nhận còn hiệu lực, đúng phạm vi cho dấu này."
            ),
        ),
        Case.MARK_IN_STANDARDS: CaseWords(
            ConflictCode.X11,
            _VOUCHED,
            N_(
                "Hồ sơ sản phẩm ghi tiêu chuẩn “{mark}”; "
                "hồ sơ không có chứng nhận còn hiệu lực, đúng phạm vi cho dấu này."
            ),
        ),
        Case.MARK_IN_NAME: CaseWords(
            ConflictCode.X11,
            _VOUCHED,
            N_(
                "Tên hoặc nhãn hiệu sản phẩm là “{mark}”; "
                "hồ sơ không có chứng nhận còn hiệu lực, đúng phạm vi cho dấu này."
            ),
        ),
        Case.NOT_FOUND: CaseWords(
            ConflictCode.X12,
            N_("Có chứng nhận loại “{scheme}” cho hàng này."),
            N_("Hồ sơ không có chứng nhận nào loại “{scheme}” cho hàng này."),
        ),
    }
)

Fact = date | str | None


def words_of(case: Case, *, packed: bool = False) -> CaseWords:
    """The words of a case; `packed`: of a lot judged on the day it was packed."""
    words = CASES[case]
    return words.packed if packed and words.packed else words


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One conflict that holds: the way it does, and the facts that fill its sentences."""

    case: Case
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def words(self) -> CaseWords:
        """How it is said."""
        return words_of(self.case, packed=self.facts.get("packed") is not None)

    @property
    def code(self) -> ConflictCode:
        """X1 to X12."""
        return self.words.code

    @property
    def label(self) -> str:
        """Its name, to be translated."""
        return self.words.label or CONFLICTS[self.code].label

    @property
    def advice(self) -> tuple[Advice, ...]:
        """What to do."""
        return CONFLICTS[self.code].advice

    @property
    def expected(self) -> str:
        """What should be, with holes for the facts."""
        return self.words.expected

    @property
    def found(self) -> str:
        """What is, with holes for the facts."""
        return self.words.found

    def sentence(self) -> str:
        """What was found, in Vietnamese."""
        return self.found.format_map(self.told("–"))

    def told(self, unknown: str) -> dict[str, str]:
        """Every fact its sentences speak of, days as dd/mm/yyyy; `unknown` for what nobody told us."""
        said = {name: self.facts.get(name) for name in self.words.names}
        return {
            name: f"{fact:%d/%m/%Y}" if isinstance(fact, date) else fact or unknown
            for name, fact in said.items()
        }
