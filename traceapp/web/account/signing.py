"""Signing up, in and out. An account that does not exist is answered like a wrong password, as slowly."""

import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from traceapp.domain.errors import NotAllowed, RuleBroken
from traceapp.extensions import address_token, limiter, reader, transaction
from traceapp.models import Account
from traceapp.services.parties import accounts
from traceapp.settings import Settings
from traceapp.web import access
from traceapp.web.account import door
from traceapp.web.account.forms import SignInForm, SignUpForm
from traceapp.web.acting import tried
from traceapp.web.languages import gettext, language, now
from traceapp.web.record_words import ROLES

TEN_TRIES = "10 per 5 minutes"


def _who_tries() -> str:
    """The login that is tried, by its hash: a limiter needs no names."""
    tried = request.form.get("login", "")
    try:
        tried = accounts.normalised_login(tried)
    except RuleBroken:
        tried = tried.strip().casefold()
    return "login:" + hashlib.sha256(tried.encode()).hexdigest()


@door.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(TEN_TRIES, key_func=_who_tries, methods=["POST"])
@limiter.limit(TEN_TRIES, key_func=address_token, methods=["POST"])
def sign_in() -> ResponseReturnValue:
    """Prove who one is; go on to the page that asked, on this host only."""
    form = SignInForm()
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
        who = access.actor_or_none()
        if who is not None:
            return redirect(url_for(access.home_of(who)), 303)
    if form.validate_on_submit():
        account = accounts.find_account(reader(), form.login.data)
        if accounts.is_password(account, form.password.data) and account is not None:
            _strengthen(account, form.password.data)
            access.sign_in(account)
            return redirect(_safe_next(form.next.data) or url_for("account.welcome"), 303)
        form.blame(NotAllowed("sign_in_wrong"))
    page = render_template("account/sign_in.html", form=form, demo_accounts=_demo_accounts(), roles=ROLES)
    return page, 422 if form.is_submitted() else 200


def _strengthen(account: Account, password: str) -> None:
    fresh = accounts.fresh_hash(account, password)
    if fresh is not None:
        with transaction() as session:
            proved = account.password_hash
            accounts.replace_hash(session, account_id=account.id, proved=proved, password_hash=fresh)


def _safe_next(target: str | None) -> str | None:
    """A path of this host, or nothing: no scheme, no host, nothing that a browser reads as one.

    >>> _safe_next("/coop/lots?page=2"), _safe_next("//evil.example"), _safe_next("https://evil.example")
    ('/coop/lots?page=2', None, None)
    """
    if not target or not target.startswith("/") or target[1:2] in {"/", "\\"}:
        return None
    if not target.isprintable() or "\\" in target:
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def _demo_accounts() -> list[dict[str, Any]]:
    """The accounts of the demonstration, as its loader wrote them; none anywhere else."""
    settings: Settings = current_app.extensions["settings"]
    manifest = Path(settings.instance_path) / "demo" / "manifest.json"
    if not settings.demo or not manifest.is_file():
        return []
    told: list[dict[str, Any]] = json.loads(manifest.read_text("utf-8")).get("accounts", [])
    return told


@door.get("/welcome")
def welcome() -> ResponseReturnValue:
    """Where an account's day begins, once its session is read back."""
    who = access.actor_or_none()
    return redirect(url_for(access.home_of(who) if who else "account.sign_in"), 303)


@door.route("/sign-up", methods=["GET", "POST"])
@limiter.limit(TEN_TRIES, key_func=address_token, methods=["POST"])
def sign_up() -> ResponseReturnValue:
    """Open an account and go on to the party it will act for."""
    form = SignUpForm()
    if account := tried(form, lambda: _signed_up(form)):
        access.sign_in(_reread(account))
        return redirect(url_for("account.party"), 303)
    return render_template("account/sign_up.html", form=form), 422 if form.is_submitted() else 200


def _signed_up(form: SignUpForm) -> Account:
    credentials = accounts.new_credentials(form.login.data, form.password.data)
    with transaction() as session:
        return accounts.sign_up(
            session,
            credentials=credentials,
            display_name=form.display_name.data,
            language=language(),
            now=now(),
        )


def _reread(account: Account) -> Account:
    """The account as the database now holds it: the act's own session is closed."""
    reader().rollback()  # a reader sees the database as it was when it first looked
    found = accounts.find_account(reader(), account.login)
    if found is None:  # pragma: no cover - it was committed a moment ago
        raise LookupError(account.login)
    return found


@door.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session of this browser."""
    access.sign_out()
    flash(gettext("Bạn đã đăng xuất."), "ok")
    return redirect(url_for("account.sign_in"), 303)
