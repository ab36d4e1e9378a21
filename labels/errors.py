"""Reasons why something cannot be printed, each with a code and facts.

The press speaks no language but English and draws no pages: the code names the sentence a translator
writes, the facts fill its holes.

>>> error = CheckDigitWrong("check digit", value="8938500000013", expected="0", found="3")
>>> error.code, error.facts["expected"]
('check_digit_wrong', '0')
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

Severity = Literal["block", "warn"]


class LabelError(ValueError):
    """Something the press refuses; `code` names the reason, `facts` fill the sentence."""

    code: ClassVar[str] = "label"

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.facts: dict[str, object] = facts


class MediumInvalid(LabelError):
    """A medium whose description contradicts itself."""

    code = "medium_invalid"


class MediumUnknown(LabelError):
    """No medium of that id."""

    code = "medium_unknown"


class CellUnknown(LabelError):
    """A used cell the medium does not have."""

    code = "cell_unknown"


class TextRefused(LabelError):
    """A text that this kind of symbol cannot hold."""

    code = "text_refused"


class CheckDigitWrong(LabelError):
    """A GS1 key whose last digit does not follow from the others; facts: value, expected, found."""

    code = "check_digit_wrong"


class EncoderAltered(LabelError):
    """An encoder that made a symbol of something else than it was given; facts: value, encoded."""

    code = "encoder_altered"


class EncoderFails(LabelError):
    """A text of which the reference encoder can make no symbol, by a fault of its own; facts: text."""

    code = "encoder_fails"


class FamilyDisagrees(LabelError):
    """A family whose symbols are not the reference encoder's, or whose tables are not what they were.

    Mostly it is raised before the first byte of a file. If not, what was written has no end: throw it away.
    """

    code = "family_disagrees"


class DoesNotFit(LabelError):
    """A part with no room on this label; facts: field, and where known needed_mm and available_mm."""

    code = "does_not_fit"


class GlyphMissing(LabelError):
    """Characters the font cannot draw; facts: field, characters."""

    code = "glyph_missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check found: the rule, whether it stops the print, and the facts behind it."""

    rule: str
    severity: Severity
    facts: dict[str, object] = field(default_factory=dict)


def block(rule: str, **facts: object) -> Finding:
    """A finding that stops the print."""
    return Finding(rule, "block", facts)


def warn(rule: str, **facts: object) -> Finding:
    """A finding that is told."""
    return Finding(rule, "warn", facts)
