"""What the press refuses, said as the registry's own broken rules."""

from collections.abc import Iterator
from contextlib import contextmanager

from labels.errors import LabelError
from traceapp.domain.errors import Conflict, Malformed, RuleBroken
from traceapp.domain.words import N_

PARTS = {
    "name": N_("tên sản phẩm"),
    "net_content": N_("định lượng"),
    "symbol": N_("mã QR"),
    "stamp_uri": N_("mã QR"),
    "serial": N_("mã tem"),
    "pin": N_("ô mã cào"),
    "gtin": N_("mã vạch"),
    "warnings": N_("câu cảnh báo"),
    "certificates": N_("tên chứng nhận"),
    "producer": N_("tên cơ sở"),
    "address": N_("địa chỉ"),
    "ingredients": N_("thành phần"),
    "label": N_("nhãn sản phẩm"),
}


@contextmanager
def as_rules() -> Iterator[None]:
    """Within it, a refusal of the press is a broken rule."""
    try:
        yield
    except LabelError as error:
        raise broken(error) from error


def broken(error: LabelError) -> RuleBroken:
    """The rule a refusal breaks, with its facts."""
    facts = {name: str(fact) for name, fact in error.facts.items()}
    given = facts.get("value", facts.get("text", ""))
    match error.code:
        case "does_not_fit":
            return Conflict("print_does_not_fit", field="medium", what=part(facts.get("field", "")))
        case "glyph_missing":
            return Conflict("print_glyph", found=facts.get("characters", ""))
        case "medium_unknown":
            return Malformed("medium_unknown", field="medium", given=facts.get("medium", ""))
        case "cell_unknown":
            return Malformed("cell_unknown", field="used", given=facts.get("cell", ""))
        case "check_digit_wrong":
            right = given[:-1] + facts["expected"]
            return Malformed(
                "gtin_check_digit", field="value", given=given, corrected=right, **_digits(facts)
            )
        case _:
            return Malformed("barcode_refused", field="value", given=given, found=str(error))


def part(name: str) -> str:
    """What a field of the press is called here."""
    return PARTS.get(name.split(".", maxsplit=1)[0], PARTS["label"])


def _digits(facts: dict[str, str]) -> dict[str, str]:
    return {"expected": facts["expected"], "found": facts["found"]}
