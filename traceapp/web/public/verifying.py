"""Signed codes checked at this door: typed, pasted or photographed; and the page to take along.

A code stands in the address, so that an answer can be opened again; a photo is posted, read, and sent on to
that address. Nothing of either is kept.
"""

from dataclasses import dataclass
from datetime import date

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from traceapp.domain import digital_link
from traceapp.domain.contents import Contents, shown_digest
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import Gone, Malformed, RuleBroken
from traceapp.domain.identifiers import Gtin
from traceapp.domain.signed_codes import LONGEST, PREFIX, CodeKind, RevokedFor
from traceapp.domain.wording.signed_words import KIND_WORDS, REVOKED_WORDS
from traceapp.extensions import limiter, reader
from traceapp.services.photo_reading import read_codes
from traceapp.services.public import open_records
from traceapp.services.signing import code_checks, code_numbers
from traceapp.services.signing.code_checks import A_SECOND, CodeCheck
from traceapp.services.signing.signed_codes import contents_of
from traceapp.web.errors import sentence
from traceapp.web.languages import language, now
from traceapp.web.offline import FILE_NAME, TRUTH, offline_page
from traceapp.web.public.shell import chosen_language, door

GTIN_DIGITS = 14


@door.get("/verify")
@limiter.limit("60 per minute")
def verify() -> ResponseReturnValue:
    """The box, and what is to be said of the code in it."""
    text = request.args.get("code", "")[: 2 * LONGEST]
    if not text.strip():
        return _page("", None)
    if not text.lstrip().startswith(PREFIX) and (elsewhere := _page_of_key(text)):
        return redirect(elsewhere, 303)
    if number := code_numbers.read_number(text):
        return _of_number(number)
    checked = code_checks.check_code(reader(), text, ring=ring(), now=now())
    return _page(checked.text, checked), 200 if checked.claims else 422


def _page_of_key(text: str) -> str | None:
    """The page of a stamp's or product's code that was typed into this box; None for anything else."""
    try:
        path = digital_link.forgiven(digital_link.read(text.strip()))
    except RuleBroken:
        return None
    if path.subject is None:
        return url_for(".home", code=text.strip(), lang=chosen_language().get("lang"))
    return path.path()


def _of_number(number: str) -> ResponseReturnValue:
    """What is on record of a code's printed number; of the name of a certificate's page, that page."""
    told = code_numbers.find_by_number(reader(), number, now=now())
    if told.code is None and code_numbers.open_certificate(reader(), number) is not None:
        return redirect(url_for(".certificate", public_id=number, lang=chosen_language().get("lang")), 303)
    page = render_template(
        "public/number.html",
        told=told,
        last_day=today_in_vietnam(told.code.expires_at - A_SECOND) if told.code else None,
        kinds=KIND_WORDS,
        reasons=REVOKED_WORDS,
    )
    return page, 200 if told.code else 404


@door.post("/verify")
@limiter.limit("30 per minute")
def verify_photo() -> ResponseReturnValue:
    """Read a photo where there is one, and answer at an address that can be kept."""
    photo, text = request.files.get("photo"), request.form.get("code", "")
    try:
        if photo is not None and photo.filename:
            text = _signed_first(read_codes(photo.read()))
        if not text.strip():
            raise Malformed("signed_missing", field="code")
    except RuleBroken as broken:
        return _page(text, None, blame=broken), 422
    return redirect(address(text), 303)


def ring() -> dict[str, bytes]:
    """The public keys of this installation."""
    return dict(current_app.extensions["code_keys"].ring)


def _signed_first(codes: tuple[str, ...]) -> str:
    return next((one for one in codes if one.startswith(PREFIX)), codes[0])


def address(text: str) -> str:
    """Where a code is answered."""
    return url_for(".verify", code=text[: 2 * LONGEST], lang=chosen_language().get("lang"))


def _page(text: str, checked: CodeCheck | None, blame: RuleBroken | None = None) -> str:
    refusal = checked.refusal if checked else None
    why = refusal.facts.get("why") if isinstance(refusal, Gone) else None
    return render_template(
        "public/verify.html",
        text=text,
        checked=checked,
        claims=checked.claims if checked else None,
        said=sentence(refusal) if refusal else None,
        why=REVOKED_WORDS[why] if isinstance(why, RevokedFor) else None,
        blame=sentence(blame) if blame else None,
        facts=_facts(checked) if checked and checked.claims else None,
        truth=TRUTH,
        kinds=KIND_WORDS,
    )


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page shows beside the claims: from the books, where they may be shown."""

    last_day: date
    products: tuple[str, ...]
    digest: str | None
    contents: Contents | None
    certificate_id: str | None


def _facts(checked: CodeCheck) -> Facts:
    claims, code = checked.claims, checked.record.code if checked.record else None
    if claims is None:
        raise ValueError("a code that says nothing has no facts")
    public = code.certificate if code is not None and code.kind is CodeKind.CERTIFICATE else None
    shown = public is not None and open_records.is_open(reader(), public)
    held = contents_of(code) if code is not None and public is None else None
    named = (held.product,) if held else claims.certificate.products if claims.certificate else ()
    return Facts(
        products=tuple(_printed(one) for one in named),
        last_day=today_in_vietnam(claims.expires_at - A_SECOND),
        digest=shown_digest(claims.digest) if claims.digest else None,
        contents=held,
        certificate_id=public.public_id if public is not None and shown else None,
    )


def _printed(number: str) -> str:
    """A product's number as its package has it: a GTIN without the zeros that fill it up."""
    return Gtin(number).shown if len(number) == GTIN_DIGITS else number


@door.get("/verify/offline")
@limiter.limit("30 per minute")
def offline() -> ResponseReturnValue:
    """The page to take along: to look at, or with `save=1` as a file."""
    settings = current_app.extensions["settings"]
    made = offline_page(
        reader(), ring(), settings, language=language(), now=now(), chosen=bool(chosen_language())
    )
    answer = Response(made.html, content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = made.policy
    answer.headers["Content-Language"] = language()
    if request.args.get("save"):
        answer.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return answer
