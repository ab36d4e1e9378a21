"""What stands beside a certificate on the page of goods: facts and days, in plain words, and nobody accused.

The inspector reads the same conflicts with what was expected (`domain/contradictions`); a consumer reads what
was found, and that a lot was made while its certificate was in force where that is so.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from traceapp.domain.certificates import CertificateStatus
from traceapp.domain.claims import Mark
from traceapp.domain.conflicts import ConflictCode
from traceapp.domain.contradictions import Case, Contradiction
from traceapp.domain.lot_days import LotDay
from traceapp.i18n import N_, shown_day
from traceapp.services.public.passport import Passport, Vouching
from traceapp.web.languages import gettext

_UNSAID: Final = frozenset({ConflictCode.X4, ConflictCode.X5, ConflictCode.X7, ConflictCode.X8})
"""Work for those who keep and inspect records: nothing a buyer could compare."""
_PLAIN: Final[Mapping[Case, str]] = MappingProxyType(
    {
        Case.SUSPENDED: N_("Chứng nhận bị đình chỉ từ {since}."),
        Case.WITHDRAWN: N_("Chứng nhận bị thu hồi từ {since}."),
        Case.ACCREDITATION_ENDED: N_(
            "Nay tổ chức chứng nhận không có công nhận còn hiệu lực; "
            "chứng nhận đã cấp trước đó vẫn có giá trị."
        ),
    }
)


def certificate_lines(one: Vouching, passport: Passport) -> list[str]:
    """What is to be known of a certificate besides its two words, the day asked about first."""
    lots = passport.lot.lot_day if passport.lot else None
    lines = [_said(found) for found in one.conflicts if found.code not in _UNSAID]
    then = one.when_made.status if one.when_made else None
    if then is CertificateStatus.ACTIVE and one.today.status is not CertificateStatus.ACTIVE:
        lines.append(_made_well(lots))
    if one.followed_by:
        lines.append(gettext(N_("Nay đã có chứng nhận số {number}."), number=one.followed_by))
    return lines


def _made_well(lots: LotDay | None) -> str:
    if lots is not None and lots.packed:
        told = N_("Lô này đóng gói ngày {packed}, khi chứng nhận còn hiệu lực.")
        return gettext(told, packed=shown_day(lots.day))
    told = N_("Lô này sản xuất ngày {made}, khi chứng nhận còn hiệu lực.")
    return gettext(told, made=shown_day(lots.day if lots else None))


def _said(found: Contradiction) -> str:
    return gettext(_PLAIN.get(found.case, found.found), **found.told(gettext(N_("chưa có dữ liệu"))))


def speaking(passport: Passport) -> tuple[list[Vouching], list[Vouching]]:
    """The certificates to be told of goods, and those folded away below them.

    One that was in force neither today nor when the lot was made says nothing of goods for which another of
    its kind is in force on both days.
    """
    good = {one.judged.scheme for one in passport.certificates if one.covers and _in_force(one) == {True}}
    told = [one for one in passport.certificates if one.judged.scheme not in good or True in _in_force(one)]
    return told, [one for one in passport.certificates if one not in told]


def _in_force(one: Vouching) -> set[bool]:
    """Whether it is in force, on each day that is known."""
    days = (one.today, *([one.when_made] if one.when_made else []))
    return {status.status is CertificateStatus.ACTIVE for status in days}


def bare_marks(passport: Passport) -> list[str]:
    """Names of schemes that the goods carry and of which no certificate is shown."""
    shown = {one.judged.scheme for one in passport.certificates}
    told = [claim for claim in passport.claims if claim.scheme not in shown and not claim.vouched]
    return list(dict.fromkeys(mark.text for claim in told for mark in claim.marks if not mark.printed))


def printed_marks(passport: Passport) -> list[Mark]:
    """Marks of ordered labels for which no certificate in force today, and when the lot was made, vouches."""
    told = [mark for claim in passport.claims if not claim.vouched for mark in claim.marks if mark.printed]
    return list({mark.text: mark for mark in reversed(told)}.values())[::-1]  # the latest order of each
