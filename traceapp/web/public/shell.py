"""What every public page shares: the blueprint, links that keep the chosen language, the strip at the top."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, request, url_for
from markupsafe import Markup, escape

from traceapp.domain import areas
from traceapp.domain.conformity import HOLD_REASONS, HoldReason, Verdict
from traceapp.domain.trade_items import UNIT_NAMES, Unit
from traceapp.i18n import N_, SOURCE, VIETNAM, shown_day, shown_number
from traceapp.services.public.passport import Names
from traceapp.services.recalls.public_recalls import Stamps
from traceapp.web.languages import gettext, language
from traceapp.web.public.steps import STEPS, Step, told_steps

door = Blueprint("public", __name__)


@door.app_template_global()
def to(endpoint: str, **values: Any) -> str:
    """An address of this door; a language the reader has chosen stays chosen."""
    return url_for(endpoint, **(values | chosen_language()))


def chosen_language() -> dict[str, str]:
    """The language asked for in this address, to be handed on; nothing where the browser decides."""
    return {"lang": language()} if request.args.get("lang") else {}


@door.app_template_global()
def in_language(code: str) -> str:
    """This page in another language: the path stays."""
    asked = {name: value for name, value in request.args.items() if name not in {"lang", "done"}}
    return "?" + urlencode(asked | {"lang": code})


@door.app_template_filter()
def telephone(shown: str) -> str:
    """What a telephone dials of a number as it is shown.

    >>> telephone("0000 000 000 (demo)")
    'tel:0000000000'
    """
    return "tel:" + "".join(re.findall("[0-9+]", shown.partition("(")[0]))


@door.app_template_filter()
def in_fours(serial: str) -> str:
    """A serial in fours, whatever was typed.

    >>> in_fours("7K3M9QX2TZ4B")
    '7K3M-9QX2-TZ4B'
    """
    return "-".join(serial[at : at + 4] for at in range(0, len(serial), 4))


@door.app_template_filter()
def said(names: Names | None) -> Markup:
    """A name in the reader's language; one that is known only in Vietnamese says so to a screen reader."""
    if names is None:
        return Markup()
    spoken = names.spoken(language())
    known = language() == SOURCE or spoken != names.vi
    return escape(spoken) if known else vietnamese(spoken)


@door.app_template_filter()
def vietnamese(text: str | None) -> Markup:
    """Text that people wrote in Vietnamese, marked so on pages in another language."""
    if not text:
        return Markup()
    return escape(text) if language() == SOURCE else Markup('<span lang="vi">{}</span>').format(text)


@door.app_template_filter()
def hold_reason(reason: HoldReason) -> str:
    """Why goods are held or recalled."""
    return gettext(HOLD_REASONS[reason])


@door.app_template_filter()
def stretch_words(part: Stamps) -> str:
    """Stamps by their numbers in the run, from 1: never by serials, which would teach how to copy them."""
    if part.whole:
        return gettext(N_("mọi tem của đợt {run}"), run=part.run)
    first, last = (shown_number(at + 1, language()) for at in (part.stretch.first, part.stretch.last))
    if first == last:
        return gettext(N_("tem số {n} của đợt {run}"), n=first, run=part.run)
    return gettext(N_("tem số {first}–{last} của đợt {run}"), first=first, last=last, run=part.run)


@door.app_template_filter()
def local_day(at: datetime) -> str:
    """The day of an instant in Vietnam."""
    return shown_day(at.astimezone(VIETNAM).date())


@door.app_template_filter()
def local_time(at: datetime) -> str:
    """The time of an instant in Vietnam."""
    return f"{at.astimezone(VIETNAM):%H:%M}"


@door.app_template_global()
def steps_for(word: str) -> tuple[Step, ...]:
    """What to do under a verdict that knows no facts."""
    return told_steps(STEPS[Verdict(word)], {})


def quantity(amount: object, unit: Unit | None) -> str | None:
    """An amount with its unit as a label says it: 500 ml."""
    if amount is None or unit is None:
        return None
    number = shown_number(float(str(amount)), language())
    return f"{number} {gettext(UNIT_NAMES[unit])}"


door.add_app_template_global(quantity, "amount_of")


@door.app_template_global()
def unit_word(unit: Unit) -> str:
    """A unit in words."""
    return gettext(UNIT_NAMES[unit])


@door.app_template_global()
def area_choices() -> list[tuple[str, str]]:
    """Where one may be: a value and its word; the empty one says nothing."""
    return [("", gettext(N_("Không nói"))), *((one.code, one.spoken(language())) for one in areas.in_order())]
