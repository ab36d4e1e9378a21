"""May a product, or a lot of it, claim a scheme on a day: the registry's one answer, with its reasons."""

from collections.abc import Sequence
from datetime import date

from flask import Response
from pydantic import Field

from traceapp.domain.claims import Claim
from traceapp.domain.contradictions import Contradiction
from traceapp.domain.errors import NotFound
from traceapp.domain.identifiers import LotNumber
from traceapp.domain.papers import Judgement
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.models import Lot, Scheme
from traceapp.services.public import open_records, publishing
from traceapp.services.vouching.claims import ask_claims, asked_as, schemes_by_code
from traceapp.web.api import answers, shapes, showing
from traceapp.web.api.book import GOODS, door
from traceapp.web.api.refusals import refused
from traceapp.web.languages import gettext, today


class ClaimQuestion(shapes.Question):
    """Which scheme, which lot, which day."""

    scheme: str | None = Field(
        None,
        pattern="^[a-z0-9_]{1,40}$",
        description=N_("Mã loại chứng nhận; bỏ trống: mọi loại có liên quan"),
    )
    lot: str | None = Field(None, min_length=1, max_length=20, description=N_("Số lô; bỏ trống: sản phẩm"))
    on: date | None = Field(None, description=N_("Xét vào ngày này; mặc định hôm nay"))


@door.get(
    "/trade-items/<number>/claims",
    summary=N_("Sản phẩm (hoặc lô) này có được ghi loại chứng nhận này vào ngày này không, và vì sao"),
    tags=[GOODS],
    responses={200: answers.Claims, **refused(404)},
)
def list_claims_of(path: shapes.Numbered, query: ClaimQuestion) -> Response:
    """The answers for one trade item or one lot of it."""
    session, day = reader(), query.on or today()
    item = open_records.one_of(session, open_records.trade_items(), open_records.subject_of(path.number))
    lot = _lot(item.id, query.lot) if query.lot is not None else None
    schemes = schemes_by_code(session)
    if query.scheme is not None and query.scheme not in schemes:
        raise NotFound("scheme_unknown", given=query.scheme)
    asked = asked_as(schemes[query.scheme], schemes) if query.scheme is not None else None
    found = ask_claims(session, item, lot, day=day, scheme=asked)
    return showing.answer(
        answers.Claims(
            trade_item=item.subject,
            lot=lot.code if lot else None,
            on=day,
            claims=shown_claims(found, schemes),
        )
    )


def _lot(item_id: int, code: str) -> Lot:
    named = (Lot.trade_item_id == item_id) & (Lot.code == LotNumber.parse(code).key)
    return open_records.one_of(reader(), open_records.lots(), named)


def shown_claims(claims: Sequence[Claim], schemes: dict[str, Scheme]) -> list[answers.Claim]:
    """Answers as they leave the house."""
    return [_claim(one, schemes[one.scheme]) for one in claims]


def _claim(claim: Claim, scheme: Scheme) -> answers.Claim:
    return answers.Claim(
        scheme=claim.scheme,
        scheme_names=showing.names(publishing.scheme_names(scheme)),
        answer=claim.answer,
        finding=claim.finding,
        on_day=claim.on_day,
        when_made=claim.when_made,
        made_on=claim.lot_day.made_on if claim.lot_day else None,
        packed_on=claim.lot_day.packed_on if claim.lot_day else None,
        certificates=[_certificate(one) for one in claim.judgements],
        marks=[answers.Mark(text=one.text, where=one.case, printed_on=one.printed) for one in claim.marks],
        conflicts=[shown_conflict(one) for one in claim.conflicts],
    )


def _certificate(one: Judgement) -> answers.ClaimCertificate:
    return answers.ClaimCertificate(
        public_id=one.paper.key,
        number=one.paper.number,
        standard=one.paper.standard,
        status=one.today.status,
        status_when_made=one.made.status if one.made else None,
        on_day=one.on_day,
        when_made=one.when_made,
        conflicts=[shown_conflict(found) for found in one.conflicts],
    )


def shown_conflict(found: Contradiction) -> answers.ClaimConflict:
    """A contradiction as it leaves the house."""
    told = found.told(gettext("chưa có dữ liệu"))
    return answers.ClaimConflict(
        code=found.code,
        case=found.case,
        label=gettext(found.label),
        expected=gettext(found.expected, **told),
        found=gettext(found.found, **told),
        advice=list(found.advice),
        facts={name: str(fact) for name, fact in found.facts.items()},
    )
