"""The verdict in words: headline, explanation, tone, shape, and what to do (experience.md, section 1).

The sentences speak of the stamp and the registry, never of genuine goods; each says what is known and what
to do next. Shape and words carry the meaning without colour.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from traceapp.domain import areas
from traceapp.domain.certificates import CertificateStatus
from traceapp.domain.conformity import TONE, Doubt, Tone, Verdict, Word
from traceapp.domain.days import day_begins
from traceapp.domain.restrictions import HOLD_REASONS, RestrictionKind
from traceapp.i18n import N_, VIETNAM, shown_day, shown_number
from traceapp.services.public.passport import Passport, Restraint, Vouching
from traceapp.web.languages import gettext, language
from traceapp.web.public.lapses import LAPSED, certificate_text, lapsed
from traceapp.web.public.steps import STEPS, Step, told_steps

CLASSES: Final[Mapping[Tone, str]] = MappingProxyType(
    {Tone.OK: "", Tone.CAUTION: "warn", Tone.STOP: "stop", Tone.NEUTRAL: "calm"}
)
SHAPES: Final[Mapping[Tone, str]] = MappingProxyType(
    {Tone.OK: "seal", Tone.CAUTION: "triangle", Tone.STOP: "octagon", Tone.NEUTRAL: "circle"}
)
_HEADLINES: Final[Mapping[Word, str]] = MappingProxyType(
    {
        Verdict.VALID_FIRST: N_("Tem hợp lệ – lần quét đầu tiên"),
        Verdict.VALID_REPEAT: N_("Tem hợp lệ – đã quét {n} lần"),
        Verdict.UNKNOWN: N_("Không có mã này trong hệ thống"),
        Verdict.NOT_ACTIVATED: N_("Tem chưa kích hoạt"),
        Verdict.AWAITING_APPROVAL: N_("Tem mẫu – hồ sơ đang chờ tỉnh duyệt"),
        Doubt.PARTY_SUSPENDED: N_("Nhà sản xuất của tem này đang bị tỉnh tạm ngừng"),
        Verdict.VOID: N_("Tem đã bị hủy – không được dùng trên hàng bán"),
        Verdict.PAST_USE_BY: N_("Sản phẩm đã quá hạn sử dụng {date}"),
        Verdict.CERTIFICATE_EXPIRED: N_("Tem hợp lệ – nhưng chứng nhận {scheme} đã hết hạn {date}"),
        Verdict.CERTIFICATE_SUSPENDED: N_("Tem hợp lệ – nhưng chứng nhận {scheme} đang bị đình chỉ"),
        Verdict.CERTIFICATE_WITHDRAWN: N_("Tem hợp lệ – nhưng chứng nhận {scheme} đã bị thu hồi"),
        Doubt.CERTIFICATE_UNVERIFIED: N_("Tem hợp lệ – nhưng nơi cấp {scheme} không được công nhận lúc cấp"),
        Doubt.MAY_HOLD_RECALLED: N_("Cẩn thận: trong thùng có thể có hàng đang bị thu hồi"),
        Doubt.MAY_HOLD_HELD: N_("Cẩn thận: trong thùng có thể có hàng đang tạm dừng lưu thông"),
    }
)
MAY_HOLD: Final = N_(
    "Không có sổ nào ghi tem nào nằm trong thùng nào. "
    "Hãy quét tem trên từng sản phẩm trước khi dùng hoặc bán."
)
_TEXTS: Final[Mapping[Word, str]] = MappingProxyType(
    {
        Verdict.VALID_FIRST: N_(
            "Kích hoạt {date}. Hãy so hàng trên tay với ảnh, khối lượng và số lô bên dưới."
        ),
        Verdict.UNKNOWN: N_("Tem có thể giả hoặc bạn gõ nhầm. Kiểm tra lại {code}; chưa nên dùng sản phẩm."),
        Verdict.NOT_ACTIVATED: N_(
            "Nhà sản xuất chưa gắn tem này vào lô hàng nào. "
            "Nếu tem đã dán trên hàng bày bán, hãy báo cho chúng tôi."
        ),
        Verdict.AWAITING_APPROVAL: N_(
            "Chưa được dùng trên hàng bán. Nếu thấy trên hàng bày bán, hãy báo cho chúng tôi."
        ),
        Doubt.PARTY_SUSPENDED: N_(
            "Từ {date}. Điều này không nói gì về chất lượng hàng. "
            "Nếu hàng đang bày bán, hãy hỏi {phone} trước khi mua hoặc dùng."
        ),
        Verdict.VOID: N_("Hủy ngày {date}. Nếu tem đang dán trên hàng, hãy báo cho chúng tôi."),
        Verdict.PAST_USE_BY: N_("So với ngày in trên bao bì. Không nên dùng sản phẩm."),
        Doubt.MAY_HOLD_RECALLED: MAY_HOLD,
        Doubt.MAY_HOLD_HELD: MAY_HOLD,
    }
)

_OF_A_LOT: Final = N_(
    "Nhà sản xuất chưa kích hoạt tem này. Nếu tem đã dán trên hàng bày bán, hãy báo cho chúng tôi."
)
_PLAIN: Final[Mapping[Word, str]] = MappingProxyType(
    {
        Verdict.CERTIFICATE_EXPIRED: N_("Chứng nhận {scheme} đã hết hạn {date}."),
        Verdict.CERTIFICATE_SUSPENDED: N_("Chứng nhận {scheme} đang bị đình chỉ."),
        Verdict.CERTIFICATE_WITHDRAWN: N_("Chứng nhận {scheme} đã bị thu hồi hoặc hủy."),
        Doubt.CERTIFICATE_UNVERIFIED: N_("Khi cấp {scheme}, tổ chức chứng nhận không được công nhận."),
    }
)


_RESTRAINED: Final[Mapping[tuple[Word, str], str]] = MappingProxyType(
    {
        (Verdict.RECALLED, "lot"): N_("DỪNG SỬ DỤNG – lô {lot} đang bị thu hồi"),
        (Verdict.RECALLED, "stamps"): N_("DỪNG SỬ DỤNG – sản phẩm mang tem này đang bị thu hồi"),
        (Verdict.RECALLED, "product"): N_("DỪNG SỬ DỤNG – sản phẩm này đang bị thu hồi"),
        (Verdict.ON_HOLD, "lot"): N_("Lô {lot} đang tạm dừng lưu thông để kiểm tra"),
        (Verdict.ON_HOLD, "stamps"): N_("Sản phẩm mang tem này đang tạm dừng lưu thông để kiểm tra"),
        (Verdict.ON_HOLD, "product"): N_("Sản phẩm này đang tạm dừng lưu thông để kiểm tra"),
    }
)


_COPIED: Final[Mapping[tuple[bool, bool], str]] = MappingProxyType(
    {  # with its hour, with its province
        (True, True): N_(
            "Lần đầu {time} {date}, {province}. Nếu hàng của bạn còn mới nguyên, mã có thể đã bị sao chép."
        ),
        (True, False): N_(
            "Lần đầu {time} {date}. Nếu hàng của bạn còn mới nguyên, mã có thể đã bị sao chép."
        ),
        (False, True): N_(
            "Lần đầu {date}, {province}. Nếu hàng của bạn còn mới nguyên, mã có thể đã bị sao chép."
        ),
        (False, False): N_("Lần đầu {date}. Nếu hàng của bạn còn mới nguyên, mã có thể đã bị sao chép."),
    }
)


@dataclass(frozen=True, slots=True)
class Band:
    """The loud thing of a page."""

    tone: str
    shape: str
    headline: str
    text: str
    steps: tuple[Step, ...] = ()


def band(passport: Passport, hotline: str) -> Band | None:
    """The verdict on a stamp; on a product or lot only a hold or recall is said, and else nothing."""
    word = passport.loudest
    if word is None:
        found = passport.restraint
        if found is None:
            return None
        recalled = found.kind is RestrictionKind.RECALL
        word = Verdict.RECALLED if recalled else Verdict.ON_HOLD
    tone = TONE[word]
    shape = "question" if word is Verdict.UNKNOWN else SHAPES[tone]
    said = (headline(passport, word), explanation(passport, word, hotline))
    return Band(CLASSES[tone], shape, *said, told_steps(STEPS.get(word, ()), _step_facts(passport)))


def also_lines(passport: Passport) -> list[str]:
    """What else holds than the band says, in plain lines."""
    word = passport.verdict
    first = (word,) if word is not None and TONE[word] is Tone.CAUTION else ()
    others = (word for word in (*first, *passport.told_also) if word is not passport.loudest)
    return [*_other_lot(passport), *(_plain_line(passport, word) for word in others)]


def _other_lot(passport: Passport) -> list[str]:
    """An address that puts a good serial beside a lot it does not belong to is said to do so."""
    asked, lot = passport.path.lot, passport.lot
    if passport.stamp is None or asked is None or (lot is not None and lot.code == asked.key):
        return []
    if lot is None:
        return [gettext(N_("Địa chỉ ghi lô {given}, nhưng tem này chưa gắn với lô nào."), given=asked.value)]
    told = N_("Địa chỉ ghi lô {given}, nhưng tem này thuộc lô {lot}.")
    return [gettext(told, given=asked.value, lot=lot.code)]


def _plain_line(passport: Passport, word: Word) -> str:
    """Under another verdict nothing begins with "Tem hợp lệ"."""
    certificate = lapsed(passport, word)
    if certificate is None:
        return headline(passport, word)
    return gettext(_PLAIN[word], **_headline_facts(passport, word, certificate))


def headline(passport: Passport, word: Word) -> str:
    """The first sentence of a verdict."""
    if word in {Verdict.RECALLED, Verdict.ON_HOLD}:
        return _restraint_headline(passport, word)
    if word is Verdict.MANY_SCANS:
        return _many_scans_headline(passport)
    if word is Verdict.VALID_REPEAT and passport.tally.scans is None:
        return gettext(N_("Tem hợp lệ – chưa đếm được số lần quét"))
    certificate = lapsed(passport, word)
    if certificate and certificate.today.status is CertificateStatus.CANCELLED:
        told = N_("Tem hợp lệ – nhưng chứng nhận {scheme} đã bị hủy")
        return gettext(told, scheme=certificate.standard)
    return gettext(_HEADLINES[word], **_headline_facts(passport, word, certificate))


def _headline_facts(passport: Passport, word: Word, certificate: Vouching | None) -> dict[str, object]:
    use_by = passport.lot.expires_on if passport.lot else None
    return {
        "n": shown_number(passport.tally.scans or 0, language()),
        "date": shown_day(
            use_by if word is Verdict.PAST_USE_BY or not certificate else certificate.valid_until
        ),
        "scheme": certificate.standard if certificate else "",
    }


def explanation(passport: Passport, word: Word, hotline: str) -> str:
    """The sentences under the headline."""
    if word in {Verdict.RECALLED, Verdict.ON_HOLD}:
        return _restraint_text(passport, word, hotline)
    if word in LAPSED:
        return certificate_text(passport, word)
    if word in {Verdict.VALID_REPEAT, Verdict.MANY_SCANS}:
        return _scans_text(passport, word)
    if word is Verdict.NOT_ACTIVATED and passport.lot is not None:
        return gettext(_OF_A_LOT)
    return gettext(_TEXTS[word], **_text_facts(passport, word), phone=hotline)


def _text_facts(passport: Passport, word: Word) -> dict[str, object]:
    stamp = passport.stamp
    when = None if stamp is None else stamp.state_at if word is Verdict.VOID else stamp.activated_at
    if word is Doubt.PARTY_SUSPENDED:
        when = passport.product.producer.suspended_at if passport.product else None
    serial = str(passport.path.serial or "")
    return {
        "date": shown_day(when.astimezone(VIETNAM).date()) if when else gettext(N_("chưa có dữ liệu")),
        "code": "-".join(serial[at : at + 4] for at in range(0, len(serial), 4)),
    }


def _restraint(passport: Passport, word: Word) -> Restraint | None:
    kind = RestrictionKind.RECALL if word is Verdict.RECALLED else RestrictionKind.HOLD
    return next((one for one in passport.restraints if one.kind is kind), None)


def _restraint_headline(passport: Passport, word: Word) -> str:
    found = _restraint(passport, word)
    about = "product" if found is None or (found.about == "lot" and passport.lot is None) else found.about
    told = _RESTRAINED[word, about]
    return gettext(told, lot=passport.lot.code if passport.lot else "")


def _restraint_text(passport: Passport, word: Word, hotline: str) -> str:
    found = _restraint(passport, word)
    told = (
        N_("Lý do: {reason}. Ngày {date}. Trả lại nơi mua hoặc gọi {phone}.")
        if word is Verdict.RECALLED
        else N_("Từ {date}. Chưa nên dùng hoặc bán cho đến khi có kết quả. Hỏi: {phone}.")
    )
    return gettext(
        told,
        reason=gettext(HOLD_REASONS[found.reason]) if found else "",
        date=shown_day(found.from_at.astimezone(VIETNAM).date()) if found else "",
        phone=hotline,
    )


def _many_scans_headline(passport: Passport) -> str:
    tally = passport.tally
    n = shown_number(tally.scans or 0, language())
    if tally.areas:
        told = N_("Cẩn thận: tem này đã được quét {n} lần ở {k} tỉnh, thành")
        return gettext(told, n=n, k=tally.areas)
    return gettext(N_("Cẩn thận: tem này đã được quét {n} lần trên {k} thiết bị"), n=n, k=tally.devices)


def _scans_text(passport: Passport, word: Word) -> str:
    first, said = passport.tally.first_at, passport.tally.first_area
    province = areas.named(said).spoken(language()) if said else None
    if first is None:
        return gettext(
            N_("Sổ ghi lượt quét đang tạm ngừng. Hãy so hàng trên tay với ảnh, khối lượng và số lô bên dưới.")
        )
    local = first.astimezone(VIETNAM)
    if word is Verdict.VALID_REPEAT:
        told = (
            N_("Lần đầu {date}, {province}. Bình thường nếu bạn hoặc cửa hàng đã quét trước.")
            if province
            else N_("Lần đầu {date}. Bình thường nếu bạn hoặc cửa hàng đã quét trước.")
        )
        return gettext(told, date=shown_day(local.date()), province=province or "")
    # Of a scan that was folded the day is kept, as its first moment: no hour is told that never was.
    told = _COPIED[first != day_begins(local.date()), bool(province)]
    return gettext(told, time=f"{local:%H:%M}", date=shown_day(local.date()), province=province or "")


def _step_facts(passport: Passport) -> dict[str, object]:
    lot = passport.lot
    found = passport.restraint
    return {
        "lot": lot.code if lot else "",
        "recalled_lot": lot is not None and found is not None and found.about == "lot",
        "date": shown_day(lot.expires_on) if lot and lot.expires_on else "",
    }
