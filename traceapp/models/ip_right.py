"""Geographical indications, certification marks and collective marks: the names of places and groups.

Making goods gives no right to the name. Which trade items a right may concern is noted in
``related`` for display; a permission to use it is a record of its own, for a later issue (model.md).
"""

from datetime import date

from sqlalchemy import Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from traceapp.domain.reference import IpRightKind
from traceapp.models.base import Base, Named, Numbered, enum_column
from traceapp.models.party import Party
from traceapp.models.trade_item import TradeItem

ip_right_trade_item = Table(
    "ip_right_trade_item",
    Base.metadata,
    Column("ip_right_id", ForeignKey("ip_right.id"), primary_key=True),
    Column("trade_item_id", ForeignKey("trade_item.id"), primary_key=True),
)


class IpRight(Numbered, Named, Base):
    """A right as published. Null means "chưa có dữ liệu", never a guess."""

    __tablename__ = "ip_right"

    kind: Mapped[IpRightKind] = mapped_column(enum_column(IpRightKind, "kind"))
    name: Mapped[str] = mapped_column(String(120))
    goods_vi: Mapped[str | None] = mapped_column(String(120))
    goods_en: Mapped[str | None] = mapped_column(String(120))
    registration_number: Mapped[str | None] = mapped_column(String(40))
    decision_number: Mapped[str | None] = mapped_column(String(60))
    registered: Mapped[str | None] = mapped_column(String(10))
    valid_until: Mapped[date | None]
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    source_url: Mapped[str | None] = mapped_column(String(500))
    demo: Mapped[bool] = mapped_column(default=False)
    holder: Mapped[Party | None] = relationship(foreign_keys=[holder_id])
    manager: Mapped[Party | None] = relationship(foreign_keys=[manager_id])
    related: Mapped[list[TradeItem]] = relationship(secondary=ip_right_trade_item)
