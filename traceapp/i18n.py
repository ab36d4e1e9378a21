"""A translator for a language, with no request needed: paper and the command line speak too.

Vietnamese is the source language: a message's key is its Vietnamese sentence. English and Chinese are read
from ``translations/<language>.po`` once, at first use.

>>> translator("vi").gettext("Chứng nhận")
'Chứng nhận'
>>> shown_day(date(2026, 9, 5)), shown_number(10000, "vi"), shown_number(10000, "en")
('05/09/2026', '10.000', '10,000')
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

from traceapp.domain.words import N_

HOME = Path(__file__).parent / "translations"
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
SOURCE = "vi"
__all__ = ["N_", "Translator", "best_language", "shown_day", "shown_moment", "shown_number", "translator"]


@dataclass(frozen=True, slots=True)
class Translator:
    """One language's words. ``gettext`` fills ``{placeholders}`` from its keyword arguments."""

    language: str
    catalog: NullTranslations

    def gettext(self, message: str, /, **facts: object) -> str:
        """The sentence in this language, with its placeholders filled."""
        told = self.catalog.gettext(message)
        return told.format(**facts) if facts else told

    def ngettext(self, one: str, many: str, count: int, /, **facts: object) -> str:
        """The sentence in the form that ``count`` asks for."""
        return self.catalog.ngettext(one, many, count).format(n=shown_number(count, self.language), **facts)


@cache
def translator(language: str) -> Translator:
    """The translator of a language: ``vi``, ``en`` or ``zh``."""
    return Translator(language, _catalog(language))


def _catalog(language: str) -> NullTranslations:
    path = HOME / f"{language}.po"
    if language == SOURCE or not path.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def shown_day(day: date | None) -> str:
    """A day as everybody here writes it: dd/mm/yyyy; nothing for no day."""
    return "" if day is None else f"{day:%d/%m/%Y}"


def shown_moment(at: datetime) -> str:
    """An instant as a clock in Vietnam shows it: 09:14 22/11/2026."""
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def shown_number(number: Decimal | float, language: str = SOURCE) -> str:
    """A number with the marks of the language: 10.000 in Vietnamese, 10,000 in English and Chinese."""
    return str(format_decimal(number, locale={"zh": "zh_CN"}.get(language, language)))


def best_language(wanted: str | None, accepted: Iterable[str], offered: tuple[str, ...]) -> str:
    """The language asked for by name, else the first acceptable one, else the first offered.

    >>> best_language(None, ["fr", "zh-TW", "en"], ("vi", "en", "zh"))
    'zh'
    """
    if wanted in offered:
        return str(wanted)
    for tag in accepted:
        spoken = tag.split("-")[0].lower()
        if spoken in offered:
            return spoken
    return offered[0]
