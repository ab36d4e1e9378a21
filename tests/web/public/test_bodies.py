"""A certification body as anybody may see it."""

from datetime import date

import pytest

from tests import factories
from tests.web.looking import text_of
from traceapp.domain.certificates import DecisionKind, RecordState
from traceapp.domain.parties import PartyState
from traceapp.models import Party
from traceapp.services.vouching import accreditations


@pytest.fixture
def scene(session, cast, now):
    """A body with accreditations suspended, not confirmed and without days, and two certificates."""
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    certificate = factories.make_certificate(session, cast, now, item)
    waiting = {"record_state": RecordState.SUBMITTED, "approved_by_id": None, "approved_at": None}
    factories.make_certificate(session, cast, now, item, number="DEMO-CHO", **waiting)
    held = factories.make_accreditation(session, cast.body_id, now)
    accreditations.decide_accreditation(
        session, actor=cast.officer.actor, accreditation=held, kind=DecisionKind.SUSPENSION,
        from_on=date(2026, 3, 1), reason="Riêng tư", now=now,
    )  # fmt: skip
    factories.make_accreditation(session, cast.body_id, now, number="DEMO-CHO-2", approved_at=None)
    factories.make_accreditation(
        session, cast.body_id, now, number="VICAS 1", valid_from=None, valid_until=None
    )
    told = {"certificate": certificate.public_id, "body": session.get(Party, cast.body_id).public_id}
    session.commit()
    return told


def test_a_body_shows_its_accreditations_with_what_was_decided(passer_by, scene):
    page = passer_by.get(f"/parties/{scene['body']}")
    told = text_of(page)
    assert "DEMO-ACC-001" in told
    assert "đang bị đình chỉ" in told
    assert "01/03/2026 · Đình chỉ" in told
    assert "FSMS, PRO" in told
    assert "chưa có dữ liệu về thời hạn" in told
    assert "DEMO-CHO-2" not in told
    assert "Riêng tư" not in told
    assert "Chứng nhận đã cấp" in told
    assert "DEMO-FSMS-0001" in told
    assert "DEMO-CHO" not in told
    assert "Set-Cookie" not in page.headers


def test_what_ended_is_not_said_to_have_ended_for_good(passer_by, scene, session, cast, now):
    factories.make_accreditation(
        session, cast.body_id, now, number="CU-1", scopes=["QMS"], valid_until=date(2025, 1, 1)
    )
    session.commit()
    told = text_of(passer_by.get(f"/parties/{scene['body']}"))
    assert "đã hết hạn" in told
    assert "Chưa có dữ liệu về việc gia hạn." in told


def test_a_certificate_leads_to_its_body_unless_the_body_is_a_draft(passer_by, scene, session, cast):
    link = f'href="/parties/{scene["body"]}"'
    assert link in passer_by.get(f"/certificates/{scene['certificate']}").get_data(as_text=True)
    session.get(Party, cast.body_id).state = PartyState.DRAFT
    session.commit()
    assert link not in passer_by.get(f"/certificates/{scene['certificate']}").get_data(as_text=True)
    assert passer_by.get(f"/parties/{scene['body']}").status_code == 404


def test_a_producer_has_no_accreditations(passer_by, session, cast):
    public_id = session.get(Party, cast.cooperative_id).public_id
    session.commit()
    assert "Công nhận của tổ chức" not in text_of(passer_by.get(f"/parties/{public_id}"))
