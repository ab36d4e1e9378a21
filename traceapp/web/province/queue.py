"""The approval queue: everything that waits for a yes or no, the longest first."""

from dataclasses import dataclass
from datetime import datetime

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from traceapp.domain.permissions import Role
from traceapp.extensions import reader
from traceapp.models import Certificate, Party
from traceapp.services import reports
from traceapp.services.parties import approvals
from traceapp.services.recalls import restrictions
from traceapp.services.vouching import body_register, certification
from traceapp.services.week import ending_within
from traceapp.web import access
from traceapp.web.languages import today
from traceapp.web.province import door
from traceapp.web.province.officers import READERS, waiting

SOON = 30  # days


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row of the queue."""

    since: datetime | None
    days: int
    tone: str
    party: Party | None = None
    certificate: Certificate | None = None


def queue() -> list[Waiting]:
    """Parties and certificates in one line, the longest wait first."""
    rows = [
        Waiting(one.submitted_at, *waiting(one.submitted_at, today()), party=one)
        for one in approvals.list_waiting_parties(reader())
    ]
    rows += [
        Waiting(one.submitted_at, *waiting(one.submitted_at, today()), certificate=one)
        for one in certification.list_waiting_certificates(reader())
    ]
    return sorted(rows, key=lambda row: -row.days)


@door.context_processor
def _counts() -> dict[str, object]:
    """The number beside the first tab."""
    if access.actor_or_none() is None:
        return {"waiting_count": 0}
    parties, papers = approvals.count_waiting(reader()), certification.count_waiting(reader())
    return {"waiting_count": parties + papers}


@door.get("")
@access.only(*READERS)
def home() -> ResponseReturnValue:
    """What waits, what is held, what was reported; an administrator, who approves nothing, reads on."""
    if not access.actor().has(Role.PROVINCE):
        return redirect(url_for(".journal"))
    return render_template(
        "province/home.html",
        rows=queue(),
        ending=ending_within(reader(), today(), SOON),
        open_restrictions=restrictions.count_open(reader()),
        open_reports=reports.list_reports(reader(), closed=False, limit=6),
        open_bodies=body_register.count_open_bodies(reader()),
    )
