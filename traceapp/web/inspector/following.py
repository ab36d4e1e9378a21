"""Following a recall: who was told and how, what they answered, what is accounted for; and a list of it."""

import csv
import io
from collections.abc import Callable

from flask import Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, Malformed
from traceapp.domain.numbers import format_number
from traceapp.domain.recalls import DEEDS, Direction
from traceapp.domain.trade_items import UNIT_NAMES, Unit
from traceapp.extensions import reader, transaction
from traceapp.i18n import shown_moment
from traceapp.models import Lot, Restriction
from traceapp.services.recalls import movements, recall_notices, restrictions
from traceapp.services.recalls.holders import Pack, counted
from traceapp.services.recalls.notice_links import token_of
from traceapp.services.recalls.recall_answers import Answer, acknowledge
from traceapp.services.recalls.recall_notices import Told
from traceapp.web import access
from traceapp.web.errors import sentence
from traceapp.web.inspector import door
from traceapp.web.inspector.lots import HOLDERS
from traceapp.web.languages import gettext, language, now, today
from traceapp.web.record_words import amount_words, pack_words

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\x00")  # how a cell begins that a spreadsheet would work out


@door.app_template_global()
def recall_followed(row: Restriction) -> list[Told]:
    """The notices of a recall, for its page."""
    return recall_notices.told_of(reader(), row)


@door.app_template_global()
def recall_accounts(told: list[Told]) -> list[tuple[Unit, object]]:
    """What was despatched and what became of it, unit by unit."""
    return list(recall_notices.accounts(told).items())


@door.app_template_global()
def recall_uncounted(told: list[Told]) -> list[Pack]:
    """Cases that no sum counts."""
    return recall_notices.uncounted(told)


@door.app_template_global()
def lot_trail(lot: Lot | None) -> list[tuple[object, bool]] | None:
    """Rows of goods received and despatched, each with whether it stands; None where nobody may see them."""
    who: Actor = access.actor()
    if lot is None or not movements.may_be_seen(reader(), who, lot):
        return None
    rows = movements.read_movements(reader(), who, lot)
    stand = {one.id for one in counted(rows)}
    return [(one, one.id in stand) for one in rows]


@door.app_template_global()
def holder_name(told: Told) -> str:
    """Whom a notice is for."""
    party = told.notice.party
    return party.name_on(today(), language()) if party else told.notice.name or ""


door.add_app_template_global(amount_words, "amount_in")
door.add_app_template_global(pack_words, "pack_words")


@door.post("/restrictions/<public_id>/notices/<number>/call")
@access.only(*HOLDERS)
def mark_called(public_id: str, number: str) -> ResponseReturnValue:
    """Somebody rang this holder; or did not after all."""
    called = request.form.get("undo") != "1"

    def deed(session: Session, told: Told) -> None:
        recall_notices.mark_called(
            session, actor=access.actor(), notice=told.notice, called=called, now=now()
        )

    said = gettext("Đã ghi: đã gọi điện.") if called else gettext("Đã bỏ dấu đã gọi điện.")
    return _act(public_id, number, deed, said)


@door.post("/restrictions/<public_id>/notices/<number>/answer")
@access.only(*HOLDERS)
def write_answer(public_id: str, number: str) -> ResponseReturnValue:
    """Write down what a holder said on the telephone, of goods in each unit they spoke of."""

    def deed(session: Session, told: Told) -> None:
        said = {unit: _answer(unit, noted=unit is told.unit) for unit in told.asked}
        spoken = {unit: one for unit, one in said.items() if one.deed or one.held or one.returned}
        for unit, one in (spoken or said).items():
            acknowledge(session, told=told, answer=one, unit=unit, actor=access.actor(), now=now())

    return _act(public_id, number, deed, gettext("Đã ghi trả lời."))


def _answer(unit: Unit, *, noted: bool) -> Answer:
    """What the form says of one unit; each field bears the unit it speaks of."""
    told = {
        name: request.form.get(f"{unit.value}-{name}", "").strip() for name in ("deed", "held", "returned")
    }
    return Answer(**told, note=request.form.get("note", "") if noted else "")


@door.app_template_global()
def unit_words(units: tuple[Unit, ...]) -> str:
    """Units in a row, in the reader's language."""
    return ", ".join(gettext(UNIT_NAMES[unit]) for unit in units)


@door.app_template_global()
def answer_link(told: Told) -> str:
    """Where this holder answers."""
    token = token_of(current_app.secret_key, told.notice)  # type: ignore[arg-type]  # bytes, from keys.session_secret
    base = current_app.extensions["settings"].public_base_url
    return f"{base}/recalls/{told.notice.restriction.public_id}/acknowledge/{token}"


def _act(
    public_id: str, number: str, deed: Callable[[Session, Told], None], said: str
) -> ResponseReturnValue:
    try:
        with transaction() as session:
            row = restrictions.find_restriction(session, public_id)
            deed(session, recall_notices.notice_of(session, row, number))
    except (Malformed, Conflict) as broken:
        flash(sentence(broken), "stop")
    else:
        flash(said, "ok")
    return redirect(url_for(".restriction", public_id=public_id, _anchor=number), 303)


@door.get("/restrictions/<public_id>/holders.csv")
@access.only(*HOLDERS)
def holders_csv(public_id: str) -> ResponseReturnValue:
    """The list of holders as a table for a spreadsheet; no cell of it is a formula."""
    row = restrictions.find_restriction(reader(), public_id)
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(_heads())
    for one in recall_notices.told_of(reader(), row):
        for unit in one.accounts:
            table.writerow([guarded(cell) for cell in _cells(one, unit)])
    name = f"thu-hoi-{row.public_id}.csv"
    return Response(
        "\ufeff" + text.getvalue(),  # the mark by which spreadsheets know UTF-8
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection).

    >>> guarded("=1+1"), guarded("+84912345678"), guarded("Lan")
    ("'=1+1", "'+84912345678", 'Lan')
    """
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _heads() -> list[str]:
    return [
        gettext("Ai"),
        gettext("Chiều"),
        gettext("Số điện thoại"),
        gettext("Đã giao"),
        gettext("Đơn vị tính"),
        gettext("Trong đó nguyên thùng"),
        gettext("Gọi điện lúc"),
        gettext("Người gọi"),
        gettext("Trả lời lúc"),
        gettext("Đã làm gì"),
        gettext("Còn giữ"),
        gettext("Đã trả lại"),
        gettext("Ghi chú"),
    ]


def _cells(one: Told, unit: Unit) -> list[str]:
    """A row for each unit of a holder."""
    notice, answer = one.notice, one.answers.get(unit)
    given = notice.direction is Direction.DESPATCHED
    return [
        holder_name(one),
        gettext("nhận hàng") if given else gettext("giao hàng tới"),
        notice.phone or "",
        format_number(one.accounts[unit].despatched),
        gettext(UNIT_NAMES[unit]),
        pack_words(one.packs) if unit is Unit.PIECE else "",
        shown_moment(notice.called_at) if notice.called_at else "",
        notice.called_by.display_name if notice.called_by else "",
        shown_moment(answer.created_at) if answer else "",
        gettext(DEEDS[answer.deed]) if answer else "",
        format_number(answer.held) if answer else "",
        format_number(answer.returned) if answer else "",
        (answer.note or "") if answer else "",
    ]


@door.app_template_global()
def deed_choices() -> list[tuple[str, str]]:
    """What a holder may have done: a value and its words."""
    return [(deed.value, gettext(words)) for deed, words in DEEDS.items()]
