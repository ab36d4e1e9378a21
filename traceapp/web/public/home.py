"""The first page: type the code of a stamp, search what is published, see what is recalled."""

import re

from flask import current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from traceapp.domain import digital_link
from traceapp.domain.digital_link import KeyPath, foreign_host
from traceapp.domain.errors import Malformed, NotFound, RuleBroken
from traceapp.domain.identifiers import Gtin, RegistryNumber, SerialNumber
from traceapp.domain.signed_codes import LONGEST as LONGEST_SIGNED
from traceapp.domain.signed_codes import PREFIX
from traceapp.domain.text import nfc
from traceapp.extensions import limiter, reader
from traceapp.services.public.lookup import find_trade_item
from traceapp.services.public.search import find_stamp, search
from traceapp.services.recalls.recall_lists import list_recalls
from traceapp.settings import Settings
from traceapp.web.errors import sentence
from traceapp.web.languages import gettext, now, today
from traceapp.web.public import verifying
from traceapp.web.public.shell import chosen_language, door, to

LONGEST = 300
LATEST = 3
_CODE = re.compile(r"\(?[0-9(][0-9 ().-]{6,}.*|.*[/:].*/.*|\][A-Za-z][0-9].*", re.DOTALL)


@door.get("/")
@limiter.limit("60 per minute")
def home() -> ResponseReturnValue:
    """The two boxes and the latest recalls, or what was found."""
    signed = next((text for text in map(_whole, ("code", "q")) if text.startswith(PREFIX)), None)
    if signed is not None:
        return redirect(verifying.address(signed), 303)
    code, asked = _typed("code"), _typed("q")
    if code or ("code" in request.args and not asked):
        return _by_code(code)
    if asked and (stamp := _stamp_in(asked)) is not None:
        return redirect(stamp, 303)
    if asked and _CODE.fullmatch(asked) and (target := _key_in(asked)) is not None:
        return redirect(target, 303)
    found = search(reader(), asked, today=today()) if asked else None
    recalls = list_recalls(reader(), now=now(), limit=LATEST).rows
    doubt = _doubt(asked) if found is not None and not found.count else None
    words = {"found": found, "asked": asked, "recalls": recalls, "code": "", "doubt": doubt}
    return render_template("public/home.html", blame=None, has_office=has_office(), **words)


def _stamp_in(asked: str) -> str | None:
    """The page of a stamp whose code stands in the other box; an address of another host is told there."""
    if foreign_host(asked, _own_host()) and _CODE.fullmatch(asked):
        return to("public.home", code=asked)
    serial = _serial_alone(asked)
    stamps = find_stamp(reader(), keys=current_app.extensions["serial_keys"], serial=serial) if serial else []
    return _page_of(stamps[0]) if len(stamps) == 1 else None


def _serial_alone(asked: str) -> SerialNumber | None:
    """The serial, where what was typed has its form."""
    try:
        path = digital_link.read(asked)
    except RuleBroken:
        return None
    return path.serial if path.subject is None else None


def _own_host() -> str:
    settings: Settings = current_app.extensions["settings"]
    return settings.host


def _doubt(asked: str) -> str | None:
    """What else a text that found nothing may be: a GTIN typed wrong, a stamp's code; None where nothing."""
    if _serial_alone(asked) is not None:
        return gettext("Nếu đây là mã in trên tem: hệ thống không có mã này. Hãy so lại từng ký tự.")
    try:
        Gtin.parse(asked)
    except RuleBroken as broken:
        return sentence(broken) if broken.code == "gtin_check_digit" else None
    return None


def has_office() -> bool:
    """Whether people sign in at this host too."""
    return "account" in current_app.blueprints


def _whole(name: str) -> str:
    """What was typed, at the length of a signed code."""
    return request.args.get(name, "").strip()[: 2 * LONGEST_SIGNED]


def _typed(name: str) -> str:
    return nfc(request.args.get(name, "")).strip()[:LONGEST]


def _by_code(code: str) -> ResponseReturnValue:
    """C5: a code typed by hand opens its page, or the page says which character cannot be."""
    try:
        path = digital_link.forgiven(digital_link.read(code))
        if path.serial is not None and (found := foreign_host(code, _own_host())) is not None:
            raise Malformed("address_foreign", found=found, expected=_own_host())
    except RuleBroken as broken:
        recalls = list_recalls(reader(), now=now(), limit=LATEST).rows
        words = {"found": None, "asked": "", "recalls": recalls, "code": code}
        page = render_template("public/home.html", blame=sentence(broken), has_office=has_office(), **words)
        return page, 422
    if path.subject is None and path.serial is not None:
        return _by_serial(code, path)
    return redirect(_page_of(path), 303)


def _by_serial(code: str, path: KeyPath) -> ResponseReturnValue:
    if path.serial is None:
        raise ValueError("a stamp without a serial")
    stamps = find_stamp(reader(), keys=current_app.extensions["serial_keys"], serial=path.serial)
    if len(stamps) == 1:
        return redirect(_page_of(stamps[0]), 303)
    if stamps:
        return render_template("public/which.html", stamps=[one.path() for one in stamps], code=code), 300
    return render_template("public/unknown.html", code=path.serial.value, band=None, about="/"), 404


def _key_in(asked: str) -> str | None:
    """The page of a code typed into the search box; None where it is no code, or none of ours."""
    try:
        path = digital_link.forgiven(digital_link.read(asked))
    except RuleBroken:
        return None
    if path.subject is not None and path.serial is None and find_trade_item(reader(), path) is None:
        path = _registry_number(path) or path
        return None if find_trade_item(reader(), path) is None else _page_of(path)
    return None if path.subject is None and path.serial is not None else _page_of(path)


def _registry_number(path: KeyPath) -> KeyPath | None:
    """Eight digits that are nobody's GTIN may be a number of the registry's own."""
    try:
        return KeyPath(registry_number=RegistryNumber.parse(path.gtin.as8())) if path.gtin else None
    except (Malformed, NotFound):
        return None


def _page_of(path: KeyPath) -> str:
    language = chosen_language().get("lang")
    return path.path() + (f"?lang={language}" if language else "")
