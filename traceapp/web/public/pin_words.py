"""What a stamp's page says of its scratch PIN: used or not, and what came of an entry.

Facts before accusation: a day, a place, what to do next. A wrong PIN is no verdict on the goods.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from traceapp.domain import areas
from traceapp.i18n import N_, VIETNAM, shown_day
from traceapp.services.pins import PinAnswer, PinOutcome
from traceapp.services.public.passport import PinUse
from traceapp.web.languages import gettext, language, ngettext

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that matters, and one or two that explain it."""

    headline: str
    text: str = ""
    right: bool = True


def told_use(use: PinUse) -> str:
    """Whether somebody entered it, when and where: on the page for ever."""
    if use.at is None:
        return gettext(N_("Mã cào của tem này chưa được dùng."))
    if use.area:
        told = N_("Mã cào đã được dùng lần đầu ngày {date}, {province}.")
        return gettext(told, date=_day(use.at), province=areas.said(use.area, language()))
    return gettext(N_("Mã cào đã được dùng lần đầu ngày {date}."), date=_day(use.at))


def told_answer(answer: PinAnswer) -> Said:
    """What came of an entry."""
    match answer.outcome:
        case PinOutcome.FIRST:
            told = gettext(N_("Ngày này được giữ mãi. Ai nhập lại mã này sẽ thấy mã đã được dùng."))
            return Said(gettext(N_("Mã cào đúng – lần dùng đầu tiên")), told)
        case PinOutcome.AGAIN:
            return Said(gettext(N_("Mã cào đúng")), told_use(answer.use))
        case PinOutcome.ELSEWHERE:
            told = gettext(
                N_(
                    "Bình thường nếu chính bạn đã nhập trước. Nếu lớp cào trên tay bạn còn nguyên, "
                    "mã có thể đã bị sao chép: hãy báo cho chúng tôi."
                )
            )
            return Said(told_use(answer.use), told)
        case PinOutcome.WRONG:
            return Said(gettext(N_("Mã cào không đúng. Hãy xem lại từng ký tự.")), _left(answer), right=False)
        case PinOutcome.WAIT:
            told = gettext(N_("Đây không phải kết luận về sản phẩm."))
            return Said(gettext(N_("Đã thử nhiều lần.")), f"{_next(answer.next_at)} {told}", right=False)


def _left(answer: PinAnswer) -> str:
    if not answer.left:
        return _next(answer.next_at)
    return ngettext("Còn {n} lần thử.", "Còn {n} lần thử.", answer.left)


def _next(at: datetime) -> str:
    """The first whole minute that is late enough."""
    local = (at + _MINUTE - timedelta(microseconds=1)).astimezone(VIETNAM)
    told = N_("Lần thử tiếp theo: từ {time} ngày {date}.")
    return gettext(told, time=f"{local:%H:%M}", date=shown_day(local.date()))


def _day(at: datetime) -> str:
    return shown_day(at.astimezone(VIETNAM).date())
