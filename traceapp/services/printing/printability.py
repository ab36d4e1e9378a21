"""Whether an order placed earlier may still be printed: its goods, its stamps and its marks, judged today.

An order waits in a queue, or stands paused for days; meanwhile its lot is recalled, its stamps are voided,
the certificate behind a mark is withdrawn. So what was asked when it was placed is asked again whenever
somebody resumes it, and when a worker claims it. The design is frozen: judged is the text that would be
printed.
"""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import Conflict
from traceapp.domain.printing import PrintKind
from traceapp.domain.stamps import StampRange, StampState
from traceapp.domain.words import N_
from traceapp.models import PrintRun
from traceapp.services.printing.marks import label_marks, named_unvouched
from traceapp.services.stamping import check_goods, check_live, check_stamps, segments
from traceapp.services.vouching.claims import ask_claims

GOODS_STOPPED: Final = N_(
    "Hàng của lệnh này đang tạm dừng, bị thu hồi hoặc đã quá hạn sử dụng nên chưa in tiếp. "
    "Những tờ đã xong vẫn được giữ."
)
_TOLD: Final = {
    "marks_lost": N_(
        "Có dấu trên mẫu này nay không còn chứng nhận hoặc quyền sử dụng nên chưa in tiếp. Những tờ "
        "đã xong vẫn được giữ. Bấm In tiếp để biết là dấu nào."
    ),
    "run_void": N_("Mọi tem của lệnh này đã hủy nên không in. Xin hủy lệnh in, rồi cấp đợt tem mới."),
}


def check_printable(session: Session, order: PrintRun, now: datetime) -> None:
    """Raises `run_void`, `marks_lost`, and what `check_goods` and `check_stamps` do."""
    check_goods(session, order.trade_item, order.lot, now)
    if order.stamp_run is not None:
        check_live(order.stamp_run)
        check_stamps(session, order.stamp_run, None)
    lost = marks_lost(session, order, now)
    if lost:
        raise Conflict("marks_lost", found=", ".join(lost))


def told_of(rule: Conflict) -> str:
    """What the order says that a worker gave back: without names, because it is kept and translated later."""
    return _TOLD.get(rule.code, GOODS_STOPPED)


def marks_lost(session: Session, order: PrintRun, now: datetime) -> list[str]:
    """The marks of a frozen design that may not be printed today, as printed; the goods' name may be one."""
    item, today = order.trade_item, today_in_vietnam(now)
    if order.kind is PrintKind.STAMPS:
        claims = ask_claims(session, item, order.lot, day=today, thorough=False, labels=False)
        return [order.design["art"]["name"]] if named_unvouched(claims, order.design["art"]["name"]) else []
    face, marks = order.design["face"], label_marks(session, item, order.lot, today=today, wanted=())
    may = {(one.claim is not None, text) for one in marks if one.allowed for text in one.texts}
    asked = [(True, text) for text in face["certificates"]] + [(False, text) for text in face["marks"]]
    lost = [text for of_scheme, text in asked if (of_scheme, text) not in may]
    named = named_unvouched((one.claim for one in marks if one.claim is not None), face["name"])
    return [*lost, face["name"]] if named else lost


def voided_in(order: PrintRun) -> list[StampRange]:
    """The stretches of an order's stamps that are void: printed with the others, and not to be used."""
    run = order.stamp_run
    return [held for held, state in segments(run) if state is StampState.VOID] if run is not None else []
