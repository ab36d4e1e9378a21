"""Public records by their address: certificates, parties, places, rights in a name, product pictures."""

import re

from flask import Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from traceapp.domain.reference import ACTIVITIES, IP_RIGHT_KINDS
from traceapp.domain.trade_items import CATEGORIES
from traceapp.extensions import reader
from traceapp.services.public import public_records
from traceapp.services.vouching import public_bodies, public_certificates
from traceapp.storage import FileGone, Storage
from traceapp.web.certificate_words import HAPPENINGS, edition_sentence
from traceapp.web.languages import language, today
from traceapp.web.public.shell import door
from traceapp.web.words import ACCREDITATION_WORDS, DECISION_WORDS

GIVEN = "given"
"""The part of a certification body's page: certificates it gave."""
FOR_EVER = "public, max-age=31536000, immutable"


@door.get("/certificates/<public_id>")
def certificate(public_id: str) -> ResponseReturnValue:
    """A certificate: how it stands today, what became of it, what it covers, who stands behind its body."""
    record = public_certificates.certificate_record(reader(), public_id, today=today(), language=language())
    return render_template(
        "public/certificate.html",
        record=record,
        categories=CATEGORIES,
        activities=ACTIVITIES,
        happenings=HAPPENINGS,
        edition=edition_sentence(record.edition),
    )


@door.get("/parties/<public_id>")
def party(public_id: str) -> str:
    """A party with its products, places and certificates; of one part more than the first page."""
    asked = request.args.get("part")
    part = asked if asked in (*public_records.PARTS, GIVEN) else None
    after = request.args.get("after", "")[:40] or None
    record = public_records.party_record(reader(), public_id, part=part, after=after, today=today())
    given = after if part == GIVEN else None
    body = public_bodies.body_record(reader(), public_id, after=given, today=today())
    return render_template(
        "public/party.html",
        record=record,
        producer=record.producer,
        part=part,
        body=body,
        words=ACCREDITATION_WORDS,
        decisions=DECISION_WORDS,
    )


@door.get("/places/<public_id>")
def place(public_id: str) -> str:
    """A place and whose it is."""
    site, producer = public_records.place_record(reader(), today=today(), public_id=public_id)
    return render_template("public/place.html", site=site, producer=producer)


@door.get("/rights/<public_id>")
def right(public_id: str) -> ResponseReturnValue:
    """A geographical indication or mark as published."""
    record = public_records.right_record(reader(), public_id, today=today())
    return render_template("public/right.html", record=record, kinds=IP_RIGHT_KINDS)


@door.get("/pictures/<name>")
def picture(name: str) -> ResponseReturnValue:
    """A product's picture by its hash; other files that are kept are not found here."""
    named = re.fullmatch(r"([0-9a-f]{64})\.webp", name)
    if named is None or not public_records.is_product_picture(reader(), named[1]):
        abort(404)
    storage: Storage = current_app.extensions["storage"]
    try:
        content = storage.get(named[1])
    except FileGone:
        abort(404)
    return Response(content, content_type="image/webp", headers={"Cache-Control": FOR_EVER})
