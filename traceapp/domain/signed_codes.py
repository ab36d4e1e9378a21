"""Signed codes: what stands in the QR of a certificate, a carton or a roll, made and verified.

A code is `VC1:` and, in base45, a COSE_Sign1 (RFC 9052, tag 18) over the claims of a CWT (RFC 8392) in
deterministic CBOR (RFC 8949, 4.2.1), signed with Ed25519 (RFC 8032). Whoever holds the public keys can
verify it and asks nobody. It proves that this registry said so, never that the paper is the only one: a code
copies perfectly. A code has one spelling; with any character changed it is refused. The form lives as long
as paper: `VC1` may get a sister, never another meaning. trust.md, section 4.

>>> from datetime import UTC
>>> key = CodeKey("0001", bytes(range(32)))
>>> claims = Claims("7K3M9QX2", CodeKind.ROLL, datetime(2028, 9, 5, 17, tzinfo=UTC), digest=bytes(16))
>>> code = make(claims, key)
>>> len(code), verify(code, {key.id: key.public}, now=datetime(2027, 1, 1, tzinfo=UTC)) == claims
(190, True)
>>> read(code[:-1] + "0", {key.id: key.public})
Traceback (most recent call last):
traceapp.domain.errors.Malformed: signed_signature()
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from traceapp.domain import base45
from traceapp.domain.code_claims import CertificateClaims, Claims, CodeKind, packed, unpacked
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import Gone, Malformed

__all__ = [
    "CertificateClaims",
    "Claims",
    "CodeKey",
    "CodeKind",
    "Revocation",
    "RevokedFor",
    "Ring",
    "check",
    "fingerprint",
    "is_hardy",
    "make",
    "read",
    "tidy",
    "verify",
]

PREFIX: Final = "VC1:"
LONGEST: Final = 900  # characters
EDDSA: Final = -8
_TAG: Final = 18
_ALG, _KID = 1, 4
_SIGNATURE: Final = 64  # bytes
_DEEPEST: Final = 4
_LARGEST: Final = 2**53  # what every language has as a whole number
_KEY_ID: Final = re.compile(r"[0-9a-z]{1,16}")

Ring = Mapping[str, bytes]
"""Public keys of 32 bytes by their id: those that sign today and those whose codes still run."""


class RevokedFor(StrEnum):
    """Why a code that was signed is believed no longer."""

    SUSPENDED = "suspended"  # the certificate, by its body; the others too are states of a record today
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    RECALLED = "recalled"
    ON_HOLD = "on_hold"
    VOID = "void"
    LOST = "lost"  # the paper, by the person who took the code back; as the next two
    MISTAKE = "mistake"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Revocation:
    """That a code is not to be believed, why, and from which day."""

    why: RevokedFor
    since: date


@dataclass(frozen=True, slots=True)
class CodeKey:
    """A secret of 32 bytes that signs, and the id it is stored under. Never in the database or a message."""

    id: str
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != 32 or not _KEY_ID.fullmatch(self.id):
            raise ValueError(f"code key {self.id!r}: expected 32 bytes and an id of a-z and 0-9")

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return Ed25519PrivateKey.from_private_bytes(self.secret).public_key().public_bytes_raw()


def make(claims: Claims, key: CodeKey) -> str:
    """The code of these claims; the same claims and key give the same code (RFC 8032).

    Raises `signed_claims` for what no code may say, `signed_length` for what is too long for one.
    """
    protected, payload = _cbor({_ALG: EDDSA, _KID: key.id.encode()}), _cbor(packed(claims))
    signature = Ed25519PrivateKey.from_private_bytes(key.secret).sign(_to_be_signed(protected, payload))
    text = PREFIX + base45.encode(_cbor(cbor2.CBORTag(_TAG, [protected, {}, payload, signature])))
    if len(text) > LONGEST:
        raise Malformed("signed_length", found=len(text), limit=LONGEST)
    return text


def is_hardy(code: str) -> bool:
    """Whether the code survives what messengers do to spaces: none doubled, none at the end."""
    return code == " ".join(code.split())


def tidy(typed: str) -> str:
    """A code as typed or pasted, without the line breaks that came with it."""
    return re.sub(r"[\r\n\t]", "", typed).strip()


def verify(
    text: str, ring: Ring, *, now: datetime, revoked: Mapping[str, Revocation] | None = None
) -> Claims:
    """What a code says, if it is to be believed now. Raises what `read` and `check` do."""
    claims = read(text, ring)
    check(claims, now=now, revoked=revoked)
    return claims


def check(claims: Claims, *, now: datetime, revoked: Mapping[str, Revocation] | None = None) -> None:
    """Raises `Gone`: `signed_expired` from the expiry on, `signed_revoked` for a code on the list."""
    if now >= claims.expires_at:
        last = today_in_vietnam(claims.expires_at - timedelta(seconds=1))
        raise Gone("signed_expired", given=last)
    if revoked and (found := revoked.get(claims.number)):
        raise Gone("signed_revoked", given=found.since, why=found.why)


def read(text: str, ring: Ring) -> Claims:
    """What a key of the ring signed, whether or not it is still to be believed.

    In this order, each with its own code: `signed_length`, `signed_prefix`, `signed_base45`, `signed_form`,
    `signed_algorithm`, `signed_key`, `signed_signature`, `signed_claims`. Raises nothing else.
    """
    protected, payload, signature = _opened(text)
    key_id = _key_id(protected)
    public = ring.get(key_id)
    if public is None:
        raise Malformed("signed_key", found=key_id)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _to_be_signed(protected, payload))
    except InvalidSignature as wrong:
        raise Malformed("signed_signature") from wrong
    return unpacked(_map(payload, "signed_claims"))


def fingerprint(code: str) -> str:
    """SHA-256 of the code's text, by which the registry knows it again."""
    return hashlib.sha256(code.encode()).hexdigest()


def _opened(text: str) -> tuple[bytes, bytes, bytes]:
    """Protected header, payload and signature of a text that has the form."""
    if len(text) > LONGEST:
        raise Malformed("signed_length", found=len(text), limit=LONGEST)
    if not text.startswith(PREFIX):
        raise Malformed("signed_prefix", expected=PREFIX)
    envelope = _decoded(base45.decode(text, len(PREFIX)), "signed_form")
    if not isinstance(envelope, cbor2.CBORTag):
        raise Malformed("signed_form")
    match envelope.value:
        case [bytes() as protected, Mapping() as free, bytes() as payload, bytes() as signature] if (
            not free and len(signature) == _SIGNATURE
        ):
            return protected, payload, signature
    raise Malformed("signed_form")


def _key_id(protected: bytes) -> str:
    """The key a header names; the algorithm is pinned, whatever it says."""
    header = _map(protected, "signed_form")
    algorithm, key_id = header.get(_ALG), header.get(_KID)
    if type(algorithm) is not int or algorithm != EDDSA:
        raise Malformed("signed_algorithm", found=str(algorithm)[:40])
    if not isinstance(key_id, bytes) or len(header) != 2 or not _KEY_ID.fullmatch(key_id.decode("latin-1")):
        raise Malformed("signed_form")
    return key_id.decode("ascii")


def _map(content: bytes, code: str) -> Mapping[object, object]:
    found = _decoded(content, code)
    if not isinstance(found, Mapping) or any(type(key) is not int for key in found):
        raise Malformed(code)
    return found


def _decoded(content: bytes, code: str) -> Any:
    """One plain CBOR item in its deterministic spelling: nothing after it, no key twice, no longer form."""
    try:
        found = cbor2.loads(content, max_depth=_DEEPEST, allow_indefinite=False, allow_duplicate_keys=False)
        if _plain(found) and cbor2.dumps(found) == content:
            return found
    except (cbor2.CBORError, ValueError, TypeError, ArithmeticError, LookupError, RecursionError) as broken:
        raise Malformed(code) from broken
    raise Malformed(code)


def _plain(value: Any) -> bool:
    """Whether all of it is integers, texts, bytes, arrays and maps: no float, simple value or other tag."""
    match value:
        case Mapping():
            # In bytewise order (4.2.1); the library's own "canonical" is the older one, shortest first.
            in_order = [*map(cbor2.dumps, value)] == sorted(map(cbor2.dumps, value))
            return in_order and all(map(_plain, value)) and all(map(_plain, value.values()))
        case list() | tuple():
            return all(map(_plain, value))
        case cbor2.CBORTag(tag=tag, value=inner):
            return bool(tag == _TAG) and _plain(inner)
        case bool():
            return False
        case int():
            return abs(value) < _LARGEST
    return isinstance(value, str | bytes)


def _cbor(value: object) -> bytes:
    return cbor2.dumps(value, canonical=True)


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """The Sig_structure of RFC 9052, 4.4."""
    return _cbor(["Signature1", protected, b"", payload])
