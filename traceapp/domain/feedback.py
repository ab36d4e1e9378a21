"""What a passer-by may report about goods in the hand.

>>> ProblemKind("wrong_label") is ProblemKind.WRONG_LABEL
True
"""

from enum import StrEnum


class ProblemKind(StrEnum):
    """The list offered by the report form; the words are the web's."""

    SUSPECTED_FAKE = "suspected_fake"
    UNKNOWN_CODE = "unknown_code"
    WRONG_LABEL = "wrong_label"
    PAST_USE_BY = "past_use_by"
    DAMAGED = "damaged"
    SAFETY = "safety"
    OTHER = "other"
