"""What a signed code says: claims as values, and as the map of integers that is signed.

Claims of a CWT (RFC 8392): 1 issuer, 4 expiry, 6 time of issue, 7 the code's own number; and one private key,
-65537, whose map is ours: 0 kind, 1 certificate number, 2 holder, 3 products, 4 standard, 5 hash (SHA-256 of
the certificate's first file; of what is in a carton, its first 16 bytes), 6 how many products there are
where not all are named. Everything is checked both ways: what is signed is what can be read.

>>> from datetime import UTC
>>> roll = Claims("7K3M9QX2", CodeKind.ROLL, datetime(2028, 9, 5, 17, tzinfo=UTC), digest=bytes(16))
>>> sorted(packed(roll))
[-65537, 4, 7]
>>> unpacked(packed(roll)) == roll
True
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from traceapp.domain import crockford
from traceapp.domain.errors import Malformed

ISSUER, EXPIRES, ISSUED, NUMBER, OURS = 1, 4, 6, 7, -65537
_KIND, _PAPER, _HOLDER, _PRODUCTS, _STANDARD, _HASH, _ALL_PRODUCTS = range(7)
MOST_PRODUCTS: Final = 5  # named in a code; the rest is a number
FILE_HASH, CONTENTS_HASH = 32, 16  # bytes
_LATEST: Final = 2**33  # seconds: the year 2242
_OUR_NUMBER: Final = re.compile(f"[{crockford.ALPHABET}]{{8}}")
_PRODUCT: Final = re.compile("[0-9]{8}|[0-9]{14}")


class CodeKind(StrEnum):
    """What a signed code stands on."""

    CERTIFICATE = "certificate"
    CARTON = "carton"
    ROLL = "roll"


_KINDS: Final = {CodeKind.CERTIFICATE: 1, CodeKind.CARTON: 2, CodeKind.ROLL: 3}
_MEANT: Final = {number: kind for kind, number in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class CertificateClaims:
    """What a certificate's code says of it. `products` are GTINs or registry numbers, of `all_products`."""

    number: str
    holder: str
    standard: str
    products: tuple[str, ...] = ()
    all_products: int = 0
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Claims:
    """What a code says: of a certificate with issuer and time of issue, of goods no more than a `digest`."""

    number: str
    kind: CodeKind
    expires_at: datetime
    issuer: str | None = None
    issued_at: datetime | None = None
    certificate: CertificateClaims | None = None
    digest: bytes | None = None


def packed(claims: Claims) -> dict[object, object]:
    """The claims as they are signed. Raises `signed_claims` where they could not be read back."""
    told: dict[object, object] = {EXPIRES: _seconds(claims.expires_at), NUMBER: claims.number.encode()}
    ours: dict[object, object] = {_KIND: _KINDS[claims.kind]}
    if claims.issuer is not None:
        told[ISSUER] = claims.issuer
    if claims.issued_at is not None:
        told[ISSUED] = _seconds(claims.issued_at)
    if claims.certificate is not None:
        ours |= _packed_certificate(claims.certificate)
    if claims.digest is not None:
        ours[_HASH] = claims.digest
    told[OURS] = ours
    if unpacked(told) != claims:
        raise Malformed("signed_claims")
    return told


def _packed_certificate(told: CertificateClaims) -> dict[object, object]:
    ours: dict[object, object] = {
        _PAPER: told.number,
        _HOLDER: told.holder,
        _PRODUCTS: list(told.products[:MOST_PRODUCTS]),
        _STANDARD: told.standard,
    }
    if told.sha256 is not None:
        ours[_HASH] = bytes.fromhex(told.sha256)
    if told.all_products > MOST_PRODUCTS:
        ours[_ALL_PRODUCTS] = told.all_products
    return ours


def unpacked(told: Mapping[object, object]) -> Claims:
    """The claims of a signed map. Raises `Malformed` `signed_claims`: nothing unknown, nothing missing."""
    ours = told.get(OURS)
    if not isinstance(ours, Mapping):
        raise Malformed("signed_claims")
    kind = _MEANT.get(_whole(ours.get(_KIND), 3))
    if kind is CodeKind.CERTIFICATE:
        _exactly(told, {ISSUER, EXPIRES, ISSUED, NUMBER, OURS})
        issued_at, issuer = _instant(told[ISSUED]), _line(told[ISSUER])
        certificate = _certificate(ours)
        return Claims(_number(told), kind, _instant(told[EXPIRES]), issuer, issued_at, certificate)
    if kind is None:
        raise Malformed("signed_claims")
    _exactly(told, {EXPIRES, NUMBER, OURS})
    _exactly(ours, {_KIND, _HASH})
    digest = _bytes(ours[_HASH], CONTENTS_HASH)
    return Claims(_number(told), kind, _instant(told[EXPIRES]), digest=digest)


def _certificate(ours: Mapping[object, object]) -> CertificateClaims:
    wanted = {_KIND, _PAPER, _HOLDER, _PRODUCTS, _STANDARD}
    _exactly(ours, wanted | {one for one in (_HASH, _ALL_PRODUCTS) if one in ours})
    products = ours[_PRODUCTS]
    if not isinstance(products, list | tuple) or len(products) > MOST_PRODUCTS:
        raise Malformed("signed_claims")
    named = tuple(_line(one) for one in products)
    if not all(_PRODUCT.fullmatch(one) for one in named):
        raise Malformed("signed_claims")
    count = _whole(ours[_ALL_PRODUCTS], 10_000) if _ALL_PRODUCTS in ours else len(named)
    if _ALL_PRODUCTS in ours and not (count > MOST_PRODUCTS == len(named)):
        raise Malformed("signed_claims")
    return CertificateClaims(
        number=_line(ours[_PAPER]),
        holder=_line(ours[_HOLDER]),
        standard=_line(ours[_STANDARD]),
        products=named,
        all_products=count,
        sha256=_bytes(ours[_HASH], FILE_HASH).hex() if _HASH in ours else None,
    )


def _exactly(told: Mapping[object, object], keys: set[int]) -> None:
    # True and 1.0 equal 1 in Python: a key is what it is called only if it is of that type, too.
    if any(type(key) is not int for key in told) or set(told) != keys:
        raise Malformed("signed_claims")


def _number(told: Mapping[object, object]) -> str:
    number = _bytes(told[NUMBER], 8).decode("latin-1")
    if not _OUR_NUMBER.fullmatch(number):
        raise Malformed("signed_claims")
    return number


def _bytes(value: object, size: int) -> bytes:
    if not isinstance(value, bytes) or len(value) != size:
        raise Malformed("signed_claims")
    return value


def _line(value: object) -> str:
    """A text of one line: what shows it need not fear it."""
    if not isinstance(value, str) or not value or any(ord(one) < 32 or ord(one) == 127 for one in value):
        raise Malformed("signed_claims")
    return value


def _whole(value: object, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise Malformed("signed_claims")
    return value


def _instant(value: object) -> datetime:
    return datetime.fromtimestamp(_whole(value, _LATEST), UTC)


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())
