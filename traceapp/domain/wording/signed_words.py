"""Why a signed code is believed no longer, and what it may stand on: in Vietnamese, to be translated."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from traceapp.domain.signed_codes import CodeKind, RevokedFor
from traceapp.domain.words import N_

REVOKED_WORDS: Final[Mapping[RevokedFor, str]] = MappingProxyType(
    {
        RevokedFor.SUSPENDED: N_("Chứng nhận đang bị đình chỉ."),
        RevokedFor.WITHDRAWN: N_("Tổ chức chứng nhận đã thu hồi chứng nhận."),
        RevokedFor.CANCELLED: N_("Chứng nhận đã hủy theo yêu cầu của chủ chứng nhận."),
        RevokedFor.RECALLED: N_("Hàng đang bị thu hồi."),
        RevokedFor.ON_HOLD: N_("Hàng đang tạm dừng lưu thông."),
        RevokedFor.VOID: N_("Hồ sơ gốc của mã này đã hủy."),
        RevokedFor.LOST: N_("Tờ giấy mang mã này đã mất."),
        RevokedFor.MISTAKE: N_("Mã này được ký nhầm."),
        RevokedFor.REPLACED: N_("Đã có bản mới thay cho bản này."),
    }
)
KIND_WORDS: Final[Mapping[CodeKind, str]] = MappingProxyType(
    {
        CodeKind.CERTIFICATE: N_("Giấy chứng nhận"),
        CodeKind.CARTON: N_("Thùng hàng"),
        CodeKind.ROLL: N_("Cuộn tem"),
    }
)
