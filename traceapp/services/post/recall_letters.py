"""The words of the letters to holders of recalled goods, written when they are sent.

They go to the address in the holder's record, which nobody has proved: so they say whom they are meant for,
and hold nothing but what anybody may read of the recall. What was delivered stands behind its link alone.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.days import today_in_vietnam
from traceapp.domain.restrictions import HOLD_REASONS
from traceapp.domain.stamps import StampRange
from traceapp.i18n import Translator, shown_day, shown_number
from traceapp.mailing import Written
from traceapp.models import Letter, RecallNotice, StampRun
from traceapp.services.post.stationery import Stationery, words_for
from traceapp.services.recalls import recall_scope
from traceapp.services.recalls.notice_links import token_of
from traceapp.services.recalls.recall_notices import Told, notice_of
from traceapp.services.recalls.recall_scope import About


def write_recall_notice(session: Session, letter: Letter, now: datetime, paper: Stationery) -> Written | None:
    """To a holder on record: which goods, why, what to do, and the link on which to answer.

    Nothing where the recall has ended, or every row that named them was taken back.
    """
    told, words = _told(session, letter), words_for(letter)
    if told is None or told.reversed:
        return None
    row = told.notice.restriction
    goods = _goods(recall_scope.about_of(row), words)
    said = [
        words.gettext("{goods} đang bị thu hồi.", goods=goods),
        words.gettext("Lý do: {reason}.", reason=words.gettext(HOLD_REASONS[row.reason])),
        *([row.told] if row.told else []),
        words.gettext("Từ ngày {day}.", day=shown_day(today_in_vietnam(row.from_at or row.created_at))),
        "",
        words.gettext("Theo sổ giao nhận, đơn vị đã nhận hoặc đã giao hàng này."),
        words.gettext("Xin tách riêng, không bán tiếp, và trả lời tại đây (không cần tài khoản):"),
    ]
    return _written(told.notice, words, paper, now, words.gettext("Thu hồi: {goods}", goods=goods), said)


def write_recall_correction(
    session: Session, letter: Letter, now: datetime, paper: Stationery
) -> Written | None:
    """To a holder who was told, and of whom no row stands any more; nothing where one does again."""
    told, words = _told(session, letter), words_for(letter)
    if told is None or not told.reversed:
        return None
    goods = _goods(recall_scope.about_of(told.notice.restriction), words)
    said = [
        words.gettext("Đính chính thư báo thu hồi đã gửi: {goods}.", goods=goods),
        words.gettext(
            "Bên ghi sổ đã hủy dòng giao nhận có tên đơn vị, nên đơn vị không cần trả lời thư trước."
        ),
        words.gettext(
            "Hàng vẫn đang bị thu hồi. Nếu đơn vị có giữ, xin tách riêng, không bán và báo tại đây:"
        ),
    ]
    subject = words.gettext("Đính chính thu hồi: {goods}", goods=goods)
    return _written(told.notice, words, paper, now, subject, said)


def _told(session: Session, letter: Letter) -> Told | None:
    """What stands of the holder now; None where there is nobody to write to, or the recall is over."""
    notice = session.scalar(select(RecallNotice).where(RecallNotice.public_id == letter.facts["notice"]))
    if notice is None or notice.party is None or notice.restriction.lifted_at is not None:
        return None
    return notice_of(session, notice.restriction, notice.public_id)


def _written(
    notice: RecallNotice, words: Translator, paper: Stationery, now: datetime, subject: str, said: list[str]
) -> Written:
    """The letter around what is said; the link stands below it."""
    party, row = notice.party, notice.restriction
    demo = row.demo or (party is not None and party.demo) or paper.settings.demo
    name = party.name_on(today_in_vietnam(now), words.language) if party else ""
    path = f"/recalls/{row.public_id}/acknowledge/{token_of(paper.secret, notice)}?lang={words.language}"
    text = [
        *([words.gettext("Bản minh họa: tên, số, ngày đều là demo"), ""] if demo else []),
        words.gettext("Kính gửi {name},", name=name),
        "",
        *said,
        paper.link(path),
        "",
        words.gettext(
            "Thư này chỉ gửi cho {name}, theo địa chỉ e-mail trong hồ sơ đơn vị. Nếu bạn không thuộc đơn "
            "vị này, xin đừng mở đường dẫn trên và báo giúp qua đường dây nóng.",
            name=name,
        ),
        "",
        words.gettext("Đường dây nóng: {phone}", phone=paper.settings.hotline),
        paper.settings.registry_name,
    ]
    return Written(("[DEMO] " if demo else "") + subject, "\n".join(text) + "\n")


def _goods(about: About, words: Translator) -> str:
    """What is recalled and no more: the product, its lot, the stamps by their numbers as the notice does."""
    goods, lot = about.item.name_in(words.language), about.lot or (about.run.lot if about.run else None)
    if lot is not None:
        goods = words.gettext("{item}, lô {lot}", item=goods, lot=lot.code)
    if about.run is None:
        return goods
    return words.gettext("{goods}: {stamps}", goods=goods, stamps=_stamps(about.run, about.stretch, words))


def _stamps(run: StampRun, stretch: StampRange | None, words: Translator) -> str:
    if stretch is None:
        return words.gettext("mọi tem của đợt {run}", run=run.public_id)
    first, last = (shown_number(at + 1, words.language) for at in (stretch.first, stretch.last))
    if first == last:
        return words.gettext("tem số {n} của đợt {run}", n=first, run=run.public_id)
    return words.gettext("tem số {first}–{last} của đợt {run}", first=first, last=last, run=run.public_id)
