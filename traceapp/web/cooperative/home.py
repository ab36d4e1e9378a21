"""The cooperative's home: what to do this week, the print button, stamps, products."""

from flask import render_template
from flask.typing import ResponseReturnValue

from traceapp.domain.certificates import CertificateStatus
from traceapp.domain.permissions import Role
from traceapp.domain.trade_items import UNIT_NAMES
from traceapp.extensions import reader
from traceapp.models import TradeItem
from traceapp.services import agenda, lot_checklist, lots, stamping, trade_items
from traceapp.services.parties import registry
from traceapp.web.access import actor, only
from traceapp.web.cooperative import door
from traceapp.web.cooperative.printing_forms import running
from traceapp.web.languages import now, today
from traceapp.web.record_words import PARTY_STATES
from traceapp.web.words import STATUS_WORDS


@door.get("/", strict_slashes=False)
@only(Role.MANAGER, Role.MEMBER)
def home() -> ResponseReturnValue:
    """Everything at a glance, the main act first."""
    session = reader()
    items = trade_items.list_items(session, actor())
    return render_template(
        "cooperative/home.html",
        party=registry.own_party(session, actor()),
        states=PARTY_STATES,
        tasks=agenda.to_do(session, actor(), now=now(), today=today()),
        units=UNIT_NAMES,
        status_words=STATUS_WORDS,
        stock=agenda.stock(session, actor()),
        running=running(),
        items=[(item, *_standing(item)) for item in items],
        any_lot=bool(lots.list_lots(session, actor(), limit=1)),
        last=next(iter(stamping.list_runs(session, actor(), limit=1)), None),
        manager=actor().has(Role.MANAGER),
    )


def _standing(item: TradeItem) -> tuple[int, object, CertificateStatus | None]:
    """How many certificates are in force for a product today, the first end, and what became of the last."""
    in_force = lot_checklist.certificates_of(reader(), item, today())
    stopped = [] if in_force else lot_checklist.stopped_of(reader(), item, today())
    return len(in_force), in_force[0].valid_until if in_force else None, stopped[0][1] if stopped else None
