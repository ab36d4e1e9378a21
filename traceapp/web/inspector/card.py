"""The result card: a certificate beside the goods in hand, its file hashed now, its history."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from traceapp.domain.claims import Claim
from traceapp.domain.conflicts import ADVICE, CONFLICTS
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import Malformed, NotFound
from traceapp.domain.numbers import parse_day
from traceapp.domain.reference import ACTIVITIES
from traceapp.domain.restrictions import HOLD_REASONS
from traceapp.domain.serials import shown
from traceapp.extensions import limiter, reader, transaction
from traceapp.models import Certificate
from traceapp.services.identification import Goods, certificates_of
from traceapp.services.vouching import evidence_check
from traceapp.services.vouching.claims import asked_as, day_of, schemes_by_code
from traceapp.services.vouching.dossier import (
    Dossier,
    answer_claims,
    aside,
    bearing,
    open_dossier,
    open_dossiers,
    read_certificate,
)
from traceapp.web import access
from traceapp.web.certificate_words import edition_sentence
from traceapp.web.codes import shown_codes
from traceapp.web.errors import sentence
from traceapp.web.evidence import evidence_answer, storage
from traceapp.web.inspector import door
from traceapp.web.inspector.goods import goods_in_hand, passport_of, public_path
from traceapp.web.inspector.holding import acts_on
from traceapp.web.inspector.search import LOOKERS, SearchForm
from traceapp.web.languages import gettext, now, today
from traceapp.web.limits import look_ups
from traceapp.web.words import ANSWER_WORDS, DECISION_WORDS, STATUS_WORDS, VERDICT_WORDS

WORDS = {
    "answer_words": ANSWER_WORDS,
    "status_words": STATUS_WORDS,
    "decision_words": DECISION_WORDS,
    "verdict_words": VERDICT_WORDS,
    "reasons": HOLD_REASONS,
    "kinds": CONFLICTS,
    "advice": ADVICE,
    "activities": ACTIVITIES,
}


@door.get("/certificates/<public_id>")
@look_ups
@access.only(*LOOKERS)
def card(public_id: str) -> ResponseReturnValue:
    """The card, on a chosen day where one is asked for."""
    certificate = read_certificate(reader(), public_id, actor=access.actor())
    goods = goods_in_hand()
    on, fault = _chosen_day()
    dossier = open_dossier(
        reader(), storage(), actor=access.actor(), certificate=certificate, goods=goods, on=on, today=today()
    )
    page = render_template(
        "inspector/card.html",
        dossier=dossier,
        form=_box(certificate),
        fault=fault,
        history=_history(certificate),
        edition=edition_sentence(certificate.edition_notice(today())),
        claim=_claim_of(certificate, goods, on),
        about=_about(),
        schemes=schemes_by_code(reader()),
        **shown_codes(certificate),
        **_beside(goods),
        **WORDS,
    )
    return page, 422 if fault else 200


@door.get("/goods")
@look_ups
@access.only(*LOOKERS)
def goods() -> ResponseReturnValue:
    """Goods in hand and every certificate that bears on them."""
    found = goods_in_hand()
    if found is None:
        raise NotFound("no_such_record")
    dossiers = _dossiers(found, certificates_of(reader(), found, actor=access.actor()))
    on, fault = _chosen_day()
    day = on or today()
    claims = answer_claims(reader(), actor=access.actor(), goods=found, dossiers=dossiers, day=day)
    page = render_template(
        "inspector/goods.html",
        form=SearchForm(q=request.args.get("q", ""), meta={"csrf": False}),
        dossiers=bearing(dossiers),
        aside=aside(dossiers),
        claims=claims,
        schemes=schemes_by_code(reader()),
        day_asked=day,
        fault=fault,
        lot_day=day_of(found.lot),
        about=_about(),
        **_beside(found),
        **WORDS,
    )
    return page, 422 if fault else 200


def _dossiers(goods: Goods, certificates: Sequence[Certificate]) -> list[Dossier]:
    return open_dossiers(
        reader(),
        storage(),
        actor=access.actor(),
        certificates=certificates,
        goods=goods,
        on=None,
        today=today(),
    )


def _claim_of(certificate: Certificate, goods: Goods | None, on: date | None) -> Claim | None:
    """The answer for the certificate's scheme, as the page of the goods gives it; None without goods."""
    if goods is None:
        return None
    of_series = [
        one
        for one in certificates_of(reader(), goods, actor=access.actor())
        if one.scheme.kin == certificate.scheme.kin
    ]
    asked = asked_as(certificate.scheme, schemes_by_code(reader()))
    claims = answer_claims(
        reader(), actor=access.actor(), goods=goods, dossiers=_dossiers(goods, of_series), day=on or today()
    )
    return next((one for one in claims if one.scheme == asked), None)


@door.post("/certificates/<public_id>/rehash")
@limiter.limit("30 per minute")
@access.only(*LOOKERS)
def rehash(public_id: str) -> ResponseReturnValue:
    """Read every file again and hash it now; that it was done stands in the journal."""
    with transaction() as session:
        certificate = read_certificate(session, public_id, actor=access.actor())
        checks = evidence_check.check_evidence(
            session, storage(), actor=access.actor(), certificate=certificate, today=today(), now=now()
        )
    intact = all(check.intact for check in checks)
    told = gettext("Đã băm lại: tệp còn nguyên vẹn.") if intact else gettext("Đã băm lại: tệp đã thay đổi.")
    flash(told, "ok" if intact else "stop")
    return redirect(f"{url_for('.card', public_id=public_id, **_about())}#bc", 303)


@door.get("/certificates/<public_id>/evidence/<sha256>")
@access.only(*LOOKERS)
def evidence(public_id: str, sha256: str) -> ResponseReturnValue:
    """A file as it was handed in: to keep, never to open inside this site."""
    return evidence_answer(read_certificate(reader(), public_id, actor=access.actor()), sha256)


def _chosen_day() -> tuple[date | None, str | None]:
    """The day asked for, or the sentence that says why it cannot be read."""
    typed = request.args.get("on", "").strip()
    try:
        return (parse_day(typed, field="on") if typed else None), None
    except Malformed as broken:
        return None, sentence(broken)


def _beside(goods: Goods | None) -> dict[str, object]:
    """What the page needs to know of the goods: stamp, public address, what stands in the lot's way."""
    if goods is None:
        return {"goods": None, "passport": None, "serial": None, "acts": None, "public": None}
    passport = passport_of(goods)
    return {
        "goods": goods,
        "passport": passport,
        "serial": shown(passport.stamp.serial) if passport and passport.stamp else None,
        "acts": acts_on(goods.lot),
        "public": public_path(goods),
    }


def _history(certificate: Certificate) -> list[tuple[date, str, object]]:
    """What happened, the newest first: (day, kind, row); days as they hold in Vietnam."""
    told: list[tuple[date, str, object]] = [(one.from_on, "decision", one) for one in certificate.decisions]
    slips = (one.mistake for one in certificate.decisions if one.mistake is not None)
    told += [(today_in_vietnam(slip.created_at), "mistake", slip) for slip in slips]
    told += [(today_in_vietnam(one.created_at), "upload", one.file) for one in certificate.evidence]
    if certificate.approved_at:
        told.append((today_in_vietnam(certificate.approved_at), "approved", None))
    told.append((certificate.issued_on, "issued", None))
    return sorted(told, key=lambda entry: entry[0], reverse=True)


def _about() -> dict[str, Any]:
    """The part of the address that names the goods and the day, to be carried along."""
    return {name: request.args[name] for name in ("q", "lot", "on") if request.args.get(name)}


def _box(certificate: Certificate) -> SearchForm:
    return SearchForm(q=request.args.get("q") or certificate.number, meta={"csrf": False})
