"""People who order stamps at a server that is killed, and never take a lost answer for a no."""

import http.client
import re
import threading
import time
from urllib.parse import urlencode

GONE = (OSError, http.client.HTTPException)  # what a client sees of a server that died


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
        self.enough, self.count = threading.Event(), 0

    def form(self):
        """What the form holds when it is opened."""
        _, _, page = self.until_answered("GET", self.address)
        hidden = dict(re.findall(r'name="(csrf_token|request_key)" value="([^"]+)"', page))
        return {"medium": "a4-65", "kind": "sheet", "do": "order"} | hidden

    def until_answered(self, method, path, form=None):
        while True:
            try:
                answer = self.browser.ask(method, path, form)
                if answer[0] != 429:  # nobody orders so fast by hand: it waits, as it is told
                    return answer
                time.sleep(0.2)  # until its minute is over
            except GONE:
                self.lost_answers += method == "POST"
                time.sleep(0.1)  # until the server is back

    def order(self, count):
        form = self.form() | {"n": str(count)}
        status, address, page = self.until_answered("POST", self.address, form)
        if status != 303:
            self.unexpected.append((status, page[:500]))
            return
        self.acked[count] = address.rpartition("/")[2]
        if self.naive:
            self.until_answered("POST", self.address, form | {"request_key": f"again-{count}"})

    def seconds_for_two(self):
        """How long two orders take while nobody disturbs."""
        began = time.monotonic()
        self.order_more()
        self.order_more()
        return time.monotonic() - began

    def go_on(self):
        while not self.enough.is_set():
            self.order_more()

    def order_more(self):
        self.count += 1
        self.order(self.count)
