"""The session of pages reads for all records in hand what it is asked of one, and answers anything else."""

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests import factories
from tests.counting import counting
from traceapp.models import Lot, Party, TradeItem
from traceapp.reading import Reader


def made(session, cast, now, count):
    for n in range(count):
        item = factories.make_trade_item(
            session, cast.cooperative_id, now, gtin=None, registry_number=f"4{n:07}", name_vi=f"Hàng {n}",
            folded=f"hang {n}",
        )  # fmt: skip
        factories.make_lot(session, item, now, code=f"LO-{n}")
    session.commit()


def told(session):
    """Of every lot its product, that product's pictures, and its maker's names."""
    lots = session.scalars(select(Lot).order_by(Lot.id)).all()
    return [(lot.code, lot.trade_item.name_vi, len(lot.trade_item.images), lot.trade_item.party.names[0].name)
            for lot in lots]  # fmt: skip


def test_it_tells_what_a_plain_session_tells_in_a_handful_of_questions(session, cast, now):
    made(session, cast, now, 20)
    engine = session.get_bind()
    with Session(engine) as plain, counting() as asked:
        expected = told(plain)
    assert len(asked) > 40
    with Reader(engine) as reader, counting() as asked:
        assert told(reader) == expected
    assert len(asked) < 15
    assert len(expected) == 20


def test_what_is_no_record_is_read_as_ever(session, cast, now):
    made(session, cast, now, 1)
    with Reader(session.get_bind()) as reader:
        assert reader.execute(text("SELECT 1")).scalar() == 1
        assert reader.scalar(select(func.count()).select_from(TradeItem)) == 1
        assert reader.execute(select(Lot.code, TradeItem.name_vi).join(TradeItem)).one() == ("LO-0", "Hàng 0")
        party = reader.get_one(Party, cast.cooperative_id)
        assert party.names[0].name == "HTX Mẫu Sơn Thử"
