"""Certification bodies: the names holders typed become bodies of their own, or known ones by another name."""

from dataclasses import replace

import pytest
from sqlalchemy import event, select

from tests import factories
from traceapp.domain.errors import Conflict, Malformed, NotAllowed, NotFound
from traceapp.domain.parties import PartyKind, PartyState
from traceapp.models import AdminUnit, Certificate, MergedBody, Party
from traceapp.services import journal
from traceapp.services.vouching import bodies, body_register, certificates
from traceapp.services.vouching.certificates import CertificateEntry


@pytest.fixture
def typed(session, cast, now, today):
    """A body Lan typed, with a certificate of hers."""
    body = bodies.read_body(
        session, chosen=bodies.NEW_BODY, name="TC chứng nhận Thử Nghiệm", actor=cast.manager.actor,
        now=now, today=today,
    )  # fmt: skip
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    factories.make_certificate(session, cast, now, item, body_id=body.id)
    return body


@pytest.fixture
def known(session, cast):
    return session.get(Party, cast.body_id)


def acts(session):
    return [entry.act for entry in journal.list_entries(session)][::-1]


def test_a_typed_body_is_listed_first_and_counted(session, typed, now, today):
    lines = body_register.list_body_lines(session, today)
    assert [line.body.state for line in lines] == [PartyState.DRAFT, PartyState.APPROVED]
    assert (lines[0].certificates, lines[1].certificates) == (1, 0)
    known = session.scalar(select(Party.id).where(Party.kind == PartyKind.CERTIFICATION_BODY))
    factories.make_accreditation(session, known, now, valid_from=None, valid_until=None)
    [_, line] = body_register.list_body_lines(session, today)
    assert (line.in_force, line.unknown, line.waiting, line.accreditations) == (0, 1, 0, 1)
    assert body_register.count_open_bodies(session) == 1


def test_a_typed_body_is_approved_by_who_did_not_type_it(session, cast, now, typed):
    body_register.approve_body(session, actor=cast.officer.actor, body=typed, version=typed.version, now=now)
    assert (typed.state, typed.decided_by_id) == (PartyState.APPROVED, cast.officer.account_id)
    with pytest.raises(Conflict, match="body_not_draft"):
        body_register.approve_body(session, actor=cast.second_officer.actor, body=typed, now=now)
    assert acts(session) == ["added_body", "approved_body"]


def test_an_officer_who_wrote_a_body_down_does_not_approve_it(session, cast, now, today):
    body = body_register.add_body(
        session, actor=cast.officer.actor, name="Tổ chức Mới", name_en="New body", now=now, today=today
    )
    with pytest.raises(NotAllowed, match="four_eyes"):
        body_register.approve_body(session, actor=cast.officer.actor, body=body, now=now)
    body_register.approve_body(session, actor=cast.second_officer.actor, body=body, now=now)
    assert body.name_on(today, "en") == "New body"
    with pytest.raises(Conflict, match="body_known"):
        body_register.add_body(session, actor=cast.officer.actor, name="TỔ CHỨC  MỚI", now=now, today=today)
    with pytest.raises(Malformed, match="body_name_missing"):
        body_register.add_body(session, actor=cast.officer.actor, name="  ", now=now, today=today)


def test_a_merged_body_hands_its_certificates_over_and_stays_as_a_name(
    session, cast, now, today, typed, known
):
    body_register.merge_body(session, actor=cast.officer.actor, body=typed, into=known, now=now)
    assert session.query(Certificate).one().body_id == known.id
    assert session.query(MergedBody).one().into is known
    again = bodies.read_body(
        session, chosen=bodies.NEW_BODY, name="tc chứng nhận thử nghiệm", actor=cast.rival.actor,
        now=now, today=today,
    )  # fmt: skip
    assert again is known
    assert [line.body for line in body_register.list_body_lines(session, today)] == [known]
    with pytest.raises(NotFound):
        body_register.read_registered_body(session, typed.public_id)
    with pytest.raises(Conflict, match="body_not_draft"):
        body_register.merge_body(session, actor=cast.officer.actor, body=typed, into=known, now=now)
    assert acts(session) == ["added_body", "merged_body"]


def test_an_officer_who_wrote_a_body_down_does_not_merge_it(session, cast, now, today, known):
    body = body_register.add_body(session, actor=cast.officer.actor, name="Tổ chức Mới", now=now, today=today)
    with pytest.raises(NotAllowed, match="four_eyes"):
        body_register.merge_body(session, actor=cast.officer.actor, body=body, into=known, now=now)
    body_register.merge_body(session, actor=cast.second_officer.actor, body=body, into=known, now=now)
    assert session.query(MergedBody).one().into is known


def paper(session, **more):
    item = session.query(Certificate).first().subjects[0].trade_item
    return CertificateEntry(
        number="MOI-1", scheme="iso_22000", scope_text="Thử", trade_items=[item.public_id],
        issued_on="01/06/2026", valid_until="31/12/2029", **more,
    )  # fmt: skip


def test_no_paper_is_entered_under_a_body_that_was_merged_while_its_form_was_read(
    session, cast, now, today, typed, known, monkeypatch
):
    listed = bodies.list_bodies(session, cast.manager.actor, today)
    assert typed in listed
    body_register.merge_body(session, actor=cast.officer.actor, body=typed, into=known, now=now)
    monkeypatch.setattr(bodies, "list_bodies", lambda *_: listed)
    entry = paper(session, body=typed.public_id)
    with pytest.raises(Malformed, match="certificate_body_missing"):
        certificates.add_certificate(session, actor=cast.manager.actor, entry=entry, now=now, today=today)
    right = replace(entry, body=known.public_id)
    made = certificates.add_certificate(session, actor=cast.manager.actor, entry=right, now=now, today=today)
    assert made.body is known


def test_who_renews_holds_the_old_paper_before_a_new_body_takes_the_journal(session, cast, now, today, typed):
    old, told = session.query(Certificate).one(), []

    def listen(_connection, _cursor, statement, *_more):
        told.append(" ".join(statement.split()))

    entry = paper(session, body=bodies.NEW_BODY, body_name="Tổ chức Khác Hẳn")
    event.listen(session.get_bind(), "before_cursor_execute", listen)
    try:
        certificates.add_certificate(
            session, actor=cast.manager.actor, entry=entry, replaces=old, now=now, today=today
        )
    finally:
        event.remove(session.get_bind(), "before_cursor_execute", listen)
    held = next(at for at, one in enumerate(told) if "FROM certificate WHERE certificate.id =" in one)
    assert held < next(at for at, one in enumerate(told) if one.startswith("INSERT INTO journal_entry"))


def test_a_number_both_have_stops_the_merging(session, cast, now, typed, known):
    item = session.query(Certificate).one().subjects[0].trade_item
    factories.make_certificate(session, cast, now, item)
    with pytest.raises(Conflict, match="body_merge_number"):
        body_register.merge_body(session, actor=cast.officer.actor, body=typed, into=known, now=now)


def test_a_body_is_not_merged_into_itself_or_into_another_draft(session, cast, now, typed):
    with pytest.raises(Malformed, match="body_merge_itself"):
        body_register.merge_body(session, actor=cast.officer.actor, body=typed, into=typed, now=now)
    unit = session.query(AdminUnit).first()
    draft = factories.make_party(
        session, "Nháp", PartyKind.CERTIFICATION_BODY, now, unit, state=PartyState.DRAFT
    )
    with pytest.raises(Malformed, match="body_merge_itself"):
        body_register.merge_body(session, actor=cast.officer.actor, body=typed, into=draft, now=now)


def test_an_edit_since_the_page_was_made_sends_the_officer_back(session, cast, now, typed):
    with pytest.raises(Conflict, match="changed_since"):
        body_register.approve_body(
            session, actor=cast.officer.actor, body=typed, version=typed.version + 1, now=now
        )


@pytest.mark.parametrize("who", ["manager", "inspector", "body_officer"])
def test_only_the_province_keeps_the_register(session, cast, now, today, typed, known, who):
    actor = getattr(cast, who).actor
    with pytest.raises(NotAllowed, match="role"):
        body_register.approve_body(session, actor=actor, body=typed, now=now)
    with pytest.raises(NotAllowed, match="role"):
        body_register.merge_body(session, actor=actor, body=typed, into=known, now=now)
    with pytest.raises(NotAllowed, match="role"):
        body_register.add_body(session, actor=actor, name="X", now=now, today=today)


def test_an_officer_of_a_body_does_not_merge_into_it(session, cast, now, typed, known):
    ours = replace(cast.officer.actor, party_id=known.id)
    with pytest.raises(NotAllowed, match="impartiality"):
        body_register.merge_body(session, actor=ours, body=typed, into=known, now=now)
