"""The door for machines, /api: published records, verdicts on stamps and signed codes; acts by key.

flask-openapi3 checks requests and writes the specification, but does not make the application: its
``OpenAPI`` is only the book in which the operations are entered (``book``), so that the site's own pages
and errors stay ours. Every refusal is ``application/problem+json`` (RFC 9457).
"""

from flask import Flask, Response, request

from traceapp.extensions import csrf
from traceapp.settings import Settings

PREFIX = "/api/"


def open_door(app: Flask) -> None:
    """Mount the door with all its rooms."""
    from traceapp.web.api import (  # noqa: F401 - each room hangs its operations on the door
        accreditations,
        alerts,
        bodies,
        body_certificates,
        body_corrections,
        box,
        certificate_desk,
        certificates,
        claims,
        codes,
        goods,
        imports,
        inspecting,
        inspection_goods,
        inspections,
        me,
        movements,
        ordering,
        own_certificate_steps,
        own_certificates,
        own_items,
        own_lots,
        own_places,
        own_prints,
        own_runs,
        parties,
        printers,
        recall_notices,
        reference,
        registrations,
        reminders,
        restraints,
        signing,
        stamps,
        typed_codes,
        weekly,
    )
    from traceapp.web.api.book import door, open_book
    from traceapp.web.api.refusals import invalid

    settings: Settings = app.extensions["settings"]
    csrf.exempt(door)
    app.register_blueprint(door)
    # The library asks the application for it by this name when a request does not fit its model.
    app.validation_error_callback = invalid  # type: ignore[attr-defined]
    open_book(app, settings)
    app.after_request(_for_machines)


def _for_machines(response: Response) -> Response:
    """Any site may read this (CORS); an unchanged answer is not sent twice (ETag)."""
    if not request.path.startswith(PREFIX):
        return response
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
    if request.path == "/api/v1/verify":  # the one question that is posted: any page may ask it
        response.headers["Access-Control-Allow-Methods"] = "POST, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Content-Type"
    if request.method == "GET" and response.status_code == 200:
        response.headers["Cache-Control"] = "no-cache"
        response.add_etag()
        response.make_conditional(request)
    return response
