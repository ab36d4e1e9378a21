"""`traceapp serve --with-worker` killed while people order stamps: one run for each wish, none lost.

The client is a browser: it opens the form, sends what the form holds (its hidden key too), and sends the same
again until it is answered. Killed are in turn the whole process group; the process that answers, which its
server must replace; the first process alone, whose children must then go by themselves; and the worker.
Most servers are forked (killed_server.py says what that leaves out), some begun as an operator does. Of the
200 kills of a usual run 160 are test_killed_anytime.py's and 40 are here; of the 2,000 at full length 1,600
and 400. trust.md B8.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from itertools import cycle
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests import factories
from tests.faults.ground import audit, chance, rounds
from tests.faults.orderers import GONE, Browser, Client
from tests.faults.zygote import ROOT
from tests.servers import free_port
from tests.web.test_serving import environment, wait_for
from traceapp.domain.printing import PrintState
from traceapp.models import PrintFile, PrintRun, StampRun
from traceapp.services import printing
from traceapp.storage import open_storage

VICTIMS = ("group", "answering", "first", "worker")  # none dies twice in a row: its keeper would give up


class Server:
    """`traceapp serve --with-worker` on one port, started again and again."""

    def __init__(self, settings, forge=None):
        self.port, self.forge = free_port(), forge
        self.environment = environment(settings) | {
            "TRACEAPP_PUBLIC_BASE_URL": f"http://127.0.0.1:{self.port}"
        }

    def start(self):
        self.child = self._forked() if self.forge else self._begun()
        wait_for(self.answers)

    def _begun(self):
        command = [sys.executable, "-m", "traceapp.cli", "serve", "--with-worker", "--port", str(self.port)]
        told = {"cwd": ROOT, "env": self.environment, "stdout": subprocess.DEVNULL}
        return subprocess.Popen(command, start_new_session=True, **told)

    def _forked(self):
        told = {"environment": self.environment, "session": True}
        return self.forge.start("tests.faults.killed_server", str(self.port), **told)

    def answers(self):
        assert self.child.poll() is None, "the server ended by itself"
        try:
            return Browser(self.port).ask("GET", "/healthz")[0] == 200
        except GONE:
            return False

    def kill(self, what):
        """Kill -9; a part is replaced by those who are left, of the rest nothing may stay."""
        if what in {"answering", "worker"}:
            wait_for(lambda: self.part(what))
            os.kill(self.part(what), signal.SIGKILL)
            return
        if what == "group":
            os.killpg(self.child.pid, signal.SIGKILL)
        else:
            self.child.kill()
        self.bury()
        wait_for(lambda: not self.processes())
        wait_for(self.port_is_free)  # the kernel closes the sockets of a dead process a moment later

    def bury(self):
        self.child.wait()
        if self.child.stdout:
            self.child.stdout.close()

    def back(self):
        """It answers again: begun again where all of it is gone."""
        if self.child.poll() is None:
            wait_for(self.answers)
        else:
            self.start()

    def port_is_free(self):
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind(("127.0.0.1", self.port))
            except OSError:
                return False
            return True

    def stop(self):
        """As an operator does."""
        self.child.terminate()
        assert self.child.wait(60) == 0
        wait_for(lambda: not self.processes())

    def processes(self):
        """Living processes of the session that it began, by number, with their command lines."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                state, _parent, _group, session, *_more = (
                    (folder / "stat").read_text().rpartition(")")[2].split()
                )
                if int(session) == self.child.pid and state not in "ZX":
                    words = (folder / "cmdline").read_bytes().decode().split("\0")
                    found[int(folder.name)] = " ".join([*words, (folder / "comm").read_text().strip()])
            except (FileNotFoundError, ProcessLookupError):
                continue
        return found

    def part(self, what):
        """The process that does it; None where there is none just now."""
        for number, words in self.processes().items():
            if number == self.child.pid or "resource_tracker" in words:
                continue
            if (what == "worker") == (" work" in words):
                return number
        return None


def faults_of_wishes(engine, client):
    """Each wish has a number of its own: acknowledged ones without exactly one run and order."""
    with Session(engine) as session:
        runs = Counter(session.scalars(select(StampRun.count)))
        orders = {order.public_id: order.count for order in session.scalars(select(PrintRun))}
    found = [f"{runs[count]} runs of {count}" for count in {*runs, *client.acked} if runs[count] != 1]
    found += [f"order of {n} is lost" for n, order in client.acked.items() if orders.get(order) != n]
    return found + [f"{len(orders)} orders of {len(client.acked)}"] * (len(orders) != len(client.acked))


@pytest.fixture
def server(app, settings, forge, request):
    made = Server(settings, forge if getattr(request, "param", "forked") == "forked" else None)
    made.start()
    yield made
    for number in made.processes():  # of a test that failed, too
        os.kill(number, signal.SIGKILL)
    made.bury()


@pytest.fixture
def client(app, server, session, cast, now, browser_of):
    """The manager, signed in, before the form that orders stamps of a lot."""
    lot = factories.make_lot(session, factories.make_trade_item(session, cast.cooperative_id, now), now)
    session.commit()
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = browser_of(cast.manager).get_cookie(name, domain="txng.langson.gov.vn")
    return Client(server.port, {"session": cookie.value}, f"/coop/stamps/new?lot={lot.public_id}")


def all_drawn(engine):
    with Session(engine) as session:
        return all(state is PrintState.DONE for state in session.scalars(select(PrintRun.state)))


def in_hand(engine):
    """Orders a worker is drawing."""
    with Session(engine) as session:
        return session.scalars(select(PrintRun.id).where(PrintRun.state == PrintState.RUNNING)).all()


def faults_of_redrawing(app, engine, orders, folder):
    """Files of these orders that are other bytes than those of a worker that nobody disturbs."""
    found = []
    for one in sorted(orders):
        drawn = hashes(engine, one)
        with Session(engine) as session:
            session.execute(delete(PrintFile).where(PrintFile.print_run_id == one))
            session.get_one(PrintRun, one).state = PrintState.QUEUED
            session.commit()
        told = {"worker": "alone", "keys": app.extensions["serial_keys"], "clock": lambda: datetime.now(UTC)}
        state = printing.run(partial(Session, engine), open_storage(f"file://{folder}"), one, **told)
        if (state, hashes(engine, one)) != (PrintState.DONE, drawn):
            found.append(f"order {one} is drawn otherwise when nobody disturbs it")
    return found


def hashes(engine, order):
    with Session(engine) as session:
        query = select(PrintFile.part, PrintFile.sha256).where(PrintFile.print_run_id == order)
        return dict(session.execute(query).all())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("server", "kills", "times"),
    [("forked", rounds(38, 350), 1), ("begun", rounds(2, 50), 4)],
    indirect=["server"],
)
def test_one_run_for_each_wish_however_often_the_server_is_killed(
    app, server, client, session, settings, tmp_path, kills, times
):
    """One lives at most so many times as long as it takes, once begun, to take two orders on this machine."""
    dice, engine, disturbed = chance("killed server"), session.get_bind(), set()
    longest = times * client.seconds_for_two()
    person = threading.Thread(target=client.go_on, daemon=True)
    person.start()
    for turn, what in zip(range(kills), cycle(VICTIMS), strict=False):
        time.sleep(longest * (turn + dice.random()) / kills)  # one in each of as many equal stretches
        server.kill(what)
        disturbed.update(in_hand(engine))
        server.back()
    client.enough.set()
    person.join(60)
    assert not person.is_alive()
    wait_for(lambda: all_drawn(engine), 300)
    server.stop()
    told = f"{len(client.acked)} orders, {len(disturbed)} in hand at a kill"
    print(f"{kills} kills within {longest:.1f} s, {told}, {client.lost_answers} sendings without an answer")
    assert client.unexpected == []
    assert faults_of_wishes(engine, client) + audit(engine, settings.instance_path / "files") == []
    assert faults_of_redrawing(app, engine, disturbed, tmp_path / "alone") == []
    assert len(client.acked) >= kills / 4  # else nobody was served in between


@pytest.mark.slow
def test_the_harness_finds_a_client_whose_second_sending_is_a_second_order(server, client, session):
    client.naive = True
    client.order(7)
    assert "2 runs of 7" in faults_of_wishes(session.get_bind(), client)


def test_the_harness_finds_a_file_that_is_other_bytes(app, press, session, tmp_path):
    assert press.draw(app.extensions["storage"].folder) == "done"
    orders, engine = [press.order_id], session.get_bind()
    assert faults_of_redrawing(app, engine, orders, tmp_path / "alone") == []
    with Session(engine) as other:
        other.scalars(select(PrintFile)).first().sha256 = "0" * 64
        other.commit()
    assert len(faults_of_redrawing(app, engine, orders, tmp_path / "again")) == 1


@pytest.mark.slow
def test_a_worker_that_died_is_started_again_and_ends_the_order(server, client, session):
    wait_for(lambda: server.part("worker"))
    dead = server.part("worker")
    server.kill("worker")
    client.order(70)
    wait_for(lambda: server.part("worker") not in (None, dead))
    wait_for(lambda: all_drawn(session.get_bind()), 120)
    assert list(client.acked) == [70]
