"""Names of schemes in what people print: "VietGAP", "ISO 22000:2018", "rau hữu cơ".

A product's name, its standards or its label may carry one; whether a certificate vouches for it is asked in
`claims`. Accents are kept ("hộp quỳ" is no "hợp quy"), spaces and digits are not: people write ISO22000.

>>> names = {"iso_22000": spellings("iso_22000", "Hệ thống quản lý an toàn thực phẩm ISO 22000")}
>>> names["organic"] = spellings("organic", "Chứng nhận hữu cơ", "Organic certification")
>>> named_schemes("ISO22000:2018", names), named_schemes("Rau Hữu Cơ", names)
(['iso_22000'], ['organic'])
>>> named_schemes("ISO 220001", names), named_schemes("phù hợp quy định", {"hq": spellings("hợp quy")})
([], [])
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from traceapp.domain.text import nfc

_PARTS: Final = re.compile(r"[^\W\d_]+|\d+")
_GENERAL: Final = (("chứng", "nhận"), ("certification",))
_AGREES: Final = "phù"  # "phù hợp quy định": agrees with rules, and is no mark of conformity


def spellings(code: str, *names: str | None) -> frozenset[str]:
    """How a scheme may be written: its code, its names, and these without "chứng nhận"."""
    found = [_parts(text) for text in (code, *names) if text]
    bare = [[*_without(parts)] for parts in found]
    return frozenset("".join(parts) for parts in (*found, *bare) if parts)


def named_schemes(text: str | None, spelled: Mapping[str, Iterable[str]]) -> list[str]:
    """The codes of the schemes that a text names, in the order given."""
    parts = _parts(text or "")
    runs = {
        "".join(parts[first : last + 1])
        for first in range(len(parts))
        for last in range(first, min(len(parts), first + 12))
        if first == 0 or parts[first - 1] != _AGREES
    }
    return [code for code, known in spelled.items() if not runs.isdisjoint(known)]


def _parts(text: str) -> list[str]:
    return _PARTS.findall(nfc(text).casefold())


def _without(parts: list[str]) -> list[str]:
    for general in _GENERAL:
        if tuple(parts[: len(general)]) == general:
            return parts[len(general) :]
        if tuple(parts[-len(general) :]) == general:
            return parts[: -len(general)]
    return parts
