"""A step of a record as typed, and as it stands on record: the two that are compared when both changed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from traceapp.domain.days import VIETNAM
from traceapp.domain.errors import Malformed
from traceapp.domain.inspections import QUESTIONS, Finding, Seen, Step, parse_time
from traceapp.domain.numbers import format_day, format_number, parse_day, typed_number
from traceapp.domain.text import clean_line, clean_text
from traceapp.domain.trade_items import Unit
from traceapp.models import Inspection, InspectionItem
from traceapp.services.choices import chosen
from traceapp.services.parties.places import read_coordinate

ROUNDED = 3  # decimals of a degree, about a hundred metres: the market, not the stall


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceEntry:
    """Where and when."""

    site_name: str = ""
    commune: str = ""
    address: str = ""
    began_on: str = ""
    began_time: str = ""
    latitude: str = ""
    longitude: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleEntry:
    """Who was there."""

    seller_name: str = ""
    seller_role: str = ""
    leader_name: str = ""
    others: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemEntry:
    """One thing that was looked at; ``code`` is whatever the box would take."""

    code: str = ""
    named: str = ""
    quantity: str = ""
    unit: str = Unit.PIECE.value
    price: str = ""
    finding: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersEntry:
    """The answers by question; one that is left out was not looked at."""

    answers: tuple[tuple[str, str], ...] = ()
    answers_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultEntry:
    """What was found and what is to be done."""

    result: str = ""
    findings: str = ""
    measures: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningEntry:
    """Who signs: ``signs`` is "yes", "no" or nothing yet."""

    signs: str = ""
    refusal_reason: str = ""
    witnesses: str = ""
    commune_authority: str = ""


Entry = PlaceEntry | PeopleEntry | ItemEntry | AnswersEntry | ResultEntry | SigningEntry
STEPS: dict[type[Entry], Step] = {
    PlaceEntry: Step.PLACE,
    PeopleEntry: Step.PEOPLE,
    ItemEntry: Step.GOODS,
    AnswersEntry: Step.CHECKLIST,
    ResultEntry: Step.RESULT,
    SigningEntry: Step.SIGNING,
}


def line(text: str, most: int, field: str) -> str | None:
    """One line as it is kept; None for nothing."""
    return clean_line(text, most, field=field) or None


def lines(text: str, most: int, field: str) -> str | None:
    """Several lines as they are kept; None for nothing."""
    return clean_text(text, most, field=field) or None


def fill(row: Inspection, entry: Entry, now: datetime) -> None:
    """Put a step other than the goods into the record. Raises what the readers of its fields do."""
    match entry:
        case PlaceEntry():
            _fill_place(row, entry, now)
        case PeopleEntry():
            row.seller_name = line(entry.seller_name, 120, "seller_name")
            row.seller_role = line(entry.seller_role, 120, "seller_role")
            row.leader_name = line(entry.leader_name, 120, "leader_name")
            row.others = lines(entry.others, 1000, "others")
        case AnswersEntry():
            row.answers = {
                code: chosen(Seen, answer, field=code).value
                for code, answer in entry.answers
                if code in QUESTIONS and answer
            }
            row.answers_note = lines(entry.answers_note, 1000, "answers_note")
        case ResultEntry():
            row.result = chosen(Finding, entry.result, field="result") if entry.result else None
            row.findings = lines(entry.findings, 2000, "findings")
            row.measures = lines(entry.measures, 1000, "measures")
        case SigningEntry():
            row.signs = {"yes": True, "no": False}.get(entry.signs)
            row.refusal_reason = lines(entry.refusal_reason, 500, "refusal_reason")
            row.witnesses = lines(entry.witnesses, 500, "witnesses")
            row.commune_authority = line(entry.commune_authority, 200, "commune_authority")


def _fill_place(row: Inspection, entry: PlaceEntry, now: datetime) -> None:
    row.site_name = line(entry.site_name, 200, "site_name")
    row.commune = line(entry.commune, 120, "commune")
    row.address = line(entry.address, 200, "address")
    row.began_at = _instant(entry, row.began_at, now)
    row.latitude = _rounded(read_coordinate(entry.latitude, field="latitude"))
    row.longitude = _rounded(read_coordinate(entry.longitude, field="longitude"))
    if (row.latitude is None) != (row.longitude is None):
        raise Malformed("inspection_coordinates", field="longitude" if row.latitude else "latitude")


def _rounded(degrees: Decimal | None) -> Decimal | None:
    return None if degrees is None else round(degrees, ROUNDED)


def _instant(entry: PlaceEntry, before: datetime, now: datetime) -> datetime:
    """When it began, by a clock in Vietnam; what is left empty stays as it was."""
    local = before.astimezone(VIETNAM)
    day = parse_day(entry.began_on, field="began_on") if entry.began_on.strip() else local.date()
    clock = parse_time(entry.began_time, field="began_time") if entry.began_time.strip() else local.time()
    began = datetime.combine(day, clock, VIETNAM)
    if (day, clock.hour, clock.minute) == (local.date(), local.hour, local.minute):
        return before
    if began > now:
        given = f"{began:%H:%M %d/%m/%Y}"
        raise Malformed("inspection_began_late", field="began_time", given=given)
    return began.astimezone(UTC)


def entry_of(row: Inspection, step: Step, item: InspectionItem | None = None) -> Entry:
    """The step as it stands on record, in the form it is typed in; for the goods, one of them."""
    match step:
        case Step.PLACE:
            local = row.began_at.astimezone(VIETNAM)
            return PlaceEntry(
                site_name=row.site_name or "",
                commune=row.commune or "",
                address=row.address or "",
                began_on=format_day(local.date()),
                began_time=f"{local:%H:%M}",
                latitude=_shown(row.latitude),
                longitude=_shown(row.longitude),
            )
        case Step.PEOPLE:
            return PeopleEntry(
                seller_name=row.seller_name or "",
                seller_role=row.seller_role or "",
                leader_name=row.leader_name or "",
                others=row.others or "",
            )
        case Step.CHECKLIST:
            told = tuple((code, row.answers.get(code, "")) for code in QUESTIONS)
            return AnswersEntry(answers=told, answers_note=row.answers_note or "")
        case Step.RESULT:
            result = row.result.value if row.result else ""
            return ResultEntry(result=result, findings=row.findings or "", measures=row.measures or "")
        case Step.SIGNING:
            return SigningEntry(
                signs="" if row.signs is None else "yes" if row.signs else "no",
                refusal_reason=row.refusal_reason or "",
                witnesses=row.witnesses or "",
                commune_authority=row.commune_authority or "",
            )
        case Step.GOODS | Step.PHOTOS:
            return item_entry(item) if item is not None else ItemEntry()


def item_entry(item: InspectionItem) -> ItemEntry:
    """One of the goods as it stands on record."""
    return ItemEntry(
        code=item.code or "",
        named=item.named,
        quantity=typed_number(item.quantity) if item.quantity is not None else "",
        unit=(item.unit or Unit.PIECE).value,
        price=format_number(item.price) if item.price else "",
        finding=item.finding.value if item.finding else "",
        note=item.note or "",
    )


def _shown(degrees: Decimal | None) -> str:
    """Degrees as they are typed: a comma, and a minus where there is one."""
    return "" if degrees is None else f"{degrees.normalize():f}".replace(".", ",")
