"""A verdict that rests on a certificate: which one it is about, and the sentences under its headline."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from traceapp.domain.certificates import CertificateStatus, Status
from traceapp.domain.conformity import Doubt, Verdict, Word, worst_of
from traceapp.i18n import N_, shown_day
from traceapp.services.public.passport import Passport, Vouching
from traceapp.web.languages import gettext, language

LAPSED: Final[Mapping[Word, frozenset[CertificateStatus]]] = MappingProxyType(
    {
        Verdict.CERTIFICATE_EXPIRED: frozenset({CertificateStatus.EXPIRED}),
        Verdict.CERTIFICATE_SUSPENDED: frozenset({CertificateStatus.SUSPENDED}),
        Verdict.CERTIFICATE_WITHDRAWN: frozenset({CertificateStatus.WITHDRAWN, CertificateStatus.CANCELLED}),
        Doubt.CERTIFICATE_UNVERIFIED: frozenset({CertificateStatus.ACTIVE}),
    }
)
_UNVERIFIED: Final = N_(
    "Theo hồ sơ công nhận, vào ngày cấp {body} không được công nhận cho loại chứng nhận này. "
    "Điều này không nói gì về chất lượng hàng; xem chi tiết ở phần Chứng nhận."
)


def lapsed(passport: Passport, word: Word) -> Vouching | None:
    """The certificate a verdict is about: of those in the status it names, the one that ended last."""
    wanted = LAPSED.get(word, frozenset())
    judged = [one.judged for one in passport.certificates]
    found = [
        one
        for one in passport.certificates
        if one.today.status in wanted
        and (
            (word is Doubt.CERTIFICATE_UNVERIFIED and one.covers)
            or worst_of(judged, one.judged.scheme) in wanted
        )
    ]
    return found[0] if found else None


def certificate_text(passport: Passport, word: Word) -> str:
    """How it stood when the lot was made, and since when it stands as it does."""
    certificate = lapsed(passport, word)
    if word is Doubt.CERTIFICATE_UNVERIFIED:
        body = certificate.body.spoken(language()) if certificate else ""
        return gettext(_UNVERIFIED, body=body)
    said = _when_made(passport, word, certificate.when_made if certificate else None)
    since = certificate.today.since if certificate and word is not Verdict.CERTIFICATE_EXPIRED else None
    return f"{gettext(N_('Từ {date}.'), date=shown_day(since))} {said}" if since else said


def _when_made(passport: Passport, word: Word, then: Status | None) -> str:
    """How it stood on the lot's day, told as the day it is."""
    lots = passport.lot.lot_day if passport.lot else None
    if lots is None or then is None:
        return gettext(N_("Khi sản xuất lô này: chưa có dữ liệu."))
    made, packed = _THEN.get(then.status, _NO_LONGER)
    if then.status is CertificateStatus.EXPIRED and word is not Verdict.CERTIFICATE_EXPIRED:
        made, packed = _NO_LONGER
    return gettext(packed if lots.packed else made, made=shown_day(lots.day))


_NO_LONGER: Final = (
    N_("Khi sản xuất lô này ({made}): không còn hiệu lực."),
    N_("Khi đóng gói lô này ({made}): không còn hiệu lực."),
)
_THEN: Final[Mapping[CertificateStatus, tuple[str, str]]] = MappingProxyType(
    {
        CertificateStatus.ACTIVE: (
            N_("Khi sản xuất lô này ({made}): còn hiệu lực."),
            N_("Khi đóng gói lô này ({made}): còn hiệu lực."),
        ),
        CertificateStatus.EXPIRED: (
            N_("Khi sản xuất lô này ({made}): đã hết hiệu lực."),
            N_("Khi đóng gói lô này ({made}): đã hết hiệu lực."),
        ),
        CertificateStatus.NOT_YET_VALID: (
            N_("Khi sản xuất lô này ({made}): chưa có hiệu lực."),
            N_("Khi đóng gói lô này ({made}): chưa có hiệu lực."),
        ),
        CertificateStatus.SUSPENDED: (
            N_("Khi sản xuất lô này ({made}): đang bị đình chỉ."),
            N_("Khi đóng gói lô này ({made}): đang bị đình chỉ."),
        ),
    }
)
"""By how it stood on the lot's day: told of the day it was made, and of the day it was packed."""
