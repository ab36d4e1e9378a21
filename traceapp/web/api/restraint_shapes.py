"""Holds and recalls as they are told to those who act: proposals too, and what became of the goods."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from traceapp import models
from traceapp.domain.recalls import Account, Deed, Direction
from traceapp.domain.restrictions import HoldReason, RecallEnding, RestrictionKind
from traceapp.domain.trade_items import Unit
from traceapp.i18n import N_
from traceapp.services.recalls import recall_scope
from traceapp.services.recalls.recall_notices import Told
from traceapp.services.recalls.restrictions import outcomes_of
from traceapp.web.api import shapes, showing


class Outcome(BaseModel):
    """What became of recalled goods."""

    recovered: str
    handled: str
    unit: Unit


class Restraint(BaseModel):
    """A hold, or a recall: proposed where `since` is null, over where `ended_at` is known."""

    public_id: str
    kind: RestrictionKind
    reason: HoldReason
    told: str | None = Field(description=N_("Lời nhắn cho người mua"))
    note: str | None
    decision_number: str | None
    since: datetime | None
    review_on: date | None = Field(description=N_("Ngày xem lại lệnh tạm dừng"))
    ended_at: datetime | None
    ending: RecallEnding | None
    closing: str | None = Field(description=N_("Vì sao gỡ, hoặc vì sao từ chối đề nghị"))
    outcome: Outcome | None
    trade_item: str | None
    lot: str | None
    stamps: shapes.RecalledStamps | None


class Restraints(BaseModel):
    """A page of holds and recalls."""

    items: list[Restraint]
    next: str | None


class HolderAccount(BaseModel):
    """What went to a holder in one unit, and what they say of it."""

    unit: Unit
    despatched: str
    held: str
    returned: str
    outstanding: str = Field(description=N_("Đã giao nhưng chưa có trả lời"))


class PackedCases(BaseModel):
    """Whole cases that went to a holder, counted in the account of pieces by what is in them."""

    trade_item: str
    count: str
    each: int | None = Field(
        description=N_("Số sản phẩm bị thu hồi trong một thùng; null: chưa rõ, nên không cộng")
    )


class HolderAnswer(BaseModel):
    """What a holder said last."""

    deed: Deed
    held: str
    returned: str
    unit: Unit
    note: str | None
    at: datetime


class Notice(BaseModel):
    """One holder of recalled goods, how to reach them, and what they answered."""

    public_id: str
    direction: Direction = Field(description=N_("despatched: hàng đã giao cho họ; received: nhận từ họ"))
    party: str | None = Field(description=N_("Mã công khai, nếu là đơn vị có trong hệ thống"))
    name: str | None
    phone: str | None
    called_at: datetime | None
    reversed: bool = Field(description=N_("Mọi dòng giao nhận có tên họ đã hủy: không cần họ trả lời"))
    accounts: list[HolderAccount]
    packs: list[PackedCases] = Field(description=N_("Trong đó nguyên thùng"))
    answer: HolderAnswer | None = Field(description=N_("Trả lời gần nhất"))
    answers: list[HolderAnswer] = Field(description=N_("Trả lời gần nhất cho từng đơn vị tính"))


class Notices(BaseModel):
    """Everybody who is told of a recall."""

    items: list[Notice]


def restraint(session: Session, row: models.Restriction) -> Restraint:
    """A hold or recall."""
    session.flush()
    [told] = restraints(session, [row])
    return told


def restraints(session: Session, rows: Sequence[models.Restriction]) -> list[Restraint]:
    """Several: what became of the goods is read for all of them at once."""
    outcomes = outcomes_of(session, rows)
    return [_shape(row, outcomes.get(row.id)) for row in rows]


def _shape(row: models.Restriction, ended: models.RecallOutcome | None) -> Restraint:
    about = recall_scope.about_of(row)
    lot = about.lot or (about.run.lot if about.run else None)
    return Restraint(
        public_id=row.public_id,
        kind=row.kind,
        reason=row.reason,
        told=row.told,
        note=row.note,
        decision_number=row.decision_number,
        since=row.from_at,
        review_on=row.review_on,
        ended_at=row.lifted_at,
        ending=row.ending,
        closing=row.closing,
        outcome=Outcome(recovered=_told(ended.recovered), handled=_told(ended.handled), unit=ended.unit)
        if ended
        else None,
        trade_item=about.item.subject,
        lot=lot.code if lot else None,
        stamps=showing.stamps(about),
    )


def notice(told: Told, day: date) -> Notice:
    """A holder, for those who follow the recall: never for anybody else."""
    row, said = told.notice, told.answer
    return Notice(
        public_id=row.public_id,
        direction=row.direction,
        party=row.party.public_id if row.party else None,
        name=row.party.name_on(day) if row.party else row.name,
        phone=row.phone,
        called_at=row.called_at,
        reversed=told.reversed,
        accounts=[_account(unit, one) for unit, one in told.accounts.items()],
        packs=[
            PackedCases(trade_item=one.case.subject, count=_told(one.amount), each=one.each)
            for one in told.packs
        ],
        answer=answered(said) if said else None,
        answers=[answered(one) for one in told.answers.values()],
    )


def answered(said: models.RecallAcknowledgement) -> HolderAnswer:
    """What they say of the goods in one unit."""
    return HolderAnswer(
        deed=said.deed,
        held=_told(said.held),
        returned=_told(said.returned),
        unit=said.unit,
        note=said.note,
        at=said.created_at,
    )


def _account(unit: Unit, account: Account) -> HolderAccount:
    return HolderAccount(
        unit=unit,
        despatched=_told(account.despatched),
        held=_told(account.held),
        returned=_told(account.returned),
        outstanding=_told(account.outstanding),
    )


def _told(number: Decimal) -> str:
    return showing.decimal(number) or "0"
