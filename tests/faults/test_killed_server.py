"""`traceapp serve --with-worker` killed while people order stamps: one run for each wish, none lost.

The client is a browser: it opens the form, sends what the form holds (its hidden key too), and sends the same
again until it is answered. Killed are in turn the whole process group and the first process alone, whose
children must then go by themselves. trust.md B8.
"""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.faults.ground import audit, chance, rounds
from tests.servers import free_port
from tests.web.test_serving import environment, wait_for
from traceapp.domain.printing import PrintState
from traceapp.models import PrintRun, StampRun

ROOT = Path(__file__).parents[2]
LONGEST = 4.0  # seconds a server lives after it first answers
GONE = (OSError, http.client.HTTPException)  # what a client sees of a server that died


class Server:
    """`traceapp serve --with-worker` on one port, started again and again."""

    def __init__(self, settings):
        self.port = free_port()
        self.environment = environment(settings) | {
            "TRACEAPP_PUBLIC_BASE_URL": f"http://127.0.0.1:{self.port}"
        }

    def start(self):
        command = [sys.executable, "-m", "traceapp.cli", "serve", "--with-worker", "--port", str(self.port)]
        self.child = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL, start_new_session=True
        )
        wait_for(self.answers)

    def answers(self):
        assert self.child.poll() is None, "the server ended by itself"
        try:
            return Browser(self.port).ask("GET", "/healthz")[0] == 200
        except GONE:
            return False

    def kill(self, *, whole: bool):
        """Kill -9 of the group, or of the first process alone; then everything it started is gone."""
        if whole:
            os.killpg(self.child.pid, signal.SIGKILL)
        else:
            self.child.kill()
        self.child.wait()
        wait_for(lambda: not self.processes())
        wait_for(self.port_is_free)  # the kernel closes the sockets of a dead process a moment later

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
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().decode().split("\0")
            except (FileNotFoundError, ProcessLookupError):
                continue
        return found

    def worker(self):
        return next((number for number, words in self.processes().items() if "work" in words), None)


class Browser:
    """Cookies and forms, over one connection for each question."""

    def __init__(self, port):
        self.port, self.cookies = port, {}

    def ask(self, method, path, form=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, urlencode(form) if form else None, headers)
            answer = connection.getresponse()
            page = answer.read().decode()
            for cookie in answer.headers.get_all("Set-Cookie", []):
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.headers.get("Location", ""), page
        finally:
            connection.close()


class Client:
    """Somebody who orders one stamp, then two, then three, and never takes a lost answer for a no."""

    def __init__(self, port, cookies, address, *, new_key_each_time=False):
        self.browser, self.address = Browser(port), address
        self.browser.cookies = dict(cookies)
        self.acked, self.lost_answers, self.unexpected = {}, 0, []
        self.naive = new_key_each_time
        self.enough = threading.Event()

    def form(self):
        """What the form holds when it is opened."""
        _, _, page = self.until_answered("GET", self.address)
        hidden = dict(re.findall(r'name="(csrf_token|request_key)" value="([^"]+)"', page))
        return {"medium": "a4-65", "kind": "sheet", "do": "order"} | hidden

    def until_answered(self, method, path, form=None):
        while True:
            try:
                return self.browser.ask(method, path, form)
            except GONE:
                self.lost_answers += method == "POST"
                time.sleep(0.1)

    def order(self, count):
        form = self.form() | {"n": str(count)}
        status, address, page = self.until_answered("POST", self.address, form)
        if status != 303:
            self.unexpected.append((status, page[:500]))
            return
        self.acked[count] = address.rpartition("/")[2]
        if self.naive:
            self.until_answered("POST", self.address, form | {"request_key": f"again-{count}"})

    def go_on(self):
        count = 0
        while not self.enough.is_set():
            count += 1
            self.order(count)


def faults_of_wishes(engine, client):
    """Each wish has a number of its own: acknowledged ones without exactly one run and order."""
    with Session(engine) as session:
        runs = Counter(session.scalars(select(StampRun.count)))
        orders = {order.public_id: order.count for order in session.scalars(select(PrintRun))}
    found = [f"{runs[count]} runs of {count}" for count in {*runs, *client.acked} if runs[count] != 1]
    found += [f"order of {n} is lost" for n, order in client.acked.items() if orders.get(order) != n]
    return found + [f"{len(orders)} orders of {len(client.acked)}"] * (len(orders) != len(client.acked))


@pytest.fixture
def server(app, settings):
    made = Server(settings)
    made.start()
    yield made
    for number in made.processes():  # of a test that failed, too
        os.kill(number, signal.SIGKILL)
    made.child.wait()


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


@pytest.mark.slow
def test_one_run_for_each_wish_however_often_the_server_is_killed(server, client, session, settings):
    dice, kills = chance("killed server"), rounds(3, 50)
    person = threading.Thread(target=client.go_on, daemon=True)
    person.start()
    for turn in range(kills):
        time.sleep(LONGEST * (turn + dice.random()) / kills)
        server.kill(whole=turn % 2 == 0)
        server.start()
    client.enough.set()
    person.join(60)
    assert not person.is_alive()
    wait_for(lambda: all_drawn(session.get_bind()), 300)
    server.stop()
    print(f"{kills} kills, {len(client.acked)} orders, {client.lost_answers} sendings without an answer")
    assert client.unexpected == []
    assert len(client.acked) >= kills
    assert (
        faults_of_wishes(session.get_bind(), client)
        + audit(session.get_bind(), settings.instance_path / "files")
        == []
    )


@pytest.mark.slow
def test_the_harness_finds_a_client_whose_second_sending_is_a_second_order(server, client, session):
    client.naive = True
    client.order(7)
    assert "2 runs of 7" in faults_of_wishes(session.get_bind(), client)


@pytest.mark.slow
def test_a_worker_that_died_is_started_again_and_ends_the_order(server, client, session):
    wait_for(server.worker)
    dead = server.worker()
    os.kill(dead, signal.SIGKILL)
    client.order(70)
    wait_for(lambda: server.worker() not in (None, dead))
    wait_for(lambda: all_drawn(session.get_bind()), 120)
    assert list(client.acked) == [70]
