"""Signed codes in the books: given out once, taken back for ever, believed as long as their record is."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event

from tests import factories
from traceapp.domain.certificates import DecisionKind, RecordState
from traceapp.domain.code_claims import MOST_PRODUCTS
from traceapp.domain.errors import Conflict, Malformed, NotAllowed, NotFound
from traceapp.domain.restrictions import HoldReason, RestrictionKind
from traceapp.domain.signed_codes import (
    Claims,
    CodeKey,
    CodeKind,
    RevokedFor,
    fingerprint,
    is_hardy,
    make,
    read,
)
from traceapp.domain.stamps import StampState
from traceapp.domain.trade_items import Level
from traceapp.models import (
    CertificateDecision,
    CertificateEvidence,
    CertificateSubject,
    JournalEntry,
    Restriction,
    StoredFile,
)
from traceapp.services.signing import code_checks, signed_codes

KEY = CodeKey("0001", bytes(range(32)))
RING = {KEY.id: KEY.public}
ISSUER = "txng.langson.gov.vn"


@pytest.fixture
def item(session, cast, now):
    return factories.make_trade_item(session, cast.cooperative_id, now)


@pytest.fixture
def certificate(session, cast, now, item):
    return factories.make_certificate(session, cast, now, item)


@pytest.fixture
def lot(session, item, now):
    return factories.make_lot(session, item, now)


def signed(session, certificate, actor, now, key=KEY):
    return signed_codes.sign_certificate(
        session, actor=actor, certificate=certificate, key=key, issuer=ISSUER, now=now
    )


def decide(session, cast, certificate, now, kind, sequence=1, from_on=date(2026, 10, 1)):
    certificate.decisions.append(
        CertificateDecision(
            sequence=sequence,
            kind=kind,
            from_on=from_on,
            reason="Lý do thử nghiệm",
            recorded_by_id=cast.officer.account_id,
            created_at=now,
        )
    )
    session.flush()


def restrict(session, cast, now, kind, **about):
    row = Restriction(
        public_id=factories.next_public_id(),
        created_at=now,
        kind=kind,
        reason=HoldReason.MIXED_LOTS,
        proposed_by_id=cast.inspector.account_id,
        confirmed_by_id=cast.officer.account_id if kind is RestrictionKind.RECALL else None,
        from_at=now - timedelta(days=4),
        **about,
    )
    session.add(row)
    session.flush()
    return row


# given out


def test_a_certificates_code_says_what_the_books_hold(session, cast, certificate, now):
    file = StoredFile(
        sha256="ab" * 32, size=9, media_type="application/pdf", first_name="giấy.pdf", uploaded_at=now
    )
    session.add(file)
    certificate.evidence.append(CertificateEvidence(file=file, created_at=now))
    session.flush()
    code = signed(session, certificate, cast.manager.actor, now)
    claims = read(code.code, RING)
    assert (claims.number, claims.kind, claims.issuer) == (code.public_id, CodeKind.CERTIFICATE, ISSUER)
    assert claims.expires_at == datetime(2028, 6, 9, 17, tzinfo=UTC)  # the end of 9 June 2028 in Vietnam
    assert claims.issued_at == now
    paper = claims.certificate
    assert (paper.number, paper.holder, paper.standard) == (
        "DEMO-FSMS-0001",
        "HTX Mẫu Sơn Thử",
        "ISO 22000:2018",
    )
    assert (paper.products, paper.all_products, paper.sha256) == (("09520009010011",), 1, "ab" * 32)
    assert code.sha256 == fingerprint(code.code)
    assert is_hardy(code.code)
    assert code_checks.check_code(session, code.code, ring=RING, now=now).word == "ok"


def test_asked_for_twice_it_is_the_same_code(session, cast, certificate, now):
    first = signed(session, certificate, cast.manager.actor, now)
    assert signed(session, certificate, cast.officer.actor, now + timedelta(days=1)) is first
    told = [entry.act for entry in session.query(JournalEntry)]
    assert told == ["issued_signed_code"]


def test_what_has_changed_since_is_a_new_code_and_so_is_a_new_key(session, cast, certificate, item, now):
    first = signed(session, certificate, cast.manager.actor, now)
    other = factories.make_trade_item(session, cast.cooperative_id, now, gtin="09520009010028")
    certificate.subjects.append(CertificateSubject(trade_item=other))
    session.flush()
    second = signed(session, certificate, cast.manager.actor, now)
    assert second is not first
    assert read(second.code, RING).certificate.products == ("09520009010011", "09520009010028")
    newer = CodeKey("0002", bytes(32))
    third = signed(session, certificate, cast.manager.actor, now, key=newer)
    assert read(third.code, {newer.id: newer.public}).number == third.public_id


def test_of_many_products_the_code_names_some_and_counts_all(session, cast, certificate, now):
    for number in ("28", "35", "42", "59", "66", "73"):
        more = factories.make_trade_item(session, cast.cooperative_id, now, gtin=f"095200090100{number}")
        certificate.subjects.append(CertificateSubject(trade_item=more))
    session.flush()
    paper = read(signed(session, certificate, cast.manager.actor, now).code, RING).certificate
    assert (len(paper.products), paper.all_products) == (MOST_PRODUCTS, 7)


@pytest.mark.parametrize("kind", [DecisionKind.SUSPENSION, DecisionKind.WITHDRAWAL])
def test_no_code_is_made_for_a_certificate_not_in_force(session, cast, certificate, now, kind):
    decide(session, cast, certificate, now, kind)
    with pytest.raises(Conflict, match="code_not_in_force"):
        signed(session, certificate, cast.manager.actor, now)


def test_no_code_is_made_before_approval_or_after_the_last_day(session, cast, certificate, now):
    with pytest.raises(Conflict, match="code_not_in_force"):
        signed(session, certificate, cast.manager.actor, datetime(2028, 6, 9, 17, tzinfo=UTC))
    certificate.record_state, certificate.approved_by_id = RecordState.SUBMITTED, None
    with pytest.raises(Conflict, match="code_not_in_force"):
        signed(session, certificate, cast.manager.actor, now)


def test_a_rival_gets_no_code_and_a_body_officer_may_not(session, cast, certificate, lot, now):
    with pytest.raises(NotFound):
        signed(session, certificate, cast.rival.actor, now)
    with pytest.raises(NotAllowed):
        signed(session, certificate, cast.body_officer.actor, now)
    with pytest.raises(NotFound):
        signed_codes.sign_cartons(
            session, actor=cast.rival.actor, lot=lot, count=1, cartons=1, key=KEY, now=now
        )


def test_every_carton_has_a_code_of_its_own(session, cast, lot, now):
    codes = signed_codes.sign_cartons(
        session, actor=cast.manager.actor, lot=lot, count=12, cartons=3, key=KEY, now=now
    )
    assert len({code.code for code in codes}) == len({code.public_id for code in codes}) == 3
    assert list(signed_codes.signed_together(session, codes[1])) == codes
    claims = read(codes[0].code, RING)
    assert claims.digest == signed_codes.contents_of(codes[0]).digest()
    assert claims.expires_at == datetime(2028, 9, 5, 17, tzinfo=UTC)  # the lot's use-by day
    assert signed_codes.contents_of(codes[0]).count == 12


def test_goods_that_must_not_be_sold_get_no_code(session, cast, lot, now):
    restrict(session, cast, now, RestrictionKind.HOLD, lot_id=lot.id)
    with pytest.raises(Conflict, match="lot_on_hold"):
        signed_codes.sign_cartons(
            session, actor=cast.manager.actor, lot=lot, count=1, cartons=1, key=KEY, now=now
        )


def test_a_roll_has_one_code_with_its_ends(session, cast, item, lot, now):
    run = factories.make_run(session, cast, now, item, lot)
    ends = ("3KMMR3K47VPF", "FNHVRK3KYM60")
    sign = {"actor": cast.manager.actor, "run": run, "serials": ends, "key": KEY, "now": now}
    code = signed_codes.sign_roll(session, **sign)
    assert signed_codes.sign_roll(session, **sign) is code
    held = signed_codes.contents_of(code)
    assert (held.first, held.last, held.count, held.lot) == (*ends, 1000, "L260905A")
    run.state = StampState.VOID
    with pytest.raises(Conflict, match="roll_void"):
        signed_codes.sign_roll(session, **sign)


# taken back, and refused because of its record


def test_a_code_is_taken_back_once_and_a_new_one_is_another(session, cast, certificate, now):
    code = signed(session, certificate, cast.manager.actor, now)
    take = {"actor": cast.manager.actor, "code": code, "now": now}
    with pytest.raises(Malformed, match="revoke_reason"):
        signed_codes.revoke_code(session, why="suspended", **take)
    signed_codes.revoke_code(session, why="lost", **take)
    signed_codes.revoke_code(session, why="mistake", **take)
    assert (code.revoked_why, code.revoked_at) == (RevokedFor.LOST, now)
    entries = session.query(JournalEntry).order_by(JournalEntry.seq).all()
    assert [entry.act for entry in entries] == ["issued_signed_code", "revoked_signed_code"]
    assert json.loads(entries[1].body)["facts"]["why"] == "lost"
    checked = code_checks.check_code(session, code.code, ring=RING, now=now)
    assert (checked.word, checked.refusal.facts["why"]) == ("signed_revoked", RevokedFor.LOST)
    assert signed(session, certificate, cast.manager.actor, now) is not code


def test_only_its_manager_and_the_province_take_a_code_back(session, cast, certificate, now):
    code = signed(session, certificate, cast.manager.actor, now)
    for person, refusal in ((cast.inspector, NotAllowed), (cast.rival, NotFound)):
        with pytest.raises(refusal):
            signed_codes.revoke_code(session, actor=person.actor, code=code, why="lost", now=now)
    signed_codes.revoke_code(session, actor=cast.officer.actor, code=code, why="mistake", now=now)
    assert code.revoked_by_id == cast.officer.account_id


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (DecisionKind.SUSPENSION, RevokedFor.SUSPENDED),
        (DecisionKind.WITHDRAWAL, RevokedFor.WITHDRAWN),
        (DecisionKind.CANCELLATION, RevokedFor.CANCELLED),
    ],
)
def test_a_decision_after_the_code_is_on_the_list(session, cast, certificate, now, kind, why):
    code = signed(session, certificate, cast.manager.actor, now)
    assert code_checks.list_revoked(session, now=now) == {}
    decide(session, cast, certificate, now, kind)
    [(number, told)] = code_checks.list_revoked(session, now=now).items()
    assert (number, told.why, told.since) == (code.public_id, why, date(2026, 10, 1))
    assert code_checks.check_code(session, code.code, ring=RING, now=now).word == "signed_revoked"


def test_a_decision_of_a_later_day_waits_and_a_restored_certificate_is_believed_again(
    session, cast, certificate, now
):
    code = signed(session, certificate, cast.manager.actor, now)
    decide(session, cast, certificate, now, DecisionKind.SUSPENSION, 1, date(2026, 11, 23))
    assert code_checks.list_revoked(session, now=now) == {}
    tomorrow = now + timedelta(days=1)
    assert code.public_id in code_checks.list_revoked(session, now=tomorrow)
    decide(session, cast, certificate, now, DecisionKind.RESTORATION, 2, date(2026, 11, 24))
    assert code_checks.list_revoked(session, now=tomorrow + timedelta(days=1)) == {}


def test_an_expired_code_refuses_itself_and_leaves_the_list(session, cast, certificate, now):
    code = signed(session, certificate, cast.manager.actor, now)
    decide(session, cast, certificate, now, DecisionKind.WITHDRAWAL)
    later = datetime(2028, 6, 9, 17, tzinfo=UTC)
    assert code_checks.list_revoked(session, now=later) == {}
    assert code_checks.check_code(session, code.code, ring=RING, now=later).word == "signed_expired"


@pytest.mark.parametrize(
    ("kind", "why"),
    [(RestrictionKind.RECALL, RevokedFor.RECALLED), (RestrictionKind.HOLD, RevokedFor.ON_HOLD)],
)
@pytest.mark.parametrize("about", ["lot_id", "trade_item_id"])
def test_held_and_recalled_goods_are_on_the_list_until_they_are_let_go(
    session, cast, item, lot, now, kind, why, about
):
    run = factories.make_run(session, cast, now, item, lot)
    codes = [
        *signed_codes.sign_cartons(
            session, actor=cast.manager.actor, lot=lot, count=1, cartons=1, key=KEY, now=now
        ),
        signed_codes.sign_roll(
            session, actor=cast.manager.actor, run=run, serials=("A", "B"), key=KEY, now=now
        ),
    ]
    row = restrict(session, cast, now, kind, **{about: lot.id if about == "lot_id" else item.id})
    told = code_checks.list_revoked(session, now=now)
    assert {number: one.why for number, one in told.items()} == {code.public_id: why for code in codes}
    row.lifted_at = now
    session.flush()
    assert code_checks.list_revoked(session, now=now + timedelta(seconds=1)) == {}


def test_a_restriction_of_what_a_case_holds_strikes_the_codes_of_the_case(session, cast, item, now):
    case = factories.make_trade_item(
        session, cast.cooperative_id, now, gtin="19520009010018", level=Level.CASE,
        contains_id=item.id, contains_count=12,
    )  # fmt: skip
    lot = factories.make_lot(session, case, now)
    run = factories.make_run(session, cast, now, case, None)
    [carton] = signed_codes.sign_cartons(
        session, actor=cast.manager.actor, lot=lot, count=1, cartons=1, key=KEY, now=now
    )
    roll = signed_codes.sign_roll(
        session, actor=cast.manager.actor, run=run, serials=("A", "B"), key=KEY, now=now
    )
    restrict(session, cast, now, RestrictionKind.RECALL, trade_item_id=item.id)
    assert set(code_checks.list_revoked(session, now=now)) == {carton.public_id, roll.public_id}
    for code in (carton, roll):
        assert code_checks.check_code(session, code.code, ring=RING, now=now).word != "ok"


@pytest.mark.parametrize("about", ["trade_item_id", "stamp_run_id"])
def test_a_roll_without_a_lot_is_not_signed_while_it_or_its_product_is_held(session, cast, item, now, about):
    run = factories.make_run(session, cast, now, item, None)
    held = {"trade_item_id": item.id, "stamp_run_id": run.id}
    restrict(session, cast, now, RestrictionKind.HOLD, **{about: held[about]})
    with pytest.raises(Conflict, match="on_hold"):
        signed_codes.sign_roll(
            session, actor=cast.manager.actor, run=run, serials=("A", "B"), key=KEY, now=now
        )


def test_a_recall_not_confirmed_and_a_void_run(session, cast, item, lot, now):
    run = factories.make_run(session, cast, now, item, lot)
    code = signed_codes.sign_roll(
        session, actor=cast.manager.actor, run=run, serials=("A", "B"), key=KEY, now=now
    )
    restrict(session, cast, now, RestrictionKind.RECALL, lot_id=lot.id).confirmed_by_id = None
    session.flush()
    assert code_checks.list_revoked(session, now=now) == {}
    run.state = StampState.VOID
    session.flush()
    assert code_checks.list_revoked(session, now=now)[code.public_id].why is RevokedFor.VOID


def test_a_code_that_is_rightly_signed_and_not_in_the_books_is_not_believed(session, cast, certificate, now):
    stray = make(Claims("7K3M9QX2", CodeKind.CARTON, now + timedelta(days=1), digest=bytes(16)), KEY)
    checked = code_checks.check_code(session, stray, ring=RING, now=now)
    assert (checked.word, checked.claims.number) == ("signed_unrecorded", "7K3M9QX2")
    mine = signed(session, certificate, cast.manager.actor, now)
    twin = make(Claims(mine.public_id, CodeKind.CARTON, now + timedelta(days=1), digest=bytes(16)), KEY)
    assert code_checks.check_code(session, twin, ring=RING, now=now).word == "signed_unrecorded"


def test_without_the_books_the_signature_alone_speaks(session, cast, certificate, now):
    code = signed(session, certificate, cast.manager.actor, now)
    decide(session, cast, certificate, now, DecisionKind.WITHDRAWAL)
    assert code_checks.check_code(None, f" {code.code}\n", ring=RING, now=now).word == "ok"
    assert code_checks.check_code(None, code.code[:-1], ring=RING, now=now).claims is None


def test_codes_about_which_nothing_was_decided_are_not_looked_at_one_by_one(
    session, cast, certificate, lot, now
):
    signed(session, certificate, cast.manager.actor, now)
    asked: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *told: asked.append(told[2]))
    signed_codes.sign_cartons(
        session, actor=cast.manager.actor, lot=lot, count=1, cartons=1, key=KEY, now=now
    )
    session.expire_all()
    asked.clear()
    assert code_checks.list_revoked(session, now=now) == {}
    few = len(asked)
    signed_codes.sign_cartons(
        session, actor=cast.manager.actor, lot=lot, count=1, cartons=20, key=KEY, now=now
    )
    session.expire_all()
    asked.clear()
    assert code_checks.list_revoked(session, now=now) == {}
    assert len(asked) == few == 1


def test_a_list_of_many_costs_no_more_statements_than_one_of_few(session, cast, item, now):
    def struck(several):
        for n in range(several):
            lot = factories.make_lot(session, item, now, code=f"L{several}{n}")
            first = 100_000 * several + 1000 * n
            run = factories.make_run(session, cast, now, item, lot, first_number=first)
            sign_all(lot, run)
            paper = factories.make_certificate(session, cast, now, item, number=f"DEMO-{several}-{n}")
            signed(session, paper, cast.manager.actor, now)
            decide(session, cast, paper, now, DecisionKind.WITHDRAWAL)
            restrict(session, cast, now, RestrictionKind.HOLD, lot_id=lot.id)

    def sign_all(lot, run):
        manager = cast.manager.actor
        signed_codes.sign_cartons(session, actor=manager, lot=lot, count=1, cartons=1, key=KEY, now=now)
        signed_codes.sign_roll(session, actor=manager, run=run, serials=("A", "B"), key=KEY, now=now)

    def costs():
        session.expire_all()
        session.expunge_all()
        asked.clear()
        found = code_checks.list_revoked(session, now=now)
        return len(found), len(asked)

    asked: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *told: asked.append(told[2]))
    struck(1)
    few, statements = costs()
    item = session.merge(item)
    struck(9)
    assert costs() == (30, statements)
    assert (few, statements) == (3, 4)
