"""The approval queue: everything that waits for a yes or no, the longest first."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from traceapp.domain.permissions import Role
from traceapp.extensions import reader
from traceapp.services import reports
from traceapp.services import waiting as service
from traceapp.services.recalls import restrictions
from traceapp.services.vouching import body_register
from traceapp.services.week import ending_within
from traceapp.web import access
from traceapp.web.languages import today
from traceapp.web.paging import after, sought
from traceapp.web.province import door
from traceapp.web.province.officers import READERS, waiting

SOON = 30  # days


@door.context_processor
def _counts() -> dict[str, object]:
    """The number beside the first tab."""
    if access.actor_or_none() is None:
        return {"waiting_count": 0}
    return {"waiting_count": service.count_waiting(reader())}


@door.get("")
@access.only(*READERS)
def home() -> ResponseReturnValue:
    """What waits, what is held, what was reported; an administrator, who approves nothing, reads on."""
    if not access.actor().has(Role.PROVINCE):
        return redirect(url_for(".journal"))
    typed = sought()
    page = service.list_waiting(reader(), text=typed, after=after(), counted=True)
    return render_template(
        "province/home.html",
        page=page,
        waits=[waiting(row.since, today()) for row in page.rows],
        typed=typed,
        ending=ending_within(reader(), today(), SOON),
        open_restrictions=restrictions.count_open(reader()),
        proposed_recalls=restrictions.count_proposed(reader(), to=access.actor()),
        open_reports=reports.count_open(reader()),
        open_bodies=body_register.count_open_bodies(reader()),
    )
