"""The page of a key: a stamp's passport with its scan counted, or a product's or lot's facts."""

from flask import Response, current_app, render_template, request
from sqlalchemy.exc import SQLAlchemyError

from traceapp.domain.conformity import Verdict
from traceapp.domain.digital_link import KeyPath
from traceapp.domain.trade_items import LABEL_FIELDS, LabelField
from traceapp.extensions import reader, scan_reader, scans
from traceapp.i18n import VIETNAM
from traceapp.services.feedback import may_be_bought
from traceapp.services.pins import PinAnswer
from traceapp.services.public.lookup import look_up
from traceapp.services.public.passport import Passport, Product, Tally
from traceapp.services.scans.scanning import Visitor, place_scan, record_scan
from traceapp.settings import Settings
from traceapp.web.forms import Form
from traceapp.web.languages import language, now
from traceapp.web.public import alarms
from traceapp.web.public.certificate_words import bare_marks, certificate_lines, printed_marks, speaking
from traceapp.web.public.journey import journey
from traceapp.web.public.pin_words import told_answer, told_use
from traceapp.web.public.shell import quantity
from traceapp.web.public.verdicts import also_lines, band

ASKED_PURPOSES = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


def settings() -> Settings:
    """This installation's settings."""
    told: Settings = current_app.extensions["settings"]
    return told


def passport_of(path: KeyPath, *, with_scans: bool = True) -> Passport:
    """What the registry knows of a key; raises NotFound as `look_up` does."""
    return look_up(
        reader(),
        scan_reader() if with_scans else None,
        keys=current_app.extensions["serial_keys"],
        path=path,
        now=now(),
        many_scans_devices=settings().many_scans_devices,
    )


def show(path: KeyPath) -> Response:
    """The page a person sees, with this scan counted and told; 404 for a stamp never issued."""
    passport = passport_of(path, with_scans=False)
    if passport.verdict is Verdict.UNKNOWN:
        alarms.outside(path, visitor())
        return page_of(passport)
    counted = _counted(passport)
    # The log says 0 of a stamp that only robots opened, and nothing while it cannot be read.
    alarms.told_by(counted, visitor(), first=counted.tally.scans == 1)
    return page_of(counted)


def page_of(passport: Passport) -> Response:
    """The page of what is known; nothing is counted."""
    if passport.verdict is Verdict.UNKNOWN:
        code = str(passport.path.serial or passport.path.third_party)
        return _answer(render_template("public/unknown.html", **_words(passport), code=code), 404)
    return show_passport(passport, 200)


def show_passport(
    passport: Passport, status: int, *, pin_answer: PinAnswer | None = None, pin_form: Form | None = None
) -> Response:
    """The page of a passport as it stands, with what came of a PIN or with the form that was refused."""
    hidden = passport.verdict is Verdict.AWAITING_APPROVAL or not passport.published
    name = "public/awaiting.html" if hidden else "public/passport.html"
    words = _words(passport) | {
        "pin_said": told_answer(pin_answer) if pin_answer else None,
        "pin_form": pin_form,
    }
    return _answer(render_template(name, **words), status)


def _words(passport: Passport) -> dict[str, object]:
    bought_at = passport.stamp.bought_at if passport.stamp else None
    told, former = speaking(passport)
    return {
        "passport": passport,
        "product": passport.product,
        "lot": passport.lot,
        "stamp": passport.stamp,
        "band": band(passport, settings().hotline),
        "also": also_lines(passport),
        "certificate_lines": certificate_lines,
        "certificates": told,
        "former_certificates": former,
        "bare_marks": bare_marks(passport),
        "printed_marks": printed_marks(passport),
        "journey": journey(passport),
        "label": label_facts(passport.product) if passport.product else {},
        "may_buy": may_be_bought(passport) and bought_at is None,
        "bought_on": bought_at.astimezone(VIETNAM).date() if bought_at else None,
        "pin_use": told_use(passport.stamp.pin) if passport.stamp and passport.stamp.pin else None,
        "may_enter_pin": may_be_bought(passport),
        "thanked": bool(bought_at) and request.args.get("done") == "bought",
        "about": passport.path.path(),
    }


def label_facts(product: Product) -> dict[str, str | None]:
    """What the label says of itself; a fact the law asks for and nobody has entered is there as None."""
    asked = LABEL_FIELDS[product.category]
    told = {
        LabelField.INGREDIENTS: product.ingredients,
        LabelField.STORAGE: product.storage,
        LabelField.WARNINGS: product.warnings,
    }
    return {field.value: said for field, said in told.items() if said or field in asked} | {
        "amount": quantity(product.net_content, product.net_unit)
    }


def _counted(passport: Passport) -> Passport:
    """The passport with this scan in the log. The log may fail; the page may not."""
    if passport.stamp is None:
        return passport
    try:
        counted = record_scan(scans(), passport, visitor=visitor(), now=now(), reader=scan_reader())
        scans().commit()
    except SQLAlchemyError:
        current_app.logger.exception("the scan log cannot be written")
        return passport.counted(Tally(scans=None))
    return counted


def tell_area(passport: Passport | None, area: str | None) -> None:
    """Keep where a person said they are with their scan of the stamp. The log may fail; their act may not."""
    if passport is None or passport.stamp is None or area is None:
        return
    try:
        place_scan(scans(), passport.stamp, area, visitor=visitor(), now=now())
        scans().commit()
    except SQLAlchemyError:
        current_app.logger.exception("the scan log cannot be written")


def visitor() -> Visitor:
    """Who asks, for this moment only."""
    return Visitor(
        address=request.remote_addr or "",
        browser=request.user_agent.string,
        method=request.method,
        purpose=" ".join(request.headers.get(name, "") for name in ASKED_PURPOSES),
    )


def _answer(page: str, status: int) -> Response:
    response = Response(page, status, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = language()
    return response
