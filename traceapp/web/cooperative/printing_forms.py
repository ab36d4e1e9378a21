"""What the print pages share: reading a choice of paper from an address, and offering the media."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, request, url_for
from markupsafe import Markup
from wtforms import HiddenField, StringField

from traceapp.domain.errors import Conflict, Malformed, RuleBroken
from traceapp.domain.numbers import parse_count
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.models import Calibration, NamedPrinter, PrintRun
from traceapp.services import printing
from traceapp.settings import Settings
from traceapp.web.access import actor
from traceapp.web.errors import sentence
from traceapp.web.forms import Form
from traceapp.web.languages import gettext, language, now

COMMON = {
    "sheet": ("a4-65", "a4-21", "a4-r20", "tomy-145"),
    "roll": ("r110-3x35x22", "r74-2x35x22", "r-1x40x25", "r-t25"),
}
LARGE = {
    "sheet": ("a4-21", "a4-14", "a4-8", "tomy-130"),
    "roll": ("r-1x60x40", "r-1x75x40", "r-1x100x50", "r-1x70x50"),
}


class OrderForm(Form):
    """How many, on what; the request key makes a second press of the button harmless."""

    count = StringField(N_("Số lượng tem"))
    medium = HiddenField(N_("Khổ giấy"))
    used = HiddenField(N_("Ô đã bóc"))
    request_key = HiddenField()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A choice as typed, read as far as it can be."""

    typed_count: str
    count: int
    choice: printing.Choice
    fault: RuleBroken | None

    @property
    def kind(self) -> str:
        """sheet or roll."""
        return str(self.choice.medium.kind)

    def address(self, **changes: object) -> dict[str, Any]:
        """The choice as the parameters of an address."""
        told: dict[str, Any] = {
            "n": self.typed_count, "medium": self.choice.medium_id, "u": sorted(self.choice.used_cells),
            "p": self.choice.machine,
        }  # fmt: skip
        return told | changes


def wanted(*, most: int, first_medium: str, likely: int = 0) -> Wanted:
    """Read the choice of this request: of its address, or of its form; `likely` where no count was typed."""
    medium_id = request.values.get("medium") or first_medium
    if medium_id not in printing.media():
        medium_id = first_medium
    kind = request.values.get("kind")
    if kind in COMMON and printing.medium(medium_id).kind != kind:
        medium_id = COMMON[str(kind)][0]
    blank = printing.medium(medium_id)
    used = _used(blank.per_page if blank.kind == "sheet" else 0)
    typed = request.values.get("n") or str(min(likely, most) or blank.per_page * 10)
    fault: RuleBroken | None = None
    try:
        count = parse_count(typed, field="count", most=most)
    except Malformed as broken:
        count, fault = blank.per_page, broken
    try:
        machine = _machine(blank.kind)
    except Conflict as gone:
        machine, fault = "", gone
    choice = printing.Choice(medium_id, used_cells=used, machine=machine)
    return Wanted(typed, count, choice, fault)


def _machine(kind: str) -> str:
    """The printer chosen for such paper, or the last one where nobody chose; raises `printer_gone`."""
    asked = request.values.get(f"p_{kind}", request.values.get("p"))
    if asked:
        row = printing.own_printer(reader(), actor(), asked, archived=True)
        if row.archived_at is not None:
            raise Conflict("printer_gone", field="machine")
        if row.kind == kind:
            return asked
    return "" if asked == "" else printing.last_printer(reader(), actor(), kind)


def _used(cells: int) -> frozenset[int]:
    """The used cells ticked; a sheet with every cell gone is no sheet."""
    typed = request.values.getlist("u")
    ticked = {int(text) for text in typed if text.isascii() and text.isdigit() and len(text) < 5}
    inside = frozenset(cell for cell in ticked if cell < cells)
    return inside if len(inside) < cells else frozenset()


def pressed(choice: Wanted) -> dict[str, Any] | None:
    """Where a helper button of the form leads (an address to show again); None for the button that orders."""
    do = request.form.get("do", "update")
    if do == "order":
        return _looked_at(choice)
    if do == "one":
        return choice.address(n=choice.choice.medium.per_page)
    if do == "ten":
        return choice.address(n=choice.choice.medium.per_page * 10)
    if do == "whole":
        return choice.address(u=[])
    if do.startswith("medium:"):
        return choice.address(medium=do.removeprefix("medium:"), u=[])
    return choice.address()


def _looked_at(choice: Wanted) -> dict[str, Any] | None:
    """None where the paper ordered is the paper whose picture was seen; else it is shown first."""
    ordered = choice.choice.medium_id
    if request.form.get("seen", ordered) == ordered:
        return None
    flash(gettext("Khổ giấy vừa đổi. Xin xem lại hình và số tờ rồi bấm in."), "caution")
    return choice.address()


def to_calibrate(choice: Wanted, endpoint: str, lot: str, **more: Any) -> str | None:
    """Where the button "Căn chỉnh máy in" leads, with the way back to this order; None for other buttons."""
    if request.form.get("do") != "calibrate":
        return None
    wanted_again = choice.address()
    name = wanted_again.pop("p")
    back = url_for(endpoint, lot=lot, **wanted_again, **more)
    told: dict[str, Any] = {"medium": choice.choice.medium_id, "back": back}
    if name:
        return url_for(".measure_printer", public_id=name, **told)
    mine = (row for row in printing.list_printers(reader(), actor()) if row.kind == choice.kind)
    return url_for(".printers" if any(mine) else ".new_printer", **told)


def new_request_key() -> str:
    """A key for a form that is shown anew."""
    return secrets.token_hex(16)


def settings() -> Settings:
    """The settings of this installation."""
    found: Settings = current_app.extensions["settings"]
    return found


def announce(print_run_id: int) -> None:
    """Tell the worker that an order was committed."""
    current_app.extensions["announce_print"](print_run_id)


def offered(
    chosen: Wanted, common: Mapping[str, tuple[str, ...]] = COMMON, *, labels: bool = False
) -> dict[str, Any]:
    """The media for a page: a few with a picture, all the others as words."""
    every = [one for one in printing.media().values() if not labels or _bears_labels(one)]
    shown = {kind: [one for one in every if one.id in names] for kind, names in common.items()}
    rest = {
        kind: [one for one in every if one.kind == kind and one.id not in common[kind]] for kind in common
    }
    pictures = {one.id: picture(one) for few in shown.values() for one in few}
    return {
        "shown": shown,
        "rest": rest,
        "pictures": pictures,
        "media_count": len(every),
        "chosen": chosen,
        "sentence_of": sentence,
        "medium_name": medium_name,
        "machines": _machines(chosen),
    }


def _machines(chosen: Wanted) -> dict[str, list[tuple[NamedPrinter, Calibration | bool | None]]]:
    """The party's printers by the paper they take, each with its calibration for the one chosen.

    False: it has none; None: it takes other paper.
    """
    blank = chosen.choice.medium
    told: dict[str, list[tuple[NamedPrinter, Calibration | bool | None]]]
    told = {kind: [] for kind in COMMON}
    for row in printing.list_printers(reader(), actor()):
        fits = printing.calibration_of(reader(), row, blank) or False if row.kind == blank.kind else None
        told[row.kind].append((row, fits))
    return told


def medium_name(medium_id: str) -> str:
    """What people call a medium."""
    name = printing.medium(medium_id).name
    return str(name.get(language(), name["vi"]))


def _bears_labels(blank: Any) -> bool:
    return bool(blank.shape == "rect" and blank.w >= 59 and blank.h >= 33)


def picture(blank: Any) -> Markup:
    """A small picture of a medium: drawn by us from numbers."""
    return Markup(printing.sheet_picture(blank))  # noqa: S704 - numbers only


def drawing(svg: str | None) -> Markup | None:
    """A preview for a page: drawn by the press, its texts escaped there."""
    return None if svg is None else Markup(svg)  # noqa: S704 - the press escapes


def running() -> list[tuple[PrintRun, printing.Progress]]:
    """The party's orders that somebody waits for, each with how far it is."""
    found = printing.open_prints(reader(), actor())
    return [(order, printing.progress_of(order, now())) for order in found]
