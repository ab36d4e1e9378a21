"""What an order will come to, said before it is placed, and held to what it came to."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests import factories
from traceapp.domain.printing import PrintKind, PrintState
from traceapp.models import PrintFile, PrintRun
from traceapp.services import printing
from traceapp.services.printing import code_list
from traceapp.services.printing.estimates import rate_here
from traceapp.services.printing.parts import Serials, parts_of


@pytest.fixture
def item(session, cast, now):
    return factories.make_trade_item(session, cast.cooperative_id, now)


@pytest.fixture
def ahead(session, item, settings):
    def ahead(count, *, pins=False, **choice):
        told = {"subject": item.subject, "pins": pins, "settings": settings}
        return printing.estimate(session, count=count, choice=printing.Choice(**choice), **told)

    return ahead


@pytest.fixture
def earlier(session, cast, item, now):
    """An order of this installation that took so many seconds."""

    def earlier(count, seconds, **more):
        run = factories.make_run(
            session, cast, now, item, None, first_number=len(session.query(PrintRun).all()) * 2_000_000,
            count=count,
        )  # fmt: skip
        told = {
            "public_id": factories.next_public_id(), "kind": PrintKind.STAMPS, "trade_item": item,
            "count": count,
            "stamp_run": run, "medium_id": "a4-65", "medium": {}, "design": {}, "used_cells": [],
            "slices_total": 1, "slices_done": 1, "state": PrintState.DONE, "created_at": now,
            "started_at": now,
            "finished_at": now + timedelta(seconds=seconds), "created_by_id": cast.manager.account_id,
        }  # fmt: skip
        order = PrintRun(**(told | more))
        session.add(order)
        session.flush()
        return order

    return earlier


def test_a_million_stamps_are_told_in_sheets_files_bytes_and_seconds(ahead):
    told = ahead(1_000_000)
    assert (told.sheets, len(told.parts)) == (15_385, 51)
    assert sum(part.count for part in told.parts) == 1_000_000
    assert max(part.count for part in told.parts) <= 20_000
    assert 100_000_000 < told.pdf_bytes < 120_000_000
    assert (told.seconds, told.measured) == (51, False)


def test_the_parts_foretold_are_the_parts_printed(session, cast, item, now, settings, earlier):
    settings = replace(settings, part_stamps=100)
    choice = printing.Choice("a4-21", used_cells=frozenset({0, 5}))
    run = factories.make_run(session, cast, now, item, None, count=500)
    told = printing.estimate(
        session, subject=item.subject, pins=False, count=500, choice=choice, settings=settings
    )
    order = printing.order_stamps(
        session,
        actor=cast.manager.actor,
        run=run,
        choice=choice,
        settings=settings,
        request_key=None,
        now=now,
    )
    assert list(told.parts) == parts_of(order)
    assert told.sheets == order.slices_total


@pytest.mark.parametrize("count", [1, 9, 10, 99, 1234])
def test_the_list_of_codes_has_exactly_the_size_foretold(
    app, session, cast, item, now, settings, ahead, count
):
    run = factories.make_run(session, cast, now, item, None, count=count)
    order = printing.order_stamps(
        session, actor=cast.manager.actor, run=run, choice=printing.Choice(), settings=settings,
        request_key=None, now=now,
    )  # fmt: skip
    minted = Serials.of(order, app.extensions["serial_keys"]).stretch(0, count)
    listed = code_list.head(pins=False) + b"".join(code_list.rows(1, minted, order.design["prefix"], None))
    assert ahead(count).csv_bytes == len(listed)
    assert ahead(count, pins=True).csv_bytes == len(listed) + 4 + 7 * count


def test_the_time_comes_from_this_installations_own_large_orders(session, ahead, earlier):
    earlier(500, 100)  # too small to judge by
    assert not ahead(100_000).measured
    earlier(100_000, 2)
    earlier(300_000, 6)
    told = ahead(100_000)
    assert (rate_here(session), told.seconds, told.measured) == (50_000, 3, True)


def test_the_size_comes_from_this_installations_own_large_orders(session, ahead, earlier, now):
    order = earlier(100_000, 2)
    order.files.append(
        PrintFile(
            part=1, key="k", media_type="application/pdf", size=9_000_000, sha256="0" * 64, first_index=0,
            count=100_000, sheets=1, created_at=now,
        )
    )  # fmt: skip
    session.flush()
    assert ahead(1_000_000).pdf_bytes == 90_000_000


def test_an_order_that_was_interrupted_says_nothing_of_the_speed(session, earlier, now):
    order = earlier(100_000, 1)
    order.files.append(
        PrintFile(
            part=1, key="k", media_type="application/pdf", size=1, sha256="0" * 64, first_index=0, count=1,
            sheets=1, created_at=now - timedelta(hours=1),
        )
    )  # fmt: skip
    session.flush()
    assert rate_here(session) is None
    earlier(100_000, 5, started_at=None)
    assert rate_here(session) is None
