"""The page that verifies signed codes with the network off: one file that carries keys, list, words, script.

The one public page with a script, and the script is ours (docs/decisions/0006-offline-verification.md). It
fetches nothing, and its policy says so: nothing but this style and this script may run, also from a disk.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from markupsafe import Markup
from sqlalchemy.orm import Session

from traceapp.domain.errors import MESSAGES
from traceapp.domain.signed_codes import Ring
from traceapp.domain.wording.signed_sentences import SIGNED_SENTENCES
from traceapp.domain.wording.signed_words import KIND_WORDS, REVOKED_WORDS
from traceapp.i18n import N_, shown_day, shown_moment, translator
from traceapp.services.signing.code_checks import list_revoked
from traceapp.settings import Settings

FILE_NAME = "kiem-tra-ma-ky.html"
SCRIPT = "public/_offline.js"
TRUTH = N_(
    "Mã đúng chứng minh hệ thống đã ký những dòng này. Mã không chứng minh tờ giấy hay thùng hàng trước mặt "
    "là bản duy nhất: bản sao cũng mang mã đúng. Hãy so từng dòng với giấy và hàng."
)
WORDS: Mapping[str, str] = {
    "title": N_("Kiểm tra mã ký khi không có mạng"),
    "lead": N_("Dán mã bắt đầu bằng VC1: vào ô dưới, hoặc chụp mã QR. Không có gì được gửi đi."),
    "no_script": N_(
        "Trang này cần JavaScript. Có mạng thì kiểm tra tại trang của hệ thống, không cần JavaScript."
    ),
    "code": N_("Mã ký"),
    "photo": N_("Hoặc chụp mã QR"),
    "photo_reading": N_("Đang đọc ảnh…"),
    "photo_none": N_("Không thấy mã QR trong ảnh. Xin chụp gần, thẳng và đủ sáng, hoặc dán mã vào ô trên."),
    "photo_cannot": N_(
        "Trình duyệt này không tự đọc mã QR trong ảnh. Hãy quét bằng ứng dụng máy ảnh rồi dán mã vào ô trên."
    ),
    "check": N_("Kiểm tra mã"),
    "cannot": N_(
        "Trình duyệt này không kiểm tra được chữ ký (cần Ed25519, ví dụ Chrome từ bản 137). "
        "Xin dùng trình duyệt mới hơn, hoặc kiểm tra khi có mạng."
    ),
    "old": N_("Danh sách đã cũ {n} ngày. Khi có mạng, hãy mở lại trang này để lấy danh sách mới."),
    "about": N_("Mã ký cho biết gì"),
    "truth": TRUTH,
    "list_text": N_("Việc đình chỉ hay thu hồi sau ngày của danh sách thì trang này chưa biết."),
    "keys_text": N_("Ngày hết hạn được tính theo đồng hồ của máy này."),
    "official": N_("Trang chính thức:"),
    "foot": N_(
        "Mã ký đúng nghĩa là hệ thống đã ký nội dung này; không thay cho bản gốc do tổ chức chứng nhận cấp."
    ),
    "save": N_("Lưu trang này vào máy"),
    "ok": N_("Chữ ký đúng"),
    "ok_text": N_("Mã do {host} ký và chưa hết hạn. Hãy so các dòng dưới đây với giấy và hàng."),
    "no_longer": N_("Chữ ký đúng, nhưng mã không còn giá trị"),
    "refused": N_("Không tin được mã này"),
    "number": N_("Mã số"),
    "kind": N_("Mã của"),
    "paper": N_("Số chứng nhận"),
    "standard": N_("Tiêu chuẩn"),
    "holder": N_("Chủ chứng nhận"),
    "products": N_("Mã sản phẩm"),
    "more": N_("và {n} sản phẩm khác"),
    "issuer": N_("Nơi ký"),
    "issued": N_("Ngày ký"),
    "expires": N_("Có giá trị đến hết ngày"),
    "hash": N_("Mã băm SHA-256 của tệp bằng chứng"),
    "digest": N_("Dấu nội dung"),
    "digest_text": N_("So dấu nội dung với dòng cùng tên trên nhãn: khác một ký tự là nhãn đã bị sửa."),
}


@dataclass(frozen=True, slots=True)
class OfflinePage:
    """The file, and the policy it is served under."""

    html: str
    policy: str


def offline_page(
    session: Session, ring: Ring, settings: Settings, *, language: str, now: datetime, chosen: bool = False
) -> OfflinePage:
    """The page of this moment: today's keys and today's list of codes no longer believed."""
    say = translator(language).gettext
    words = {name: say(text) for name, text in WORDS.items()}
    words["as_of"] = say(N_("Danh sách khóa và mã bị thu hồi lúc {at}."), at=shown_moment(now))
    told = _told(session, ring, settings, now) | {"words": words | _refusals(say)}
    style, script = _part("style", current_app.jinja_env.globals["public_style_source"]), _script()
    policy = _policy(style, script)
    html = current_app.jinja_env.get_template("public/offline.html").render(
        language=language,
        settings=settings,
        words=words,
        chosen=chosen,
        file_name=FILE_NAME,
        policy=policy,
        style=style.element,
        script=script.element,
        told=Markup(json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")),  # noqa: S704 - "<" is out
    )
    return OfflinePage(html, f"{policy}; frame-ancestors 'none'")


def _told(session: Session, ring: Ring, settings: Settings, now: datetime) -> dict[str, object]:
    revoked = list_revoked(session, now=now)
    return {
        "host": settings.host,
        "made": int(now.timestamp()),
        "keys": {key_id: public.hex() for key_id, public in ring.items()},
        "revoked": [[number, one.why.value, shown_day(one.since)] for number, one in revoked.items()],
    }


def _refusals(say: Callable[..., str]) -> dict[str, str]:
    """What is said of each refusal, each reason, each kind."""
    return (
        {code: say(MESSAGES[code]) for code in SIGNED_SENTENCES if code.startswith("signed_")}
        | {f"why_{why}": say(words) for why, words in REVOKED_WORDS.items()}
        | {kind.value: say(words) for kind, words in KIND_WORDS.items()}
    )


@dataclass(frozen=True, slots=True)
class _Part:
    element: Markup
    digest: str


def _part(name: str, source: object) -> _Part:
    text = str(source)
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
    return _Part(Markup(f"<{name}>{text}</{name}>"), f"'sha256-{digest}'")  # noqa: S704 - our own files


def _script() -> _Part:
    environment = current_app.jinja_env
    source, _name, _fresh = environment.loader.get_source(environment, SCRIPT)  # type: ignore[union-attr]  # Flask always sets a loader
    return _part("script", source.strip())


def _policy(style: _Part, script: _Part) -> str:
    return (
        f"default-src 'none'; style-src {style.digest}; script-src {script.digest}; "
        "base-uri 'none'; form-action 'none'"
    )
