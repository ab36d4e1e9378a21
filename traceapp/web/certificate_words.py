"""What every door says of a certificate: the steps of its life, its edition, its activities.

Several audiences say the same, and no audience may import another.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from flask import Flask

from traceapp.domain.editions import EditionNotice, named_once
from traceapp.domain.reference import ACTIVITIES
from traceapp.domain.story import Happening
from traceapp.i18n import N_, shown_day
from traceapp.models import CertificateActivity
from traceapp.web.languages import gettext

HAPPENINGS: Final[Mapping[Happening, str]] = MappingProxyType(
    {
        Happening.ISSUED: N_("Cấp chứng nhận"),
        Happening.IN_FORCE: N_("Bắt đầu có hiệu lực"),
        Happening.ENTERED: N_("Nhập hồ sơ"),
        Happening.SUBMITTED: N_("Đã gửi tỉnh duyệt"),
        Happening.TAKEN_BACK: N_("Bên gửi rút lại để sửa"),
        Happening.RETURNED: N_("Tỉnh trả lại để sửa"),
        Happening.APPROVED: N_("Tỉnh duyệt hồ sơ"),
        Happening.SUSPENSION: N_("Đình chỉ"),
        Happening.RESTORATION: N_("Khôi phục"),
        Happening.WITHDRAWAL: N_("Thu hồi chứng nhận"),
        Happening.CANCELLATION: N_("Hủy theo yêu cầu của chủ chứng nhận"),
        Happening.MISTAKE: N_("Đánh dấu ghi nhầm"),
        Happening.EXPIRED: N_("Hết hạn"),
        Happening.RENEWED: N_("Được thay bằng chứng nhận mới"),
    }
)


def init_app(app: Flask) -> None:
    """Give templates the sentences."""
    app.jinja_env.filters |= {
        "edition_told": edition_sentence,
        "activities_told": activities_told,
        "named_once": named_once,
    }


def activities_told(rows: Iterable[CertificateActivity]) -> str:
    """The activities of a scope in one line."""
    return ", ".join(gettext(ACTIVITIES[row.activity]) for row in rows)


def edition_sentence(notice: EditionNotice | None) -> str:
    """That a newer edition of the standard is out, and what is known of the change-over; empty for none."""
    if notice is None:
        return ""
    if notice.transition_until is None:
        return gettext(
            "Tiêu chuẩn đã có bản mới: {newer}. Hạn chuyển đổi: chưa có dữ liệu.", newer=notice.newer
        )
    day = shown_day(notice.transition_until)
    if notice.over:
        return gettext(
            "Tiêu chuẩn đã có bản mới: {newer}; hết chuyển đổi ngày {day}.", newer=notice.newer, day=day
        )
    return gettext(
        "Tiêu chuẩn đã có bản mới: {newer}; được chuyển đổi đến hết ngày {day}.", newer=notice.newer, day=day
    )
