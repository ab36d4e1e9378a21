"""What a passer-by can say: "I have just bought this", "something is wrong"; and the link to pass on."""

from flask import abort, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from traceapp.domain import areas, digital_link
from traceapp.domain.digital_link import KeyPath
from traceapp.domain.errors import Malformed, NotFound, RuleBroken
from traceapp.domain.feedback import ProblemKind
from traceapp.extensions import limiter, reader, transaction
from traceapp.i18n import N_
from traceapp.services.feedback import Told, confirm_purchase, report_problem, was_reported
from traceapp.services.pictures import reencode
from traceapp.services.public.passport import Passport
from traceapp.web.forms import Form
from traceapp.web.languages import gettext, now
from traceapp.web.public.pages import passport_of, settings, tell_area
from traceapp.web.public.shell import chosen_language, door

KINDS = {
    ProblemKind.SUSPECTED_FAKE: N_("Nghi hàng giả"),
    ProblemKind.UNKNOWN_CODE: N_("Mã không có trong hệ thống"),
    ProblemKind.WRONG_LABEL: N_("Nhãn khác với trang này"),
    ProblemKind.PAST_USE_BY: N_("Hàng quá hạn sử dụng"),
    ProblemKind.DAMAGED: N_("Tem hoặc bao bì hỏng"),
    ProblemKind.SAFETY: N_("Nghi mất an toàn khi dùng"),
    ProblemKind.OTHER: N_("Việc khác"),
}
LONGEST = 200


class ReportForm(Form):
    """C3: what is wrong, a photo, where it was bought, a telephone number if one likes."""

    class Meta(Form.Meta):
        """No session stands behind this form, so there is nothing a token could protect."""

        csrf = False

    kind = RadioField(N_("Có vấn đề gì?"), coerce=str, validators=[InputRequired()])
    told = TextAreaField(N_("Kể thêm nếu cần"))
    photo = FileField(N_("Ảnh chụp hàng hoặc tem"))
    bought_where = StringField(N_("Bạn mua ở đâu?"))
    area = SelectField(N_("Bạn mua ở tỉnh, thành nào?"), validate_choice=False)
    phone = StringField(N_("Số điện thoại"))


@door.route("/report", methods=["GET", "POST"])
@limiter.limit("60 per minute")
@limiter.limit("10 per minute; 60 per day", methods=["POST"])
def report() -> ResponseReturnValue:
    """Tell the registry of a problem; no account is needed."""
    about = _about()
    form = ReportForm()
    form.kind.choices = [(kind.value, gettext(label)) for kind, label in KINDS.items()]
    if form.validate_on_submit():
        try:
            return _thanks(_kept(form, about))
        except RuleBroken as broken:
            form.blame(broken)
    passport = _passport(about)
    words = {"form": form, "about": about, "passport": passport}
    return render_template("public/report.html", **words), 422 if form.is_submitted() else 200


def _kept(form: ReportForm, about: str) -> str:
    photo = form.photo.data
    content = photo.read() if photo else b""
    told = Told(
        kind=ProblemKind(form.kind.data),
        told=form.told.data or "",
        bought_where=form.bought_where.data or "",
        phone=form.phone.data or "",
        photo=reencode(content) if content else None,
    )
    passport = _passport(about)
    area = areas.parse(form.area.data or "")
    with transaction() as session:
        kept = report_problem(
            session,
            current_app.extensions["storage"],
            about=about,
            told=told,
            now=now(),
            passport=passport,
        )
    tell_area(passport, area)
    return kept.public_id


def _thanks(number: str) -> ResponseReturnValue:
    language = chosen_language().get("lang")
    return redirect(f"/report/{number}" + (f"?lang={language}" if language else ""), 303)


@door.get("/report/<number>")
@limiter.limit("60 per minute")
def reported(number: str) -> ResponseReturnValue:
    """The report arrived; its number is in the address, nothing else of it is shown."""
    if not was_reported(reader(), number):
        abort(404)
    return render_template("public/reported.html", number=number)


def _about() -> str:
    """The page a report is about: a path of ours, else the first page."""
    about = request.values.get("about", "")[:LONGEST]
    return about if about.startswith("/") and not about.startswith("//") else "/"


def _key(about: str) -> KeyPath | None:
    try:
        path = digital_link.parse_path(about.partition("?")[0].removeprefix("/passport"))
    except Malformed:
        return None
    return path if path.subject is not None else None


def _passport(about: str) -> Passport | None:
    path = _key(about)
    try:
        return passport_of(path, with_scans=False) if path is not None else None
    except NotFound:
        return None


@door.post("/bought")
@limiter.limit("20 per minute; 200 per day")
def bought() -> ResponseReturnValue:
    """Somebody says of a stamp "I have just bought this"; the first to say so is kept."""
    about = _about()
    passport = _passport(about)
    if passport is None:
        raise NotFound("stamp_unknown")
    try:
        area = areas.parse(request.form.get("area", ""))
    except Malformed:  # a form that another page made: what was bought still counts
        area = None
    with transaction() as session:
        confirm_purchase(session, passport=passport, now=now())
    tell_area(passport, area)
    language = chosen_language().get("lang")
    return redirect(passport.path.path() + "?done=bought" + (f"&lang={language}" if language else ""), 303)


@door.get("/share")
@limiter.limit("60 per minute")
def share() -> ResponseReturnValue:
    """A plain link to copy. A stamp's page is not passed on: every opening of it would count as a scan."""
    passport = _passport(_about())
    path = _shared(passport)
    base = settings().public_base_url
    return render_template(
        "public/share.html", link=base + path, passport=passport, about=_about(), base=base
    )


def _shared(passport: Passport | None) -> str:
    if passport is None or passport.product is None or not passport.product.producer.approved:
        return "/"
    product = passport.product.path.path()
    return f"{product}/10/{passport.lot.code}" if passport.lot else product
