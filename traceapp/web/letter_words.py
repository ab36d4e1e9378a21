"""How the log says what a letter is about and how it stands."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from traceapp.domain.letters import LetterState
from traceapp.i18n import N_
from traceapp.web.words import Said

KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "certificate_ending": N_("nhắc chứng nhận sắp hết hạn"),
        "province_digest": N_("tổng hợp cho tỉnh"),
        "recall_notice": N_("báo thu hồi hàng"),
        "recall_notice_again": N_("báo lại thu hồi hàng"),
        "recall_correction": N_("đính chính báo thu hồi"),
    }
)
STATES: Final[Mapping[LetterState, Said]] = MappingProxyType(
    {
        LetterState.WAITING: Said(N_("chờ gửi"), "", "wait"),
        LetterState.SENDING: Said(N_("đang gửi"), "", "wait"),
        LetterState.IN_DOUBT: Said(N_("chưa rõ đã tới chưa"), "caution", "warn"),
        LetterState.SENT: Said(N_("đã gửi"), "ok", "ok"),
        LetterState.FAILED: Said(N_("gửi không được"), "stop", "no"),
        LetterState.UNWANTED: Said(N_("không cần gửi nữa"), "", "none"),
    }
)
