"""Barcodes of one's own product: which it can carry, what stands in them, and the picture at exact size."""

from typing import Literal

from labels.barcode_sizes import SIZES
from labels.barcodes import KINDS, barcode
from traceapp.domain.digital_link import KeyPath
from traceapp.domain.identifiers import Gtin, LotNumber, RegistryNumber, SerialNumber
from traceapp.models import Lot, TradeItem
from traceapp.services.printing.refusals import as_rules
from traceapp.settings import Settings

__all__ = ["FORMS", "KINDS", "code_values", "draw_barcode"]

Form = Literal["svg", "png", "pdf"]
FORMS: dict[str, str] = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}


def code_values(item: TradeItem, lot: Lot | None, serial: str, settings: Settings) -> dict[str, str]:
    """What each kind of barcode would hold for a product; kinds it cannot have are left out.

    A product with only the registry's number has no GS1 key: it gets a QR code of its address alone.
    """
    values: dict[str, str] = {}
    number = Gtin(item.gtin) if item.gtin else None
    if number is not None:
        if number.is_short:
            values["ean8"] = number.as8()
        elif number.value14[0] == "0":
            values["ean13"] = number.as13()
        values["itf14"] = number.value14
        values["gs1-128"] = values["gs1-datamatrix"] = element_string(number, lot, serial)
    values["qr"] = address(item, lot, settings)
    return values


def element_string(number: Gtin, lot: Lot | None, serial: str) -> str:
    """Number, days, lot and serial in brackets; those of fixed length first, as GS1 advises."""
    parts = [f"(01){number.value14}"]
    if lot is not None:
        parts += [f"(11){lot.made_on:%y%m%d}"] if lot.made_on else []
        parts += [f"(17){lot.expires_on:%y%m%d}"] if lot.expires_on else []
        parts.append(f"(10){lot.code}")
    if serial:
        parts.append(f"(21){SerialNumber.parse(serial).value}")
    return "".join(parts)


def address(item: TradeItem, lot: Lot | None, settings: Settings) -> str:
    """The Digital Link of the product or lot, in capitals so far as they do not matter.

    Never of a serial: an address with one is a stamp, and stamps are issued, not drawn.
    """
    key = KeyPath(
        gtin=Gtin(item.gtin) if item.gtin else None,
        registry_number=None if item.gtin else RegistryNumber(str(item.registry_number)),
        lot=LotNumber(lot.code) if lot else None,
    )
    return settings.public_base_url.upper() + key.path()


def draw_barcode(
    kind: str,
    value: str,
    form: Form,
    *,
    dpi: int = 600,
    x_dimension_mm: float | None = None,
    scale: float | None = None,
) -> bytes:
    """A barcode as a file; modules are whole dots of `dpi`. Raises `gtin_check_digit`, `barcode_refused`."""
    with as_rules():
        if scale is not None and x_dimension_mm is None and kind in SIZES:
            x_dimension_mm = SIZES[kind].nominal * scale
        made = barcode(kind, value, x_dimension_mm=x_dimension_mm, dpi=dpi)
        match form:
            case "svg":
                return made.svg().encode()
            case "pdf":
                return made.pdf()
            case "png":
                return made.png(dpi)
