"""Signed codes for machines: the public keys, the codes believed no longer, and one code checked."""

from datetime import date, datetime

from flask import Response, current_app
from pydantic import BaseModel, Field

from traceapp.domain.errors import Gone
from traceapp.domain.jwks import key_set
from traceapp.domain.signed_codes import Claims, CodeKind, RevokedFor, Ring
from traceapp.extensions import limiter, reader
from traceapp.i18n import N_
from traceapp.services.signing.code_checks import check_code, list_revoked
from traceapp.web.api import shapes, showing
from traceapp.web.api.book import CODES, door
from traceapp.web.api.refusals import refused
from traceapp.web.errors import sentence
from traceapp.web.languages import now


class PublicKey(BaseModel):
    """An Ed25519 key (RFC 8037); `x` is its 32 bytes in base64url."""

    kty: str
    crv: str
    use: str
    kid: str
    x: str


class PublicKeys(BaseModel):
    """A JSON Web Key Set: those that sign today, and those whose codes still run."""

    keys: list[PublicKey]


class RevokedCode(BaseModel):
    """A code believed no longer, why, and since which day."""

    number: str
    why: RevokedFor
    since: date


class RevokedCodes(BaseModel):
    """All of them that have not expired."""

    as_of: datetime
    items: list[RevokedCode]


class CodeQuestion(shapes.Question):
    """A code to check."""

    code: str = Field(min_length=1, max_length=2000, description=N_("Mã ký, bắt đầu bằng VC1:"))


class SignedCertificate(BaseModel):
    """What a certificate's code says of it."""

    number: str
    holder: str
    standard: str
    products: list[str]
    all_products: int
    sha256: str | None


class CodeAnswer(BaseModel):
    """`verdict` is `ok` or the code of the refusal; what the code says is there only if we signed it."""

    verdict: str
    sentence: str | None
    why: RevokedFor | None
    number: str | None
    kind: CodeKind | None
    expires_at: datetime | None
    issuer: str | None
    issued_at: datetime | None
    certificate: SignedCertificate | None
    digest: str | None


def _ring() -> Ring:
    ring: Ring = current_app.extensions["code_keys"].ring
    return ring


@door.get(
    "/keys", summary=N_("Khóa công khai để kiểm tra mã ký (JWKS)"), tags=[CODES], responses={200: PublicKeys}
)
def list_keys() -> Response:
    """The public keys."""
    return showing.answer(PublicKeys.model_validate(key_set(_ring())))


@door.get(
    "/revoked-codes",
    summary=N_("Mã ký không còn giá trị, trừ mã đã hết hạn"),
    tags=[CODES],
    responses={200: RevokedCodes},
)
def list_revoked_codes() -> Response:
    """The list of this moment."""
    found = list_revoked(reader(), now=now()).items()
    items = [RevokedCode(number=number, why=one.why, since=one.since) for number, one in found]
    return showing.answer(RevokedCodes(as_of=now(), items=items))


@door.post(
    "/verify",
    summary=N_("Kiểm tra một mã ký; không có gì được lưu lại"),
    tags=[CODES],
    responses={200: CodeAnswer, **refused(415)},
)
@limiter.limit("120 per minute")
def verify_code(body: CodeQuestion) -> Response:
    """One code, by today's books."""
    checked = check_code(reader(), body.code, ring=_ring(), now=now())
    refusal, claims = checked.refusal, checked.claims
    why = refusal.facts.get("why") if isinstance(refusal, Gone) else None
    return showing.answer(
        CodeAnswer(
            verdict=checked.word,
            sentence=sentence(refusal) if refusal else None,
            why=why if isinstance(why, RevokedFor) else None,
            number=claims.number if claims else None,
            kind=claims.kind if claims else None,
            expires_at=claims.expires_at if claims else None,
            issuer=claims.issuer if claims else None,
            issued_at=claims.issued_at if claims else None,
            certificate=_certificate(claims),
            digest=claims.digest.hex() if claims and claims.digest else None,
        )
    )


def _certificate(claims: Claims | None) -> SignedCertificate | None:
    paper = claims.certificate if claims else None
    if paper is None:
        return None
    return SignedCertificate(
        number=paper.number,
        holder=paper.holder,
        standard=paper.standard,
        products=list(paper.products),
        all_products=paper.all_products,
        sha256=paper.sha256,
    )
