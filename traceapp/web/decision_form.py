"""A decision on a certificate or an accreditation as it is typed in: day, words, paper, scan.

A body decides on its own certificates; the province copies the paper of whoever decided.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from flask_wtf.file import FileField
from sqlalchemy.orm import Session
from wtforms import Field, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired

from traceapp.domain.certificates import DecisionKind, check_copied
from traceapp.domain.errors import RuleBroken
from traceapp.domain.numbers import parse_day
from traceapp.extensions import transaction
from traceapp.i18n import N_
from traceapp.services.vouching.evidence import Evidence, check_evidence
from traceapp.web import access
from traceapp.web.acting import tried
from traceapp.web.entry import By, line, lines
from traceapp.web.errors import sentence
from traceapp.web.evidence import keep_scan
from traceapp.web.forms import Form
from traceapp.web.languages import gettext
from traceapp.web.words import DECISION_WORDS


class DecisionForm(Form):
    """What is typed of any decision."""

    from_on = StringField(
        N_("Có hiệu lực từ ngày"),
        [InputRequired(), By(parse_day)],
        description=N_("ngày/tháng/năm, ví dụ 05/09/2026"),
    )
    reason = TextAreaField(
        N_("Lý do"),
        [InputRequired(), lines(500)],
        description=N_("Hiện trên trang công khai: xin không ghi tên người."),
    )
    document_number = StringField(N_("Số quyết định"), [line(60)], description=N_("Như ghi trên giấy."))
    file = FileField(N_("Bản chụp quyết định"), description=N_("PDF, JPEG, PNG hoặc WebP, tối đa 10 MB."))


class CopiedDecisionForm(DecisionForm):
    """A decision of somebody else, copied from the paper that came."""

    kind = SelectField(N_("Quyết định"))
    reason = TextAreaField(
        N_("Lý do ghi trong quyết định"),
        [InputRequired(), lines(500)],
        description=N_("Hiện trên trang công khai: xin không ghi tên người."),
    )

    def __init__(self, kinds: Iterable[DecisionKind] = DecisionKind, **given: object) -> None:
        super().__init__(**given)
        self.kind.choices = [(kind.value, gettext(DECISION_WORDS[kind])) for kind in kinds]


class FinalScan:
    """A validator: the scan of the body's paper, where the decision that is copied ends a certificate."""

    field_flags: Final = MappingProxyType({"sometimes": True})

    def __call__(self, form: CopiedDecisionForm, field: Field) -> None:
        """Ask by the decision that was chosen; one that is not known is the other field's fault."""
        if form.kind.data not in {kind.value for kind in DecisionKind}:
            return
        try:
            check_copied(DecisionKind(form.kind.data), has_scan=bool(field.data and field.data.filename))
        except RuleBroken as broken:
            raise ValidationError(sentence(broken)) from broken


@dataclass(frozen=True)
class Typed:
    """A decision as it was typed; the scan already kept, named by its hash."""

    from_on: date
    reason: str
    document_number: str
    file_sha256: str | None


def put_down(form: DecisionForm, record: Callable[[Session, Typed], object]) -> bool:
    """Read the form and write the decision down with its scan, in one transaction.

    False: nothing was written, the form says why. Raises `NotFound` where the record is not the actor's.
    """

    def act() -> bool:
        scan = chosen_file(form.file)
        with transaction() as session:
            record(session, _typed(form, keep_scan(session, access.actor(), scan)))
        return True

    return tried(form, act) is not None


def _typed(form: DecisionForm, file_sha256: str | None) -> Typed:
    return Typed(
        from_on=parse_day(form.from_on.data or "", field="from_on"),
        reason=form.reason.data or "",
        document_number=form.document_number.data or "",
        file_sha256=file_sha256,
    )


def chosen_file(field: Field) -> Evidence | None:
    """The file that was chosen, looked into; None where none was. Raises what `check_evidence` does.

    Asked before the act begins: looking takes a while, in which nobody else could write.
    """
    chosen = field.data
    if not chosen or not chosen.filename:
        return None
    return check_evidence(chosen.read(), chosen.filename, field=field.short_name)
