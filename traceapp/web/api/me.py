"""Whom a key stands for: what a program asks first."""

from flask import Response

from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.models import Party
from traceapp.web.api import shapes, showing
from traceapp.web.api.acting import NEEDS_KEY, known
from traceapp.web.api.book import PARTIES, door
from traceapp.web.api.refusals import refused


@door.get(
    "/me",
    summary=N_("Khóa này đại diện cho ai, trong vai trò nào"),
    tags=[PARTIES],
    responses={200: shapes.Caller, **refused(401)},
    security=NEEDS_KEY,
)
def read_me() -> Response:
    """The owner of the key."""
    key, actor = known()
    party = reader().get_one(Party, key.party_id)
    return showing.answer(
        shapes.Caller(
            account=actor.account,
            party=party.public_id,
            roles=sorted(actor.roles),
            key_expires_on=key.expires_on,
        )
    )
