"""The book of operations: the blueprint they hang on, the OpenAPI 3.1 document, and a page to read it."""

import json
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
from traceapp.web.api import examples
from traceapp.web.api.acting import NEEDS_KEY, key_shown
from traceapp.web.api.refusals import PROBLEM_SCHEMA, acting_refused, refused

NAMED = {
    "add_own": "add_own_certificate",
    "add_scan": "add_own_scan",
    "approve": "approve_certificate",
    "decide": "decide_certificate",
    "discard": "discard_inspection",
    "discard_own": "discard_own_certificate",
    "edit_own": "edit_own_certificate",
    "find": "find_named",
    "forecast": "forecast_stamps",
    "lift": "lift_restraint",
    "list_own": "list_own_certificates",
    "read_codes_of": "read_photo_codes",
    "read_own": "read_own_certificate",
    "read_sheet": "read_code_sheet",
    "read_wishes": "read_reminders",
    "rehash": "rehash_certificate",
    "remove_scan": "remove_own_scan",
    "renew_own": "renew_own_certificate",
    "restrain": "hold_or_propose_recall",
    "send_again": "send_letter_again",
    "send_back": "return_certificate",
    "submit_own": "submit_own_certificate",
    "supplement": "supplement_inspection",
    "take_back_own": "take_back_own_certificate",
}
"""How generated clients call an operation, where the name of its function alone says too little."""


def operation_id(*, name: str, **_address: str) -> str:
    """The name of an operation for ever: wherever it moves, a generated client keeps its method."""
    return NAMED.get(name, name)


door = APIBlueprint(
    "api",
    __name__,
    url_prefix="/api/v1",
    abp_responses=refused(400, 422, 429),
    operation_id_callback=operation_id,
)
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


ABOUT = (
    N_(
        "Đọc hồ sơ công khai không cần khóa. Việc ghi và hồ sơ riêng cần khóa truy cập tạo ở trang "
        "Tài khoản, gửi trong tiêu đề Authorization: Bearer txls_…; khóa chỉ mở những việc chủ khóa được làm."
    ),
    N_(
        "Mỗi việc ghi kèm tiêu đề Idempotency-Key do chương trình đặt, 8 đến 64 ký tự. Trong bảy ngày, gửi "
        "lại y nguyên với khóa cũ thì nhận lại câu trả lời cũ; khóa cũ với nội dung khác: 409."
    ),
    N_(
        "Danh sách trả từng trang: gửi `next` của trang này làm `after` của trang sau, cho tới khi `next` là "
        "null. Ngày viết theo ISO 8601, thời điểm theo UTC, số lượng là chuỗi; null: chưa có dữ liệu."
    ),
    N_(
        "Mỗi từ chối là application/problem+json (RFC 9457): chương trình đọc `code` và `field`, người "
        "dùng đọc `detail`, theo tiêu đề Accept-Language (vi, en, zh). `retry_after`: số giây cần đợi."
    ),
    N_(
        "Hồ sơ có `version` thì gửi kèm phiên bản đã đọc: hồ sơ đã đổi thì không làm gì và trả 409. Mỗi câu "
        "trả lời GET có ETag; hỏi lại kèm If-None-Match mà chưa đổi thì nhận 304."
    ),
    N_(
        "Mỗi phút tối đa 300 yêu cầu từ một địa chỉ; mỗi ngày tối đa 20.000 việc ghi với một khóa. Quá mức: "
        "429 kèm Retry-After."
    ),
)
"""What holds for every operation: the head of the document, and of the page that explains it."""


def acts(subject: Tag, shape: type[BaseModel]) -> Callable[..., Callable[..., Any]]:
    """Where the acts of a subject hang that answer in one shape: with a key, and refused as every act is."""
    return partial(door.post, tags=[subject], responses={201: shape, **acting_refused()}, security=NEEDS_KEY)


@cache
def document(title: str, address: str) -> dict[str, Any]:
    """The OpenAPI document of every operation on the door."""
    book = OpenAPI(
        "traceapp.book",
        info=Info(title=title, version="1", description="\n\n".join(ABOUT)),
        servers=[Server(url=address)],
        security_schemes=SCHEMES,
        doc_ui=False,
    )
    book.register_api(door)
    told: dict[str, Any] = book.api_doc
    told["components"]["schemas"].pop("ValidationErrorModel", None)
    told["tags"] = [{"name": subject.name} for subject in ORDER]
    _exemplify(told)
    return told


def _exemplify(told: dict[str, Any]) -> None:
    """Put the examples where readers and tools look for them, and words where a part has none."""
    shapes = told["components"]["schemas"]
    for name, example in {**examples.BODIES, "Problem": examples.PROBLEM}.items():
        shapes[name]["examples"] = [example]
    for operations in told["paths"].values():
        for operation in operations.values():
            for part in operation.get("parameters", ()):
                words, example = examples.PARTS.get(part["name"], ("", None))
                part.setdefault("description", words)
                if example is not None:
                    part["example"] = example


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
        samples = {name: json.dumps(one, ensure_ascii=False) for name, one in examples.BODIES.items()}
        return render_template(
            "api/docs.html", document=told, subjects=by_subject(told), about=ABOUT, samples=samples
        )

    app.add_url_rule("/api/openapi.json", "api_document", specification)
    app.add_url_rule("/api/docs", "api_docs", page)
