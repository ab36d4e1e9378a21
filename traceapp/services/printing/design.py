"""What stands on a stamp or a label: words from the records, frozen when the order is placed.

A stamp says name and net content; a label says what Decree 43/2017/NĐ-CP asks of the goods and, of
certificates, only those in force today that cover the item (`marks`). Frozen as JSON, so that a file half
written is finished as it was begun, whatever is corrected meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal, cast

from sqlalchemy.orm import Session

from labels.art import StampArt
from labels.calibration import Calibration
from labels.face import LabelFace, LabelWords
from labels.media import Medium
from traceapp.domain.digital_link import stamp_prefix
from traceapp.domain.identifiers import Gtin
from traceapp.domain.numbers import format_day, format_number
from traceapp.domain.text import without_heading
from traceapp.domain.trade_items import UNIT_NAMES
from traceapp.models import Lot, TradeItem
from traceapp.services.printing.marks import LabelMark, label_marks
from traceapp.services.printing.media import default_printer, medium
from traceapp.services.stamping import subject_of
from traceapp.settings import Settings

Level = Literal["L", "M", "Q", "H"]
VIETNAM = "704"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person at the printer chose.

    `printer` is a kind of printer; `machine` one of the party's own by its public id, which brings its kind
    and its calibration on this medium (`machines.settled`).
    """

    medium_id: str = "a4-65"
    printer: str = ""
    used_cells: frozenset[int] = field(default_factory=frozenset)
    level: Level = "M"
    machine: str = ""
    calibration: Calibration | None = None

    @property
    def medium(self) -> Medium:
        """The medium; raises `medium_unknown`."""
        return medium(self.medium_id)

    @property
    def printer_name(self) -> str:
        """The printer chosen, or the usual one for the medium."""
        return self.printer or default_printer(self.medium)


def prefix_of(digits: str, settings: Settings) -> str:
    """What stands before the serial in every code of a number."""
    prefix = stamp_prefix(settings.host, subject_of(digits))
    return prefix if settings.public_base_url.startswith("https") else "HTTP" + prefix.removeprefix("HTTPS")


def is_demo(item: TradeItem) -> bool:
    """Whether its prints must say so: a demonstration number, or a demonstration record."""
    return item.demo or (item.gtin is not None and Gtin(item.gtin).is_demo)


def stamp_art(
    item: TradeItem,
    settings: Settings,
    *,
    test: bool = False,
    longest: bool = False,
    pin: bool | None = None,
) -> StampArt:
    """The words of a stamp; `longest` shows the worst case a name may be.

    `pin`: whether it has a box for one; if not said, as the product has it today.
    """
    name = "Ẵ" * 8 + " " + "Ệ" * 11 if longest else item.short_name or item.name_vi
    words = settings.registry_name.split()
    half = (len(words) + 1) // 2
    return StampArt(
        name,
        stamp_content(item),
        registry=(" ".join(words[:half]), " ".join(words[half:])),
        demo=is_demo(item),
        test=test,
        pin=item.scratch_pin if pin is None else pin,
    )


def stamp_content(item: TradeItem) -> str:
    """Net content and strength on one line."""
    return " · ".join(part for part in (net_content(item), alcohol(item)) if part)


def net_content(item: TradeItem) -> str:
    """500 ml; nothing where it is not known."""
    if item.net_content is None or item.net_unit is None:
        return ""
    return f"{format_number(item.net_content)} {UNIT_NAMES[item.net_unit]}"


def alcohol(item: TradeItem) -> str:
    """40 % vol; nothing where it does not apply."""
    return "" if item.alcohol_percent is None else f"{format_number(item.alcohol_percent)} % vol"


def label_face(
    session: Session,
    item: TradeItem,
    lot: Lot | None,
    today: date,
    marks: Sequence[LabelMark] | None = None,
) -> LabelFace:
    """The face of a product label of a lot, with the marks wanted; None: those that hold."""
    address = item.party.address_on(today)
    every = label_marks(session, item, lot, today=today) if marks is None else marks
    wanted = [one for one in every if one.wanted]
    return LabelFace(
        name=item.name_vi,
        net_content=net_content(item),
        alcohol=alcohol(item),
        producer=item.party.name_on(today),
        address=address.line() if address else "",
        origin="Việt Nam" if item.origin_country == VIETNAM else "",
        ingredients=without_heading(item.ingredients or "", "Thành phần"),
        lot=lot.code if lot else "",
        made_on=_day(lot.made_on if lot else None),
        packed_on=_day(lot.packed_on if lot and lot.packed_on != lot.made_on else None),
        expires_on=_day(lot.expires_on if lot else None),
        storage=without_heading(item.storage or "", "Bảo quản"),
        certificates=tuple(dict.fromkeys(text for one in wanted if one.claim for text in one.texts)),
        marks=tuple(text for one in wanted if one.claim is None for text in one.texts),
        warnings=tuple((item.warnings or "").splitlines()),
        gtin=till_code(item),
        demo=is_demo(item),
    )


def till_code(item: TradeItem) -> str:
    """The digits of the barcode a till reads: 13 or 8; nothing for a carton or a registry number."""
    gtin = Gtin(item.gtin) if item.gtin else None
    if gtin is None or gtin.value14[0] != "0":
        return ""
    return gtin.as8() if gtin.is_short else gtin.as13()


def _day(day: date | None) -> str:
    return format_day(day) if day else ""


# --- frozen and thawed --------------------------------------------------------------------------------


def frozen_medium(blank: Medium) -> dict[str, Any]:
    """A medium as JSON."""
    return asdict(blank)


def thawed_medium(kept: Mapping[str, Any]) -> Medium:
    """The medium of a row."""
    return Medium(**kept)


def frozen_art(art: StampArt) -> dict[str, Any]:
    """A stamp's words as JSON."""
    return asdict(art) | {"registry": list(art.registry)}


def thawed_art(kept: Mapping[str, Any]) -> StampArt:
    """The words of a row."""
    first, second = kept["registry"]
    return StampArt(**{**kept, "registry": (first, second)})


def frozen_face(face: LabelFace) -> dict[str, Any]:
    """A label's face as JSON."""
    return asdict(face)


def thawed_face(kept: Mapping[str, Any]) -> LabelFace:
    """The face of a row."""
    told = dict(kept)
    for name in ("certificates", "marks", "warnings"):
        told[name] = tuple(cast("list[str]", told[name]))
    return LabelFace(**{**told, "words": LabelWords(**told["words"])})
