"""The cooperative's home: what to do this week, the print button, stamps, products."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from traceapp.domain.permissions import Role
from traceapp.domain.trade_items import UNIT_NAMES
from traceapp.extensions import reader
from traceapp.services import agenda, lot_checklist, own_lists, stamping
from traceapp.services.parties import registry
from traceapp.web.access import actor, only
from traceapp.web.cooperative import door
from traceapp.web.cooperative.printing_forms import running
from traceapp.web.languages import now, today
from traceapp.web.record_words import PARTY_STATES
from traceapp.web.words import STATUS_WORDS

SHOWN = 20  # tasks and products; the others are a link away


@door.get("/", strict_slashes=False)
@only(Role.MANAGER, Role.MEMBER)
def home() -> ResponseReturnValue:
    """Everything at a glance, the main act first."""
    session = reader()
    items = own_lists.page_items(session, actor(), limit=SHOWN)
    return render_template(
        "cooperative/home.html",
        party=registry.own_party(session, actor()),
        states=PARTY_STATES,
        tasks=agenda.to_do(session, actor(), now=now(), today=today()),
        shown=None if request.args.get("tasks") == "all" else SHOWN,
        units=UNIT_NAMES,
        status_words=STATUS_WORDS,
        stock=agenda.stock(session, actor()),
        running=running(),
        items=items,
        idle=agenda.idle_stamps(session, items.rows),
        standings=lot_checklist.standings_of(session, items.rows, today()),
        any_lot=bool(own_lists.count_lots(session, actor())),
        last=next(iter(stamping.list_runs(session, actor(), limit=1)), None),
        manager=actor().has(Role.MANAGER),
    )
