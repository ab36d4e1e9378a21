"""What every command stands on: settings, the application, the language of LANG, and how it ends.

Exit 0 done, 1 the answer is no, 2 wrong use, 3 refused with a reason. An error is one line on stderr.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import NoReturn

import click
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from tqdm import tqdm

from traceapp.domain.actors import Actor
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import NotFound
from traceapp.domain.permissions import Role
from traceapp.i18n import Translator, translator
from traceapp.models import Account, Membership, TradeItem
from traceapp.settings import Settings, load

NO, WRONG_USE, REFUSED = 1, 2, 3
EVERY_SECONDS = 3.0


def words() -> Translator:
    """The translator of LANG: English where it says so, else Vietnamese."""
    told = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return translator("en" if told.lower().startswith("en") else "vi")


def say(message: str, /, **facts: object) -> None:
    """A sentence to the reader."""
    click.echo(words().gettext(message, **facts))


def tell(answer: object) -> None:
    """An answer for a program."""
    click.echo(json.dumps(answer, ensure_ascii=False, indent=1))


def end(code: int, message: str, /, **facts: object) -> NoReturn:
    """Leave with one line on stderr."""
    click.echo(words().gettext(message, **facts), err=True)
    sys.exit(code)


@cache
def settings() -> Settings:
    """The settings of this instance."""
    return load()


@cache
def app() -> Flask:
    """The application of this instance without its doors: what they import, a command does not need."""
    from traceapp.app import create_app

    return create_app(replace(settings(), audiences=()))


@contextmanager
def writing() -> Iterator[Session]:
    """One act, as a door would do it."""
    from traceapp.extensions import transaction

    with app().app_context(), transaction() as session:
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """A session that cannot write."""
    from traceapp.extensions import reader

    with app().app_context():
        yield reader()


def actor_for(session: Session, item: TradeItem, login: str | None) -> Actor:
    """Who stands behind an act of the command line: the login named, else the party's first manager."""
    query = select(Membership).join(Account).where(Membership.party_id == item.party_id)
    query = query.where(Account.login == login) if login else query.where(Membership.role == Role.MANAGER)
    today = today_in_vietnam(now())
    found = [one for one in session.scalars(query.order_by(Membership.id)) if one.holds_on(today)]
    if not found:
        raise NotFound("no_manager")
    mine = found[0].account
    roles = frozenset(one.role for one in found if one.account_id == mine.id)
    return Actor(mine.id, mine.public_id, item.party_id, roles)


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def progress_bar(total: int, unit: str) -> tuple[Callable[[int], None], Callable[[], None]]:
    """How far long work has come: a bar on a terminal, else a line every few seconds; and its end."""
    live = sys.stderr.isatty()
    bar = tqdm(
        total=total, unit=unit, file=sys.stderr, mininterval=0.1 if live else EVERY_SECONDS, ascii=not live
    )

    def watch(done: int) -> None:
        bar.update(done - bar.n)

    return watch, bar.close
