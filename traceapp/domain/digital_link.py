"""Keys and the addresses they are printed as: GS1 Digital Link, and what people type instead.

`parse_path` is strict, as a resolver must be (a bad key is a 400 that names what is wrong); `read` takes
whatever a person scans or types into a box. Values are case-sensitive, scheme and host are not. GS1 Digital
Link 1.6; gs1/gs1-syntax-dictionary for the order of qualifiers (`dlpkey=22,10,21|235`).

>>> key = parse_path("/01/09521234000013/10/L260905A/21/3KMMR3K47VPF")
>>> key.lot.value, key.serial.value
('L260905A', '3KMMR3K47VPF')
>>> key.uri("txng.example.vn")
'https://txng.example.vn/01/09521234000013/10/L260905A/21/3KMMR3K47VPF'
>>> stamp_prefix("txng.example.vn", key.subject)
'HTTPS://TXNG.EXAMPLE.VN/01/09521234000013/21/'
>>> read("(01)09521234000013(10)L260905A").path()
'/01/09521234000013/10/L260905A'
>>> read("3kmm-r3k4-7vpf").serial.value
'3KMMR3K47VPF'
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, unquote

from traceapp.domain import serials
from traceapp.domain.errors import Malformed
from traceapp.domain.gln_extensions import GlnExtension, PremisesCode
from traceapp.domain.identifiers import (
    Gln,
    Gtin,
    LotNumber,
    RegistryNumber,
    SerialNumber,
    Subject,
    ThirdPartySerial,
    VariantCode,
)

PRIMARY_KEYS: Final = ("01", "414", "417")
_QUALIFIERS: Final = ("22", "10", "21")
_THIRD_PARTY: Final = "235"  # in place of all of them
_EXTENSION, _PREMISES = "254", "7040"  # one of them, behind a GLN
_LENGTHS: Final = {"01": 14, "P": 8, "414": 13, "417": 13}
_INSIDE: Final = re.compile(r"(?:^|/)((?:01|414|417|[Pp])/.*)", re.DOTALL)
_HOST: Final = re.compile("^[A-Za-z][A-Za-z0-9+.-]*://[^/]*")
_ESCAPE: Final = re.compile("%(?![0-9A-Fa-f]{2})")
_EMPTY_BRACKETS: Final = re.compile(r"\([0-9]{2,4}\)(?=\(|$)")
RESOLVERS: Final = frozenset({"id.gs1.org"})  # whose addresses mean the same everywhere
_FNC1: Final = "\x1d"


@dataclass(frozen=True, slots=True)
class KeyPath:
    """A product (`gtin` or `registry_number`), place or party, with its qualifiers; or a serial alone."""

    gtin: Gtin | None = None
    registry_number: RegistryNumber | None = None
    cpv: VariantCode | None = None
    lot: LotNumber | None = None
    serial: SerialNumber | None = None
    third_party: ThirdPartySerial | None = None
    place: Gln | None = None
    party: Gln | None = None
    extension: GlnExtension | None = None
    premises: PremisesCode | None = None

    @property
    def subject(self) -> Subject | None:
        """What a stamp with this key would be bound to."""
        return self.gtin or self.registry_number

    def path(self) -> str:
        """The canonical path, without a trailing slash; a serial alone has none (ValueError)."""
        primary = {"01": self.gtin, "P": self.registry_number, "414": self.place, "417": self.party}
        qualifiers = {"22": self.cpv, "10": self.lot, "21": self.serial, _THIRD_PARTY: self.third_party}
        extensions = {_EXTENSION: self.extension, _PREMISES: self.premises}
        if not any(primary.values()):
            raise ValueError("a serial alone has no address")
        named = {
            name: value for name, value in (primary | qualifiers | extensions).items() if value is not None
        }
        return "".join(f"/{name}/{quote(str(value), safe='')}" for name, value in named.items())

    def uri(self, host: str) -> str:
        """The whole address on a host."""
        return f"https://{host}{self.path()}"

    def upward(self) -> Iterator["KeyPath"]:
        """This key, then each wider one: without serial, without lot, without variant; without extension."""
        yield self
        key = self
        for name in ("third_party", "serial", "lot", "cpv", "extension", "premises"):
            if getattr(key, name) is not None:
                key = replace(key, **{name: None})
                yield key


def stamp_prefix(host: str, key: Subject) -> str:
    """What stands before the serial on paper: capitals throughout, so that a QR code stays small."""
    name = "01" if isinstance(key, Gtin) else "P"
    return f"HTTPS://{host.upper()}/{name}/{key}/21/"


def parse_path(path: str) -> KeyPath:
    """Read the path of an address, still percent-encoded. One trailing slash is forgiven.

    Raises `Malformed`: `link_syntax`, `link_percent`, `link_rest`, `link_empty_value`, `link_key_digits`,
    `link_qualifier_unknown`, `link_qualifier_order`, `qualifier_*`, `*_check_digit`.
    """
    parts = [_decoded(part) for part in path.removeprefix("/").removesuffix("/").split("/")]
    name = parts[0].upper()
    if name not in _LENGTHS:
        raise Malformed("link_syntax", given=path, found=parts[0], expected=", ".join(_LENGTHS))
    if len(parts) % 2:
        raise Malformed("link_rest", given=path, found=parts[-1])
    if "" in parts:
        raise Malformed("link_empty_value", given=path, found=parts[parts.index("") - 1])
    key = _primary(name, parts[1])
    return _qualified(key, list(zip(parts[2::2], parts[3::2], strict=True)))


def _decoded(part: str) -> str:
    if _ESCAPE.search(part):
        raise Malformed("link_percent", given=part)
    try:
        return unquote(part, errors="strict")
    except UnicodeDecodeError as undecodable:
        raise Malformed("link_percent", given=part) from undecodable


def _primary(name: str, value: str) -> KeyPath:
    length = _LENGTHS[name]
    if not re.fullmatch(f"[0-9]{{{length}}}", value):
        raise Malformed("link_key_digits", given=value, key=name, expected=length, found=len(value))
    match name:
        case "01":
            return KeyPath(gtin=Gtin.parse(value))
        case "P":
            return KeyPath(registry_number=RegistryNumber.parse(value))
        case "414":
            return KeyPath(place=Gln.parse(value))
        case _:
            return KeyPath(party=Gln.parse(value))


def _qualified(key: KeyPath, pairs: list[tuple[str, str]]) -> KeyPath:
    if key.gtin is not None and [name for name, _ in pairs] == [_THIRD_PARTY]:
        return replace(key, third_party=ThirdPartySerial.parse(pairs[0][1]))
    if key.subject is None and len(pairs) == 1:
        return _extended(key, *pairs[0])
    allowed = _QUALIFIERS if key.subject else ()
    reached = -1
    for name, value in pairs:
        if name not in allowed or (name == "22" and key.gtin is None):
            raise Malformed(
                "link_qualifier_unknown", found=name, given=value, expected=", ".join(allowed) or "-"
            )
        place = allowed.index(name)
        if place <= reached:
            raise Malformed("link_qualifier_order", found=name, given=value, expected=", ".join(allowed))
        reached = place
        key = _with(key, name, value)
    return key


def _extended(key: KeyPath, name: str, value: str) -> KeyPath:
    if name == _PREMISES:
        return replace(key, premises=PremisesCode.parse(value))
    if name == _EXTENSION and key.place is not None:
        return replace(key, extension=GlnExtension.parse(value))
    expected = _PREMISES if key.party else f"{_EXTENSION}, {_PREMISES}"
    raise Malformed("link_qualifier_unknown", found=name, given=value, expected=expected)


def _with(key: KeyPath, name: str, value: str) -> KeyPath:
    match name:
        case "22":
            return replace(key, cpv=VariantCode.parse(value))
        case "10":
            return replace(key, lot=LotNumber.parse(value))
        case _:
            return replace(key, serial=SerialNumber.parse(value))


def read(text: str) -> KeyPath:
    """Whatever a person scans or types: an address on any host, element strings, a bare GTIN, a serial alone.

    Eight digits are taken for a GTIN-8; whoever finds none may try `RegistryNumber.parse(key.gtin.as8())`.
    Raises `Malformed`: what `parse_path` does, `read_elements`, `read_no_key`, `gtin_*`, `code_*`.
    """
    typed = text.strip()
    typed = typed[3:] if re.match(r"\][A-Za-z][0-9]", typed) else typed  # a scanner's symbology identifier
    if "/" in typed and not typed.startswith("("):
        return _read_address(typed)
    if typed.startswith("(") or _FNC1 in typed or re.match("(01[0-9]{14}|41[47][0-9]{13})", typed):
        return _read_elements(typed)
    if re.fullmatch("[0-9][0-9 .-]*", typed) and not re.fullmatch("[0-9]{4}(-[0-9]{4}){2}", typed):
        return KeyPath(gtin=Gtin.parse(typed))
    return KeyPath(serial=SerialNumber(serials.normalise(typed)))


def foreign_host(text: str, ours: str) -> str | None:
    """The host of an address of goods that is not ours; None where there is none, or it resolves for all.

    The key behind it may well be one of ours, copied onto a code that opens somebody else's page.

    >>> foreign_host("HTTPS://TXNG.EXAMPLE.VN/01/09521234000013", "txng.example.vn")
    >>> foreign_host("http://txng-example.vn/01/09521234000013", "txng.example.vn")
    'txng-example.vn'
    """
    address = re.match("[A-Za-z][A-Za-z0-9+.-]*://([^/?#]+)", text.strip())
    host = address[1].lower() if address else ours
    return None if host in {ours.lower(), *RESOLVERS} else host


def forgiven(key: KeyPath) -> KeyPath:
    """A key typed by hand with its serial in the one spelling of ours; another's serial stays as it is.

    An address that was scanned is not forgiven: there one stamp has one spelling.

    >>> str(forgiven(read("https://a.vn/01/09520009010011/21/7k3m-9qx2-tz4b")).serial)
    '7K3M9QX2TZ4B'
    """
    if key.serial is None:
        return key
    try:
        return replace(key, serial=SerialNumber(serials.normalise(key.serial.value)))
    except Malformed:
        return key


def _read_address(typed: str) -> KeyPath:
    path = _HOST.sub("", re.split("[?#]", typed)[0])
    inside = _INSIDE.search(path)
    return parse_path(inside[1] if inside else path)


def _read_elements(typed: str) -> KeyPath:
    # late: its tables of prefixes are 17 MB, which a print run or a scan has no use for
    from biip import ParseError
    from biip.gs1_messages import GS1Message

    if _EMPTY_BRACKETS.search(typed):
        raise Malformed("read_elements", given=typed)
    try:
        parse = GS1Message.parse_hri if typed.startswith("(") else GS1Message.parse
        elements = {
            element.ai.ai: element.value for element in parse(typed.removeprefix(_FNC1)).element_strings
        }
    except ParseError as unreadable:
        raise Malformed("read_elements", given=typed) from unreadable
    primary = next((name for name in PRIMARY_KEYS if name in elements), None)
    if primary is None:
        raise Malformed(
            "read_no_key", given=typed, found=", ".join(elements), expected=", ".join(PRIMARY_KEYS)
        )
    key = _primary(primary, elements[primary])
    wanted = _QUALIFIERS if primary == "01" else ()  # a room within a place is nothing of ours
    return _qualified(key, [(name, elements[name]) for name in wanted if name in elements])
