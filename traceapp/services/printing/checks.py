"""What would not scan, in words: the press's findings, and the one rule the registry adds (P17).

A finding that blocks is refused at the order; the others are told before it. On a machine whose address is
only its own (the demonstration) a code that leads nowhere else is a warning, not a block.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from labels import preflight, product_label, qr, stamp
from labels.art import StampArt
from labels.errors import Finding, LabelError
from labels.face import LabelFace
from traceapp.domain.claims import Claim
from traceapp.domain.conflicts import Advice
from traceapp.domain.contradictions import Contradiction
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import MESSAGES, RuleBroken
from traceapp.domain.numbers import format_day, format_number
from traceapp.domain.trade_items import LabelField
from traceapp.domain.words import N_
from traceapp.models import Lot, TradeItem
from traceapp.services.lot_checklist import lacking_on_label
from traceapp.services.printing.design import Choice, prefix_of
from traceapp.services.printing.marks import LabelMark, named_unvouched
from traceapp.services.printing.media import media, printer
from traceapp.services.printing.refusals import part
from traceapp.services.stamping import check_goods
from traceapp.services.vouching.claims import ask_claims
from traceapp.settings import Settings

SAMPLE = "09520009010011"
WORDS: Mapping[str, str] = {
    "P1": N_("Ô mã {module_mm} mm không chẵn chấm máy in; cỡ gần nhất là {nearest_mm} mm."),
    "P2": N_("Ô mã QR {module_mm} mm, {dots} chấm. Nên từ 0,396 mm và 4 chấm để dễ quét."),
    "P2!": N_("Ô mã QR {module_mm} mm, {dots} chấm: điện thoại khó đọc. Xin chọn tem lớn hơn."),
    "P3!": N_("Vùng trắng quanh mã chưa đủ rộng."),
    "P4": N_("Mã EAN in {percent} % cỡ chuẩn; nên từ 80 %."),
    "P4!": N_("Mã EAN in {percent} % cỡ chuẩn; chỉ quét được từ {least} đến {most} %."),
    "P5": N_("Mã ITF-14 nhỏ hơn cỡ nên dùng."),
    "P5!": N_("Mã ITF-14 quá nhỏ để quét."),
    "P6": N_("Mã GS1-128 có vạch {x_mm} mm; nên từ 0,495 mm."),
    "P6!": N_("Mã GS1-128 quá dài: {width_mm} mm. Xin chia làm hai mã."),
    "P8!": N_("Mã trên nhãn sai hoặc bị lặp. Xin mở lại hồ sơ sản phẩm."),
    "P9": N_("Mã ghi địa chỉ {found}, chỉ mở được trên máy này: chỉ để xem thử."),
    "P9!": N_("Mã ghi địa chỉ {found}, người mua không mở được. Xin đặt địa chỉ https của hệ thống."),
    "P10": N_("Địa chỉ viết thường làm mã lớn hơn; viết hoa thì nhỏ hơn."),
    "P11": N_("Mã cách mép tem {clear_mm} mm; nên từ {needed_mm} mm."),
    "P11!": N_("Mã cách mép tem {clear_mm} mm, dễ bị cắt mất. Cần từ {needed_mm} mm."),
    "P12": N_("Máy in có thể không in tới mép ngoài của khổ này. Xin in thử trước."),
    "P14": N_(
        "Khổ này chưa đo chính xác, máy in chưa căn chỉnh với khổ này. Hãy căn chỉnh máy in "
        "(khoảng một phút), hoặc in thử trên giấy thường, áp lên tờ tem để so."
    ),
    "P15": N_("Vạch nằm ngang chiều giấy chạy dễ bị nhòe; xin xoay nhãn hoặc phóng to mã."),
    "P16": N_(
        "Chữ nhỏ nhất cao {capital_mm} mm; nên từ {least_mm} mm. Xin chọn khổ lớn hơn, "
        "hoặc ghi tên ngắn để in tem nhỏ ở hồ sơ sản phẩm."
    ),
    "P16!": N_("Không đủ chỗ cho {what} trên khổ này. Xin chọn khổ lớn hơn."),
    "P17": N_("Chưa in được dấu “{mark}” trên nhãn này."),
    "P17place": N_(
        "Chưa in được dấu “{mark}”: chưa có dữ liệu để đối chiếu phạm vi chứng nhận. "
        "Xin ghi nơi sản xuất của lô."
    ),
    "P17right": N_("Chưa in được “{mark}”: quyền đối với tên này hết hạn ngày {end}."),
    "P17doubt": N_("Dấu “{mark}” in được, nhưng nên kiểm tra lại trước khi in."),
    "P17name": N_("Tên in ra là “{mark}”, nhưng chưa có chứng nhận còn hiệu lực, đúng phạm vi cho dấu này."),
    "P19": N_(
        "Mã cào in trên tem chưa được che. Trước khi giao hàng, xin dán tem cào phủ kín ô {width_mm} "
        "× {height_mm} mm, hoặc gửi danh sách mã (CSV) cho nhà in phủ lớp cào."
    ),
    "label": N_("Nhãn của nhóm hàng này còn thiếu:"),
    "lot_recalled": N_("{lot} đang bị thu hồi nên chưa in nhãn được."),
    "lot_on_hold": N_("{lot} đang tạm dừng lưu thông để kiểm tra nên chưa in nhãn được."),
    "lot_past_use_by": N_("{lot} đã quá hạn sử dụng {found} nên không in nhãn."),
    "P16glyph": N_("Phông chữ không có ký tự “{missing}”. Xin bỏ ký tự này."),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: its rule, whether it blocks, its sentence with facts, and a medium that would cure it."""

    rule: str
    severity: Literal["block", "warn"]
    words: str
    facts: Mapping[str, object] = field(default_factory=dict)
    cure: str | None = None
    lacking: tuple[LabelField, ...] = ()
    reasons: tuple[Contradiction, ...] = ()
    mark: str | None = None  # the key of a mark that may be left off
    rename: bool = False  # the product's own name is to blame

    @property
    def advice(self) -> tuple[Advice, ...]:
        """What to do about a mark that is only doubted, as the table of conflicts says."""
        told = (one for reason in self.reasons for one in reason.advice) if self.severity == "warn" else ()
        return tuple(dict.fromkeys(told))

    def sentence(self) -> str:
        """What it says in Vietnamese, with the first reason."""
        told = self.words.format_map(dict(self.facts))
        return f"{told} {self.reasons[0].sentence()}" if self.reasons else told


def stamp_checks(
    session: Session,
    item: TradeItem,
    lot: Lot | None,
    art: StampArt,
    choice: Choice,
    settings: Settings,
    now: datetime,
) -> list[Check]:
    """Everything to be said before stamps of an item are printed so."""
    claims = ask_claims(session, item, lot, day=today_in_vietnam(now), thorough=False, labels=False)
    goods = [*_of_goods(session, item, lot, now), *_of_name(claims, art.name)]
    return [*goods, *of_stamps(art, item.subject, choice, settings)]


def of_stamps(art: StampArt, digits: str, choice: Choice, settings: Settings) -> list[Check]:
    """What the press says of stamps of a number."""
    found = _stamp_findings(art, digits, choice, settings)
    cure = None
    if any(finding.rule in {"P2", "P11", "P16"} for finding in found):
        cure = _larger(art, digits, choice, settings)
    return [_told(finding, settings, cure) for finding in found]


def sample_checks(choice: Choice, settings: Settings) -> list[Check]:
    """The same for a product that does not exist, to judge a medium by."""
    return of_stamps(StampArt("Rượu men lá", "500 ml · 40 % vol"), SAMPLE, choice, settings)


def label_checks(
    session: Session,
    item: TradeItem,
    lot: Lot | None,
    face: LabelFace,
    choice: Choice,
    settings: Settings,
    now: datetime,
    marks: Sequence[LabelMark],
) -> list[Check]:
    """Everything to be said before labels of an item are printed so."""
    machine = printer(choice.printer_name)
    try:
        plan = product_label.layout(face, choice.medium, dpi=machine.dpi)
        found = preflight.product_label(plan, choice.medium, machine, calibration=choice.calibration)
    except LabelError as error:
        found = [preflight.refusal(error)]
    lacking = lacking_on_label(item, lot)
    short = [Check("label", "warn", WORDS["label"], lacking=lacking)] if lacking else []
    goods = [*_of_goods(session, item, lot, now, WORDS), *_of_marks(marks, face.name)]
    return [*goods, *short, *(_told(one, settings, None) for one in found)]


def _of_marks(marks: Sequence[LabelMark], name: str) -> list[Check]:
    """P17: each mark that is wanted and may not be printed, or should be looked at again first."""
    wanted = [_of_mark(one) for one in marks if one.wanted and (one.doubted or not one.allowed)]
    return [*wanted, *_of_name((one.claim for one in marks if one.claim is not None), name)]


def _of_mark(one: LabelMark) -> Check:
    facts = {"mark": one.shown, "end": format_day(one.ended_on) if one.ended_on else ""}
    if one.allowed:
        return Check("P17", "warn", WORDS["P17doubt"], facts, reasons=one.reasons, mark=one.key)
    words = "P17right" if one.ended_on else "P17" if one.reasons else "P17place"
    return Check("P17", "block", WORDS[words], facts, reasons=one.reasons, mark=one.key)


def _of_name(claims: Iterable[Claim], name: str) -> list[Check]:
    """A name that carries a mark is printed whatever is chosen."""
    return [
        Check("P17", "block", WORDS["P17name"], {"mark": name}, reasons=claim.conflicts, rename=True)
        for claim in named_unvouched(claims, name)
    ]


def verdict_of(checks: Sequence[Check]) -> Literal["ok", "caution", "stop"]:
    """The tone of a list of checks."""
    kinds = {check.severity for check in checks}
    return "stop" if "block" in kinds else "caution" if kinds else "ok"


def _stamp_findings(art: StampArt, digits: str, choice: Choice, settings: Settings) -> list[Finding]:
    machine, prefix = printer(choice.printer_name), prefix_of(digits, settings)
    try:
        size = qr.symbol(prefix + "1" * 12, choice.level).size
        plan = stamp.layout(art, choice.medium, size=size, dpi=machine.dpi)
    except LabelError as error:
        return [preflight.refusal(error)]
    host = urlsplit(settings.public_base_url).hostname or ""
    return preflight.stamp_run(
        plan, choice.medium, machine, prefix=prefix, registry_host=host, calibration=choice.calibration
    )


def _larger(art: StampArt, digits: str, choice: Choice, settings: Settings) -> str | None:
    """The smallest medium of the same kind and shape on which nothing of the kind is found."""
    now = choice.medium
    better = [
        one
        for one in media().values()
        if (one.kind, one.shape) == (now.kind, now.shape) and one.w * one.h > now.w * now.h
    ]
    for one in sorted(better, key=lambda each: (each.confidence != "published", each.w * each.h)):
        found = _stamp_findings(art, digits, Choice(one.id, choice.printer, level=choice.level), settings)
        if not any(finding.rule in {"P2", "P11", "P16"} for finding in found):
            return one.id
    return None


def _of_goods(
    session: Session,
    item: TradeItem,
    lot: Lot | None,
    now: datetime,
    words: Mapping[str, str] = MESSAGES,
) -> list[Check]:
    """P17: goods that are recalled, held or past their day; labels have words of their own."""
    try:
        check_goods(session, item, lot, now)
    except RuleBroken as rule:
        return [Check("P17", "block", words.get(rule.code, MESSAGES[rule.code]), rule.facts)]
    return []


def _told(finding: Finding, settings: Settings, cure: str | None) -> Check:
    severity = finding.severity
    if finding.rule == "P9" and settings.public_base_url.startswith("http://"):
        severity = "warn"  # such an address is only allowed on this machine: a trial, and said to be one
    facts = {name: _shown(fact) for name, fact in finding.facts.items()}
    if finding.rule == "P9":
        facts["found"] = settings.public_base_url
    if "missing" in facts or facts.get("code") == "glyph_missing":
        facts.setdefault("missing", facts.get("characters", ""))
        return Check(finding.rule, severity, WORDS["P16glyph"], facts)
    facts["what"] = part(str(facts.get("field", "")))
    words = WORDS.get(finding.rule + ("!" if severity == "block" else ""), WORDS["P16!"])
    curable = finding.rule in {"P2", "P11", "P16"}
    return Check(finding.rule, severity, words, facts, cure if curable else None)


def _shown(fact: object) -> object:
    return format_number(Decimal(str(round(fact, 3)))) if isinstance(fact, float) else fact
