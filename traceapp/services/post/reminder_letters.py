"""The words of a reminder, written when it is sent: what is no longer so is no longer said.

Plain text, in the reader's language: what ends and when, what follows from it, what to do, where, and how to
have no more of these letters.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.days import today_in_vietnam
from traceapp.i18n import Translator, shown_day
from traceapp.mailing import Written
from traceapp.models import Certificate, Letter
from traceapp.services.post.reminders import (
    Ending,
    Reader,
    holder_readers,
    list_ending,
    province_readers,
    wanted_by,
)
from traceapp.services.post.stationery import Stationery, words_for

STALE: Final = 3
"""A digest that could not be sent for so many days says nothing the province's page does not say better."""


def write_ending(session: Session, letter: Letter, now: datetime, paper: Stationery) -> Written | None:
    """To a holder: one certificate, one step."""
    today = today_in_vietnam(now)
    name = letter.subject.partition(":")[2]
    certificate = session.scalar(select(Certificate).where(Certificate.public_id == name))
    if certificate is None or not _is_wanted(session, letter, int(letter.facts["days"])):
        return None
    still = _still(session, certificate, letter, today)
    if still is None or not _reads(letter, holder_readers(session, certificate.holder, today)):
        return None
    words = words_for(letter)
    text = [
        words.gettext("Kính gửi {name},", name=certificate.holder.name_on(today, words.language)),
        "",
        f"{_when(words, certificate, today)}.",
        *_facts(words, certificate, today),
        "",
        *_what_to_do(words, still, paper),
    ]
    return _signed(words, _when(words, certificate, today), text, letter, paper)


def write_digest(session: Session, letter: Letter, now: datetime, paper: Stationery) -> Written | None:
    """To an officer of the province: every certificate that reached a step since the last letter.

    One that is suspended meanwhile is left out and counts as not said: once restored it is in the next.
    """
    today = today_in_vietnam(now)
    if (today - letter.day).days > STALE or not _reads(letter, province_readers(session, today)):
        return None
    told, wanted = {tuple(item) for item in letter.facts["items"]}, wanted_by(session, letter.recipient)
    rows = [
        one
        for one in list_ending(session, today)
        if (one.certificate.public_id, one.step.days) in told and one.step.days in wanted
    ]
    if not rows:
        return None
    words = words_for(letter)
    title = words.ngettext(
        "{n} chứng nhận sắp hoặc đã hết hạn", "{n} chứng nhận sắp hoặc đã hết hạn", len(rows)
    )
    text = [words.gettext("Kính gửi cán bộ phụ trách,"), "", f"{title}:", ""]
    for one in rows:
        text += _row(words, one, today, paper)
    text += [words.gettext("Tất cả việc cần làm tuần này: {url}", url=paper.link("/province/week"))]
    said = {"items": [[one.certificate.public_id, one.step.days] for one in rows]}
    return replace(_signed(words, title, text, letter, paper), facts=said)


def _still(session: Session, certificate: Certificate, letter: Letter, today: date) -> Ending | None:
    """The step, if it is still the latest; a nearer one has a letter of its own."""
    ending = list_ending(session, today, holder_id=certificate.holder_id)
    mine = next((one for one in ending if one.certificate.id == certificate.id), None)
    return mine if mine and mine.step.days == letter.facts["days"] else None


def _reads(letter: Letter, readers: list[Reader]) -> bool:
    """Whether the address is still one of theirs."""
    return letter.recipient in {one.recipient for one in readers}


def _is_wanted(session: Session, letter: Letter, days: int) -> bool:
    return days in wanted_by(session, letter.recipient)


def _when(words: Translator, certificate: Certificate, today: date) -> str:
    """The first sentence, which is the subject too."""
    left, number = (certificate.valid_until - today).days, certificate.number
    if left < 0:
        end = shown_day(certificate.valid_until)
        return words.gettext("Chứng nhận {number} đã hết hạn ngày {day}", number=number, day=end)
    if left == 0:
        return words.gettext("Chứng nhận {number} hết hạn hôm nay", number=number)
    return words.ngettext(
        "Chứng nhận {number} còn {n} ngày là hết hạn",
        "Chứng nhận {number} còn {n} ngày là hết hạn",
        left,
        number=number,
    )


def _facts(words: Translator, certificate: Certificate, today: date) -> list[str]:
    body = certificate.body.name_on(today, words.language)
    return [
        words.gettext("Tiêu chuẩn: {scheme}", scheme=certificate.standard),
        words.gettext("Tổ chức chứng nhận: {name}", name=body),
        words.gettext("Ngày cuối còn hiệu lực: {day}", day=shown_day(certificate.valid_until)),
    ]


def _what_to_do(words: Translator, ending: Ending, paper: Stationery) -> list[str]:
    page = paper.link(f"/coop/certificates/{ending.certificate.public_id}")
    if ending.pending:
        sent = words.gettext("Bản gia hạn đã gửi và đang chờ tỉnh duyệt. Bạn không phải làm gì thêm.")
        return [sent, page]
    if ending.renewal is not None:
        begun = words.gettext("Bản gia hạn đang nhập dở. Xin bổ sung rồi gửi tỉnh duyệt:")
        return [begun, paper.link(f"/coop/certificates/{ending.renewal.public_id}")]
    return [
        words.gettext(
            "Sau ngày đó không in được dấu này trên tem, nhãn mới, và người mua quét tem sẽ thấy chứng nhận "
            "đã hết hạn."
        ),
        words.gettext("Việc nên làm: liên hệ tổ chức chứng nhận để gia hạn. Có giấy mới, nhập tại đây:"),
        f"{page}/renew",
        "",
        words.gettext("Xem chứng nhận: {url}", url=page),
    ]


def _row(words: Translator, one: Ending, today: date, paper: Stationery) -> list[str]:
    certificate = one.certificate
    holder = certificate.holder.name_on(today, words.language)
    end = shown_day(certificate.valid_until)
    told = [f"- {_when(words, certificate, today)}", f"  {holder} · {certificate.standard} · {end}"]
    if one.pending:
        told.append("  " + words.gettext("Bản gia hạn đang chờ duyệt."))
    return [*told, f"  {paper.link(f'/province/certificates/{certificate.public_id}')}", ""]


def _signed(words: Translator, subject: str, text: list[str], letter: Letter, paper: Stationery) -> Written:
    """With the registry's name below, and the way out."""
    out = paper.unsubscribe_link(letter.recipient, words.language)
    foot = [
        "",
        "-- ",
        f"{paper.settings.registry_name} · {paper.settings.hotline}",
        words.gettext("Thư tự động, mỗi lần nhắc một thư."),
        words.gettext("Chọn lần nhắc, hoặc ngừng nhận thư: {url}", url=out),
    ]
    return Written(subject, "\n".join([*text, *foot, ""]), out)
