"""A scratch PIN entered on a stamp's page: the form, and the page that answers.

The answer is the page itself and no redirect: an address that says "the PIN is right" could be printed as a
QR code by anybody. The form carries no token, because no session stands behind it.
"""

from math import ceil

from flask import Response, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from traceapp.domain import digital_link
from traceapp.domain.conformity import Verdict
from traceapp.domain.errors import Malformed, RuleBroken
from traceapp.extensions import limiter, scans, transaction
from traceapp.i18n import N_
from traceapp.services.pins import PinAnswer, PinEntry, PinOutcome, enter_pin
from traceapp.services.public.passport import Passport
from traceapp.services.scans.scanning import device_tokens
from traceapp.web.forms import Form
from traceapp.web.languages import now
from traceapp.web.public.pages import passport_of, show, show_passport, visitor
from traceapp.web.public.resolver import raw_path
from traceapp.web.public.shell import door

STATUS = {PinOutcome.WRONG: 422, PinOutcome.WAIT: 429}


class PinForm(Form):
    """Six characters, and where one stands if one likes to say so."""

    class Meta(Form.Meta):
        """No session stands behind this form, so there is nothing a token could protect."""

        csrf = False

    pin = StringField(N_("Nhập mã cào (6 ký tự dưới lớp cào)"), [InputRequired()])
    area = SelectField(N_("Bạn đang ở tỉnh, thành nào?"), validate_choice=False)


@limiter.limit("20 per minute; 200 per day")
def enter(rest: str) -> ResponseReturnValue:  # noqa: ARG001 - the address is read raw, as the resolver does
    """Judge a PIN, and show the stamp's page with the answer. A serial we never issued gets its own page."""
    path = digital_link.parse_path(raw_path().removeprefix("/passport"))
    passport = passport_of(path)
    if passport.verdict is Verdict.UNKNOWN:
        return show(path)
    form, answer = PinForm(), None
    if form.validate_on_submit():
        try:
            answer = _entered(passport, form)
        except Malformed as broken:
            form.blame(broken)
        except RuleBroken as broken:
            if broken.code != "pin_not_checkable":
                raise
            form.blame(Malformed(broken.code, field="pin"))
    return _page(passport, form, answer)


door.add_url_rule(
    "/passport/<rest:rest>", endpoint="enter_pin", view_func=enter, methods=["POST"], merge_slashes=False
)


def _entered(passport: Passport, form: PinForm) -> PinAnswer:
    keys, entry = (
        current_app.extensions["serial_keys"],
        PinEntry(form.pin.data, form.area.data or "", _tokens()),
    )
    with transaction() as session:
        return enter_pin(session, passport=passport, keys=keys, entry=entry, now=now())


def _tokens() -> tuple[str, ...]:
    """What stands for this device today and yesterday; nothing while the scan log cannot be written."""
    try:
        tokens = device_tokens(scans(), visitor(), now())
        scans().commit()
    except SQLAlchemyError:
        current_app.logger.exception("the scan log cannot be written")
        return ()
    return tokens


def _page(passport: Passport, form: PinForm, answer: PinAnswer | None) -> Response:
    if answer is None:
        return show_passport(passport, 422, pin_form=form)
    right = answer.outcome not in STATUS
    page = show_passport(
        passport.with_pin(answer.use),
        STATUS.get(answer.outcome, 200),
        pin_answer=answer,
        pin_form=None if right else form,
    )
    if answer.outcome is PinOutcome.WAIT:
        page.headers["Retry-After"] = str(ceil((answer.next_at - now()).total_seconds()))
    return page
