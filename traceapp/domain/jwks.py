"""Public keys of signed codes as other programs take them: a JSON Web Key Set (RFC 7517, RFC 8037).

>>> told = key_set({"0001": bytes(32)})
>>> told["keys"][0]["kid"], told["keys"][0]["x"]
('0001', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')
>>> ring_of(told) == {"0001": bytes(32)}
True
"""

import base64
import binascii
from collections.abc import Mapping

from traceapp.domain.errors import Malformed
from traceapp.domain.signed_codes import Ring


def key_set(ring: Ring) -> dict[str, list[dict[str, str]]]:
    """The set, one Ed25519 key each, by id."""
    return {
        "keys": [
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "use": "sig",
                "kid": key_id,
                "x": base64.urlsafe_b64encode(public).rstrip(b"=").decode("ascii"),
            }
            for key_id, public in sorted(ring.items())
        ]
    }


def ring_of(told: object) -> dict[str, bytes]:
    """The keys of a set; other kinds of keys in it are passed over. Raises `keys_format`."""
    listed = told.get("keys") if isinstance(told, Mapping) else None
    if not isinstance(listed, list):
        raise Malformed("keys_format")
    ring = {}
    for one in listed:
        if isinstance(one, Mapping) and (one.get("kty"), one.get("crv")) == ("OKP", "Ed25519"):
            ring[str(one.get("kid"))] = _bytes(one.get("x"))
    if not ring:
        raise Malformed("keys_format")
    return ring


def _bytes(text: object) -> bytes:
    try:
        public = base64.b64decode(str(text) + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as broken:
        raise Malformed("keys_format") from broken
    if len(public) != 32:
        raise Malformed("keys_format")
    return public
