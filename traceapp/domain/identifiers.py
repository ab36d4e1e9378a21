"""Keys of the trade: GTIN, GLN, the registry's own number, lot, serial, tax code, public id.

A key is text, never an integer, and an object of one of these classes has passed its check. The arithmetic is
stdnum's. GS1 General Specifications 7.9 (check digit), 7.11 (character set 82).

>>> Gtin.parse("952 1234 00001 3")
Gtin(value14='09521234000013')
>>> try:
...     Gtin.parse("9521234000018")
... except Malformed as broken:
...     print(broken.sentence())
Số kiểm tra của mã 9521234000018 sai: chữ số cuối là 8, đúng ra là 3.
Nếu các số trước đúng, mã là 9521234000013.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from random import Random
from string import ascii_uppercase
from typing import ClassVar, Final, Self

from stdnum.ean import calc_check_digit
from stdnum.vn import mst

from traceapp.domain import crockford
from traceapp.domain.digits import checked_digits, plain_digits
from traceapp.domain.errors import Conflict, Malformed

DEMO_PREFIX: Final = "952"  # GS1's prefix for demonstrations: never on goods for sale


@dataclass(frozen=True, slots=True, order=True)
class Gtin:
    """A trade item's number, kept as 14 digits."""

    value14: str

    @classmethod
    def parse(cls, text: str, *, field: str = "gtin") -> Self:
        """Read 8, 12, 13 or 14 digits. Raises `gtin_digits` or `gtin_check_digit` (with the right one)."""
        return cls(checked_digits(text, (8, 12, 13, 14), kind="gtin", field=field).zfill(14))

    def __str__(self) -> str:
        return self.value14

    @property
    def check_digit(self) -> int:
        """The last digit."""
        return int(self.value14[-1])

    @property
    def is_demo(self) -> bool:
        """Under GS1's prefix for demonstrations."""
        return self.value14[1:].startswith(DEMO_PREFIX)

    @property
    def is_case(self) -> bool:
        """A carton of a fixed number of units: indicator 1 to 8 (9 is variable measure)."""
        return self.value14[0] in "12345678"

    @property
    def is_short(self) -> bool:
        """A GTIN-8, printed as EAN-8."""
        return self.value14.startswith("000000")

    @property
    def is_in_store(self) -> bool:
        """Of restricted circulation (prefixes 02, 04, 2): anybody may use it inside a shop."""
        return not self.is_short and (self.value14[1:3] in ("02", "04") or self.value14[1] == "2")

    @property
    def shown(self) -> str:
        """As people know it: 8, 13 or 14 digits."""
        if self.is_short:
            return self.value14[-8:]
        return self.value14[1:] if self.value14[0] == "0" else self.value14

    def as13(self) -> str:
        """The 13 digits under an EAN-13. Raises `gtin_not_13` for a carton's number."""
        if self.value14[0] != "0":
            raise Malformed("gtin_not_13", field="gtin", given=self.value14)
        return self.value14[1:]

    def as8(self) -> str:
        """The 8 digits under an EAN-8. Raises `gtin_not_8`."""
        if not self.is_short:
            raise Malformed("gtin_not_8", field="gtin", given=self.shown)
        return self.value14[-8:]


def case_gtin(unit: Gtin, indicator: int) -> Gtin:
    """The carton number made from a unit's: an indicator 1 to 8 in front, the check digit computed anew.

    >>> case_gtin(Gtin.parse("9521234000013"), 1).value14
    '19521234000010'
    """
    if not 1 <= indicator <= 8:
        raise Malformed("case_indicator", field="indicator", given=indicator)
    payload = f"{indicator}{unit.as13()[:-1]}"
    return Gtin(f"{payload}{calc_check_digit(payload)}")


@dataclass(frozen=True, slots=True, order=True)
class Gln:
    """A place's or a party's number: 13 digits."""

    value: str

    @classmethod
    def parse(cls, text: str, *, field: str = "gln") -> Self:
        """Read 13 digits. Raises `gln_digits` or `gln_check_digit`."""
        return cls(checked_digits(text, (13,), kind="gln", field=field))

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True, order=True)
class RegistryNumber:
    """The registry's own number for a product without a GTIN: 8 digits, the last a check digit. Never an EAN.

    >>> RegistryNumber.of(1).value
    '00000017'
    """

    value: str

    @classmethod
    def parse(cls, text: str, *, field: str = "registry_number") -> Self:
        """Read 8 digits. Raises `registry_number_digits` or `registry_number_check_digit`."""
        return cls(checked_digits(text, (8,), kind="registry_number", field=field))

    @classmethod
    def of(cls, sequence: int) -> Self:
        """The number of the n-th such product, n from 0 to 9,999,999. Raises `registry_numbers_exhausted`."""
        if not 0 <= sequence < 10**7:
            raise Conflict("registry_numbers_exhausted", found=sequence, limit=10**7 - 1)
        return cls(f"{sequence:07}{calc_check_digit(f'{sequence:07}')}")

    def __str__(self) -> str:
        return self.value


Subject = Gtin | RegistryNumber
"""What a stamp is bound to."""


@dataclass(frozen=True, slots=True, order=True)
class Qualifier:
    """Up to 20 characters of GS1's set 82, case-sensitive."""

    value: str
    LONGEST: ClassVar[int] = 20

    @classmethod
    def parse(cls, text: str, *, field: str | None = None) -> Self:
        """Read what a code may carry. Raises `qualifier_length` or `qualifier_character`."""
        name, most = field or cls.__name__.removesuffix("Number").lower(), cls.LONGEST
        if not 1 <= len(text) <= most:
            raise Malformed("qualifier_length", field=name, given=text, expected=f"1-{most}", found=len(text))
        for position, found in enumerate(text, 1):
            if not re.fullmatch(r"""[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]""", found):
                raise Malformed("qualifier_character", field=name, given=text, found=found, position=position)
        return cls(text)

    def __str__(self) -> str:
        return self.value


class VariantCode(Qualifier):
    """AI 22, consumer product variant."""

    __slots__ = ()


class SerialNumber(Qualifier):
    """AI 21 as read from any code; our own serials are narrower, see `serials`."""

    __slots__ = ()


class ThirdPartySerial(Qualifier):
    """AI 235, a serial that somebody else controls (tobacco in the EU): well formed, and never ours."""

    __slots__ = ()
    LONGEST: ClassVar[int] = 28


class LotNumber(Qualifier):
    """AI 10. We mint only capitals, digits, hyphen and full stop.

    >>> LotNumber.mint("l260905a").value
    'L260905A'
    """

    __slots__ = ()

    @classmethod
    def mint(cls, text: str, *, field: str = "code") -> Self:
        """A code for a new lot, upper-cased. Raises `lot_character`, `qualifier_length` or `lot_start`."""
        code = text.strip()
        for position, character in enumerate(code, 1):
            if not re.fullmatch("[A-Za-z0-9.-]", character):
                raise Malformed("lot_character", field=field, given=text, found=character, position=position)
        if code[:1] in (".", "-"):  # "." and ".." would vanish from an address
            raise Malformed("lot_start", field=field, given=text, found=code[:1])
        return cls.parse(code.upper(), field=field)

    @property
    def key(self) -> str:
        """What lots are matched by: a person may type small letters."""
        return self.value.upper()


def suggest_lot_code(day: date, taken: Collection[str]) -> str:
    """The first free code of the day: `L`, the day as yymmdd, a letter; after Z two letters.

    >>> suggest_lot_code(date(2026, 9, 5), {"L260905A"})
    'L260905B'
    """
    stem = f"L{day:%y%m%d}"
    ends: list[str] = [*ascii_uppercase, *(a + b for a in ascii_uppercase for b in ascii_uppercase)]
    for end in ends:
        if stem + end not in taken:
            return stem + end
    raise Conflict("lot_codes_exhausted", field="code", found=len(ends), day=day)


class TaxCodeKind(StrEnum):
    """Whose tax code it is, told by its length."""

    COMPANY = "company"  # 10 digits: a company or cooperative
    BRANCH = "branch"  # 13 digits: a branch of one
    PERSONAL = "personal"  # 12 digits: the citizen number of a household's head, no check digit


@dataclass(frozen=True, slots=True)
class TaxCode:
    """A Vietnamese tax code (mã số thuế).

    >>> TaxCode.parse("0100233488").kind.value
    'company'
    """

    value: str

    @classmethod
    def parse(cls, text: str, *, field: str = "tax_code") -> Self:
        """Read 10 or 13 digits (checked by stdnum) or 12. Raises `tax_code_digits` or `tax_code_invalid`."""
        digits = plain_digits(text, (10, 12, 13), code="tax_code_digits", field=field)
        if len(digits) != 12 and not mst.is_valid(digits):
            raise Malformed(
                "tax_code_invalid",
                field=field,
                given=digits,
                expected=str(mst.calc_check_digit(digits[:9])),
                found=digits[9],
            )
        return cls(digits)

    def __str__(self) -> str:
        return self.value

    @property
    def kind(self) -> TaxCodeKind:
        """Company, branch or person."""
        kinds = {10: TaxCodeKind.COMPANY, 12: TaxCodeKind.PERSONAL, 13: TaxCodeKind.BRANCH}
        return kinds[len(self.value)]

    @property
    def shown(self) -> str:
        """As on paper: a branch's last three digits after a hyphen."""
        return f"{self.value[:10]}-{self.value[10:]}" if self.kind is TaxCodeKind.BRANCH else self.value


@dataclass(frozen=True, slots=True)
class PublicId:
    """The name of a record outside the house: 8 random characters, never reused, telling nothing.

    >>> PublicId.parse("7k3m-9qx2").value
    '7K3M9QX2'
    """

    value: str

    @classmethod
    def parse(cls, text: str, *, field: str = "id") -> Self:
        """Read 8 characters of Crockford's alphabet. Raises `code_character` or `code_length`."""
        return cls(crockford.read(text, 8, field=field))

    def __str__(self) -> str:
        return self.value


def new_public_id(random: Random) -> str:
    """A fresh public id; hand in `secrets.SystemRandom()`."""
    return "".join(random.choices(crockford.ALPHABET, k=8))
