"""`traceapp remind` killed at any moment: no letter twice, none lost; the mail server's record is the truth.

The server is a process of its own and writes down each mail before it answers. What it has is compared with
what the outbox says: of a letter that is `sent` it has one, of one `in_doubt` at most one, and nothing else
is left. The harness is itself tested: a worker that sends again what has no answer, and one that believes
itself too early, are found out. ADR 5.
"""

import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tests import factories
from tests.faults.ground import chance, rounds
from tests.faults.zygote import ROOT
from tests.mail_server import accepted
from tests.servers import free_port
from tests.web.test_serving import environment, wait_for
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.letters import LetterState, message_id
from traceapp.models import Letter, Party
from traceapp.services.post import reminders

PATIENCE = 60.0  # seconds a harness waits before it says what it waited for
CERTIFICATES = 12
LETTERS = CERTIFICATES + 2  # and the summaries of two officers


class PostOffice:
    """A mail server, and an outbox that a process of its own carries to it."""

    def __init__(self, settings, engine, folder, pause, forge):
        self.forge, self.begun = forge, []
        self.engine, self.file, self.port = engine, folder / "mails", free_port()
        self.host = settings.host
        self.environment = environment(settings) | {
            "TRACEAPP_MAIL_URL": f"smtp://127.0.0.1:{self.port}",
            "TRACEAPP_MAIL_FROM": "txng@example.vn",
        }
        command = [sys.executable, "-m", "tests.mail_server", str(self.port), str(self.file), str(pause)]
        self.server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.server.stdout.readline() == "ready\n"

    def close(self):
        for child in self.begun:  # of a test that failed
            child.kill()
        self.server.kill()
        self.server.wait()
        self.server.stdout.close()

    def start(self, fault="", command="remind"):
        """A worker that has begun."""
        told = {"environment": self.environment, "quiet": True}
        child = self.forge.start("tests.faults.killed_postman", command, fault, **told)
        self.begun.append(child)
        assert child.stdout.readline() == "begins\n"
        return child

    def end(self, fault=""):
        """A worker nobody disturbs; the seconds it took."""
        child, began = self.start(fault), time.monotonic()
        child.communicate(timeout=120)
        return time.monotonic() - began

    def kill_after(self, seconds, fault=""):
        child = self.start(fault)
        time.sleep(seconds)  # the moment of the kill, drawn by the dice
        kill(child)

    def in_the_dark(self, mails, **how):
        """A worker, once the server has written down so many mails and before it answers for the last."""
        child, end = self.start(**how), time.monotonic() + PATIENCE
        while (came := accepted(self.file).total()) < mails:
            assert child.poll() is None, f"it ended ({child.returncode}) after {came} mails of {mails}"
            assert time.monotonic() < end, f"{came} mails of {mails} came in {PATIENCE:.0f} s"
            time.sleep(0.002)  # its file is all the mail server tells
        return child

    def again(self):
        """As on a new day: nothing said yet."""
        with Session(self.engine) as session:
            session.execute(delete(Letter))
            session.commit()
        self.file.unlink(missing_ok=True)

    def drop_all(self):
        """As when every certificate was suspended before its letter left, and is restored by now."""
        with Session(self.engine) as session:
            reminders.put_due(session, now=datetime.now(UTC))
            session.execute(update(Letter).values(state=LetterState.UNWANTED))
            session.commit()

    def name(self, letter):
        """A letter as the server knows it."""
        told = (letter.kind, letter.subject, letter.day, letter.recipient)
        return letter.address, message_id(*told, self.host)

    def states(self):
        with Session(self.engine) as session:
            return Counter(session.scalars(select(Letter.state)))

    def faults(self):
        """Letters that came twice, never came though they are sent, came unasked, or are left lying."""
        with Session(self.engine) as session:
            letters = {self.name(one): one.state for one in session.scalars(select(Letter))}
        came = accepted(self.file)
        found = [f"{name} came {count} times" for name, count in came.items() if count > 1]
        found += [f"{name} came unasked" for name in came if name not in letters]
        for name, state in letters.items():
            if state is LetterState.SENT and not came[name]:
                found.append(f"{name} was lost")
            elif state not in {LetterState.SENT, LetterState.IN_DOUBT}:
                found.append(f"{name} is left {state}")
        return found + ([] if len(letters) == LETTERS else [f"{len(letters)} letters were put in"])

    def doubted(self):
        """Letters in doubt: how many the server has, how many it has not."""
        with Session(self.engine) as session:
            rows = session.scalars(select(Letter).where(Letter.state == LetterState.IN_DOUBT)).all()
        came = accepted(self.file)
        names = [self.name(one) for one in rows]
        return sum(came[name] for name in names), sum(not came[name] for name in names)


def kill(child):
    child.kill()
    child.wait()
    child.stdout.close()


@pytest.fixture
def office(app, session, cast, now, settings, forge, tmp_path, request):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    session.get_one(Party, cast.cooperative_id).email = "htx@example.com"
    until = today_in_vietnam(datetime.now(UTC)) + timedelta(days=20)
    for number in range(CERTIFICATES):
        factories.make_certificate(session, cast, now, item, number=f"DEMO-{number}", valid_until=until)
    session.commit()
    office = PostOffice(settings, session.get_bind(), tmp_path, getattr(request, "param", 0.0), forge)
    yield office
    office.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    "office", [0.02], indirect=True
)  # a server that thinks, so that kills meet it thinking
def test_killed_at_any_moment_and_begun_again_every_letter_comes_once(office):
    dice = chance("post")
    lasts = min(office.end() for _ in (office.again(), office.again()))
    assert office.faults() == []
    kills, doubts = rounds(4, 100), Counter()
    for turn in range(kills):
        office.again()
        moment = lasts * (turn + dice.random()) / kills
        office.kill_after(moment)
        before = office.states()
        office.kill_after(lasts * dice.random())  # and the one who comes after it
        office.end()
        assert office.faults() == [], f"killed {moment:.3f} s after it began, of {lasts:.3f}: {before}"
        there, missing = office.doubted()
        doubts.update(there=there, missing=missing)
    print(f"{kills} rounds of two kills over {lasts:.2f} s each; letters in doubt: {dict(doubts)}")


@pytest.mark.slow
@pytest.mark.parametrize("office", [0.02], indirect=True)
def test_letters_dropped_and_wanted_again_come_once_however_often_a_worker_is_killed(office):
    dice = chance("dropped post")
    lasts = office.end()
    kills = rounds(2, 50)
    for turn in range(kills):
        office.again()
        office.drop_all()
        office.kill_after(lasts * (turn + dice.random()) / kills)
        office.kill_after(lasts * dice.random())
        office.end()
        assert office.faults() == []


@pytest.mark.slow
@pytest.mark.parametrize("office", [0.15], indirect=True)
def test_killed_between_the_servers_record_and_its_answer_a_letter_is_in_doubt_and_comes_once(office):
    for mails in (1, 4):
        kill(office.in_the_dark(mails))
    office.end()
    assert office.faults() == []
    assert office.doubted() == (2, 0)
    assert office.states() == {LetterState.SENT: LETTERS - 2, LetterState.IN_DOUBT: 2}


@pytest.mark.slow
@pytest.mark.parametrize("office", [0.15], indirect=True)
def test_a_worker_that_sends_again_what_has_no_answer_would_be_found(office):
    kill(office.in_the_dark(2))
    office.end("sends again")
    assert any(fault.endswith("came 2 times") for fault in office.faults())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("moment", "found"),
    [("dies before the mark", LetterState.SENDING), ("dies after the mark", LetterState.IN_DOUBT)],
)
def test_killed_before_its_dot_has_left_a_letter_is_sent_by_the_next(office, moment, found):
    office.end(moment)
    assert office.states()[found] == 1
    office.end()
    assert office.faults() == []
    assert office.states() == {LetterState.SENT: LETTERS}


@pytest.mark.slow
def test_the_one_window_killed_as_the_dot_leaves_it_is_missing_and_says_so(office):
    """What SMTP leaves open, in microseconds: not doubled, not sent, and in the log for a person to see."""
    office.end("dies as the dot leaves")
    office.end()
    assert office.faults() == []
    assert office.states() == {LetterState.SENT: LETTERS - 1, LetterState.IN_DOUBT: 1}
    assert office.doubted() == (0, 1)


@pytest.mark.slow
def test_a_worker_that_believes_itself_too_early_would_be_found(office):
    office.end("believes itself")
    office.end()
    assert [fault.endswith("was lost") for fault in office.faults()] == [True]


@pytest.mark.slow
@pytest.mark.parametrize("office", [0.15], indirect=True)
def test_the_worker_killed_and_started_again_goes_on_where_it_stood(office):
    kill(office.in_the_dark(3, command="work"))
    successor = office.start(command="work")
    wait_for(lambda: office.states()[LetterState.SENT] == LETTERS - 1)
    kill(successor)
    assert office.faults() == []
    assert office.states() == {LetterState.SENT: LETTERS - 1, LetterState.IN_DOUBT: 1}


@pytest.mark.slow
@pytest.mark.parametrize("office", [0.15], indirect=True)
def test_the_worker_told_to_stop_ends_the_letter_in_hand_first(office):
    worker = office.in_the_dark(3, command="work")
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=60)
    assert worker.returncode == 0
    assert office.states()[LetterState.IN_DOUBT] == office.states()[LetterState.SENDING] == 0
    assert office.states()[LetterState.SENT] == accepted(office.file).total() < LETTERS
    office.end()
    assert office.faults() == []


@pytest.mark.slow
@pytest.mark.parametrize("office", [0.02], indirect=True)
def test_workers_side_by_side_send_each_letter_once(office):
    workers = [office.start() for _ in range(3)]
    for worker in workers:
        worker.communicate(timeout=120)
    assert office.faults() == []
    assert office.states() == {LetterState.SENT: LETTERS}
