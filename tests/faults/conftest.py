"""What several fault harnesses share: the process their victims are forked from, an order, an engine."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from tests import factories
from tests.faults.press import COUNT, PART, Press
from tests.faults.zygote import Zygote, zygote
from traceapp.domain.serials import mint
from traceapp.engines import apply_rules
from traceapp.services import printing, stamping

PROGRAMS = ("tests.faults.killed_worker", "tests.faults.killed_postman", "tests.faults.killed_server")


@pytest.fixture(scope="session")
def forge() -> Iterator[Zygote]:
    """Made once: it has imported what the killed programs need."""
    with zygote(*PROGRAMS) as one:
        yield one


@pytest.fixture
def engine(settings, app):
    """An engine as the application has it, where each thread gets a connection of its own."""
    made = create_engine(settings.database_url, poolclass=NullPool)
    apply_rules(made)
    return made


@pytest.fixture
def press(app, session, cast, now, settings, forge) -> Press:
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    lot = factories.make_lot(session, item, now)
    keys = app.extensions["serial_keys"]
    run = stamping.issue_stamps(
        session,
        actor=cast.manager.actor,
        trade_item=item,
        lot=lot,
        count=COUNT,
        key=keys[0],
        request_key=None,
        now=now,
    )
    order = printing.order_stamps(
        session,
        actor=cast.manager.actor,
        run=run,
        choice=printing.Choice(),
        request_key=None,
        now=now,
        settings=replace(settings, part_stamps=PART),
    )
    session.commit()
    forge.let("tests.faults.killed_worker", "warm", json.dumps(order.medium), json.dumps(order.design))
    serials = mint(keys[0], stamping.subject_of(run.subject), run.first_number, COUNT)
    arguments = [settings.database_url, str(settings.instance_path)]
    return Press(session.get_bind(), forge, arguments, order.id, serials)


@pytest.fixture
def honest(press: Press, tmp_path: Path) -> Path:
    """The files of an undisturbed run."""
    folder = tmp_path / "honest"
    assert press.draw(folder) == "done"
    press.again()
    return folder
