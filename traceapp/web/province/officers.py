"""What the rooms of this door share: who may come in, and an act of one button with its answer."""

import re
from collections.abc import Callable
from datetime import date, datetime

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import Conflict, Malformed, NotAllowed, RuleBroken
from traceapp.domain.permissions import Role
from traceapp.extensions import transaction
from traceapp.web.errors import sentence
from traceapp.web.languages import gettext

OFFICERS = (Role.PROVINCE,)
READERS = (Role.PROVINCE, Role.ADMINISTRATOR)
TYPED = ("reason", "closing", "note")
LATE, VERY_LATE = 3, 10  # days of waiting after which a row turns yellow, then red


def act(
    deed: Callable[[Session], object], said: str, back: str, then: str | None = None
) -> ResponseReturnValue:
    """Do it in one transaction and go back, or on to `then`; a broken rule is told where one came from."""
    try:
        with transaction() as session:
            deed(session)
    except (Conflict, NotAllowed, Malformed) as broken:
        _check_told_here(broken)
        flash(sentence(broken), "stop")
        _show_what_was_typed()
        return redirect(url_for(".home") if broken.code == "taken_back" else back, 303)
    flash(said, "ok")
    return redirect(then or back, 303)


def _show_what_was_typed() -> None:
    """A reason that was not taken is shown, to be copied: the page it goes back to begins anew."""
    for name in TYPED:
        if typed := request.form.get(name, "").strip()[:500]:
            flash(gettext("Chữ bạn vừa gõ, chưa lưu: “{text}”", text=typed), "caution")


def _check_told_here(broken: RuleBroken) -> None:
    """A role without the right is no news for a page: it is an answer of its own."""
    if broken.code == "role":
        raise broken


def shown_version() -> int | None:
    """The version of the record the officer's page showed."""
    typed = request.form.get("version", "")
    return int(typed) if re.fullmatch("[0-9]{1,9}", typed) else None


def waiting(since: datetime | None, today: date) -> tuple[int, str]:
    """Days of waiting and the tone that goes with them."""
    days = (today - today_in_vietnam(since)).days if since else 0
    return days, "stop" if days >= VERY_LATE else "caution" if days >= LATE else ""
