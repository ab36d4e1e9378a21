"""The links of a key, level by level up to its product, as the resolver hands them to machines.

A level that the registry does not know, or has not published, is left out: the client falls back to the
next wider one. Only where none is left is there nothing to be found.
"""

from urllib.parse import urlencode

from traceapp.domain.digital_link import KeyPath
from traceapp.domain.errors import NotFound
from traceapp.domain.linkset import Link, LinkContext
from traceapp.domain.restrictions import RestrictionKind
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.services.public import public_records
from traceapp.services.public.passport import Names, Passport, Restraint
from traceapp.web.languages import gettext, today
from traceapp.web.public.pages import passport_of, settings

HTML = "text/html"
JSON = "application/json"


def contexts_of(path: KeyPath) -> list[LinkContext]:
    """The levels of a key, the finest first. Raises `NotFound` where no level is known."""
    if path.place or path.party:
        return [_organisation(path)]
    levels = [_level(level) for level in path.upward() if level.cpv is None]
    found = [context for context in levels if context is not None]
    if not found:
        raise NotFound("product_unknown", given=str(path.subject))
    return found


def _level(path: KeyPath) -> LinkContext | None:
    try:
        passport = passport_of(path, with_scans=False)
    except NotFound:
        return None
    if passport.product is None:
        return None
    base = settings().public_base_url
    description = _described(passport)
    links = (
        *_in_languages("pip", f"{base}/passport{path.path()}", passport.product.names),
        *_traceability(passport, base),
        *_certificates(passport, base),
        *_recalls(passport, base),
    )
    return LinkContext(base + path.path(), description, links)


def _described(passport: Passport) -> str:
    """The product, with the lot or serial that the key names."""
    name = passport.product.names.vi if passport.product else ""
    key = passport.path
    return " – ".join(str(part) for part in (name, key.lot, key.serial) if part)


def _in_languages(relation: str, href: str, names: Names) -> tuple[Link, ...]:
    """One link without a language, which is the default, then one for each language."""
    spoken = tuple(
        Link(relation, f"{href}?lang={code}", names.spoken(code), (code,), HTML)
        for code in settings().languages
    )
    return (Link(relation, href, names.vi), *spoken)


def _traceability(passport: Passport, base: str) -> tuple[Link, ...]:
    if passport.lot is None or passport.product is None or not passport.product.producer.approved:
        return ()
    href = f"{base}/passport{passport.product.path.path()}/10/{passport.lot.code}"
    return (Link("traceability", href, passport.lot.code, type=HTML),)


def _certificates(passport: Passport, base: str) -> tuple[Link, ...]:
    if passport.product is None or not passport.product.producer.approved:
        return ()
    pages = tuple(
        Link(
            "certificationInfo",
            f"{base}/certificates/{one.public_id}",
            f"{one.standard} {one.number}",
            type=HTML,
        )
        for one in passport.certificates
    )
    return pages + _claims(passport, base)


def _claims(passport: Passport, base: str) -> tuple[Link, ...]:
    """What the goods may claim, for machines; nothing where this host has no API."""
    if not passport.claims or passport.product is None or "api" not in settings().audiences:
        return ()
    lot = f"?{urlencode({'lot': passport.lot.code})}" if passport.lot else ""
    href = f"{base}/api/v1/trade-items/{passport.product.path.subject}/claims{lot}"
    return (Link("certificationInfo", href, gettext("Chứng nhận được phép ghi trên hàng này"), type=JSON),)


def _recalls(passport: Passport, base: str) -> tuple[Link, ...]:
    """The notice of each hold and recall in force, those of a part of the goods too."""
    found = (*passport.restraints, *passport.parts)
    return tuple(
        Link("recallStatus", f"{base}/recalls/{one.public_id}", _titled(one), type=HTML)
        for one in sorted(found, key=lambda one: one.kind is not RestrictionKind.RECALL)
    )


def _titled(one: Restraint) -> str:
    told = gettext(N_("Thu hồi") if one.kind is RestrictionKind.RECALL else N_("Tạm dừng lưu thông"))
    return f"{told} – {one.lot}" if one.lot else told


def _organisation(path: KeyPath) -> LinkContext:
    base = settings().public_base_url
    if path.party is not None:
        public_id = public_records.find_party(reader(), path.party.value)
        names = public_records.party_record(reader(), public_id, today=today()).producer.names
        href = f"{base}/parties/{public_id}"
    else:
        site, _owner = public_records.place_record(reader(), today=today(), gln=str(path.place))
        names, href = site.names, f"{base}/places/{site.public_id}"
    *_, known = path.upward()  # a room of a place, a premises of a party: the registry has the whole of it
    return LinkContext(base + known.path(), names.vi, _in_languages("registryEntry", href, names))
