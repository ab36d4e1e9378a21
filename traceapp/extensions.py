"""The libraries that hang on the application, and the one way to write: ``transaction()``.

A page reads through ``reader()``; an act happens whole inside ``with transaction() as session`` or not at
all.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app, g, request
from flask_bootstrap import Bootstrap5
from flask_limiter import Limiter
from flask_login import LoginManager
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy.orm import Session

from traceapp.reading import Reader

db = SQLAlchemy()
bootstrap = Bootstrap5()
login = LoginManager()
csrf = CSRFProtect()


def address_token() -> str:
    """What stands for an address where tries are counted: nobody reads an address out of that store."""
    secret = str(current_app.secret_key).encode()[:64]
    return hashlib.blake2b((request.remote_addr or "").encode(), key=secret, digest_size=16).hexdigest()


limiter = Limiter(address_token, default_limits=[])


def reader() -> Session:
    """The request's session for reading; it cannot write."""
    if "reader" not in g:
        g.reader = Reader(db.get_engine("read"))
    session: Session = g.reader
    return session


def scan_reader() -> Session:
    """The request's session for reading the scan log; it never waits for who writes."""
    if "scan_reader" not in g:
        g.scan_reader = Session(db.get_engine("read_scans"))
    session: Session = g.scan_reader
    return session


def scans() -> Session:
    """The request's session for writing the scan log; committed by who writes to it."""
    if "scans" not in g:
        g.scans = Session(db.get_engine("scans"))
    session: Session = g.scans
    return session


@contextmanager
def transaction() -> Iterator[Session]:
    """One act: everything in the block is committed together at its end, or nothing is."""
    with Session(db.engine, expire_on_commit=False) as session:
        yield session
        session.commit()


def close_sessions(_fault: BaseException | None = None) -> None:
    """Give the request's connections back."""
    for name in ("reader", "scan_reader", "scans"):
        session = g.pop(name, None)
        if session is not None:
            session.close()
