"""A reason beside the register: whether the records say what somebody gives as the reason of a recall.

Only a reason that speaks of a certificate can be compared. The second person of a recall should see at once
whether the register agrees, and decides all the same: a paper may know what the register does not yet.

>>> bearing([Answer.MAY_NOT, Answer.MAY_NOT]).value, bearing([Answer.MAY]).value, bearing([]).value
('agrees', 'contradicts', 'nothing')
>>> bearing([Answer.MAY_NOT, Answer.MAY]).value, bearing([Answer.UNKNOWN, Answer.MAY]).value
('partly', 'contradicts')
>>> bearing([Answer.MAY_NOT, Answer.UNKNOWN]).value  # of one nobody can tell: not "none is in force"
'unsure'
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from traceapp.domain.papers import Answer
from traceapp.domain.restrictions import HoldReason
from traceapp.domain.words import N_

OF_CERTIFICATES: Final = frozenset({HoldReason.CERTIFICATE_NOT_IN_FORCE})
"""Reasons that say something of a certificate."""


class Bearing(StrEnum):
    """What the register says to the reason that no certificate of the goods is in force."""

    AGREES = "agrees"
    PARTLY = "partly"
    CONTRADICTS = "contradicts"
    UNSURE = "unsure"
    NOTHING = "nothing"


BEARINGS: Final[Mapping[Bearing, str]] = MappingProxyType(
    {
        Bearing.AGREES: N_(
            "Hồ sơ trong hệ thống khớp với lý do: hàng này không có chứng nhận nào còn hiệu lực, đúng "
            "phạm vi vào cả hai ngày."
        ),
        Bearing.PARTLY: N_(
            "Hồ sơ trong hệ thống không thống nhất: có chứng nhận không dùng được, có chứng nhận còn hiệu"
            " lực. Xin xem từng dòng."
        ),
        Bearing.CONTRADICTS: N_(
            "Hồ sơ trong hệ thống trái với lý do: chứng nhận của hàng này còn hiệu lực, đúng phạm vi. Xin"
            " hỏi lại người đề nghị trước khi quyết định."
        ),
        Bearing.UNSURE: N_(
            "Hệ thống chưa đủ dữ liệu để biết chứng nhận của hàng này có dùng được hay không."
        ),
        Bearing.NOTHING: N_("Hệ thống không có chứng nhận nào của hàng này, nên chưa so được với lý do."),
    }
)


def bearing(answers: Iterable[Answer]) -> Bearing:
    """What the answers, one for each scheme the goods have a certificate of, say to such a reason."""
    found = set(answers)
    if not found:
        return Bearing.NOTHING
    if Answer.MAY in found:
        return Bearing.PARTLY if Answer.MAY_NOT in found else Bearing.CONTRADICTS
    return Bearing.UNSURE if Answer.UNKNOWN in found else Bearing.AGREES
