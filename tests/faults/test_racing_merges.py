"""A body is merged while papers of it are renewed, entered and imported: nobody waits for ever, none is left.

The instant is made, not hoped for: who renews has the old paper and is about to hold the body, who merges has
the body and is about to take its papers. The harness finds the naive way, which takes the body first.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests import factories
from tests.conftest import DATABASE
from traceapp.domain.errors import RuleBroken
from traceapp.domain.parties import PartyKind, PartyState
from traceapp.models import AdminUnit, Certificate, Party
from traceapp.services.vouching import body_register, certificate_entry, certificates
from traceapp.services.vouching.certificate_entry import CertificateEntry

A_MOMENT = 0.2  # seconds for the other to come as far as it gets


@pytest.fixture
def scene(session, cast, now):
    """A draft of a body with a certificate that is to be renewed under it, and another with one."""
    unit = session.scalars(select(AdminUnit)).first()
    draft = factories.make_party(
        session, "TC Nháp", PartyKind.CERTIFICATION_BODY, now, unit, state=PartyState.DRAFT, demo=True
    )
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    old = factories.make_certificate(session, cast, now, item, number="CU-1", body_id=draft.id)
    factories.make_accreditation(session, draft.id, now)
    session.commit()
    return {"draft": draft.id, "name": draft.public_id, "old": old.id, "item": item.public_id}


@pytest.fixture
def meeting(monkeypatch):
    """Who renews waits with the old paper in hand until the other has the body, or for a moment."""
    paper_held, body_held = Event(), Event()
    hold, check = certificate_entry.hold_body, body_register._check_draft

    def hold_late(session, body):
        paper_held.set()
        body_held.wait(A_MOMENT)
        hold(session, body)

    def check_and_tell(session, *told):
        check(session, *told)
        body_held.set()

    monkeypatch.setattr(certificate_entry, "hold_body", hold_late)
    monkeypatch.setattr(body_register, "_check_draft", check_and_tell)
    return paper_held


def tried(engine, deed):
    try:
        with Session(engine) as session:
            deed(session)
            session.commit()
    except RuleBroken as refused:
        return refused.code
    except OperationalError as fault:
        return type(fault.orig).__name__
    return "done"


def both(engine, cast, scene, paper_held, now, *, renews=True):
    """What the holder and the officer met."""
    entry = CertificateEntry(
        number="MOI-1", scheme="iso_22000", scope_text="Thử", trade_items=[scene["item"]],
        issued_on="01/06/2026", valid_until="31/12/2029", body=scene["name"],
    )  # fmt: skip

    def enter(session):
        replaces = session.get_one(Certificate, scene["old"]) if renews else None
        certificates.add_certificate(
            session, actor=cast.manager.actor, entry=entry, replaces=replaces, now=now, today=now.date()
        )

    def merge(session):
        assert paper_held.wait(60)
        draft, known = session.get_one(Party, scene["draft"]), session.get_one(Party, cast.body_id)
        body_register.merge_body(session, actor=cast.officer.actor, body=draft, into=known, now=now)

    with ThreadPoolExecutor(2) as threads:
        met = [threads.submit(tried, engine, deed) for deed in (enter, merge)]
        return [one.result() for one in met]


@pytest.mark.parametrize("renews", [True, False])
def test_a_renewal_and_a_merging_follow_one_another(
    engine, session, cast, scene, meeting, now, renews
):  # fmt: skip
    met = both(engine, cast, scene, meeting, now, renews=renews)
    assert met in (["done", "done"], ["certificate_body_missing", "done"])
    bodies = set(session.scalars(select(Certificate.body_id)))
    assert bodies == {cast.body_id}


def test_the_harness_finds_the_naive_order(engine, cast, scene, meeting, now, monkeypatch):
    if DATABASE == "sqlite":
        pytest.skip("one writer at a time meets no deadlock")
    monkeypatch.setattr(body_register, "_hold_papers", HoldNothing())
    monkeypatch.setattr(f"{__name__}.A_MOMENT", 60)  # it comes: nothing is in its way
    assert "DeadlockDetected" in both(engine, cast, scene, meeting, now)


class HoldNothing:
    """As it was: no paper is held before the body."""

    def __call__(self, session, body):
        return Everything()


class Everything:
    """A set that holds whatever it is asked for."""

    def __ge__(self, other):
        return True
