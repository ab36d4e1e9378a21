"""What scans tell: five contradictions that call a person at once, two counts that only ask to be looked at.

A contradiction is two records that cannot both be right, such as a stamp scanned before anybody activated it.
A count is never one: people open a page often. Neither says that goods are genuine or not. trust.md, 3.

>>> contradictions({Verdict.RECALLED, Verdict.VALID_FIRST})
(<AlertCode.C3: 'C3'>,)
>>> contradictions({Verdict.AWAITING_APPROVAL})
()
>>> contradictions({Verdict.AWAITING_APPROVAL, Verdict.NOT_ACTIVATED})  # of a suspended party
(<AlertCode.C1: 'C1'>,)
"""

from collections.abc import Collection, Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from traceapp.domain.conformity import Verdict, Word
from traceapp.domain.words import N_

REPEATS: Final = timedelta(minutes=1)  # an open alert counts no more than one repeat in it
OUTSIDE_SERIALS: Final = 3  # one in 16.7 million guesses opens: one is chance, three are not
OUTSIDE_DAYS: Final = timedelta(days=30)
LOT_FLAGS: Final = 3  # stamps of one lot opened often, before the lot itself is to be looked at


class AlertCode(StrEnum):
    """A contradiction."""

    C1 = "C1"  # scanned before activation
    C2 = "C2"  # scratch PIN entered again by another hand
    C3 = "C3"  # void or recalled, and scanned
    C4 = "C4"  # more units of a lot seen than it has
    C5 = "C5"  # serials that open under our key and were never issued


class ReviewFlag(StrEnum):
    """A count worth a look."""

    R1 = "R1"  # one stamp, many devices
    R2 = "R2"  # several such stamps of one lot


ALERT_WORDS: Final[Mapping[AlertCode, str]] = MappingProxyType(
    {
        AlertCode.C1: N_("Tem chưa kích hoạt đã có người quét"),
        AlertCode.C2: N_("Mã cào đã dùng lại được nhập ở nơi khác"),
        AlertCode.C3: N_("Tem đã hủy hoặc lô bị thu hồi vẫn có người quét"),
        AlertCode.C4: N_("Số tem đã quét nhiều hơn số sản phẩm của lô"),
        AlertCode.C5: N_("Có mã đúng khóa nhưng chưa từng được phát hành"),
    }
)
ALERT_ADVICE: Final[Mapping[AlertCode, str]] = MappingProxyType(
    {
        AlertCode.C1: N_("Hỏi hợp tác xã: quên kích hoạt, hay tem bị mất? Tem mất thì hủy đợt tem."),
        AlertCode.C2: N_("Tìm hai nơi nhập mã, so sánh hai sản phẩm. Một trong hai tem có thể bị sao chép."),
        AlertCode.C3: N_("Hàng còn ngoài thị trường: kiểm tra nơi bán, nhắc hợp tác xã gom về."),
        AlertCode.C4: N_(
            "Đối chiếu sản lượng khai với số tem. Khai thiếu thì sửa lô; không thì tạm dừng lô."
        ),
        AlertCode.C5: N_(
            "Báo ngay quản trị hệ thống: khóa có thể bị lộ, hoặc cơ sở dữ liệu khôi phục thiếu đợt tem."
        ),
    }
)
FLAG_WORDS: Final[Mapping[ReviewFlag, str]] = MappingProxyType(
    {
        ReviewFlag.R1: N_("Một tem được mở trên nhiều thiết bị"),
        ReviewFlag.R2: N_("Nhiều tem của một lô được mở nhiều hơn thường lệ"),
    }
)


def contradictions(words: Collection[Word]) -> tuple[AlertCode, ...]:
    """Which ones a scan is, by all that holds for its stamp.

    `awaiting_approval` is a declared sample. That a party is suspended is no contradiction: what it sold
    before may be on any shelf; its stamps that nobody activated are one as anybody's.
    """
    found = [AlertCode.C1] if Verdict.NOT_ACTIVATED in words else []
    found += [AlertCode.C3] if {Verdict.VOID, Verdict.RECALLED} & set(words) else []
    return tuple(found)
