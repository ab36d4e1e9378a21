"""What to do, in numbered steps, under a red verdict; on slate and yellow the verdict itself says it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from traceapp.domain.conformity import Verdict, Word
from traceapp.i18n import N_
from traceapp.web.languages import gettext


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, and why. `needs` names the fact without which the step is left out."""

    title: str
    detail: str
    needs: str | None = None


_KEEP_AND_REPORT: Final = (
    Step(N_("Giữ lại bao bì và chụp ảnh tem"), N_("Ảnh chụp giúp cơ quan chức năng đối chiếu.")),
    Step(N_("Báo cho chúng tôi nơi bạn mua"), N_("Không cần tài khoản. Số điện thoại không bắt buộc.")),
)
STEPS: Final[Mapping[Word, tuple[Step, ...]]] = MappingProxyType(
    {
        Verdict.RECALLED: (
            Step(N_("Không dùng, không bán tiếp"), N_("Kể cả khi sản phẩm trông bình thường.")),
            Step(
                N_("So số lô trên nhãn: {lot}"),
                N_("Lô khác không nằm trong đợt thu hồi này."),
                "recalled_lot",
            ),
            Step(N_("Trả lại nơi mua hoặc gọi đường dây nóng"), N_("Giữ lại tem và hóa đơn nếu còn.")),
        ),
        Verdict.ON_HOLD: (
            Step(N_("Chưa dùng, chưa bán"), N_("Cơ quan chức năng đang kiểm tra; chưa có kết luận.")),
            Step(N_("Giữ hàng và tem"), N_("Mở lại trang này để xem kết quả.")),
            Step(N_("Cần hỏi thêm? Gọi đường dây nóng"), N_("Đọc số lô và mã in trên tem.")),
        ),
        Verdict.UNKNOWN: (
            Step(N_("Gõ lại mã một lần"), N_("Chỉ sai một ký tự là không tìm thấy.")),
            Step(N_("Vẫn không có? Chưa nên dùng sản phẩm"), N_("Giữ lại bao bì và chụp ảnh tem.")),
            _KEEP_AND_REPORT[1],
        ),
        Verdict.VOID: (
            Step(N_("Chưa mua, chưa dùng sản phẩm này"), N_("Tem đã hủy không được dán trên hàng bán.")),
            *_KEEP_AND_REPORT,
        ),
        Verdict.PAST_USE_BY: (
            Step(N_("Không dùng, không bán tiếp"), N_("Kể cả khi sản phẩm trông bình thường.")),
            Step(
                N_("So ngày in trên bao bì: {date}"), N_("Nếu ngày in khác, hãy báo cho chúng tôi."), "date"
            ),
            Step(N_("Trả lại nơi mua hoặc gọi đường dây nóng"), N_("Giữ lại tem và hóa đơn nếu còn.")),
        ),
    }
)


def told_steps(steps: Iterable[Step], facts: Mapping[str, object]) -> tuple[Step, ...]:
    """The steps in the reader's language, facts filled in."""
    return tuple(
        Step(gettext(step.title, **facts), gettext(step.detail, **facts))
        for step in steps
        if step.needs is None or facts.get(step.needs)
    )
