"""One step back and one step forward: what is written down, who sees it, and who is told of a recall."""

import hashlib
import json
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests import factories
from tests.conftest import DATABASE
from tests.counting import counting
from traceapp.domain.errors import Conflict, Malformed, NotAllowed, NotFound
from traceapp.domain.letters import LetterState
from traceapp.domain.parties import PartyKind
from traceapp.domain.permissions import Role
from traceapp.domain.recalls import Account, Deed, Direction
from traceapp.domain.restrictions import HoldReason, RecallEnding
from traceapp.domain.stamps import StampRange
from traceapp.domain.trade_items import Level, Unit
from traceapp.extensions import db
from traceapp.models import AdminUnit, Letter, Lot, LotMovement, Party, RecallNotice, Restriction
from traceapp.services import journal, lots
from traceapp.services.post import letters
from traceapp.services.post.stationery import Stationery
from traceapp.services.recalls import (
    movements,
    public_recalls,
    reaching,
    recall_answers,
    recall_notices,
    recall_scope,
    restrictions,
)
from traceapp.services.recalls.movements import MovementEntry
from traceapp.services.recalls.notice_links import token_of
from traceapp.services.recalls.recall_answers import Answer

on_postgresql = pytest.mark.skipif(DATABASE != "postgresql", reason="one writer at a time needs no locks")


SECRET = b"k" * 32


@pytest.fixture
def lot(session, cast, now):
    return factories.make_lot(session, factories.make_trade_item(session, cast.cooperative_id, now), now)


@pytest.fixture
def send(session, cast, now, today, lot):
    """Write a row down: 100 bottles to the shop of Mrs Mai unless told otherwise."""

    def write(key=None, person=cast.manager, lot=lot, **told):
        named = {} if {"again", "code"} & set(told) else {"name": "Cửa hàng chị Mai", "phone": "0912 345 678"}
        entry = MovementEntry(**({"quantity": "100", "unit": "H87", "moved_on": "20/11/2026"} | named | told))
        return movements.record_movement(
            session, actor=person.actor, lot=lot, entry=entry, request_key=key, now=now, today=today
        )

    return write


@pytest.fixture
def recall(session, cast, now, lot):
    """A recall, of the lot unless told otherwise, that two people decided."""

    def decide(about=None, confirm=True):
        row = restrictions.propose_recall(
            session, actor=cast.inspector.actor, about=about or recall_scope.of_lot(lot),
            reason=HoldReason.SAFETY_DOUBT, decision_number="12/QĐ", now=now,
        )  # fmt: skip
        if confirm:
            restrictions.confirm_recall(session, actor=cast.officer.actor, restriction=row, now=now)
        return row

    return decide


def acts(session):
    return [entry.act for entry in journal.list_entries(session)]


def test_a_row_says_who_how_much_and_when_and_the_journal_not_who(session, send):
    row = send(document_number="PX-7", address="Chợ Kỳ Lừa")
    assert (row.direction, row.quantity, row.unit) == (Direction.DESPATCHED, Decimal(100), Unit.PIECE)
    assert (row.name, row.phone, row.party_id) == ("Cửa hàng chị Mai", "+84912345678", None)
    [entry] = journal.list_entries(session)
    assert entry.act == "recorded_movement"
    for hidden in ("Mai", "912345678", "Kỳ Lừa", "PX-7"):
        assert hidden.encode() not in entry.body


def test_the_same_request_twice_is_one_row(session, send, cast, now):
    assert send("key-1").id == send("key-1", quantity="5").id
    other = factories.make_lot(session, session.scalar(select(LotMovement)).lot.trade_item, now, code="L2")
    with pytest.raises(Conflict, match="request_key_reused"):
        send("key-1", lot=other)
    assert acts(session) == ["recorded_movement"]


def test_a_party_on_record_is_named_by_its_code_and_met_again_by_its_row(session, send, cast):
    session.get_one(Party, cast.rival_id).tax_code = "0100233488"
    first = send(code="0100233488")
    assert (first.party_id, first.name) == (cast.rival_id, None)
    assert send(again=first.public_id).party_id == cast.rival_id
    assert [one.id for one in movements.known_holders(session, cast.manager.actor)] == [first.id + 1]
    assert movements.known_holders(session, cast.rival.actor) == []


@pytest.mark.parametrize(
    ("told", "code", "field"),
    [
        ({"name": ""}, "movement_holder", "name"),
        ({"quantity": ""}, "movement_quantity", "quantity"),
        ({"quantity": "0"}, "number_range", "quantity"),
        ({"quantity": "1,2345"}, "number_range", "quantity"),
        ({"unit": "KGM"}, "movement_unit", "unit"),
        ({"moved_on": "23/11/2026"}, "movement_future", "moved_on"),
        ({"phone": "abc"}, "phone_number", "phone"),
        ({"code": "9999999999"}, "movement_code", "code"),
        ({"again": "ZZZZZZZZ"}, "choice_unknown", "again"),
        ({"direction": "sideways"}, "choice_unknown", "direction"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(session, send, told, code, field):
    with pytest.raises(Malformed, match=code) as refused:
        send(**told)
    assert refused.value.field == field
    assert acts(session) == []


def test_what_came_in_may_be_weighed_in_another_unit(send):
    assert send(direction="received", unit="KGM", quantity="12,5").unit is Unit.KILOGRAM


def test_a_wrong_row_is_reversed_by_another_and_both_stay(session, send, cast, now, lot):
    wrong = send()
    reverse = partial(movements.reverse_movement, session, actor=cast.manager.actor, lot=lot, now=now)
    row = reverse(public_id=wrong.public_id)
    assert (row.reverses_id, row.quantity, row.name) == (wrong.id, wrong.quantity, wrong.name)
    for one in (wrong, row):
        with pytest.raises(Conflict, match="movement_reversed"):
            reverse(public_id=one.public_id)
    with pytest.raises(NotFound):
        reverse(public_id="ZZZZZZZZ")
    rows = movements.read_movements(session, cast.manager.actor, lot)
    assert len(rows) == 2
    assert movements.totals(lot, rows).despatched == 0
    assert acts(session) == ["reversed_movement", "recorded_movement"]


def test_no_more_goes_out_than_the_lot_holds(session, send, lot):
    send(quantity="1.000")
    with pytest.raises(Malformed, match="movement_more") as broken:
        send(quantity="201")
    facts = {"expected": "1.200", "sent": "1.000", "left": "200", "given": "201"}
    assert broken.value.field == "quantity"
    assert broken.value.facts == facts
    send(quantity="200")
    send(quantity="9.000", direction="received")  # where a lot came from is another sum
    assert acts(session) == ["recorded_movement"] * 3


def test_what_was_taken_back_may_go_out_again(session, send, cast, now, lot):
    wrong = send(quantity="1.200")
    movements.reverse_movement(session, actor=cast.manager.actor, lot=lot, public_id=wrong.public_id, now=now)
    assert send(quantity="1.200").quantity == 1200


def test_a_lot_without_a_quantity_says_nothing_of_what_goes_out(session, send, lot):
    lot.quantity, lot.unit = None, None
    assert send(quantity="5.000").quantity == 5000


def test_of_stopped_goods_a_holder_is_written_down_even_where_the_sum_is_wrong(
    session, send, cast, lot, recall
):
    send(quantity="1.000")
    recall()
    send(quantity="201", name="Quán bà Tư", phone="0912 345 679")
    told = movements.totals(lot, movements.read_movements(session, cast.manager.actor, lot))
    assert (told.despatched, told.quantity, told.too_much) == (1201, 1200, True)
    assert len(session.scalars(select(RecallNotice)).all()) == 2


def test_a_lot_never_says_it_held_less_than_went_out(session, send, cast, now, today, lot):
    send(quantity="1.000")

    def edit(**told):
        entry = lots.LotEntry(code=lot.code, made_on="05/09/2026", expires_on="05/09/2028", **told)
        return lots.edit_lot(session, actor=cast.manager.actor, lot=lot, entry=entry, now=now, today=today)

    session.commit()
    with pytest.raises(Malformed, match="lot_less_than_sent") as broken:
        edit(quantity="999")
    assert (broken.value.field, broken.value.facts["sent"]) == ("quantity", "1.000")
    session.rollback()
    assert edit(quantity="1.000").quantity == 1000
    assert edit(quantity="2", unit="KGM").unit is Unit.KILOGRAM
    told = movements.totals(lot, movements.read_movements(session, cast.manager.actor, lot))
    assert (told.mixed, told.too_much) == (True, False)


def test_nobody_else_writes_or_reads_until_the_lot_is_held(session, send, cast, now, lot):
    with pytest.raises(NotFound):
        send(person=cast.rival)
    with pytest.raises(NotAllowed):
        send(person=cast.inspector)
    send()
    for person in (cast.rival, cast.inspector, cast.officer, cast.body_officer):
        with pytest.raises(NotFound):
            movements.read_movements(session, person.actor, lot)
    run = factories.make_run(session, cast, now, lot.trade_item, lot)
    restrictions.hold(
        session, actor=cast.inspector.actor, about=recall_scope.of_stamps(run, StampRange(1, 2)),
        reason=HoldReason.COMPLAINT, now=now,
    )  # fmt: skip
    for person in (cast.inspector, cast.officer):
        assert len(movements.read_movements(session, person.actor, lot)) == 1
    for person in (cast.rival, cast.body_officer):
        with pytest.raises(NotFound):
            movements.read_movements(session, person.actor, lot)


# --- at the same moment (PostgreSQL: SQLite has one writer) ---------------------------------------------


@pytest.fixture
def beside(session, app):
    """Another session that gives up at once where it would have to wait."""
    with app.app_context(), Session(db.engine) as other:
        other.execute(text("SET LOCAL lock_timeout = '100ms'"))
        yield other
        other.rollback()


@on_postgresql
def test_a_confirmation_waits_for_a_row_that_is_being_written(session, beside, send, recall, cast, now):
    row = recall(confirm=False)
    session.commit()
    send()
    theirs = beside.get_one(Restriction, row.id)
    with pytest.raises(OperationalError, match=r"(?s)lock timeout.*FROM lot "):  # not later, at the journal
        restrictions.confirm_recall(beside, actor=cast.officer.actor, restriction=theirs, now=now)


@on_postgresql
def test_rows_of_two_lots_do_not_bring_one_holder_two_notices(
    session, beside, send, recall, cast, now, today, lot
):
    second = factories.make_lot(session, lot.trade_item, now, code="L260905B")
    recall(recall_scope.About(lot.trade_item))
    session.commit()
    send()
    entry = MovementEntry(name="Cửa hàng chị Mai", phone="0912 345 678", quantity="1", moved_on="20/11/2026")
    theirs = beside.get_one(Lot, second.id)
    with pytest.raises(OperationalError, match=r"(?s)lock timeout.*FROM restriction"):
        movements.record_movement(
            beside, actor=cast.manager.actor, lot=theirs, entry=entry, request_key=None, now=now, today=today
        )


# --- who is told --------------------------------------------------------------------------------------


def test_a_proposal_tells_nobody(session, send, recall):
    send()
    recall(confirm=False)
    assert session.scalars(select(RecallNotice)).all() == []


def test_a_confirmed_recall_brings_each_holder_one_notice_with_a_secret_link(session, send, recall, cast):
    rival = session.get_one(Party, cast.rival_id)
    rival.tax_code, rival.email = "0100233488", "kho@example.com"
    send()
    send(quantity="50")
    send(code="0100233488")
    send(direction="received", name="Ông Páo", unit="KGM")
    row = recall()
    told = recall_notices.told_of(session, row)
    assert [(one.notice.direction.value, one.amount, one.unit.value) for one in told] == [
        ("despatched", 100, "H87"),
        ("despatched", 150, "H87"),
        ("received", 100, "KGM"),
    ]
    tokens = {token_of(SECRET, one.notice) for one in told}
    assert len(tokens) == 3
    assert all(len(token) >= 43 for token in tokens)
    [letter] = session.scalars(select(Letter)).all()
    assert (letter.kind, letter.party_id, letter.address) == ("recall_notice", rival.id, "kho@example.com")
    assert not tokens & set(json.dumps(letter.facts).split('"'))
    facts = json.loads(journal.list_entries(session)[0].body)["facts"]
    assert facts["told"] == 3


@pytest.mark.parametrize("kind", ["product", "stamps"])
def test_a_wider_and_a_narrower_recall_find_the_holders_too(session, send, recall, cast, now, lot, kind):
    run = factories.make_run(session, cast, now, lot.trade_item, lot)
    send()
    about = recall_scope.About(lot.trade_item) if kind == "product" else recall_scope.of_stamps(
        run, StampRange(3, 4)
    )  # fmt: skip
    assert len(recall_notices.told_of(session, recall(about))) == 1


def test_a_recall_of_a_product_tells_who_has_cases_of_it(session, send, recall, cast, now, lot):
    case = factories.make_trade_item(
        session, cast.cooperative_id, now, gtin="19520009010018", level=Level.CASE,
        contains_id=lot.trade_item_id, contains_count=12,
    )  # fmt: skip
    cases = factories.make_lot(session, case, now, code="T260905A")
    run = factories.make_run(session, cast, now, case, None)
    send(lot=cases)
    about = recall_scope.About(lot.trade_item)
    assert reaching.reach(session, None, about).stamps == run.count
    row = recall(about)
    send(lot=cases, name="Cửa hàng anh Sơn")
    assert len(recall_notices.told_of(session, row)) == 2
    assert restrictions.open_restrictions(session, lot=cases) == [row]
    assert public_recalls.recall_record(session, row.public_id, now=now).lots == ("T260905A", "L260905A")


def test_a_row_written_after_the_recall_brings_its_holder_a_notice(session, send, recall):
    row = recall()
    assert recall_notices.told_of(session, row) == []
    send()
    send(quantity="20")
    [told] = recall_notices.told_of(session, row)
    assert told.amount == 120


def test_an_answer_counts_the_latest_and_the_same_twice_once(session, send, recall, now, cast):
    send()
    row = recall()
    [told] = recall_notices.told_of(session, row)
    say = partial(recall_answers.acknowledge, session, actor=None, now=now)
    say(told=told, answer=Answer(deed="set_apart", held="30", returned="10"))
    say(told=told, answer=Answer(deed="set_apart", held="30", returned="10"))
    assert len(told.notice.answers) == 1
    say(told=told, answer=Answer(deed="returned", held="", returned="60", note="Đã trả ngày 21"))
    assert [one.deed for one in told.notice.answers] == [Deed.SET_APART, Deed.RETURNED]
    accounts = recall_notices.accounts(recall_notices.told_of(session, row))
    assert accounts == {Unit.PIECE: Account(Decimal(100), Decimal(100), Decimal(0), Decimal(60))}
    assert accounts[Unit.PIECE].sold == 40
    assert acts(session)[:2] == ["acknowledged_recall"] * 2
    assert "Đã trả ngày 21".encode() not in journal.list_entries(session)[0].body
    with pytest.raises(Malformed, match="answer_sold_out"):
        say(told=told, answer=Answer(deed="sold_out", held="1"))
    with pytest.raises(Malformed, match="choice_unknown"):
        say(told=told, answer=Answer(deed="eaten"))


def test_units_keep_accounts_of_their_own_and_no_answer_is_lost(session, send, recall, now, lot):
    loose = factories.make_lot(session, lot.trade_item, now, code="L260905C", unit=Unit.KILOGRAM)
    send()
    row = recall(recall_scope.About(lot.trade_item))
    [told] = recall_notices.told_of(session, row)
    given = Answer(deed="returned", returned="70")
    recall_answers.acknowledge(session, told=told, answer=given, actor=None, now=now)
    send(lot=loose, quantity="5", unit="KGM")
    sums = {Unit.PIECE: Account(Decimal(100), Decimal(100), Decimal(0), Decimal(70))}
    sums[Unit.KILOGRAM] = Account(Decimal(5))
    assert recall_notices.accounts(recall_notices.told_of(session, row)) == sums
    [told] = recall_notices.told_of(session, row)
    given = Answer(deed="set_apart", held="2")
    recall_answers.acknowledge(session, told=told, answer=given, actor=None, now=now)
    sums[Unit.KILOGRAM] = Account(Decimal(5), Decimal(5), Decimal(2))
    assert recall_notices.accounts(recall_notices.told_of(session, row)) == sums


def test_each_unit_is_asked_for_and_acknowledged_by_itself(session, send, recall, now, lot):
    loose = factories.make_lot(session, lot.trade_item, now, code="L260905C", unit=Unit.KILOGRAM)
    send(lot=loose, quantity="20", unit="KGM")
    send()
    row = recall(recall_scope.About(lot.trade_item))
    [told] = recall_notices.told_of(session, row)
    assert told.asked == told.unanswered == (Unit.PIECE, Unit.KILOGRAM)
    say = partial(recall_answers.acknowledge, session, actor=None, now=now)
    say(told=told, answer=Answer(deed="set_apart", held="60"), unit=Unit.PIECE)
    [told] = recall_notices.told_of(session, row)
    assert told.unanswered == (Unit.KILOGRAM,)
    for _ in range(2):
        say(told=told, answer=Answer(deed="returned", returned="15"), unit=Unit.KILOGRAM)
        say(told=told, answer=Answer(deed="set_apart", held="60"), unit=Unit.PIECE)
    assert len(told.notice.answers) == 2  # the same again, and another unit's answer, change nothing
    [told] = recall_notices.told_of(session, row)
    assert told.unanswered == ()
    assert told.accounts[Unit.PIECE].sold == 40
    assert told.accounts[Unit.KILOGRAM].sold == 5
    with pytest.raises(Malformed, match="choice_unknown"):
        say(told=told, answer=Answer(deed="returned", returned="1"), unit=Unit.LITRE)


def test_a_thousand_holders_cost_no_more_questions_than_two(session, send, recall):
    def asked(row):
        session.commit()
        session.expire_all()
        with counting() as questions:
            for one in recall_notices.told_of(session, row):
                assert one.unanswered
                assert one.notice.called_by is None
        return len(questions)

    for n in range(2):
        send(name=f"Cửa hàng {n}")
    row = recall()
    few = asked(row)
    for n in range(30):
        send(name=f"Quầy {n}")
    assert len(recall_notices.told_of(session, row)) == 32
    assert asked(row) == few


def test_whoever_reads_the_database_finds_no_link(session, send, recall):
    send()
    row = recall()
    [told] = recall_notices.told_of(session, row)
    link = token_of(SECRET, told.notice)
    session.commit()
    kept = [str(value) for value in session.execute(text("SELECT * FROM recall_notice")).one()]
    assert not any(link[8:] in value for value in kept)
    told.notice.token_sha256 = hashlib.sha256(b"a link sent before").hexdigest()
    session.flush()
    for opens in (link, "a link sent before"):
        assert recall_notices.find_notice(session, SECRET, row.public_id, opens).notice is told.notice
    for wrong in (token_of(b"x" * 32, told.notice), link[:8], told.notice.token_sha256, link.lower()):
        with pytest.raises(NotFound):
            recall_notices.find_notice(session, SECRET, row.public_id, wrong)


def test_an_officer_writes_an_answer_down_and_others_do_not(session, send, recall, now, cast):
    send()
    [told] = recall_notices.told_of(session, recall())
    answer = Answer(deed="sold_out")
    with pytest.raises(NotAllowed):
        recall_answers.acknowledge(session, told=told, answer=answer, actor=cast.manager.actor, now=now)
    row = recall_answers.acknowledge(session, told=told, answer=answer, actor=cast.officer.actor, now=now)
    assert row.entered_by_id == cast.officer.account_id


def test_a_call_is_marked_once_and_taken_back(session, send, recall, now, cast):
    send()
    [told] = recall_notices.told_of(session, recall())
    mark = partial(recall_notices.mark_called, session, notice=told.notice, now=now)
    with pytest.raises(NotAllowed):
        mark(actor=cast.manager.actor, called=True)
    for _ in range(2):
        mark(actor=cast.inspector.actor, called=True)
    assert told.notice.called_by_id == cast.inspector.account_id
    mark(actor=cast.officer.actor, called=False)
    assert told.notice.called_at is None
    assert acts(session)[:2] == ["uncalled_holder", "called_holder"]


def test_an_ended_recall_takes_no_more_answers_and_keeps_those_it_has(session, send, recall, now, cast):
    send()
    row = recall()
    [told] = recall_notices.told_of(session, row)
    recall_answers.acknowledge(session, told=told, answer=Answer(deed="sold_out"), actor=None, now=now)
    restrictions.lift(
        session, actor=cast.officer.actor, restriction=row, ending=RecallEnding.DESTROY, now=now
    )
    with pytest.raises(Conflict, match="recall_over"):
        recall_answers.acknowledge(session, told=told, answer=Answer(deed="returned"), actor=None, now=now)
    assert (
        recall_notices.find_notice(session, SECRET, row.public_id, token_of(SECRET, told.notice)).answer
        is not None
    )


def test_what_moves_after_a_recall_has_ended_is_not_told_with_it(
    session, send, recall, now, today, cast, lot
):
    first = send()
    row = recall()
    restrictions.lift(session, actor=cast.officer.actor, restriction=row, ending=RecallEnding.REWORK, now=now)
    later = now + timedelta(seconds=1)
    entry = MovementEntry(name="Cửa hàng chị Mai", phone="0912 345 678", quantity="7", moved_on="20/11/2026")
    movements.record_movement(
        session, actor=cast.manager.actor, lot=lot, entry=entry, request_key=None, now=later, today=today
    )
    movements.reverse_movement(
        session, actor=cast.manager.actor, lot=lot, public_id=first.public_id, now=later
    )
    [told] = recall_notices.told_of(session, row)
    assert told.amount == 100


def test_a_token_opens_its_own_recall_only(session, send, recall):
    send()
    row = recall()
    [told] = recall_notices.told_of(session, row)
    link = token_of(SECRET, told.notice)
    assert recall_notices.find_notice(session, SECRET, row.public_id.lower(), link)
    for recall_id, token in ((row.public_id, link[:-1]), ("ZZZZZZZZ", link), (row.public_id, "é")):
        with pytest.raises(NotFound):
            recall_notices.find_notice(session, SECRET, recall_id, token)


@pytest.mark.parametrize(
    ("told", "letters_put"),
    [
        ({}, 1),
        ({"demo": False}, 0),
        ({"source_url": "https://example.com/kho"}, 1),
        ({"source_url": "https://example.com/kho", "memberships": []}, 0),
    ],
    ids=["demo", "real party, demo goods", "public, with an account", "public, nobody here"],
)
def test_who_has_not_asked_and_who_is_real_gets_no_letter_of_a_demonstration(
    session, send, recall, cast, now, told, letters_put
):
    unit = session.get_one(AdminUnit, cast.unit_id)
    shop = factories.make_party(
        session, "Kho Thử", PartyKind.COOPERATIVE, now, unit, tax_code="0100233488", email="kho@example.com",
        **({"demo": True} | {name: value for name, value in told.items() if name != "memberships"}),
    )  # fmt: skip
    if "memberships" not in told:
        factories.make_person(session, "+84912000009", "Kho", shop, Role.MANAGER, now)
    send(code="0100233488")
    assert len(recall_notices.told_of(session, recall())) == 1
    assert len(session.scalars(select(Letter)).all()) == letters_put


def test_the_letter_says_what_is_recalled_and_where_to_answer(session, send, recall, cast, settings, now):
    rival = session.get_one(Party, cast.rival_id)
    rival.tax_code, rival.email = "0100233488", "kho@example.com"
    send(code="0100233488")
    row = recall()
    [letter] = session.scalars(select(Letter)).all()
    compose = letters.composer(Stationery(settings, SECRET))
    written = compose(session, letter, now)
    [told] = recall_notices.told_of(session, row)
    assert "Rượu men lá Thử, lô L260905A" in written.subject
    assert written.subject.startswith("[DEMO] ")
    assert written.text.startswith("Bản minh họa: tên, số, ngày đều là demo\n")
    assert f"/recalls/{row.public_id}/acknowledge/{token_of(SECRET, told.notice)}?lang=vi" in written.text
    restrictions.lift(
        session, actor=cast.officer.actor, restriction=row, ending=RecallEnding.DESTROY, now=now
    )
    assert compose(session, letter, now) is None


def test_a_letter_to_an_address_nobody_proved_says_whom_it_is_for_and_nothing_that_is_not_public(
    session, send, recall, cast, settings, now
):
    rival = session.get_one(Party, cast.rival_id)
    rival.tax_code, rival.email, rival.phone = "0100233488", "kho@example.com", "+84912345678"
    send(code="0100233488", quantity="777")
    row = recall()
    [letter] = session.scalars(select(Letter)).all()
    text = letters.composer(Stationery(settings, SECRET))(session, letter, now).text
    assert f"Thư này chỉ gửi cho {rival.name_on(now.date())}," in text
    assert "xin đừng mở đường dẫn trên" in text
    private = ("777", "912345678", "kho@example.com", "0100233488")
    assert [part for part in private if part in text] == []
    [told] = recall_notices.told_of(session, row)
    assert text.count(token_of(SECRET, told.notice)) == 1


@pytest.mark.parametrize(
    ("language", "of", "said"),
    [
        ("vi", StampRange(0, 50), "Rượu men lá Thử, lô L260905A: tem số 1–50 của đợt {run} đang bị thu hồi."),
        ("vi", StampRange(6, 1), "Rượu men lá Thử, lô L260905A: tem số 7 của đợt {run} đang bị thu hồi."),
        ("vi", None, "Rượu men lá Thử, lô L260905A: mọi tem của đợt {run} đang bị thu hồi."),
        ("en", StampRange(0, 50), "stamps 1–50 of run {run}"),
    ],
)
def test_the_letter_of_a_recall_of_stamps_names_these_and_their_lot(
    session, send, recall, cast, settings, now, lot, language, of, said
):
    rival = session.get_one(Party, cast.rival_id)
    rival.tax_code, rival.email = "0100233488", "kho@example.com"
    send(code="0100233488")
    run = factories.make_run(session, cast, now, lot.trade_item, lot)
    recall(recall_scope.of_stamps(run, of))
    [letter] = session.scalars(select(Letter)).all()
    letter.language = language
    written = letters.composer(Stationery(settings, SECRET))(session, letter, now)
    assert said.format(run=run.public_id) in written.text
    assert "L260905A" in written.subject


# --- a row that was reversed --------------------------------------------------------------------------


@pytest.fixture
def post(session, cast, settings, now):
    """Let time pass: every letter that is due then leaves, or is found to be moot. What left."""

    def post(later):
        left = []
        for letter in session.scalars(select(Letter).order_by(Letter.id)):
            if letter.state is LetterState.WAITING and letter.next_try_at <= now + later:
                compose = letters.composer(Stationery(settings, SECRET))
                written = compose(session, letter, now + later)
                letter.state = LetterState.SENT if written else LetterState.UNWANTED
                letter.sent_at = now + later if written else None
                left += [(letter.kind, written.text)] if written else []
        session.flush()
        return left

    return post


@pytest.fixture
def kho(session, cast):
    """A shop on record with an address, by its tax code."""
    rival = session.get_one(Party, cast.rival_id)
    rival.tax_code, rival.email = "0100233488", "kho@example.com"
    session.flush()
    return "0100233488"


@pytest.fixture
def reverse(session, cast, now, lot):
    def reverse(row):
        return movements.reverse_movement(
            session, actor=cast.manager.actor, lot=lot, public_id=row.public_id, now=now
        )

    return reverse


HOUR = timedelta(hours=1)


def test_a_holder_whose_row_was_reversed_gets_no_letter_and_is_told_as_such(
    session, send, recall, kho, reverse, post
):
    row, kept = send(code=kho), send()
    recalled = recall()
    reverse(row)
    assert post(HOUR) == []
    told = recall_notices.told_of(session, recalled)
    assert [one.reversed for one in told if one.notice.party_id] == [True]
    assert [one.reversed for one in told if one.notice.name == kept.name] == [False]


def test_a_reversed_row_written_anew_is_told_after_all(session, send, recall, kho, reverse, post):
    row = send(code=kho)
    recall()
    reverse(row)
    assert post(timedelta()) == []
    send(code=kho, quantity="10")
    [(kind, text)] = post(timedelta())
    assert kind == "recall_notice"
    assert "đang bị thu hồi" in text
    assert post(HOUR) == []


def test_a_letter_that_has_left_is_corrected_once_and_not_if_the_row_is_written_anew(
    session, send, recall, kho, reverse, post
):
    row = send(code=kho)
    recall()
    assert len(post(timedelta())) == 1
    reverse(row)
    assert post(timedelta()) == []  # written anew within the hour there would be nothing to correct
    anew = send(code=kho, quantity="10")
    assert post(HOUR) == []
    reverse(anew)
    [(kind, _text)] = post(2 * HOUR)  # the first correction was dropped unsent; this one is due, and is said
    assert kind == "recall_correction"
    reverse(send(code=kho, quantity="5"))
    post(3 * HOUR)
    kinds = [one.kind for one in session.scalars(select(Letter)) if one.state is LetterState.SENT]
    assert kinds.count("recall_correction") == 1  # once for all time


def test_who_was_corrected_and_is_written_down_anew_hears_of_the_recall_again(
    session, send, recall, kho, reverse, post
):
    row = send(code=kho)
    recall()
    post(timedelta())
    reverse(row)
    [(kind, text)] = post(HOUR)
    assert kind == "recall_correction"
    assert "đã hủy dòng giao nhận có tên đơn vị" in text
    assert "/acknowledge/" in text
    for _ in range(2):
        send(code=kho, quantity="10")
    [(kind, text)] = post(2 * HOUR)
    assert kind == "recall_notice_again"
    assert "Lý do: nghi mất an toàn." in text


def test_a_holder_of_whom_a_row_stands_is_not_corrected(session, send, recall, kho, reverse, post):
    row = send(code=kho)
    send(code=kho)
    recall()
    post(timedelta())
    reverse(row)
    assert post(HOUR) == []
    assert [one.kind for one in session.scalars(select(Letter))] == ["recall_notice"]
