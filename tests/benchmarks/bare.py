"""What a stamp page is measured against: a server that says hello, and Flask the usual way.

`hello` is the floor under any page of this server; `plain` is a view as tutorials write it, with one ORM
query and a Jinja template as long as ours. Neither counts a scan.
"""

import os
from collections.abc import Iterable

from flask import Flask, render_template_string
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from traceapp.models import StampRun

PAGE = """<!doctype html><html lang="vi"><head><title>{{ run.public_id }}</title></head><body>
{% for n in range(100) %}<p>{{ n }}: {{ run.subject }} – {{ serial }}, {{ run.count }} tem,
{{ run.state.value }}, {{ run.state_at }}</p>{% endfor %}</body></html>"""


def hello(_environ: dict[str, object], start) -> Iterable[bytes]:
    """A bare WSGI callable."""
    start("200 OK", [("Content-Type", "text/html")])
    return [b"hello"]


def plain() -> Flask:
    """A Flask application with one view."""
    app = Flask("plain")
    engine = create_engine(os.environ["BENCH_DATABASE"])

    @app.get("/01/<gtin>/21/<serial>")
    def page(gtin: str, serial: str) -> str:
        with Session(engine) as session:
            run = session.scalars(select(StampRun).where(StampRun.subject == gtin)).first()
            return render_template_string(PAGE, run=run, serial=serial)

    return app
