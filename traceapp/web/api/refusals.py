"""How this door says no: one model of a problem for every operation's specification."""

from flask import Response
from flask_openapi3.models.schema import Schema
from flask_openapi3.types import ResponseDict
from pydantic import BaseModel, Field, ValidationError

from traceapp.i18n import N_
from traceapp.web.errors import refusal
from traceapp.web.languages import gettext

PROBLEM_TYPE = "application/problem+json"


class Problem(BaseModel):
    """A refusal (RFC 9457)."""

    type: str = Field(description="urn:traceapp:<code>")
    title: str
    status: int
    detail: str
    code: str
    field: str | None = Field(None, description=N_("Mục gửi lên có lỗi, nếu biết"))
    facts: dict[str, str] = Field(default_factory=dict)
    retry_after: int | None = Field(
        None, description=N_("Số giây cần đợi trước khi hỏi lại, nếu đợi là đủ; cũng là tiêu đề Retry-After")
    )


PROBLEM_SCHEMA = Schema(**Problem.model_json_schema())


def refused(*statuses: int) -> ResponseDict:
    """The refusals of an operation as its specification lists them."""
    words = {
        400: "Giá trị không hợp lệ",
        401: "Thiếu khóa truy cập còn hiệu lực",
        403: "Chủ khóa không được làm việc này",
        404: "Không có hồ sơ công khai nào như vậy",
        405: "Chỉ đọc: GET, HEAD, OPTIONS",
        409: "Không hợp với trạng thái hiện tại của hồ sơ",
        410: "Không còn nữa",
        413: "Nội dung quá lớn",
        415: "Không nhận loại nội dung gửi lên",
        422: "Tham số không hợp lệ",
        429: "Gửi yêu cầu quá nhiều lần",
        507: "Máy chủ hết chỗ ghi",
    }
    content = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {str(status): {"description": words[status], "content": content} for status in statuses}


def acting_refused() -> ResponseDict:
    """The refusals of every act."""
    return refused(401, 403, 404, 409, 413, 415, 507)


def invalid(fault: ValidationError) -> Response:
    """Parameters that do not fit, each named with what is wrong."""
    wrong = {".".join(map(str, one["loc"])): one["msg"] for one in fault.errors()}
    told = gettext("Tham số không hợp lệ: {names}.", names=", ".join(wrong))
    return refusal(422, told, code="parameters", facts=wrong)
