"""Conflicts an inspector should see at once, X1 to X12, and what to do about each, A1 to A6.

Each is a plain contradiction between a certificate's record and the goods, the file, the body or the day.
X11 (a mark on the label without a certificate) needs the label in hand and is not computed here.

>>> conflicts(None)
(<ConflictCode.X12: 'X12'>,)
>>> [CONFLICTS[code].label for code in conflicts(CertificateFacts(status=CertificateStatus.EXPIRED))]
['Chứng nhận đã hết hạn']
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from traceapp.domain.certificates import CertificateStatus
from traceapp.domain.words import N_


class ConflictCode(StrEnum):
    """The numbers inspectors know them by."""

    X1 = "X1"
    X2 = "X2"
    X3 = "X3"
    X4 = "X4"
    X5 = "X5"
    X6 = "X6"
    X7 = "X7"
    X8 = "X8"
    X9 = "X9"
    X10 = "X10"
    X11 = "X11"
    X12 = "X12"


class Advice(StrEnum):
    """What to do."""

    A1 = "A1"
    A2 = "A2"
    A3 = "A3"
    A4 = "A4"
    A5 = "A5"
    A6 = "A6"


ADVICE: Final[Mapping[Advice, str]] = MappingProxyType(
    {
        Advice.A1: N_("Tạm dừng lô, lập biên bản"),
        Advice.A2: N_("Yêu cầu gỡ dấu khỏi nhãn"),
        Advice.A3: N_("Hỏi tổ chức chứng nhận"),
        Advice.A4: N_("Đối chiếu bản gốc"),
        Advice.A5: N_("Báo tỉnh sửa hồ sơ"),
        Advice.A6: N_("Kiểm tra lại số, hỏi chủ hồ sơ"),
    }
)


@dataclass(frozen=True, slots=True)
class ConflictKind:
    """How a conflict is said, and what to do about it."""

    label: str
    advice: tuple[Advice, ...]


CONFLICTS: Final[Mapping[ConflictCode, ConflictKind]] = MappingProxyType(
    {
        ConflictCode.X1: ConflictKind(N_("Chứng nhận đã hết hạn"), (Advice.A2,)),
        ConflictCode.X2: ConflictKind(N_("Chứng nhận đang bị đình chỉ"), (Advice.A1, Advice.A3)),
        ConflictCode.X3: ConflictKind(N_("Chứng nhận đã bị thu hồi hoặc hủy"), (Advice.A1,)),
        ConflictCode.X4: ConflictKind(N_("Sản phẩm ngoài phạm vi"), (Advice.A2,)),
        ConflictCode.X5: ConflictKind(N_("Cơ sở ngoài phạm vi"), (Advice.A3, Advice.A4)),
        ConflictCode.X6: ConflictKind(N_("Khác tên chủ chứng nhận"), (Advice.A4,)),
        ConflictCode.X7: ConflictKind(N_("Số chứng nhận trùng ở hai hồ sơ"), (Advice.A5,)),
        ConflictCode.X8: ConflictKind(N_("Tệp không khớp mã băm"), (Advice.A3, Advice.A4)),
        ConflictCode.X9: ConflictKind(N_("Tổ chức chứng nhận mất hoặc bị đình chỉ công nhận"), (Advice.A3,)),
        ConflictCode.X10: ConflictKind(N_("Sản xuất trước hoặc sau thời gian hiệu lực"), (Advice.A2,)),
        ConflictCode.X11: ConflictKind(N_("Nhãn ghi dấu nhưng không có chứng nhận"), (Advice.A1, Advice.A2)),
        ConflictCode.X12: ConflictKind(
            N_("Không tìm thấy (chưa tải lên · bảo mật · đã gỡ · gõ sai)"), (Advice.A6,)
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """What is known of a certificate beside some goods; None is never held against anyone."""

    status: CertificateStatus
    product_covered: bool | None = None
    place_covered: bool | None = None
    holder_matches: bool | None = None
    number_elsewhere: bool = False  # the same number in another record
    file_intact: bool | None = None
    body_accredited: bool | None = None  # today
    made_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None


def conflicts(facts: CertificateFacts | None) -> tuple[ConflictCode, ...]:
    """Every conflict these facts show, in the order of their numbers; None: no such certificate was found."""
    if facts is None:
        return (ConflictCode.X12,)
    found = {
        ConflictCode.X1: facts.status is CertificateStatus.EXPIRED,
        ConflictCode.X2: facts.status is CertificateStatus.SUSPENDED,
        ConflictCode.X3: facts.status in (CertificateStatus.WITHDRAWN, CertificateStatus.CANCELLED),
        ConflictCode.X4: facts.product_covered is False,
        ConflictCode.X5: facts.place_covered is False,
        ConflictCode.X6: facts.holder_matches is False,
        ConflictCode.X7: facts.number_elsewhere,
        ConflictCode.X8: facts.file_intact is False,
        ConflictCode.X9: facts.body_accredited is False,
        ConflictCode.X10: _made_outside(facts),
    }
    return tuple(code for code, holds in found.items() if holds)


def _made_outside(facts: CertificateFacts) -> bool:
    if facts.made_on is None:
        return False
    early = facts.valid_from is not None and facts.made_on < facts.valid_from
    late = facts.valid_until is not None and facts.made_on > facts.valid_until
    return early or late
