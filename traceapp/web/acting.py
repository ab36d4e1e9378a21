"""A form carried out: read, done in one transaction, or shown again with what is wrong beside its field.

So acts every page on which something is typed; programs have a way of their own (`web/api/acting.py`).
"""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

from traceapp.domain.errors import NotFound, RuleBroken
from traceapp.extensions import transaction
from traceapp.web.forms import Form

Made = TypeVar("Made")


def done(form: Form, deed: Callable[[Session], Made]) -> Made | None:
    """What the deed made, committed; None where nothing was sent, or the form now says why nothing was done.

    Raises `NotFound`: what is not there has no form in which to say so.
    """

    def act() -> Made:
        with transaction() as session:
            return deed(session)

    return tried(form, act)


def tried(form: Form, act: Callable[[], Made]) -> Made | None:
    """The same of an act that looks at something before its transaction begins, such as a file."""
    if not form.validate_on_submit():
        return None
    try:
        return act()
    except NotFound:
        raise
    except RuleBroken as broken:
        form.blame(broken)
        return None
