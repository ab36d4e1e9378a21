"""Who may come in: the signed-in account, its roles, and the gates that views stand behind.

A record of another party does not exist for this one: the answer is 404, never 403.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Flask, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import UserMixin, current_user, login_user, logout_user
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from traceapp.domain.actors import Actor
from traceapp.domain.permissions import Role
from traceapp.extensions import login, reader
from traceapp.models import Account, Membership
from traceapp.web.languages import gettext, today
from traceapp.web.sent_again import page_to_send_again

P = ParamSpec("P")
HOMES = (
    (Role.ADMINISTRATOR, "province.home"),
    (Role.PROVINCE, "province.home"),
    (Role.INSPECTOR, "inspector.home"),
    (Role.BODY_OFFICER, "body.home"),
    (Role.MANAGER, "cooperative.home"),
    (Role.MEMBER, "cooperative.home"),
)


class SignedIn(UserMixin):  # type: ignore[misc]  # flask-login is untyped
    """The account behind this request, detached from any session of the database."""

    def __init__(self, account: Account, memberships: list[Membership]) -> None:
        self.id = f"{account.id}.{account.session_epoch}"
        self.name = account.display_name
        self.language = account.language
        party_id = memberships[0].party_id if memberships else None
        self.actor = Actor(
            account_id=account.id,
            account=account.public_id,
            party_id=party_id,
            roles=frozenset(m.role for m in memberships if m.party_id == party_id),
        )


def init_app(app: Flask) -> None:
    """Tell flask-login how an account is found again, and give templates the actor."""
    login.session_protection = None  # a phone changes its address all day; the cookie is signed and revocable
    login.user_loader(_load)
    login.unauthorized_handler(_send_to_sign_in)
    app.context_processor(lambda: {"actor": actor_or_none(), "home_of": home_of})


def _load(token: str) -> SignedIn | None:
    """The account of a session, unless it was closed or its sessions were ended."""
    number, _, epoch = token.partition(".")
    if not (number.isascii() and number.isdigit()):
        return None
    account = reader().scalar(
        select(Account).where(Account.id == int(number)).options(selectinload(Account.memberships))
    )
    if account is None or account.closed or str(account.session_epoch) != epoch:
        return None
    return SignedIn(account, account.memberships_on(today()))


def _send_to_sign_in() -> ResponseReturnValue:
    """To the door, and back to what was asked for; what was typed waits on a page of its own."""
    if request.method != "GET":
        return page_to_send_again(401) or redirect(url_for("account.sign_in"), 303)
    return redirect(url_for("account.sign_in", next=request.full_path.rstrip("?")), 303)


def sign_in(account: Account) -> None:
    """Begin a session for the account; what an earlier session left is dropped first (session fixation)."""
    session.clear()
    login_user(SignedIn(account, account.memberships_on(today())))


def sign_out() -> None:
    """End the session of this browser."""
    logout_user()
    session.clear()


def actor_or_none() -> Actor | None:
    """The actor of this request; None on public pages and before sign-in."""
    if request.blueprint in {None, "public", "api"} or g.get("registry_silent"):
        return None
    if not current_user.is_authenticated:
        return None
    found: Actor = current_user.actor
    return found


def actor() -> Actor:
    """The actor of a request that passed a gate."""
    found = actor_or_none()
    if found is None:
        abort(404)
    return found


def home_of(who: Actor) -> str:
    """The endpoint where this actor's day begins."""
    return next((home for role, home in HOMES if role in who.roles), "account.party")


def only(*roles: Role) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """A gate: signed in and holding one of the roles; for others the page does not exist."""

    def gate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if not current_user.is_authenticated:
                return login.unauthorized()  # type: ignore[no-any-return]  # flask-login is untyped
            if request.endpoint == "cooperative.home" and actor().party_id is None:
                return redirect(url_for("account.party"), 303)
            if not actor().has(*roles):
                abort(404, gettext("Không có trang này."))
            return view(*args, **kwargs)

        return guarded

    return gate


def party_id() -> int:
    """The party the actor acts for; 404 where there is none yet."""
    found = actor().party_id
    if found is None:
        abort(404)
    return found
