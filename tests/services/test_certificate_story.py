"""The life of a certificate told: every step in order, offices beside them, nothing private in public."""

from datetime import date, timedelta

import pytest

from tests import factories
from traceapp.domain.certificates import DecisionKind, RecordState
from traceapp.domain.story import Event, Happening, in_order
from traceapp.models import CertificateEvidence, StoredFile
from traceapp.services.vouching import certificates, certification
from traceapp.services.vouching.certificate_story import tell_story

BODY, OFFICE, HOLDER = "Tổ chức chứng nhận Thử Nghiệm", "Sở Thử Nghiệm", "HTX Mẫu Sơn Thử"


@pytest.fixture
def certificate(session, cast, now):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    return factories.make_certificate(session, cast, now, item)


def told(session, certificate, today, **more):
    events = tell_story(session, certificate, today=today, language="vi", **more)
    return [(one.kind.value, one.on) for one in events]


def decide(session, certificate, who, kind, on, now):
    certification.record_decision(
        session, actor=who.actor, certificate=certificate, kind=kind, from_on=on, reason="Thử",
        document_number="01/QĐ", file_sha256=factories.make_scan(session, now), now=now,
    )  # fmt: skip


def test_the_whole_life_in_its_order(session, cast, now, today, certificate):
    out, back = date(2026, 9, 1), date(2026, 10, 1)
    decide(session, certificate, cast.body_officer, DecisionKind.SUSPENSION, out, now)
    decide(session, certificate, cast.officer, DecisionKind.RESTORATION, back, now)
    later = date(2028, 6, 10)
    assert told(session, certificate, later) == [
        ("issued", date(2025, 6, 10)),
        ("suspension", out),
        ("restoration", back),
        ("entered", today),
        ("approved", today),
        ("expired", date(2028, 6, 10)),
    ]


def test_bodies_and_offices_are_named_and_people_are_not(session, cast, now, today, certificate):
    decide(session, certificate, cast.body_officer, DecisionKind.SUSPENSION, today, now)
    decide(session, certificate, cast.officer, DecisionKind.WITHDRAWAL, today, now)
    by = {one.kind: one for one in tell_story(session, certificate, today=today, language="vi")}
    assert by[Happening.ISSUED].by == BODY
    assert by[Happening.ENTERED].by == HOLDER
    assert by[Happening.APPROVED].by == OFFICE
    own, carried = by[Happening.SUSPENSION], by[Happening.WITHDRAWAL]
    assert (own.by, own.written_by) == (BODY, None), "the body wrote its decision down itself"
    assert (carried.by, carried.written_by, carried.reason) == (BODY, OFFICE, "Thử")
    assert carried.document == "01/QĐ"


def test_the_public_reads_no_steps_of_the_record(session, cast, now, today, certificate):
    kinds = {kind for kind, _ in told(session, certificate, today, public=True)}
    assert kinds == {"issued", "approved"}


def test_an_announced_decision_is_told_with_its_day(session, cast, now, today, certificate):
    on = today + timedelta(days=10)
    decide(session, certificate, cast.officer, DecisionKind.SUSPENSION, on, now)
    assert ("suspension", on) in told(session, certificate, today)


def test_a_withdrawn_certificate_does_not_run_out_as_well(session, cast, now, today, certificate):
    decide(session, certificate, cast.officer, DecisionKind.WITHDRAWAL, today, now)
    assert "expired" not in {kind for kind, _ in told(session, certificate, date(2029, 1, 1))}


def test_a_return_is_told_with_its_reason_until_it_is_sent_again(session, cast, now, today, certificate):
    certificate.record_state, certificate.approved_by_id, certificate.approved_at = (
        RecordState.SUBMITTED, None, None,
    )  # fmt: skip
    certificate.submitted_at = now
    session.flush()
    certification.return_certificate(
        session, actor=cast.officer.actor, certificate=certificate, reason="Ảnh mờ", now=now
    )
    events = {one.kind: one for one in tell_story(session, certificate, today=today, language="vi")}
    assert (events[Happening.RETURNED].by, events[Happening.RETURNED].reason) == (OFFICE, "Ảnh mờ")
    certificate.evidence.append(_scan(session, cast, now))
    certificates.submit_certificate(session, actor=cast.manager.actor, certificate=certificate, now=now)
    events = {one.kind: one for one in tell_story(session, certificate, today=today, language="vi")}
    assert events[Happening.RETURNED].reason is None
    assert Happening.SUBMITTED in events


def _scan(session, cast, now):
    session.add(
        StoredFile(
            sha256="0" * 64, size=1, media_type="application/pdf", first_name="giay.pdf", inline=False,
            uploaded_by_id=cast.manager.account_id, uploaded_at=now,
        )
    )  # fmt: skip
    session.flush()
    return CertificateEvidence(sha256="0" * 64, added_by_id=cast.manager.account_id, created_at=now)


def test_a_later_first_day_is_told_apart_from_the_day_of_issue(session, cast, now, today, certificate):
    certificate.valid_from = date(2025, 7, 1)
    assert ("in_force", date(2025, 7, 1)) in told(session, certificate, today)


def test_decisions_of_one_day_stand_in_the_order_they_were_taken():
    day = date(2026, 9, 1)
    shuffled = [
        Event(Happening.EXPIRED, day),
        Event(Happening.RESTORATION, day, order=2),
        Event(Happening.SUSPENSION, day, order=3),
        Event(Happening.ISSUED, day),
        Event(Happening.SUSPENSION, day, order=1),
        Event(Happening.IN_FORCE, day),
    ]
    assert [(one.kind.value, one.order) for one in in_order(shuffled)] == [
        ("issued", 0), ("in_force", 0), ("suspension", 1), ("restoration", 2), ("suspension", 3),
        ("expired", 0),
    ]  # fmt: skip


def test_the_life_stands_on_the_owners_the_provinces_and_the_public_page(
    browser_of, passer_by, session, cast, now, certificate
):
    decide(session, certificate, cast.officer, DecisionKind.SUSPENSION, date(2026, 9, 1), now)
    session.commit()
    doors = {"/coop": browser_of(cast.manager), "/province": browser_of(cast.officer), "": passer_by}
    for door, client in doors.items():
        page = client.get(f"{door}/certificates/{certificate.public_id}").text
        for word in (
            "Diễn biến",
            "Cấp chứng nhận",
            "Tỉnh duyệt hồ sơ",
            "Đình chỉ",
            "01/09/2026",
            "Thử",
            BODY,
        ):
            assert word in page, (door, word)
        assert f"{OFFICE} ghi vào hệ thống" in page
        assert "Nhập hồ sơ" in page if door else "Nhập hồ sơ" not in page
