"""Signs that stand in a page for what each stamp has of its own, so that the page can be taken apart there.

They are drawn at random for every page: whoever writes a record, or is the first to ask for a page, cannot
know them, and cannot make a fact of the goods or the hotline pass for a serial. Should one stand in a record
by chance, two pages with different signs are not taken apart alike (`ready`).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import choice, randbelow
from typing import Final

from stdnum.ean import calc_check_digit

from traceapp.domain.conformity import Verdict
from traceapp.domain.digital_link import KeyPath
from traceapp.domain.identifiers import Gtin, RegistryNumber, SerialNumber, Subject
from traceapp.domain.serials import LENGTH
from traceapp.i18n import VIETNAM
from traceapp.services.public.passport import Passport, Tally

_LETTERS: Final = "ABCDEFGHJKMNPQRSTVWXYZ"  # no digits: no number stands inside a serial
_BEFORE_ALL: Final = datetime(1976, 1, 1, tzinfo=VIETNAM)
_MINUTES: Final = 20 * 365 * 24 * 60


@dataclass(frozen=True, slots=True)
class Signs:
    """Serial, tallies of a first, a later and a suspicious scan, a number where any may be asked for."""

    serial: str
    subject: Subject | None
    tallies: tuple[Tally, Tally, Tally]

    @property
    def many(self) -> Tally:
        """The tally in which everything is a sign."""
        return self.tallies[2]

    def about(self, passport: Passport) -> Passport:
        """The passport with the signs in place of what was asked for."""
        path = replace(passport.path, serial=SerialNumber(self.serial))
        if self.subject is not None:
            path = _bound_to(path, self.subject)
        stamp = passport.stamp and replace(passport.stamp, serial=self.serial)
        return replace(passport, path=path, stamp=stamp)


def draw(passport: Passport, *, fewest: bool) -> Signs:
    """Signs for a page; the devices of its later scans are the fewest, or as many as alarm nobody yet.

    A stamp that was issued keeps its number: the number is the run's, and no visitor's.
    """
    most = 2 if passport.facts is None else passport.facts.many_scans_devices
    first_at = _BEFORE_ALL + timedelta(minutes=randbelow(_MINUTES))
    scans, devices = _nine_digits(), _nine_digits()
    counts = ((1, 1), (scans, 1 if fewest else max(1, most - 1)), (scans, devices))
    one, later, many = (Tally(scans=n, devices=of, areas=0, first_at=first_at) for n, of in counts)
    never_issued = passport.verdict is Verdict.UNKNOWN
    return Signs(
        "".join(choice(_LETTERS) for _ in range(LENGTH)),
        _number_like(passport.path) if never_issued else None,
        (one, later, many),
    )


def _nine_digits() -> int:
    return 100_000_000 + randbelow(900_000_000)


def _number_like(path: KeyPath) -> Subject:
    """A number of the same kind as the one asked for."""
    if path.registry_number is not None:
        return RegistryNumber.of(randbelow(10**7))
    digits = f"0{randbelow(10**12):012}"
    return Gtin.parse(digits + calc_check_digit(digits))


def _bound_to(path: KeyPath, subject: Subject) -> KeyPath:
    if isinstance(subject, Gtin):
        return replace(path, gtin=subject)
    return replace(path, registry_number=subject)
