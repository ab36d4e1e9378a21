"""The page behind the code on minutes: what the paper says, for the seller who was handed it."""

from datetime import datetime
from decimal import Decimal

from flask import make_response, render_template
from flask.typing import ResponseReturnValue

from traceapp.extensions import limiter, reader
from traceapp.services.public.handed_minutes import handed_minutes
from traceapp.web.public.shell import door


@door.get("/minutes/<public_id>/<token>")
@limiter.limit("30 per minute")
def minutes(public_id: str, token: str) -> ResponseReturnValue:
    """One record; the address is the key, so it is told to no other page and kept in no index."""
    told = handed_minutes(reader(), public_id, token)
    page = render_template(
        "public/minutes.html", told=told, facts=told.facts, moment_of=moment_of, decimal=Decimal
    )
    answer = make_response(page)
    answer.headers |= {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
    return answer


def moment_of(told: str | None) -> datetime | None:
    """An instant as the record's bytes spell it."""
    return datetime.fromisoformat(told) if told else None
