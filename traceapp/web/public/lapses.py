"""A verdict that rests on a certificate: which one it is about, and the sentences under its headline."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from traceapp.domain.certificates import CertificateStatus
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
    when_made = certificate.when_made if certificate else None
    made = shown_day(passport.lot.produced_on) if passport.lot else ""
    if when_made is None:
        told = N_("Khi sản xuất lô này: chưa có dữ liệu.")
    elif when_made.status is CertificateStatus.ACTIVE:
        told = N_("Khi sản xuất lô này ({made}): còn hiệu lực.")
    elif word is Verdict.CERTIFICATE_EXPIRED and when_made.status is CertificateStatus.EXPIRED:
        told = N_("Khi sản xuất lô này ({made}): đã hết hiệu lực.")
    elif when_made.status is CertificateStatus.NOT_YET_VALID:
        told = N_("Khi sản xuất lô này ({made}): chưa có hiệu lực.")
    elif when_made.status is CertificateStatus.SUSPENDED:
        told = N_("Khi sản xuất lô này ({made}): đang bị đình chỉ.")
    else:
        told = N_("Khi sản xuất lô này ({made}): không còn hiệu lực.")
    said = gettext(told, made=made)
    since = certificate.today.since if certificate and word is not Verdict.CERTIFICATE_EXPIRED else None
    return f"{gettext(N_('Từ {date}.'), date=shown_day(since))} {said}" if since else said
