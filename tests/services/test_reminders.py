"""Who is reminded of what: once, in their language, while it is true, and no more than they want."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from traceapp.domain.certificates import DecisionKind, RecordState
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import Malformed
from traceapp.domain.letters import LetterState, recipient_of
from traceapp.domain.permissions import Role
from traceapp.mailing import Sender
from traceapp.models import Account, CertificateDecision, JournalEntry, Letter, MailWish, Membership, Party
from traceapp.services import agenda, week
from traceapp.services.agenda import TaskKind
from traceapp.services.post import mail_wishes, reminders, sending
from traceapp.services.post.reminder_letters import write_digest, write_ending
from traceapp.services.post.reminders import DIGEST, ENDING
from traceapp.services.post.stationery import Stationery
from traceapp.services.vouching import certification, mistakes
from traceapp.slips import Slip

WRITERS = {ENDING: write_ending, DIGEST: write_digest}


@pytest.fixture
def item(session, cast, now):
    return factories.make_trade_item(session, cast.cooperative_id, now)


@pytest.fixture
def ending(session, cast, now, today, item):
    """A certificate that ends in so many days; the holder has an e-mail address."""
    session.get_one(Party, cast.cooperative_id).email = "htx@example.com"
    numbers = iter(range(1, 100))

    def ending(left, **more):
        told = {"number": f"DEMO-{next(numbers)}", "valid_until": today + timedelta(days=left)} | more
        made = factories.make_certificate(session, cast, now, item, **told)
        session.commit()
        return made

    return ending


@pytest.fixture
def run(session):
    """One run of the job at a moment; what it put in, as (kind, address, about)."""

    def run(at):
        with Session(session.get_bind()) as own:
            news = reminders.put_due(own, now=at)
            own.commit()
        return sorted((one.kind, one.address, one.facts.get("days")) for one in news)

    return run


@pytest.fixture
def write(session, settings):
    """The letters that wait, worded at a moment: {address: Written or None}."""

    def write(at, kind=ENDING):
        paper = Stationery(settings, b"secret")
        with Session(session.get_bind()) as own:
            letters = own.scalars(select(Letter).where(Letter.kind == kind).order_by(Letter.id)).all()
            return {one.address: WRITERS[kind](own, one, at, paper) for one in letters}

    return write


def add_manager(session, cast, now, login, language="vi", **more):
    party = session.get_one(Party, cast.cooperative_id)
    person = factories.make_person(session, login, "Mai", party, Role.MANAGER, now)
    account = session.get_one(Account, person.account_id)
    account.language = language
    for name, value in more.items():
        setattr(account.memberships[0], name, value)
    session.commit()
    return person


OFFICERS = [(DIGEST, "hoa@example.com", None), (DIGEST, "quang@example.com", None)]


def test_holder_and_province_are_told_and_a_second_run_says_nothing(ending, run, now):
    ending(60)
    assert run(now) == [(ENDING, "htx@example.com", 60), *OFFICERS]
    assert run(now) == []
    assert run(now + timedelta(days=1)) == []


def test_runs_at_once_put_each_letter_in_once(session, ending, now):
    ending(30)
    ending(7)
    engine, put = session.get_bind(), []
    session.rollback()

    def one_run():
        with Session(engine) as own:
            put.extend(reminders.put_due(own, now=now))
            own.commit()

    threads = [threading.Thread(target=one_run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Session(engine) as other:
        assert len(put) == len(other.scalars(select(Letter)).all()) == 4


def test_over_a_years_runs_each_step_is_said_once_whichever_days_the_job_slept(
    ending, run, now, today, session
):
    certificate = ending(100)
    for day in range(120):
        if day % 5 in {1, 4}:  # awake on two days of five
            run(now + timedelta(days=day))
    rows = session.scalars(select(Letter).where(Letter.kind == ENDING).order_by(Letter.day)).all()
    assert [one.facts["days"] for one in rows] == [90, 60, 30, 7, 0]
    assert [certificate.valid_until - one.day for one in rows] == [
        timedelta(days=n) for n in (90, 60, 30, 7, 0)
    ]
    told = [item for one in session.scalars(select(Letter)) for item in one.facts.get("items", [])]
    assert sorted(days for _, days in told) == sorted([90, 60, 30, 7, 0] * 2)  # to each of two officers


def test_a_long_sleep_is_caught_up_with_one_letter(ending, run, now):
    ending(90)
    run(now)
    assert run(now + timedelta(days=85)) == [(ENDING, "htx@example.com", 7), *OFFICERS]


def test_nobody_is_reminded_of_what_is_renewed_or_taken_away(session, cast, ending, run, now, today):
    renewed, suspended, waiting = ending(30), ending(30), ending(30)
    ending(400, replaces_id=renewed.id)
    ending(400, replaces_id=waiting.id, record_state=RecordState.SUBMITTED, approved_by_id=None)
    suspended.decisions.append(
        CertificateDecision(
            sequence=1,
            kind=DecisionKind.SUSPENSION,
            from_on=today,
            reason="x",
            recorded_by_id=cast.officer.account_id,
            created_at=now,
        )
    )
    session.commit()
    found = reminders.list_ending(session, today)
    assert [(one.certificate.number, one.pending) for one in found] == [(waiting.number, True)]
    session.rollback()
    assert run(now) == [(ENDING, "htx@example.com", 30), *OFFICERS]


def decide(session, cast, certificate, kind, day, now):
    certificate.decisions.append(
        CertificateDecision(
            sequence=len(certificate.decisions) + 1, kind=kind, from_on=day, reason="x",
            recorded_by_id=cast.officer.account_id, created_at=now,
        )
    )  # fmt: skip
    session.commit()


@pytest.fixture
def round_of(session, settings):
    """One round of the worker at a moment: what is due put in, and sent; (kind, address, about) as sent."""

    def round_of(at):
        sent = []
        paper = Stationery(settings, b"secret")

        class Carrier:
            def hand_over(self, message, address, at_the_dot):
                at_the_dot()()
                sent.append((message["Subject"], address))

        with Session(session.get_bind()) as own:
            reminders.put_due(own, now=at)
            own.commit()
        post = sending.Post(
            sessions=lambda: Session(session.get_bind()),
            carrier=Carrier(),
            compose=lambda own, letter, when: WRITERS[letter.kind](own, letter, when, paper),
            kinds=set(WRITERS),
            sender=Sender("Truy xuất", "txng@example.vn", "txng.example.vn"),
            worker="here:1",
            clock=lambda: at,
            slip=Slip(settings.instance_path / "post", "here:1"),
        )
        sending.send_waiting(post)
        return sorted(sent)

    return round_of


def test_a_certificate_suspended_before_its_letter_left_and_restored_is_reminded_of_once(
    session, cast, ending, run, round_of, now, today
):
    certificate = ending(30)
    run(now)  # put in; no mail server today
    decide(session, cast, certificate, DecisionKind.SUSPENSION, today, now)
    assert round_of(now) == []
    assert round_of(now + timedelta(days=1)) == []
    states = session.scalars(select(Letter.state)).all()
    assert states == [LetterState.UNWANTED] * 3
    restored = today + timedelta(days=2)
    decide(session, cast, certificate, DecisionKind.RESTORATION, restored, now)
    told = round_of(now + timedelta(days=2))
    assert [address for _, address in told] == ["hoa@example.com", "quang@example.com", "htx@example.com"]
    assert told[2][0] == f"Chứng nhận {certificate.number} còn 28 ngày là hết hạn"
    for days in range(2, 9):
        assert round_of(now + timedelta(days=days)) == []


def test_a_wish_taken_back_within_the_window_brings_the_letter_after_all(session, ending, run, round_of, now):
    ending(30)
    run(now)
    recipient = recipient_of("htx@example.com")
    about = {"actor": None, "recipient": recipient, "subject": ("account", "x")}
    mail_wishes.change_wishes(session, chosen=[], now=now, **about)
    session.commit()
    assert "htx@example.com" not in [address for _, address in round_of(now)]
    mail_wishes.change_wishes(session, chosen=["30"], now=now, **about)
    session.commit()
    assert [address for _, address in round_of(now)] == ["htx@example.com"]
    assert round_of(now) == []


def test_what_the_provinces_letter_left_out_is_in_the_next_once_it_is_so_again(
    session, cast, ending, run, round_of, now, today
):
    kept, halted = ending(30), ending(60)
    run(now)
    decide(session, cast, halted, DecisionKind.SUSPENSION, today, now)
    assert len(round_of(now)) == 3  # two officers and a holder are told of the other
    said = session.scalars(select(Letter.facts).where(Letter.kind == DIGEST)).all()
    assert said == [{"items": [[kept.public_id, 30]]}] * 2
    decide(session, cast, halted, DecisionKind.RESTORATION, today + timedelta(days=1), now)
    assert len(round_of(now + timedelta(days=1))) == 3
    last = session.scalars(select(Letter.facts).where(Letter.kind == DIGEST, Letter.day > today)).all()
    assert last == [{"items": [[halted.public_id, 60]]}] * 2
    session.rollback()  # on SQLite who reads here keeps the others from writing
    assert round_of(now + timedelta(days=2)) == []


def test_a_successor_that_fell_renews_nothing(session, cast, ending, now, today):
    first = ending(30)
    second = ending(400, replaces_id=first.id)
    second.decisions.append(
        CertificateDecision(
            sequence=1,
            kind=DecisionKind.WITHDRAWAL,
            from_on=today,
            reason="x",
            recorded_by_id=cast.officer.account_id,
            created_at=now,
        )
    )
    session.commit()
    assert [one.certificate.id for one in reminders.list_ending(session, today)] == [first.id]


def test_managers_with_an_address_are_told_each_address_once(session, cast, ending, run, now, today):
    add_manager(session, cast, now, "mai@example.com")
    add_manager(session, cast, now, "left@example.com", valid_until=today - timedelta(days=1))
    session.get_one(Account, add_manager(session, cast, now, "shut@example.com").account_id).closed = True
    ending(7)
    session.get_one(Party, cast.cooperative_id).email = "Mai@example.com"
    session.commit()
    assert run(now) == [(ENDING, "mai@example.com", 7), *OFFICERS]


def test_a_real_producer_who_never_asked_gets_no_letter(session, cast, ending, run, now):
    ending(7)
    session.get_one(Party, cast.cooperative_id).source_url = "https://example.com/"
    session.commit()
    assert run(now) == OFFICERS


def test_what_is_approved_after_the_days_letter_is_in_the_next(session, ending, run, now):
    ending(30)
    run(now)
    second = ending(29)
    assert run(now + timedelta(hours=3)) == [(ENDING, "htx@example.com", 30)]
    run(now + timedelta(days=1))
    digests = session.scalars(
        select(Letter).where(Letter.kind == DIGEST, Letter.day > date(2026, 11, 22))
    ).all()
    assert [one.facts["items"] for one in digests] == [[[second.public_id, 30]]] * 2


def test_the_letter_says_what_ends_when_and_what_to_do(session, cast, ending, run, write, now):
    certificate = ending(7)
    add_manager(session, cast, now, "mai@example.com", "en")
    add_manager(session, cast, now, "li@example.com", "zh")
    run(now)
    told = write(now)
    vietnamese, english, chinese = (told[f"{who}@example.com"] for who in ("htx", "mai", "li"))
    assert vietnamese.subject == f"Chứng nhận {certificate.number} còn 7 ngày là hết hạn"
    for part in (
        "Kính gửi HTX Mẫu Sơn Thử,",
        "ISO 22000",
        "Tổ chức chứng nhận Thử Nghiệm",
        "29/11/2026",
        f"https://txng.langson.gov.vn/coop/certificates/{certificate.public_id}",
        f"https://txng.langson.gov.vn/coop/certificates/{certificate.public_id}/renew",
        vietnamese.unsubscribe,
    ):
        assert part in vietnamese.text
    assert english.subject == f"Certificate {certificate.number} expires in 7 days"
    assert chinese.subject == f"证书{certificate.number}还有7天到期"
    assert len({one.unsubscribe for one in told.values()}) == 3


def test_a_renewal_that_was_begun_or_sent_is_what_the_letter_speaks_of(session, ending, run, write, now):
    certificate = ending(7)
    renewal = ending(400, replaces_id=certificate.id, record_state=RecordState.DRAFT, approved_by_id=None)
    run(now)
    text = write(now)["htx@example.com"].text
    assert f"/coop/certificates/{renewal.public_id}\n" in text
    assert "/renew" not in text
    renewal.record_state = RecordState.SUBMITTED
    session.commit()
    assert "đang chờ tỉnh duyệt" in write(now)["htx@example.com"].text
    assert "Bản gia hạn đang chờ duyệt." in write(now, DIGEST)["hoa@example.com"].text


@pytest.mark.parametrize(
    ("later", "subject"), [(1, "còn 6 ngày"), (7, "hôm nay"), (8, "đã hết hạn ngày 29/11/2026")]
)
def test_a_letter_sent_late_says_what_is_true_then(ending, run, write, now, later, subject):
    ending(7)
    at = now + timedelta(days=later)
    if later >= 7:
        run(at)
    else:
        run(now)
    assert subject in write(at)["htx@example.com"].subject


def test_a_letter_that_is_no_longer_true_is_not_written(session, cast, ending, run, write, now, today):
    certificate = ending(30)
    run(now)
    assert write(now)["htx@example.com"]
    assert write(now + timedelta(days=23))["htx@example.com"] is None  # the seven days' letter says it
    ending(400, replaces_id=certificate.id)
    assert write(now)["htx@example.com"] is None


@pytest.fixture
def withdrawn_by_mistake(session, cast):
    """Write a withdrawal down, and say later that it was a mistake."""

    def withdraw(certificate, at):
        certification.record_decision(
            session, actor=cast.body_officer.actor, certificate=certificate, kind=DecisionKind.WITHDRAWAL,
            from_on=today_in_vietnam(at), reason="Nhầm", now=at,
        )  # fmt: skip
        session.commit()

    def mark(certificate, at):
        body = session.get_one(Party, cast.body_id)
        person = factories.make_person(session, "tam@example.com", "Tâm", body, Role.BODY_OFFICER, at)
        mistakes.mark_mistake(
            session, actor=person.actor, certificate=certificate, sequence=1, reason="Nhầm", now=at
        )
        session.commit()

    return withdraw, mark


def settle(session, write, at):
    """What waits is worded and sent, or is no longer wanted."""
    session.rollback()
    told = {kind: write(at, kind) for kind in (ENDING, DIGEST)}
    for letter in session.query(Letter).filter_by(state=LetterState.WAITING):
        said = told[letter.kind][letter.address]
        letter.state = LetterState.SENT if said else LetterState.UNWANTED
        letter.sent_at = at if said else None
        letter.facts = dict(said.facts) if said and said.facts else letter.facts
    session.commit()
    return told


def test_a_letter_that_a_mistaken_withdrawal_stopped_is_said_after_all(
    session, ending, run, write, now, withdrawn_by_mistake
):
    withdraw, mark = withdrawn_by_mistake
    certificate, hour = ending(30), timedelta(hours=1)
    run(now)
    withdraw(certificate, now)
    assert settle(session, write, now + hour)[ENDING]["htx@example.com"] is None
    assert run(now + 2 * hour) == []
    mark(certificate, now + 3 * hour)
    assert run(now + 3 * hour)[0] == (ENDING, "htx@example.com", 30)
    [letter] = session.query(Letter).filter_by(kind=ENDING)
    assert letter.state is LetterState.WAITING
    assert settle(session, write, now + 4 * hour)[ENDING]["htx@example.com"]
    assert run(now + 5 * hour) == []
    session.refresh(letter)
    assert letter.state is LetterState.SENT


def test_a_letter_that_was_sent_before_is_not_said_again(
    session, ending, run, write, now, withdrawn_by_mistake
):
    withdraw, mark = withdrawn_by_mistake
    certificate = ending(30)
    run(now)
    settle(session, write, now)
    withdraw(certificate, now)
    mark(certificate, now + timedelta(hours=3))
    assert {letter.state for letter in session.query(Letter)} == {LetterState.SENT}
    session.rollback()
    assert run(now + timedelta(hours=4)) == []


def test_the_provinces_next_letter_names_what_a_mistake_left_out(
    session, ending, run, write, now, withdrawn_by_mistake
):
    withdraw, mark = withdrawn_by_mistake
    left_out, other = ending(30), ending(60)
    run(now)
    withdraw(left_out, now)
    told = settle(session, write, now + timedelta(hours=1))[DIGEST]["hoa@example.com"]
    assert other.number in told.text
    assert f"/{left_out.public_id}" not in told.text
    mark(left_out, now + timedelta(hours=2))
    run(now + timedelta(days=1))
    news = session.query(Letter).filter(Letter.kind == DIGEST, Letter.state == LetterState.WAITING).all()
    name = left_out.public_id
    assert [one.facts["items"] for one in news] == [[[name, 30]]] * 2
    session.rollback()
    assert f"/{name}" in write(now + timedelta(days=1), DIGEST)["hoa@example.com"].text


def test_the_letter_that_a_mistaken_withdrawal_of_the_renewal_caused_is_not_sent(
    session, ending, run, write, now, withdrawn_by_mistake
):
    withdraw, mark = withdrawn_by_mistake
    old = ending(30)
    renewal = ending(400, replaces_id=old.id)
    assert run(now) == []
    session.expire_all()
    withdraw(renewal, now)
    assert (ENDING, "htx@example.com", 30) in run(now)
    mark(renewal, now + timedelta(hours=1))
    assert write(now + timedelta(hours=2))["htx@example.com"] is None


def test_a_letter_to_somebody_who_left_is_not_written(session, cast, ending, run, write, now, today):
    person = add_manager(session, cast, now, "mai@example.com")
    ending(30)
    run(now)
    for one in session.scalars(select(Membership).where(Membership.account_id == person.account_id)):
        one.valid_until = today
    session.commit()
    assert write(now + timedelta(days=1))["mai@example.com"] is None
    assert write(now + timedelta(days=1))["htx@example.com"]


def test_the_provinces_letter_lists_what_is_new_and_still_so(session, ending, run, write, now):
    first, second, third = ending(7), ending(30), ending(60)
    run(now)
    ending(400, replaces_id=third.id)
    told = write(now, DIGEST)["hoa@example.com"]
    assert told.subject == "2 chứng nhận sắp hoặc đã hết hạn"
    assert told.text.index(first.number) < told.text.index(second.number)
    assert third.number not in told.text.replace(first.number, "").replace(second.number, "")
    assert f"/province/certificates/{first.public_id}" in told.text
    assert "/province/week" in told.text
    assert write(now + timedelta(days=4), DIGEST)["hoa@example.com"] is None


def test_what_came_too_late_to_be_sent_is_in_the_next_letter(session, ending, run, now):
    ending(30)
    run(now)
    [late] = session.query(Letter).filter_by(kind=DIGEST).limit(1)
    session.query(Letter).update({"state": LetterState.UNWANTED})
    session.commit()
    run(now + timedelta(days=4))
    again = session.query(Letter).filter(Letter.kind == DIGEST, Letter.day > late.day).all()
    assert [one.facts["items"] for one in again if one.recipient == late.recipient] == [late.facts["items"]]
    session.query(Letter).update({"state": LetterState.SENT, "sent_at": now})
    session.commit()
    run(now + timedelta(days=5))
    assert session.query(Letter).filter(Letter.day > again[0].day).count() == 0


def test_a_wish_is_kept_and_obeyed_by_letters_that_wait_too(session, cast, ending, run, write, now):
    ending(30)
    run(now)
    recipient = recipient_of("htx@example.com")
    letter = mail_wishes.last_letter_to(session, recipient)
    for _ in range(2):
        mail_wishes.change_wishes(
            session,
            actor=None,
            recipient=recipient,
            chosen=["7", "0"],
            subject=("letter", letter.public_id),
            now=now,
        )
    session.commit()
    assert session.scalars(select(JournalEntry.act)).all() == ["chose_reminders"]
    assert session.scalars(select(MailWish)).one().steps == [7, 0]
    session.rollback()
    assert write(now)["htx@example.com"] is None
    assert run(now + timedelta(days=23)) == [(ENDING, "htx@example.com", 7), *OFFICERS]


def test_an_officer_who_wants_the_last_week_only_gets_that(session, cast, ending, run, now):
    ending(30)
    ending(7)
    mail_wishes.change_wishes(
        session,
        actor=cast.officer.actor,
        recipient=recipient_of("hoa@example.com"),
        chosen=["7"],
        subject=("account", cast.officer.actor.account),
        now=now,
    )
    session.commit()
    run(now)
    rows = {
        one.address: one.facts["items"]
        for one in session.scalars(select(Letter).where(Letter.kind == DIGEST))
    }
    assert [days for _, days in rows["hoa@example.com"]] == [7]
    assert len(rows["quang@example.com"]) == 2


def test_a_step_nobody_offers_is_not_kept(session, now):
    with pytest.raises(Malformed, match="choice_unknown"):
        mail_wishes.change_wishes(
            session, actor=None, recipient="x", chosen=["45"], subject=("letter", "x"), now=now
        )


def test_the_home_page_of_a_cooperative_lists_no_renewed_certificate(session, cast, ending, now, today):
    kept, renewed = ending(30), ending(30)
    ending(400, replaces_id=renewed.id)
    tasks = agenda.to_do(session, cast.manager.actor, now=now, today=today)
    listed = [one.certificate.id for one in tasks if one.kind is TaskKind.CERTIFICATE_ENDING]
    assert listed == [kept.id]


def test_the_provinces_week_groups_what_ends_and_counts_what_waits(session, ending, run, now, today):
    soon, later, over = ending(0), ending(40), ending(-3)
    run(now)
    letter = session.scalars(select(Letter).where(Letter.subject == f"certificate:{soon.public_id}")).one()
    letter.state, letter.sent_at = LetterState.SENT, now
    failed = session.scalars(select(Letter).where(Letter.kind == DIGEST)).first()
    failed.state = LetterState.FAILED
    session.commit()
    found = week.province_agenda(session, today)
    assert [one.certificate.id for one in found.ended] == [over.id]
    assert [[one.certificate.id for one in rows] for _, rows in found.weeks] == [[soon.id], [later.id]]
    assert all(
        one.first.weekday() == 0 and one.first <= rows[0].certificate.valid_until <= one.last
        for one, rows in found.weeks
    )
    assert found.told == {soon.public_id: now}
    assert (found.waiting, found.oldest, found.alerts, found.unsent) == (0, None, 0, 1)
    assert today_in_vietnam(now) == today
