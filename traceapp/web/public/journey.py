"""The journey of an article, and who says so: the cooperative, the registry, this scan."""

from dataclasses import dataclass
from datetime import date, datetime

from traceapp.domain.restrictions import HOLD_REASONS, RestrictionKind
from traceapp.domain.stamps import StampState
from traceapp.i18n import N_, VIETNAM, shown_day, shown_number
from traceapp.services.public.passport import Passport
from traceapp.web.languages import gettext, language
from traceapp.web.public.shell import quantity


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop. `said_by`: "" the cooperative, "reg" the registry, "leaf" this scan."""

    day: str
    title: str
    detail: str
    said_by: str = ""


def journey(passport: Passport) -> list[Stop]:
    """What is known, oldest first; the last is this scan, where it is a stamp's."""
    dated = [*_made(passport), *_recorded(passport)]
    stops = [stop for _day, stop in sorted(dated, key=lambda pair: pair[0])]
    return [*stops, _this_scan(passport)] if passport.stamp is not None else stops


def _made(passport: Passport) -> list[tuple[date, Stop]]:
    lot = passport.lot
    if lot is None:
        return []
    amount = quantity(lot.quantity, lot.unit)
    code = gettext(N_("Số lô {lot}"), lot=lot.code) + (f" · {amount}" if amount else "")
    named = (
        (lot.made_on, gettext(N_("Sản xuất")), lot.site.names.spoken(language()) if lot.site else ""),
        (lot.packed_on, gettext(N_("Đóng gói")), ""),
    )
    return [
        (day, Stop(shown_day(day), title, " · ".join(part for part in (where, code) if part)))
        for day, title, where in named
        if day is not None
    ]


def _recorded(passport: Passport) -> list[tuple[date, Stop]]:
    stops = []
    stamp = passport.stamp
    if stamp is not None and stamp.activated_at is not None and passport.lot is not None:
        detail = gettext(
            N_("{n} tem gắn với lô {lot}"),
            n=shown_number(stamp.activated_with, language()),
            lot=passport.lot.code,
        )
        stops.append(_stop(stamp.activated_at, gettext(N_("Đã kích hoạt tem")), detail))
    if stamp is not None and stamp.state is StampState.VOID:
        stops.append(_stop(stamp.state_at, gettext(N_("Đã hủy tem")), ""))
    for one in passport.restraints:
        recalled = one.kind is RestrictionKind.RECALL
        title = gettext(N_("Thu hồi") if recalled else N_("Tạm dừng lưu thông"))
        told = [gettext(HOLD_REASONS[one.reason]), one.decision_number or ""]
        stops.append(_stop(one.from_at, title, " · ".join(part for part in told if part)))
    return stops


def _stop(at: datetime, title: str, detail: str) -> tuple[date, Stop]:
    day = at.astimezone(VIETNAM).date()
    return day, Stop(shown_day(day), title, detail, "reg")


def _this_scan(passport: Passport) -> Stop:
    scans = passport.tally.scans
    if scans is None or scans == 0:
        detail = ""
    elif scans == 1:
        detail = gettext(N_("Lần quét đầu tiên"))
    else:
        detail = gettext(N_("Đã quét {n} lần"), n=shown_number(scans, language()))
    day = gettext(N_("Hôm nay, {date}"), date=shown_day(passport.today))
    return Stop(day, gettext(N_("Bạn quét tem này")), detail, "leaf")
