"""The verdict on a stamp: one word, the worst answer to several independent questions, and what else holds.

The order is the reader's safety: a recall is said before anything else, a copy is suspected only when
nothing worse is known. Nothing here calls goods genuine or fake; it says what this registry knows of the
code.

>>> from dataclasses import replace
>>> from datetime import date
>>> today = date(2026, 9, 5)
>>> facts = Facts(stamp=StampState.ACTIVATED, has_lot=True, party_approved=True, today=today, scans=1)
>>> verdict(facts).value
'valid_first'
>>> verdict(replace(facts, restriction=RestrictionKind.RECALL)).value, TONE[Verdict.RECALLED].value
('recalled', 'stop')
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from traceapp.domain.certificates import CertificateStatus, Status
from traceapp.domain.restrictions import HOLD_REASONS, HoldReason, RestrictionKind
from traceapp.domain.stamps import StampState

__all__ = [
    "HOLD_REASONS",
    "MANY_SCANS_DEVICES",
    "OF_THE_STAMP",
    "TONE",
    "Doubt",
    "Facts",
    "HoldReason",
    "Judged",
    "Tone",
    "Verdict",
    "Word",
    "also",
    "counted_verdict",
    "loudest",
    "may_bear_stamps",
    "verdict",
    "worst_of",
]

MANY_SCANS_DEVICES: Final = 8  # distinct devices; simulated to flag 0.07 % of genuine stamps


class Verdict(StrEnum):
    """The words of the page, the API and the command line, worst first."""

    RECALLED = "recalled"
    ON_HOLD = "on_hold"
    VOID = "void"
    UNKNOWN = "unknown"
    AWAITING_APPROVAL = "awaiting_approval"
    NOT_ACTIVATED = "not_activated"
    PAST_USE_BY = "past_use_by"
    CERTIFICATE_WITHDRAWN = "certificate_withdrawn"
    CERTIFICATE_SUSPENDED = "certificate_suspended"
    CERTIFICATE_EXPIRED = "certificate_expired"
    MANY_SCANS = "many_scans"
    VALID_REPEAT = "valid_repeat"
    VALID_FIRST = "valid_first"


class Doubt(StrEnum):
    """What is said beside a verdict and never is one: programs know thirteen words.

    Where the verdict is calm, or is that a party awaits approval, a page says it loudest all the same
    (`loudest`).
    """

    PARTY_SUSPENDED = "party_suspended"
    CERTIFICATE_UNVERIFIED = "certificate_unverified"
    MAY_HOLD_RECALLED = "may_hold_recalled"  # a case in which recalled goods may be (`strikes_every_case`)
    MAY_HOLD_HELD = "may_hold_on_hold"


Word = Verdict | Doubt


class Tone(StrEnum):
    """How a verdict is said: colour, icon and word together."""

    OK = "ok"  # green
    CAUTION = "caution"  # yellow
    STOP = "stop"  # red
    NEUTRAL = "neutral"  # slate


TONE: Final[Mapping[Word, Tone]] = MappingProxyType(
    {
        Verdict.RECALLED: Tone.STOP,
        Verdict.ON_HOLD: Tone.STOP,
        Verdict.VOID: Tone.STOP,
        Verdict.UNKNOWN: Tone.STOP,
        Verdict.AWAITING_APPROVAL: Tone.NEUTRAL,
        Doubt.PARTY_SUSPENDED: Tone.CAUTION,
        Verdict.NOT_ACTIVATED: Tone.NEUTRAL,
        Verdict.PAST_USE_BY: Tone.STOP,
        Verdict.CERTIFICATE_WITHDRAWN: Tone.CAUTION,
        Verdict.CERTIFICATE_SUSPENDED: Tone.CAUTION,
        Verdict.CERTIFICATE_EXPIRED: Tone.CAUTION,
        Doubt.CERTIFICATE_UNVERIFIED: Tone.CAUTION,
        Doubt.MAY_HOLD_RECALLED: Tone.CAUTION,
        Doubt.MAY_HOLD_HELD: Tone.CAUTION,
        Verdict.MANY_SCANS: Tone.CAUTION,
        Verdict.VALID_REPEAT: Tone.OK,
        Verdict.VALID_FIRST: Tone.OK,
    }
)


@dataclass(frozen=True, slots=True)
class Judged:
    """One certificate, judged twice: today and on the day the lot was made (None: that day is not known).

    `unaccredited`: on record its body was not accredited for this on the day of issue (a broken chain; a body
    of which nothing is on record is not meant). `covers`: it is known to cover the goods; one that names
    places only may, where the lot's place is not on record.
    """

    scheme: str
    today: Status
    when_made: Status | None
    unaccredited: bool = False
    covers: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All a verdict rests on. `stamp` None: no range of this registry holds the serial."""

    stamp: StampState | None
    today: date
    has_lot: bool = False
    party_approved: bool = False
    party_suspended: bool = False  # was approved, and is kept from the public side until it is again
    restriction: RestrictionKind | None = None  # the worst that applies
    may_hold: RestrictionKind | None = None  # of a case, the worst on stamps that may be in it
    use_by: date | None = None
    certificates: tuple[Judged, ...] = ()  # those that cover the lot's product and place, or may
    scans: int = 0  # counted, this one included
    devices: int = 0  # distinct, repeats of one device or place within a day being one
    many_scans_devices: int = MANY_SCANS_DEVICES


def verdict(facts: Facts) -> Verdict:
    """The worst that holds."""
    return next(word for word in _holding(facts) if isinstance(word, Verdict))


def also(facts: Facts) -> tuple[Word, ...]:
    """What else holds, worst first, to be said in plain lines under the verdict.

    Of a suspended party never that it awaits approval: it had it.
    """
    unsaid = {verdict(facts)} | ({Verdict.AWAITING_APPROVAL} if facts.party_suspended else set())
    return tuple(word for word in _holding(facts) if word not in unsaid and TONE[word] is not Tone.OK)


def loudest(facts: Facts) -> Word:
    """What a page says first: the verdict, or under a calm one what else holds.

    That a case may hold recalled or held goods comes before a certificate that lapsed too.

    >>> from datetime import date
    >>> issued_while_not_accredited = Judged("VietGAP", Status(CertificateStatus.ACTIVE), None, True)
    >>> facts = Facts(
    ...     stamp=StampState.ACTIVATED, today=date(2026, 9, 5), has_lot=True, party_approved=True, scans=1,
    ...     certificates=(issued_while_not_accredited,),
    ... )
    >>> verdict(facts).value, loudest(facts).value
    ('valid_first', 'certificate_unverified')
    """
    word = verdict(facts)
    if word is Verdict.AWAITING_APPROVAL and facts.party_suspended:
        return Doubt.PARTY_SUSPENDED
    if TONE[word] is Tone.CAUTION:
        return next((doubt for doubt in _MAY_HOLD if _AXES[doubt](facts)), word)
    return word if TONE[word] is not Tone.OK else next(iter(also(facts)), word)


def counted_verdict(word: Verdict, *, scans: int, devices: int, many: int) -> Verdict:
    """The word as another count makes it: counts decide only where nothing worse is known.

    >>> counted_verdict(Verdict.VALID_FIRST, scans=9, devices=8, many=8).value
    'many_scans'
    >>> counted_verdict(Verdict.VOID, scans=9, devices=8, many=8).value
    'void'
    """
    if word not in _COUNTS:
        return word
    if devices >= many:
        return Verdict.MANY_SCANS
    return Verdict.VALID_FIRST if scans <= 1 else Verdict.VALID_REPEAT


OF_THE_STAMP: Final = frozenset({Doubt.PARTY_SUSPENDED, Verdict.NOT_ACTIVATED})
"""What may be told beside the verdict where nothing of the goods is published."""
_COUNTS: Final = frozenset({Verdict.VALID_FIRST, Verdict.VALID_REPEAT, Verdict.MANY_SCANS})


def may_bear_stamps(facts: Facts) -> bool:
    """Whether new stamps may be issued for such goods: neither recalled nor held nor past use-by."""
    return facts.restriction is None and not _past_use_by(facts)


def _holding(facts: Facts) -> list[Word]:
    words: list[Word] = [word for word, holds in _AXES.items() if holds(facts)]
    return [*words, Verdict.VALID_FIRST if facts.scans <= 1 else Verdict.VALID_REPEAT]


def _past_use_by(facts: Facts) -> bool:
    return facts.use_by is not None and facts.today > facts.use_by


def _awaiting(facts: Facts) -> bool:
    return facts.stamp is not None and not facts.party_approved


def _suspended(facts: Facts) -> bool:
    return facts.stamp is not None and facts.party_suspended


def _not_activated(facts: Facts) -> bool:
    """Never of a party that was not approved yet: its stamps are declared samples."""
    real = facts.party_approved or facts.party_suspended
    if facts.stamp is None or facts.stamp is StampState.VOID or not real:
        return False
    return facts.stamp is not StampState.ACTIVATED or not facts.has_lot


def _told(facts: Facts) -> set[CertificateStatus]:
    """What is to be told of each scheme."""
    told = {worst_of(facts.certificates, one.scheme) for one in facts.certificates}
    return {status for status in told if status is not None}


def worst_of(certificates: Iterable[Judged], scheme: str) -> CertificateStatus | None:
    """The worst status of a scheme's certificates; None where one in force makes it good.

    A renewed one outlives the old. One whose body was not accredited outlives an expired one only: it cannot
    make good what a body decided. Where nobody can tell whether one covers the goods, such a decision is told
    all the same, and that it ran out is not.
    """
    papers = [one for one in certificates if one.scheme == scheme]
    active = [one for one in papers if one.covers and one.today.status is CertificateStatus.ACTIVE]
    if any(not one.unaccredited for one in active):
        return None
    found = {one.today.status for one in papers if one.covers or one.today.status in _DECIDED}
    return next((word for word in (_DECIDED if active else _BADNESS) if word in found), None)


def _unverified(facts: Facts) -> bool:
    """Whether all that vouches for the goods today was issued by bodies not accredited for it.

    Beside a certificate whose chain holds, a broken one is told where the certificates stand (X9), not here.
    """
    standing = [one for one in facts.certificates if one.today.status is CertificateStatus.ACTIVE]
    active = [one for one in standing if one.covers]
    return bool(active) and all(one.unaccredited for one in active)


_MAY_HOLD: Final = (Doubt.MAY_HOLD_RECALLED, Doubt.MAY_HOLD_HELD)
_DECIDED: Final = (CertificateStatus.WITHDRAWN, CertificateStatus.CANCELLED, CertificateStatus.SUSPENDED)
_BADNESS: Final = (*_DECIDED, CertificateStatus.EXPIRED)
_AXES: Final[Mapping[Word, Callable[[Facts], bool]]] = MappingProxyType(
    {
        Verdict.RECALLED: lambda facts: facts.restriction is RestrictionKind.RECALL,
        Verdict.ON_HOLD: lambda facts: facts.restriction is RestrictionKind.HOLD,
        Verdict.VOID: lambda facts: facts.stamp is StampState.VOID,
        Verdict.UNKNOWN: lambda facts: facts.stamp is None,
        Verdict.AWAITING_APPROVAL: _awaiting,
        Doubt.PARTY_SUSPENDED: _suspended,
        Verdict.NOT_ACTIVATED: _not_activated,
        Verdict.PAST_USE_BY: _past_use_by,
        Doubt.MAY_HOLD_RECALLED: lambda facts: facts.may_hold is RestrictionKind.RECALL,
        Doubt.MAY_HOLD_HELD: lambda facts: facts.may_hold is RestrictionKind.HOLD,
        Verdict.CERTIFICATE_WITHDRAWN: lambda facts: bool(
            _told(facts) & {CertificateStatus.WITHDRAWN, CertificateStatus.CANCELLED}
        ),
        Verdict.CERTIFICATE_SUSPENDED: lambda facts: CertificateStatus.SUSPENDED in _told(facts),
        Verdict.CERTIFICATE_EXPIRED: lambda facts: CertificateStatus.EXPIRED in _told(facts),
        Doubt.CERTIFICATE_UNVERIFIED: _unverified,
        Verdict.MANY_SCANS: lambda facts: facts.devices >= facts.many_scans_devices,
    }
)
