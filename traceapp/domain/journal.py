"""What the journal writes down: one spelling of an act, and the hash that stands for it in the tree.

Canonical JSON is a subset of RFC 8785: UTF-8, NFC, ASCII keys sorted, no spaces, integers only, times as
`YYYY-MM-DDTHH:MM:SSZ`, days as `YYYY-MM-DD`. The bytes are kept as they were hashed; verifying never writes
them anew. A leaf is SHA-256 over 0x00 and the bytes (RFC 6962, 2.1).

>>> canonical({"seq": 0, "act": "approve_party", "on": date(2026, 9, 5)})
b'{"act":"approve_party","on":"2026-09-05","seq":0}'
>>> leaf_hash(b"").hex()[:16]
'6e340b9cffb37a98'
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

Plain = None | bool | int | str | Sequence["Plain"] | Mapping[str, "Plain"]


def canonical(body: Mapping[str, object]) -> bytes:
    """The one spelling of a body. ValueError or TypeError where there is none: floats, naive times."""
    text = json.dumps(_plain(body), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def leaf_hash(body: bytes) -> bytes:
    """The 32 bytes that stand for an entry."""
    return hashlib.sha256(b"\x00" + body).digest()


def _plain(value: object) -> Plain:
    match value:
        case None | bool() | int():
            return value
        case str():
            return unicodedata.normalize("NFC", value)
        case datetime():
            return _instant(value)
        case date():
            return value.isoformat()
        case bytes():
            return value.hex()
        case Mapping():
            return {_key(key): _plain(inner) for key, inner in value.items()}
        case Sequence():
            return [_plain(inner) for inner in value]
        case _:
            raise TypeError(f"no canonical form for {value!r}")


def _instant(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError(f"expected an aware time, found {moment!r}")
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _key(key: object) -> str:
    if not (isinstance(key, str) and key.isascii()):
        raise TypeError(f"keys are ASCII text, found {key!r}")
    return str(key)
