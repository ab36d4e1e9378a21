"""A cooperative's own records by program: a page at a time, each record once."""

from datetime import date, timedelta

import pytest

from tests import factories
from traceapp.domain.recalls import Direction
from traceapp.domain.trade_items import Unit
from traceapp.models import LotMovement
from traceapp.services.paging import cursor_of

ROWS = 7


@pytest.fixture
def addresses(session, cast, now):
    """Where the cooperative's certificates and the rows of one of its lots are read."""
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    lot = factories.make_lot(session, item, now)
    for n in range(ROWS):
        until = now.date() + timedelta(days=n % 2)
        factories.make_certificate(session, cast, now, item, number=f"T{n}", valid_until=until)
        session.add(
            LotMovement(
                public_id=factories.next_public_id(), lot=lot, direction=Direction.DESPATCHED,
                name=f"Quầy {n}", quantity=1, unit=Unit.PIECE, moved_on=date(2026, 11, 1), created_at=now,
                created_by_id=cast.manager.account_id,
            )
        )  # fmt: skip
    session.commit()
    return {"certificates": "/own/certificates", "movements": f"/own/lots/{lot.public_id}/movements"}


@pytest.mark.parametrize("kind", ["certificates", "movements"])
def test_a_list_is_read_to_its_end_by_next(get, key_of, cast, addresses, kind):
    key, found, asked = key_of(cast.manager), [], f"{addresses[kind]}?limit=3"
    for size in (3, 3, 1):
        told = get(asked, key).json
        assert len(told["items"]) == size
        found += [(one.get("certificate") or one)["public_id"] for one in told["items"]]
        asked = f"{addresses[kind]}?limit=3&after={told['next']}"
    assert told["next"] is None
    assert len(set(found)) == ROWS


@pytest.mark.parametrize("kind", ["certificates", "movements"])
@pytest.mark.parametrize("cursor", ["x", cursor_of(("x", 1)), cursor_of((1, 1, 1))])
def test_what_is_no_place_in_the_list_is_refused(get, key_of, cast, addresses, kind, cursor):
    told = get(f"{addresses[kind]}?after={cursor}", key_of(cast.manager), 400).json
    assert told["code"] == "cursor_unknown"


@pytest.mark.parametrize("kind", ["certificates", "movements"])
def test_a_list_asked_for_as_before_gives_its_first_page(get, key_of, cast, addresses, kind):
    told = get(addresses[kind], key_of(cast.manager)).json
    assert (len(told["items"]), told["next"]) == (ROWS, None)
