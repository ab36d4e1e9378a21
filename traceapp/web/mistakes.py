"""Forms that say a decision was written down by mistake, at the province's door and the body's.

Beside each decision that counts stands its form, or the sentence why this reader cannot say so.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session
from wtforms import TextAreaField
from wtforms.validators import InputRequired

from traceapp.domain.errors import MESSAGES
from traceapp.i18n import N_
from traceapp.models import Certificate, CertificateDecision, DecisionMistake
from traceapp.services.vouching import mistakes
from traceapp.web import access
from traceapp.web.acting import done
from traceapp.web.entry import lines
from traceapp.web.forms import Form
from traceapp.web.languages import gettext, now


class MistakeForm(Form):
    """Why a decision was a mistake."""

    reason = TextAreaField(
        N_("Ghi nhầm điều gì"),
        [InputRequired(), lines(500)],
        description=N_(
            "Ví dụ: nhầm chứng nhận, nhầm ngày. Hiện trên trang công khai: xin không ghi tên người."
        ),
    )


@dataclass(frozen=True)
class Markable:
    """A decision that counts, with its form; `barred`: why this reader cannot call it a mistake."""

    decision: CertificateDecision
    form: MistakeForm
    barred: str | None


def form_of(sequence: int, *, sent: bool = False) -> MistakeForm:
    """The form beside one decision, as it was sent or empty."""
    prefix = f"mistake-{sequence}-"
    return MistakeForm(prefix=prefix) if sent else MistakeForm(formdata=None, prefix=prefix)


def markables(certificate: Certificate, refused: tuple[int, MistakeForm] | None = None) -> list[Markable]:
    """Every decision that counts, the newest first; the one that was refused with what was typed."""
    told = dict([refused]) if refused else {}
    found = []
    for one, code in mistakes.list_markable(access.actor(), certificate):
        barred = gettext(MESSAGES[code]) if code else None
        found.append(Markable(one, told.get(one.sequence) or form_of(one.sequence), barred))
    return found


def put_mistake(form: MistakeForm, sequence: int, read: Callable[[Session], Certificate]) -> bool:
    """Read the form and say so. False: nothing was written, the form says why. Raises `NotFound`."""

    def mark(session: Session) -> DecisionMistake:
        return mistakes.mark_mistake(
            session,
            actor=access.actor(),
            certificate=read(session),
            sequence=sequence,
            reason=form.reason.data or "",
            now=now(),
        )

    return done(form, mark) is not None
