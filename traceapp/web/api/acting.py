"""Acts by programs: who stands behind the key, and each request done once however often it is sent.

`Authorization: Bearer txls_…` names a key made in the account's settings; it opens what its owner may do.
Every act bears an `Idempotency-Key`: the same request sent again is given the same answer, for seven days.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from flask import Response, abort, request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.extensions import address_token, reader, transaction
from traceapp.i18n import N_
from traceapp.models import ApiKey
from traceapp.services import repeated_requests
from traceapp.services.parties import api_keys
from traceapp.web.errors import refusal
from traceapp.web.languages import gettext, now, today

NEEDS_KEY = [{"bearer": list[str]()}]
JSON = "application/json"
Asked = ParamSpec("Asked")


class Once(BaseModel):
    """The header that lets a request be sent again."""

    model_config = ConfigDict(extra="allow")

    idempotency_key: str = Field(
        alias="Idempotency-Key",
        pattern="^[!-~]{8,64}$",
        description=N_("Do chương trình đặt, ví dụ một UUID; gửi lại cùng yêu cầu thì dùng lại khóa này"),
    )


def caller() -> Actor:
    """Whom the request's key stands for; 401 without one that opens anything today."""
    return known()[1]


def known() -> tuple[ApiKey, Actor]:
    """The request's key, and whom it stands for."""
    found = _behind()
    if found is None:
        told = gettext("Cần khóa truy cập còn hiệu lực trong Authorization: Bearer …; tạo ở trang Tài khoản.")
        refused = refusal(401, told, code="api_key")
        refused.headers["WWW-Authenticate"] = 'Bearer realm="traceapp"'
        abort(refused)
    key, actor = found
    if key.last_used_on != today():
        with transaction() as session:
            api_keys.note_use(session, key_id=key.id, today=today())
    return key, actor


def key_shown() -> str:
    """Whose requests are counted where there are limits: a live key's, by its name; else the address's.

    A made-up key gets nobody more, and no key is kept where limits are counted.
    """
    found = _behind()
    return f"key:{found[0].public_id}" if found else address_token()


def _behind() -> tuple[ApiKey, Actor] | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return api_keys.find_actor(reader(), token.strip(), today()) if scheme.lower() == "bearer" else None


def once(deed: Callable[Concatenate[Session, Actor, Asked], BaseModel]) -> Callable[..., Response]:
    """An act's own lines, made an operation of the door: they get a session and whom the key stands for.

    What else they ask of a request (`path`, `query`, `body`) they name as every operation does.
    """

    @wraps(deed)
    def operation(header: Once, *args: Asked.args, **asked: Asked.kwargs) -> Response:
        return done_once(header, lambda session, actor: deed(session, actor, *args, **asked))

    operation.__annotations__ = {**deed.__annotations__, "header": Once}  # what the book reads
    return operation


def done_once(header: Once, deed: Callable[[Session, Actor], BaseModel]) -> Response:
    """One act in one transaction with its answer; the same request again is only answered.

    For acts that look at something before they begin, such as a file they are sent; the others are `once`.
    """
    actor = caller()
    asked = f"{request.method} {request.full_path}\n".encode() + request.get_data()
    with transaction() as session:
        kept = repeated_requests.begin_request(
            session,
            actor=actor,
            request_key=header.idempotency_key,
            request_sha256=hashlib.sha256(asked).hexdigest(),
            now=now(),
        )
        if kept.status is None or kept.body is None:
            body = deed(session, actor).model_dump_json()
            repeated_requests.keep_answer(session, kept, status=201, body=body)
        told, code = kept.body, kept.status
    return Response(told, status=code, content_type=JSON)
