"""What may be done about the lot in hand: the two forms at the thumb, and what already stands in its way."""

from collections.abc import Sequence
from dataclasses import dataclass

from wtforms import RadioField, StringField

from traceapp.domain.permissions import Act, may
from traceapp.domain.restrictions import HOLD_REASONS, HoldReason
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.models import Lot, Restriction
from traceapp.services.recalls.restrictions import open_restrictions
from traceapp.web import access
from traceapp.web.forms import Form
from traceapp.web.languages import gettext

# The order of the drawing: what an inspector meets most often is nearest to the thumb.
REASONS = (
    HoldReason.CERTIFICATE_NOT_IN_FORCE,
    HoldReason.WRONG_LABEL,
    HoldReason.SUSPECTED_FAKE,
    HoldReason.SAFETY_DOUBT,
    HoldReason.MIXED_LOTS,
    HoldReason.COMPLAINT,
)


class HoldForm(Form):
    """Why a lot is held."""

    reason = RadioField(N_("Lý do tạm dừng"))
    note = StringField(N_("Ghi chú"))

    def __init__(self, **given: object) -> None:
        super().__init__(**given)
        words = [(reason.value, gettext(HOLD_REASONS[reason])) for reason in REASONS]
        self.reason.choices = [(value, word[0].upper() + word[1:]) for value, word in words]


class RecallForm(HoldForm):
    """Why a lot should be given back, and on what decision."""

    decision_number = StringField(N_("Số quyết định"))


@dataclass(frozen=True, slots=True)
class ActsOnLot:
    """The forms this actor may use on a lot, and the holds and recalls not lifted yet."""

    lot: Lot
    hold: HoldForm | None
    recall: RecallForm | None
    open: Sequence[Restriction]


def acts_on(lot: Lot | None) -> ActsOnLot | None:
    """What may be done about a lot; None where there is no lot or nothing may be done."""
    if lot is None:
        return None
    standing = open_restrictions(reader(), lot=lot)
    kinds = {one.kind.value for one in standing}
    roles = access.actor().roles
    may_hold = "hold" not in kinds and any(may(role, Act.HOLD_LOT) for role in roles)
    may_recall = "recall" not in kinds and any(may(role, Act.PROPOSE_RECALL) for role in roles)
    return ActsOnLot(
        lot,
        HoldForm(formdata=None) if may_hold else None,
        RecallForm(formdata=None, prefix="r-") if may_recall else None,
        standing,
    )
