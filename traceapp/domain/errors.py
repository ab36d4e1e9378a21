"""Broken rules: what the domain and the services raise, and the sentence that belongs to each.

A rule that is broken is an answer, not a fault of the program: it carries a stable `code`, the `facts`
(what was given, what was expected, what was found) and, where one field is to blame, its name. The classes
say what kind of answer it is; `traceapp/web/errors.py` alone turns it into a page or a problem+json, in the
reader's language.

>>> try:
...     raise Malformed("text_too_long", field="name", found=130, limit=120)
... except RuleBroken as broken:
...     print(broken.sentence())
Viết quá dài: 130 ký tự, tối đa 120.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from traceapp.domain.wording.api_sentences import API_SENTENCES
from traceapp.domain.wording.body_sentences import BODY_SENTENCES
from traceapp.domain.wording.calibration_sentences import CALIBRATION_SENTENCES
from traceapp.domain.wording.import_sentences import IMPORT_SENTENCES
from traceapp.domain.wording.inspection_sentences import INSPECTION_SENTENCES
from traceapp.domain.wording.recall_sentences import RECALL_SENTENCES
from traceapp.domain.wording.sentences import SENTENCES
from traceapp.domain.wording.signed_sentences import SIGNED_SENTENCES
from traceapp.domain.wording.stamp_sentences import STAMP_SENTENCES
from traceapp.domain.wording.taking_back_sentences import TAKING_BACK_SENTENCES

MESSAGES: Mapping[str, str] = MappingProxyType(
    SENTENCES
    | API_SENTENCES
    | BODY_SENTENCES
    | CALIBRATION_SENTENCES
    | IMPORT_SENTENCES
    | INSPECTION_SENTENCES
    | RECALL_SENTENCES
    | SIGNED_SENTENCES
    | STAMP_SENTENCES
    | TAKING_BACK_SENTENCES
)


class RuleBroken(Exception):
    """A rule of the trade was broken; `code` is stable, `facts` fill the placeholders of its sentence."""

    def __init__(self, code: str, /, *, field: str | None = None, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.facts: Mapping[str, object] = MappingProxyType(facts)

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code}({facts})"

    def sentence(self, template: str | None = None) -> str:
        """Its sentence, facts filled in and days as dd/mm/yyyy: Vietnamese, or by a translated template."""
        said = {
            name: f"{fact:%d/%m/%Y}" if isinstance(fact, date) else fact for name, fact in self.facts.items()
        }
        return (MESSAGES[self.code] if template is None else template).format_map(said)


class Malformed(RuleBroken):
    """A value that cannot be what it is given for: HTTP 400 in an address, 422 in a form."""


class NotFound(RuleBroken):
    """No such record, or none this reader may know of: the two are never told apart. HTTP 404."""


class NotAllowed(RuleBroken):
    """The record exists, but this person may not do this to it. HTTP 403."""


class Conflict(RuleBroken):
    """The act does not fit the present state of the record. HTTP 409."""


class Gone(RuleBroken):
    """It was there and its time is over: an expired link, a file taken away. HTTP 410."""
