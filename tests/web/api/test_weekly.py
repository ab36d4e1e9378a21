"""What there is to do this week, and what a run of reminders would send, by program."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from tests import factories
from tests.web.looking import acts, look
from traceapp.domain.certificates import DecisionKind
from traceapp.domain.restrictions import HoldReason
from traceapp.extensions import db
from traceapp.models import CertificateDecision, FirstScan, Letter, Party
from traceapp.services.recalls import restrictions
from traceapp.services.recalls.recall_scope import of_lot


@pytest.fixture(autouse=True)
def frozen(now):
    """What is due depends on the day."""
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def scene(session, cast, now):
    """A certificate that ends in five days, one suspended, a lot whose recall was proposed."""
    session.get(Party, cast.cooperative_id).email = "htx@example.com"
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    lot = factories.make_lot(session, item, now)
    ends = now.date() + timedelta(days=5)
    ending = factories.make_certificate(session, cast, now, item, valid_until=ends)
    stopped = factories.make_certificate(session, cast, now, item, number="DEMO-2", scheme="vietgap")
    stopped.decisions.append(
        CertificateDecision(
            kind=DecisionKind.SUSPENSION, from_on=now.date(), reason="thử", created_at=now,
            sequence=1, recorded_by_id=cast.body_officer.account_id,
        )
    )  # fmt: skip
    recall = restrictions.propose_recall(
        session, actor=cast.inspector.actor, about=of_lot(lot), reason=HoldReason.SUSPECTED_FAKE, note=None,
        told=None, decision_number=None, now=now,
    )  # fmt: skip
    session.commit()
    return {"ending": ending.public_id, "stopped": stopped.public_id, "recall": recall.public_id,
            "lot": lot.public_id}  # fmt: skip


def test_a_cooperative_reads_what_waits_for_it(get, key_of, cast, scene):
    tasks = get("/own/week", key_of(cast.manager)).json["items"]
    told = {one["kind"]: one for one in tasks}
    assert told["certificate_ending"]["certificate"] == scene["ending"]
    assert told["certificate_ending"]["days"] == 5
    assert told["certificate_stopped"]["certificate"] == scene["stopped"]
    assert told["lot_gaps"]["lot"] == scene["lot"]
    assert len(told["lot_gaps"]["gaps"]) == told["lot_gaps"]["count"] > 0
    other = get("/own/week", key_of(cast.rival)).json["items"]
    assert not any(name in str(other) for name in scene.values())


def test_the_province_reads_its_week(get, key_of, cast, scene):
    told = get("/desk/week", key_of(cast.officer)).json
    [week] = told["weeks"]
    [ending] = week["items"]
    assert (ending["certificate"], ending["step"], ending["renewal"]) == (scene["ending"], 7, None)
    assert [one["certificate"] for one in told["suspended"]] == [scene["stopped"]]
    assert [one["public_id"] for one in told["proposals"]] == [scene["recall"]]
    assert (told["reviews"], told["ended"], told["alerts"]) == ([], [], 0)
    for who in (cast.manager, cast.inspector, cast.body_officer):
        get("/desk/week", key_of(who), 403)


def test_a_dry_run_says_what_would_be_sent_and_sends_nothing(get, key_of, cast, session, scene):
    hoa = key_of(cast.officer)
    due = get("/letters/due", hoa).json["items"]
    told = {(one["kind"], one["about"]) for one in due}
    assert ("certificate_ending", f"certificate:{scene['ending']}") in told
    assert ("province_digest", "province:certificates") in told
    assert "htx@example.com" not in str(due)
    assert due == get("/letters/due", hoa).json["items"]
    assert look(session, select(func.count()).select_from(Letter)) == [0]
    assert [one for one in acts(session) if one not in ("created_api_key", "proposed_recall")] == []
    for who in (cast.manager, cast.inspector):
        get("/letters/due", key_of(who), 403)


def test_an_inspector_reads_which_stamps_are_opened_often(get, key_of, cast, session, scene, app, now):
    item = factories.make_trade_item(session, cast.cooperative_id, now, gtin="09520009010028")
    run = factories.make_run(session, cast, now, item, factories.make_lot(session, item, now, code="L9"))
    session.commit()
    with app.app_context(), db.get_engine("scans").begin() as scans:
        scans.execute(
            FirstScan.__table__.insert().values(run_id=run.id, stamp_index=6, at=now, scans=40, devices=19)
        )
    for who in (cast.inspector, cast.officer):
        [flag] = get("/alerts/flags", key_of(who)).json["items"]
        assert (flag["flag"], flag["run"], flag["number"], flag["devices"]) == ("R1", run.public_id, 7, 19)
        assert flag["lot"] == "L9"
    for who in (cast.manager, cast.body_officer):
        get("/alerts/flags", key_of(who), 403)
