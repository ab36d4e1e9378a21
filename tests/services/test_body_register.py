"""Certification bodies: the names holders typed become bodies of their own, or known ones by another name."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from tests import factories
from tests.counting import counting
from traceapp.domain.certificates import RecordState
from traceapp.domain.errors import Conflict, Malformed, NotAllowed, NotFound
from traceapp.domain.parties import PartyKind, PartyState
from traceapp.models import AdminUnit, Certificate, MergedBody, Party
from traceapp.services import journal
from traceapp.services.paging import key_of
from traceapp.services.vouching import bodies, body_lists, body_register, certificates, chains
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
    lines = body_lists.list_body_lines(session, today).rows
    assert [line.body.state for line in lines] == [PartyState.DRAFT, PartyState.APPROVED]
    assert (lines[0].certificates, lines[1].certificates) == (1, 0)
    known = session.scalar(select(Party.id).where(Party.kind == PartyKind.CERTIFICATION_BODY))
    factories.make_accreditation(session, known, now, valid_from=None, valid_until=None)
    [_, line] = body_lists.list_body_lines(session, today).rows
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
    assert [line.body for line in body_lists.list_body_lines(session, today).rows] == [known]
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


@pytest.fixture
def many(session, cast, now):
    """Sixty bodies beside the known one; some are drafts, one has an accreditation that waits."""
    unit = session.query(AdminUnit).first()
    made = []
    for n in range(60):
        state = PartyState.DRAFT if n % 20 == 0 else PartyState.APPROVED
        body = factories.make_party(
            session, f"Viện {n:02}", PartyKind.CERTIFICATION_BODY, now, unit, state=state
        )
        made.append(body)
    factories.make_accreditation(session, made[59].id, now, number="CHO-59", approved_at=None)
    session.commit()
    session.expire_all()
    return made


def walked(read, limit):
    """Every row of a list, page after page."""
    rows, after = [], None
    while True:
        page = read(after=after, limit=limit)
        assert len(page.rows) <= limit
        rows += page.rows
        if page.following is None:
            return rows
        after = key_of(page.following)


def test_the_register_is_read_a_page_at_a_time_and_nothing_is_left_out(session, today, many, known):
    lines = walked(lambda **asked: body_lists.list_body_lines(session, today, **asked), 7)
    names = [line.body.name_on(today) for line in lines]
    first = ["Viện 00", "Viện 20", "Viện 40", "Viện 59"]  # to be looked into: three names, an accreditation
    others = [f"Viện {n:02}" for n in range(60) if f"Viện {n:02}" not in first]
    assert names == [*first, known.name_on(today), *others]
    assert (lines[3].waiting, lines[3].accreditations) == (1, 1)
    page = body_lists.list_body_lines(session, today, counted=True)
    assert (page.first, page.last, page.count) == (1, 50, 61)
    rest = body_lists.list_body_lines(session, today, after=key_of(page.following), counted=True)
    assert (rest.first, rest.last, rest.count, rest.following) == (51, 61, 61, None)


def test_a_body_is_found_by_any_of_its_names_and_by_an_accreditation(
    session, cast, now, today, many, typed, known
):
    def found(text):
        return [one.body.name_on(today) for one in body_lists.list_body_lines(session, today, text=text).rows]

    assert found("VIEN 07") == ["Viện 07"]
    assert found("cho-59") == ["Viện 59"]
    assert found("100%") == []
    body_register.merge_body(session, actor=cast.officer.actor, body=typed, into=known, now=now)
    assert found("tc chứng nhận thử") == [known.name_on(today)]


def test_bodies_that_share_words_are_offered_to_merge_into(session, today, many, typed, known):
    assert body_lists.list_alike(session, typed, today) == [known]
    assert [one.name_on(today) for one in body_lists.list_alike(session, typed, today, "viện 1")] == [
        f"Viện 1{n}" for n in range(10)
    ]
    assert many[0] not in body_lists.list_alike(session, typed, today, "viện 0")  # a draft itself
    assert body_lists.list_alike(session, known, today, "thử nghiệm") == []


def test_what_goes_over_is_counted_with_drafts(session, cast, now, typed):
    item = session.query(Certificate).first().subjects[0].trade_item
    draft = {"record_state": RecordState.DRAFT, "approved_by_id": None, "approved_at": None}
    factories.make_certificate(session, cast, now, item, number="NHAP", body_id=typed.id, **draft)
    factories.make_accreditation(session, typed.id, now)
    assert body_lists.count_moving(session, typed) == body_lists.Moving(2, 1)


def test_verdicts_are_counted_for_all_and_certificates_rest_on_the_accreditation_of_their_day(
    session, cast, now, today, known
):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    early = factories.make_accreditation(
        session, known.id, now, number="MOT", valid_from=date(2024, 1, 1), valid_until=date(2024, 12, 31)
    )
    late = factories.make_accreditation(
        session, known.id, now, number="HAI", valid_from=date(2025, 3, 1), valid_until=None
    )
    for n in range(60):
        issued = date(2024, 1, 15) + timedelta(days=14 * n)
        factories.make_certificate(session, cast, now, item, number=f"SO-{n}", issued_on=issued)
    factories.make_certificate(session, cast, now, item, number="LA", scheme="vietgap")
    session.commit()
    session.expire_all()
    everything = session.query(Certificate).all()
    told = chains.judge_all(session, everything, today=today)
    verdicts = body_lists.count_verdicts(session, known)
    assert verdicts == Counter(one.chain.verdict for one in told.values())
    assert len(verdicts) > 1
    for accreditation in (early, late):
        facts = accreditation.facts
        rests = [one.number for one in everything if told[one.id].chain.accreditation == facts]
        page = body_lists.resting_on(session, accreditation)
        more = (
            body_lists.resting_on(session, accreditation, after=key_of(page.following)).rows
            if page.following
            else ()
        )
        assert sorted(one.number for one in (*page.rows, *more)) == sorted(rests)
        assert page.count == len(rests) > 0
    nothing = factories.make_accreditation(session, known.id, now, number="BA", scopes=["EMS"])
    assert body_lists.resting_on(session, nothing).count == 0


def test_what_is_said_of_a_body_takes_as_many_questions_for_many_as_for_few(session, cast, now, today, known):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    factories.make_accreditation(session, known.id, now)

    def asked():
        session.commit()
        session.expire_all()
        with counting() as questions:
            body_lists.count_verdicts(session, known)
            body_lists.certificates_of_body(session, known)
        return len(questions)

    factories.make_certificate(session, cast, now, item)
    few = asked()
    for n in range(40):
        factories.make_certificate(session, cast, now, item, number=f"SO-{n}", issued_on=today - timedelta(n))
    assert asked() == few
