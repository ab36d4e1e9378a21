"""Numbers the registry gives out, and names that only one may bear, when two people act at once."""

import threading
from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from traceapp.domain.errors import Conflict
from traceapp.models import Account, TradeItem
from traceapp.services import trade_items
from traceapp.services.parties import accounts
from traceapp.services.trade_items import TradeItemEntry


def together(engine, acts):
    """Run every act in a thread and a transaction of its own; what was refused, by code."""
    refused, start = [], threading.Barrier(len(acts))

    def run(act):
        start.wait()
        try:
            with Session(engine) as session:
                act(session)
                session.commit()
        except Conflict as broken:
            refused.append(broken.code)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_eight_at_once_get_eight_numbers_in_a_row(session, cast, now):
    engine = session.get_bind()

    def adding(name):
        return lambda session: trade_items.add_trade_item(
            session, actor=cast.manager.actor, entry=TradeItemEntry(name_vi=name), now=now
        )

    assert together(engine, [adding(f"Mật ong {n}") for n in range(8)]) == []
    given = sorted(int(number[:-1]) for number in session.scalars(select(TradeItem.registry_number)))
    session.commit()
    assert given == list(range(1_000_001, 1_000_009))


def test_of_two_who_sign_up_with_one_login_one_has_an_account(session, now):
    engine = session.get_bind()
    credentials = accounts.new_credentials("0987654321", "hoa hồi tháng chín")

    def signing(session):
        accounts.sign_up(session, credentials=credentials, display_name="Mai", language="vi", now=now)

    assert together(engine, [signing, signing]) == ["login_taken"]
    found = session.scalars(select(Account).where(Account.login == "+84987654321")).all()
    session.commit()
    assert len(found) == 1


def test_a_refused_act_leaves_nothing(session, cast, now):
    factories.make_trade_item(session, cast.cooperative_id, now)
    session.commit()
    entry = TradeItemEntry(name_vi="Mật ong", gtin="9520009010011")
    with suppress(Conflict), Session(session.get_bind()) as other:
        trade_items.add_trade_item(other, actor=cast.manager.actor, entry=entry, now=now)
        other.commit()
    assert len(session.scalars(select(TradeItem)).all()) == 1
    session.commit()
