"""Conflicts an inspector should see at once, X1 to X12, and what to do about each, A1 to A6.

The ways each can hold, and the sentences of what was expected and found, are in `contradictions`; whether
one holds is judged in `papers` and `claims`.

>>> CONFLICTS[ConflictCode.X1].label, [ADVICE[one] for one in CONFLICTS[ConflictCode.X1].advice]
('Chứng nhận đã hết hạn', ['Yêu cầu gỡ dấu khỏi nhãn'])
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

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

    @property
    def number(self) -> int:
        """Its place in the order."""
        return int(self.value[1:])


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
