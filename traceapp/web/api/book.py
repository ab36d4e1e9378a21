"""The book of operations: the blueprint they hang on, the OpenAPI 3.1 document, and a page to read it."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from flask import Flask, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.info import Info
from flask_openapi3.models.server import Server
from flask_openapi3.models.tag import Tag
from flask_openapi3.openapi import OpenAPI
from pydantic import BaseModel

from traceapp.extensions import limiter
from traceapp.i18n import N_
from traceapp.settings import Settings
from traceapp.web.api.acting import NEEDS_KEY, key_shown
from traceapp.web.api.refusals import PROBLEM_SCHEMA, acting_refused, refused

door = APIBlueprint("api", __name__, url_prefix="/api/v1", abp_responses=refused(400, 422, 429))
limiter.limit("300 per minute")(door)
limiter.shared_limit(
    "600 per minute; 20000 per day",
    scope="acts-by-program",
    key_func=key_shown,
    methods=["POST", "PUT", "PATCH", "DELETE"],
)(door)  # as much as an account may send by hand: each act stays in the journal for ever
door.components_schemas["Problem"] = PROBLEM_SCHEMA
PARTIES = Tag(name=N_("Các đơn vị"))
GOODS = Tag(name=N_("Sản phẩm và lô"))
CERTIFICATES = Tag(name=N_("Chứng nhận"))
BODIES = Tag(name=N_("Tổ chức chứng nhận và công nhận"))
IMPORTS = Tag(name=N_("Nhập từ Excel"))
ALERTS = Tag(name=N_("Cảnh báo và thư nhắc"))
INSPECTIONS = Tag(name=N_("Biên bản kiểm tra"))
PRINTING = Tag(name=N_("Cấp và in tem"))
STAMPS = Tag(name=N_("Tem và thu hồi"))
CODES = Tag(name=N_("Mã ký"))
RESTRAINTS = Tag(name=N_("Tạm dừng và thu hồi lô"))
ORDER = (
    PARTIES,
    GOODS,
    PRINTING,
    CERTIFICATES,
    CODES,
    BODIES,
    IMPORTS,
    STAMPS,
    RESTRAINTS,
    INSPECTIONS,
    ALERTS,
)
SCHEMES: dict[str, Any] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": N_("Khóa tạo ở trang Tài khoản; chỉ mở những việc chủ khóa được làm."),
    }
}


def acts(subject: Tag, shape: type[BaseModel]) -> Callable[..., Callable[..., Any]]:
    """Where the acts of a subject hang that answer in one shape: with a key, and refused as every act is."""
    return partial(door.post, tags=[subject], responses={201: shape, **acting_refused()}, security=NEEDS_KEY)


@cache
def document(title: str, address: str) -> dict[str, Any]:
    """The OpenAPI document of every operation on the door."""
    book = OpenAPI(
        "traceapp.book",
        info=Info(title=title, version="1"),
        servers=[Server(url=address)],
        security_schemes=SCHEMES,
        doc_ui=False,
    )
    book.register_api(door)
    told: dict[str, Any] = book.api_doc
    told["components"]["schemas"].pop("ValidationErrorModel", None)
    return told


def by_subject(told: dict[str, Any]) -> list[tuple[str, list[tuple[str, str, dict[str, Any]]]]]:
    """Every operation as (method, path, what is said of it), under its subject."""
    every = [
        (method.upper(), path, operation)
        for path, operations in told["paths"].items()
        for method, operation in operations.items()
        if method in {"get", "post"}
    ]
    groups = {tag.name: [one for one in every if one[2].get("tags") == [tag.name]] for tag in ORDER}
    return [(name, sorted(found, key=lambda one: one[1])) for name, found in groups.items()]


def open_book(app: Flask, settings: Settings) -> None:
    """Serve the document and the page that explains it; nothing is fetched from elsewhere."""

    def _document() -> dict[str, Any]:
        return document(settings.registry_name, settings.public_base_url)

    def specification() -> ResponseReturnValue:
        return jsonify(_document())

    def page() -> ResponseReturnValue:
        told = _document()
        return render_template("api/docs.html", document=told, subjects=by_subject(told))

    app.add_url_rule("/api/openapi.json", "api_document", specification)
    app.add_url_rule("/api/docs", "api_docs", page)
