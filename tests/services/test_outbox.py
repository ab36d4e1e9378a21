"""Letters: each said once, carried by a real mail server, given up in time, never lost in silence."""

import threading
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.mail_server import mail_server
from traceapp.domain.errors import Conflict, NotAllowed, NotFound
from traceapp.domain.letters import MOST_TRIES, LetterState, message_id, pause_after, recipient_of
from traceapp.mailing import Mailbox, Postman, Sender, Written
from traceapp.models import JournalEntry, Letter
from traceapp.services.post import outbox, sending
from traceapp.services.post.outbox import ToSay
from traceapp.slips import Slip, forget, stayed

DAY = date(2026, 11, 22)
FAULTS = {
    "fact": KeyError("certificate"),
    "number": ValueError("không phải là số"),
    "record": NotFound("no_such_record"),
}
SENDER = Sender("Truy xuất Lạng Sơn", "txng@example.vn", "txng.example.vn")


def to_say(address="lan@example.com", **more):
    told = {"kind": "test", "subject": "certificate:AAAA0001", "day": DAY, "address": address} | more
    return ToSay(**told)


def compose(_session, letter, _now):
    if spoilt := letter.facts.get("spoilt"):
        raise FAULTS[spoilt]
    if subject := letter.facts.get("titled"):
        return Written(subject, "Hai dòng ở tiêu đề thì không gửi được.\n")
    if letter.facts.get("moot"):
        return None
    return Written(
        "Chứng nhận sắp hết hạn", f"Xin gia hạn.\n.Một dòng bắt đầu bằng dấu chấm\n{letter.subject}\n"
    )


@pytest.fixture
def server():
    with mail_server() as running:
        yield running


@pytest.fixture
def put(session, now):
    def put(*letters):
        for one in letters:
            outbox.put_letter(session, one, now=now)
        session.commit()

    return put


@pytest.fixture
def slip(tmp_path):
    """The slip of the worker "here:1"."""
    return Slip(tmp_path / "post", "here:1")


@pytest.fixture
def post(session, now, server, slip):
    """A round of sending at a given moment; what became of the letters."""
    _kept, port = server

    def post(
        at=now, *, lease=sending.LEASE, last_patience=5.0, to=port, carrier=None, stopping=lambda: False
    ):
        with Postman(Mailbox("127.0.0.1", to), SENDER, last_patience=last_patience) as postman:
            round_ = sending.Post(
                sessions=lambda: Session(session.get_bind()),
                carrier=carrier(postman) if carrier else postman,
                compose=compose,
                kinds={"test"},
                sender=SENDER,
                worker="here:1",
                clock=lambda: at,
                slip=slip,
                lease=lease,
            )
            return sending.send_waiting(round_, stopping=stopping)

    return post


@pytest.fixture
def letters(session):
    def letters():
        with Session(session.get_bind()) as other:
            return list(other.scalars(select(Letter).order_by(Letter.id)))

    return letters


def test_the_same_thing_said_twice_is_one_letter(session, now):
    assert outbox.put_letter(session, to_say(), now=now)
    assert not outbox.put_letter(session, to_say("Lan@Example.com "), now=now)
    assert outbox.unsaid(session, [to_say()]) == []
    for other in (
        to_say("minh@example.com"),
        to_say(day=DAY + timedelta(days=1)),
        to_say(subject="lot:B"),
        to_say(kind="x"),
    ):
        assert outbox.unsaid(session, [to_say(), other]) == [other]
        assert outbox.put_letter(session, other, now=now)
    session.commit()
    assert sum(outbox.count_letters(session).values()) == 5


def test_of_many_who_say_it_at_once_one_is_first(session, now, letters):
    engine, news = session.get_bind(), []
    session.rollback()

    def say() -> None:
        with Session(engine) as own:
            new = outbox.put_letter(own, to_say(), now=now)
            own.commit()
            news.append(new)

    threads = [threading.Thread(target=say) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(news) == {True: 1, False: 5}
    assert len(letters()) == 1


def test_a_letter_arrives_as_it_was_written(put, post, server, letters, now):
    kept, _ = server
    put(to_say(), to_say("minh@example.com"))
    assert post() == {LetterState.SENT: 2}
    (first, mail), (second, _) = kept.mails
    assert (first, second) == ("lan@example.com", "minh@example.com")
    assert mail["Subject"] == "Chứng nhận sắp hết hạn"
    assert mail["From"] == "Truy xuất Lạng Sơn <txng@example.vn>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().splitlines() == [
        "Xin gia hạn.",
        ".Một dòng bắt đầu bằng dấu chấm",
        "certificate:AAAA0001",
    ]
    recipient = recipient_of("lan@example.com")
    assert mail["Message-ID"] == message_id("test", "certificate:AAAA0001", DAY, recipient, "txng.example.vn")
    assert mail.as_bytes().isascii()
    assert [(one.state, one.tries, one.sent_at, one.worker) for one in letters()] == [
        (LetterState.SENT, 1, now, None)
    ] * 2
    assert post() == {}
    assert set(kept.by_id().values()) == {1}


def test_a_letter_that_is_no_longer_true_is_not_sent(put, post, server, letters):
    put(to_say(facts={"moot": True}))
    assert post() == {LetterState.UNWANTED: 1}
    assert server[0].mails == []
    assert letters()[0].state is LetterState.UNWANTED


def test_a_letter_that_was_dropped_waits_when_it_is_said_again(put, post, server, letters, session, now):
    put(to_say(facts={"moot": True}), to_say("minh@example.com"))
    assert post() == {LetterState.UNWANTED: 1, LetterState.SENT: 1}
    dropped = letters()[0]
    later = now + timedelta(days=1)
    assert outbox.unsaid(session, [to_say(), to_say("minh@example.com")]) == [to_say()]
    assert outbox.put_letter(session, to_say(facts={"days": 30}, language="en"), now=later)
    assert outbox.unsaid(session, [to_say()]) == []
    assert not outbox.put_letter(session, to_say(), now=later)
    assert not outbox.put_letter(session, to_say("minh@example.com"), now=later)  # that one was sent
    session.commit()
    again = letters()[0]
    assert (again.id, again.state, again.facts, again.language) == (
        dropped.id, LetterState.WAITING, {"days": 30}, "en",
    )  # fmt: skip
    assert (again.created_at, again.tries) == (later, 0)
    assert post(later) == {LetterState.SENT: 1}
    assert set(server[0].by_id().values()) == {1}


def test_of_many_who_say_a_dropped_letter_again_one_is_first(put, post, session, now, letters):
    put(to_say(facts={"moot": True}))
    post()
    engine, news = session.get_bind(), []
    session.rollback()

    def say() -> None:
        with Session(engine) as own:
            new = outbox.put_letter(own, to_say(), now=now)
            own.commit()
            news.append(new)

    threads = [threading.Thread(target=say) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(news) == {True: 1, False: 5}
    assert [one.state for one in letters()] == [LetterState.WAITING]


@pytest.mark.parametrize("state", [one for one in LetterState if one is not LetterState.UNWANTED])
def test_no_other_letter_waits_again_by_itself(put, session, letters, now, state):
    put(to_say())
    held = {"worker": "there:1", "lease_until": now} if state.value in ("sending", "in_doubt") else {}
    sent = {"sent_at": now} if state is LetterState.SENT else {}
    session.query(Letter).update({"state": state, "tries": 3} | held | sent)
    session.commit()
    assert not outbox.put_letter(session, to_say(facts={"days": 7}), now=now + timedelta(days=1))
    session.commit()
    [kept] = letters()
    assert (kept.state, kept.tries, kept.facts, kept.created_at) == (state, 3, {}, now)


def test_killed_while_a_letter_is_no_longer_true_it_is_sent_once_when_it_is_again(
    put, post, server, letters, session, now, monkeypatch
):
    put(to_say(facts={"moot": True}))
    settled = sending._settle
    monkeypatch.setattr(sending, "_settle", killed)
    with pytest.raises(KeyboardInterrupt):
        post()
    monkeypatch.setattr(sending, "_settle", settled)
    assert letters()[0].state is LetterState.SENDING
    assert not outbox.put_letter(session, to_say(), now=now)  # in somebody's hand
    sending.release(session, lambda _worker: True, now)
    session.commit()
    assert post() == {LetterState.UNWANTED: 1}
    put(to_say())
    with pytest.raises(KeyboardInterrupt):
        post(carrier=lambda postman: Dying(postman, "before the dot"))
    put(to_say())  # the job runs again meanwhile
    sending.release(session, lambda _worker: True, now)
    session.commit()
    put(to_say())
    assert post() == {LetterState.SENT: 1}
    put(to_say())
    assert post() == {}
    assert set(server[0].by_id().values()) == {1}


def killed(*_told, **_more):
    raise KeyboardInterrupt


def test_a_recipient_the_server_refuses_for_good_is_not_tried_again(put, post, server, letters, now):
    server[0].refuse["lan@example.com"] = "550 5.1.1 <lan@example.com>: unknown"
    put(to_say(), to_say("minh@example.com"))
    assert post() == {LetterState.FAILED: 1, LetterState.SENT: 1}
    failed = letters()[0]
    assert (failed.state, failed.error) == (LetterState.FAILED, "550 5.1.1 <…>: unknown")
    assert post(now + timedelta(days=9)) == {}


def test_a_refusal_for_now_is_tried_later_and_later_and_not_for_ever(put, post, server, letters, now):
    server[0].refuse["lan@example.com"] = "450 4.2.1 later"
    put(to_say())
    at, pauses = now, []
    while True:
        tally = post(at)
        letter = letters()[0]
        if letter.state is LetterState.FAILED:
            break
        assert tally == {LetterState.WAITING: 1}
        assert post(at) == {}
        pauses.append(letter.next_try_at - at)
        at = letter.next_try_at
    assert pauses == sorted(pauses)
    assert len(pauses) == MOST_TRIES - 1
    assert letters()[0].error == "450 4.2.1 later"


def test_a_server_that_is_away_is_asked_once_a_round(put, post, letters, now):
    put(to_say(), to_say("minh@example.com"))
    assert post(to=1) == {LetterState.WAITING: 1}
    assert [one.tries for one in letters()] == [1, 0]
    assert post(now + timedelta(minutes=5)) == {LetterState.SENT: 2}


def test_a_line_that_breaks_at_the_end_counts_as_not_now_and_keeps_its_name(put, post, server, letters, now):
    kept, _ = server
    kept.at_the_end = ["lose"]
    put(to_say())
    assert post() == {LetterState.WAITING: 1}
    assert letters()[0].state is LetterState.WAITING
    kept.at_the_end = ["451 4.3.0 busy"]
    assert post(now + timedelta(minutes=5)) == {LetterState.WAITING: 1}
    assert post(now + timedelta(hours=5)) == {LetterState.SENT: 1}
    assert set(kept.by_id().values()) == {1}


def test_a_letter_refused_at_its_end_failed(put, post, server):
    server[0].at_the_end = ["554 5.7.1 spam"]
    put(to_say())
    assert post() == {LetterState.FAILED: 1}


class Dying:
    """A carrier whose worker is killed at one point: nothing after it happens."""

    def __init__(self, postman, where):
        self.postman, self.where = postman, where

    def hand_over(self, message, address, at_the_dot):
        def dot():
            if self.where == "before the dot":
                raise KeyboardInterrupt
            leaves = at_the_dot()
            if self.where == "with the dot in hand":
                raise KeyboardInterrupt
            return leaves

        self.postman.hand_over(message, address, dot)
        raise KeyboardInterrupt  # the server has answered, nobody wrote it down


def test_killed_before_the_dot_it_is_sent_by_the_next(put, post, server, letters, session, now):
    put(to_say())
    with pytest.raises(KeyboardInterrupt):
        post(carrier=lambda postman: Dying(postman, "before the dot"))
    assert server[0].mails == []
    assert letters()[0].state is LetterState.SENDING
    assert post() == {}  # its worker may live
    sending.release(session, lambda worker: worker == "here:1", now)
    session.commit()
    assert post() == {LetterState.SENT: 1}
    assert len(server[0].mails) == 1


def test_killed_before_the_dot_on_another_machine_it_waits_for_the_lease(put, post, server, now):
    put(to_say())
    with pytest.raises(KeyboardInterrupt):
        post(carrier=lambda postman: Dying(postman, "before the dot"))
    assert post(now + sending.LEASE) == {}
    assert post(now + sending.LEASE + timedelta(seconds=1)) == {LetterState.SENT: 1}


def test_a_clock_set_back_does_not_keep_a_dead_workers_letter_for_ever(put, post, now):
    put(to_say())
    with pytest.raises(KeyboardInterrupt):
        post(now, carrier=lambda postman: Dying(postman, "before the dot"))
    assert post(now - timedelta(days=1)) == {LetterState.SENT: 1}


def test_killed_after_the_dot_it_is_in_doubt_and_only_a_person_sends_it_again(
    put, post, server, letters, session, cast, now
):
    put(to_say())
    with pytest.raises(KeyboardInterrupt):
        post(carrier=lambda postman: Dying(postman, "after the dot"))
    assert len(server[0].mails) == 1
    assert letters()[0].state is LetterState.IN_DOUBT
    letter = session.scalars(select(Letter)).one()
    with pytest.raises(Conflict, match="letter_not_failed"):  # in hand, for all we know
        outbox.send_again(session, actor=cast.officer.actor, letter=letter, now=now)
    sending.release(session, lambda _worker: True, now)
    session.commit()
    assert post(now + timedelta(days=30)) == {}
    outbox.send_again(session, actor=cast.officer.actor, letter=letter, now=now)
    outbox.send_again(session, actor=cast.officer.actor, letter=letter, now=now)
    session.commit()
    acts = session.scalars(select(JournalEntry.act)).all()
    session.rollback()
    assert acts == ["sent_letter_again"]
    assert post() == {LetterState.SENT: 1}
    assert list(server[0].by_id().values()) == [2]  # by one name: a person said so


def test_killed_with_the_dot_in_hand_its_slip_proves_it_and_the_next_sends_the_letter(
    put, post, server, letters, session, slip, now
):
    put(to_say())
    with pytest.raises(KeyboardInterrupt):
        post(carrier=lambda postman: Dying(postman, "with the dot in hand"))
    assert (letters()[0].state, server[0].mails) == (LetterState.IN_DOUBT, [])
    folder = slip.path.parent
    sending.release(
        session, lambda _worker: True, now, stayed=lambda one: stayed(folder, one.worker, one.id, one.tries)
    )
    session.commit()
    assert post() == {LetterState.SENT: 1}
    assert set(server[0].by_id().values()) == {1}
    forget(folder, lambda worker: worker == "here:1")
    assert list(folder.iterdir()) == []


def test_after_a_new_start_of_the_machine_no_slip_counts(slip, monkeypatch, tmp_path):
    slip.fill(1, 1)
    for other in ("another boot\n", None):
        told = tmp_path / "boot_id"
        told.unlink(missing_ok=True)
        if other:
            told.write_text(other)
        monkeypatch.setattr("traceapp.slips.BOOT_ID", told)
        assert not stayed(slip.path.parent, "here:1", 1, 1)


def test_a_worker_that_lost_its_letter_does_not_end_it(put, post, server, letters, session, now):
    class Slow:
        """While it talks, another takes the letter over."""

        def __init__(self, postman):
            self.postman = postman

        def hand_over(self, message, address, at_the_dot):
            with Session(session.get_bind()) as other:
                other.scalars(select(Letter)).one().worker = "there:2"
                other.commit()
            self.postman.hand_over(message, address, at_the_dot)

    put(to_say())
    assert post(carrier=Slow) == {}
    assert server[0].mails == []
    assert letters()[0].worker == "there:2"


def test_a_silent_server_leaves_the_letter_in_doubt(put, letters, session, post):
    class Mute:
        """Takes everything and never answers."""

        def __init__(self, _postman):
            pass

        def hand_over(self, _message, _address, at_the_dot):
            at_the_dot()
            raise sending.Unanswered

    put(to_say())
    assert post(carrier=Mute) == {LetterState.IN_DOUBT: 1}
    assert letters()[0].error == sending.UNANSWERED


def test_a_letter_that_kills_its_worker_each_time_is_given_up(put, post, letters, now):
    put(to_say())
    at = now
    for _ in range(MOST_TRIES):
        with pytest.raises(KeyboardInterrupt):
            post(at, carrier=lambda postman: Dying(postman, "before the dot"))
        at += 2 * sending.LEASE
    assert post(at) == {LetterState.FAILED: 1}
    assert letters()[0].error == sending.INTERRUPTED


@pytest.mark.parametrize("facts", [*({"spoilt": fault} for fault in FAULTS), {"titled": "Một\nHai"}])
def test_a_letter_that_cannot_be_worded_is_given_up_and_holds_up_no_other(put, post, letters, now, facts):
    put(to_say(facts=facts), to_say("minh@example.com"))
    at = now
    assert post(at) == {LetterState.WAITING: 1, LetterState.SENT: 1}
    spoilt = letters()[0]
    assert (spoilt.error, spoilt.next_try_at) == (sending.UNWORDED, now + pause_after(1))
    assert post(at) == {}
    for _ in range(MOST_TRIES - 2):
        at = letters()[0].next_try_at
        assert post(at) == {LetterState.WAITING: 1}
    at = letters()[0].next_try_at
    assert post(at) == {LetterState.FAILED: 1}
    assert post(at + timedelta(days=9)) == {}


def test_a_worker_told_to_stop_stops_between_two_letters(put, post, server):
    put(*(to_say(f"a{n}@example.com") for n in range(3)))
    assert post(stopping=lambda: len(server[0].mails) >= 1) == {LetterState.SENT: 1}


def test_a_kind_nobody_here_can_word_waits_for_who_can(put, post, letters):
    put(to_say(kind="of a later version"), to_say())
    assert post() == {LetterState.SENT: 1}
    assert letters()[0].state is LetterState.WAITING


def test_only_the_province_sends_again_and_only_what_failed(put, post, session, cast, now):
    put(to_say())
    letter = session.scalars(select(Letter)).one()
    for stranger in (cast.manager, cast.inspector, cast.body_officer):
        with pytest.raises(NotAllowed):
            outbox.send_again(session, actor=stranger.actor, letter=letter, now=now)
    session.rollback()
    post()
    session.expire_all()
    with pytest.raises(Conflict, match="letter_not_failed"):
        outbox.send_again(session, actor=cast.officer.actor, letter=letter, now=now)
    with pytest.raises(NotFound):
        outbox.find_letter(session, "ZZZZZZZZ")


def test_addresses_of_settled_letters_are_forgotten_and_what_was_said_is_not_said_again(
    put, post, server, session, cast, now
):
    server[0].refuse["lan@example.com"] = "550 no"
    put(to_say(), to_say("minh@example.com"))
    post()
    assert outbox.forget_addresses(session, now + timedelta(days=89)) == 0
    assert outbox.forget_addresses(session, now + timedelta(days=91)) == 2
    session.commit()
    session.expire_all()
    assert [one.address for one in outbox.list_letters(session)] == [None, None]
    assert not outbox.put_letter(session, to_say("minh@example.com"), now=now)
    failed = outbox.list_letters(session, states={LetterState.FAILED}, kinds={"test"})
    with pytest.raises(Conflict, match="letter_address_gone"):
        outbox.send_again(session, actor=cast.officer.actor, letter=failed[0], now=now)


def test_what_waited_ninety_days_for_a_mail_server_is_given_up(put, post, session, letters, now):
    put(to_say())
    assert outbox.forget_addresses(session, now + timedelta(days=91)) == 1
    session.commit()
    [letter] = letters()
    assert (letter.state, letter.address) == (LetterState.UNWANTED, None)
    assert post(now + timedelta(days=91)) == {}
