"""The first party of an account: the second screen after signing up."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from sqlalchemy.orm import Session

from traceapp.extensions import reader
from traceapp.models import Party
from traceapp.services.parties import registry
from traceapp.services.parties.registry import PartyEntry
from traceapp.web import access
from traceapp.web.account import door
from traceapp.web.account.settings import my_account
from traceapp.web.acting import done
from traceapp.web.entry import typed
from traceapp.web.languages import now, today
from traceapp.web.party_form import RegisterForm


@door.route("/party", methods=["GET", "POST"])
@login_required  # type: ignore[untyped-decorator]  # flask-login is untyped
def party() -> ResponseReturnValue:
    """Register the producer this account manages; who has one already goes home."""
    who = access.actor()
    if who.party_id is not None:
        home = access.home_of(who)
        return redirect(url_for("account.home" if home == "account.party" else home), 303)
    form = RegisterForm()
    form.offer_units(reader(), today())
    if request.method == "GET":
        login = my_account().login
        form.phone.data = login if login.startswith("+") else ""

    def deed(session: Session) -> Party:
        entry = typed(form, PartyEntry)
        return registry.register_party(session, actor=who, entry=entry, now=now(), today=today())

    if done(form, deed):
        return redirect(url_for("cooperative.new_item"), 303)
    return render_template("account/party.html", form=form), 422 if form.is_submitted() else 200
