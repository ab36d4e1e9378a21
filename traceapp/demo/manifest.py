"""What the demonstration offers, as a file: accounts, prints, a stamp for each verdict, goods, certificates.

Written anew at every start, because a stamp that was scanned is no longer "first scan", and certificates age.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.demo.people import PEOPLE
from traceapp.demo.story import CHAPTERS, SHOWN, is_told, run_of
from traceapp.domain.conformity import Verdict
from traceapp.domain.crockford import ALPHABET
from traceapp.domain.identifiers import Gtin, RegistryNumber
from traceapp.domain.serials import SerialKey, mint
from traceapp.models import Account, Certificate, FirstScan, Lot, StampRun, TradeItem
from traceapp.services.printing.design import prefix_of
from traceapp.settings import Settings


@dataclass(frozen=True, slots=True)
class Print:
    """A printed sample: path from the project's root, medium, how many stamps."""

    path: str
    medium: str
    count: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The whole offer, with the fields of ``interface.md``."""

    accounts: Sequence[dict[str, str]]
    prints: Sequence[Print]
    stamps: Sequence[dict[str, str]]
    trade_items: Sequence[dict[str, str]]
    lots: Sequence[dict[str, str]]
    certificates: Sequence[dict[str, str]]

    def write(self, path: Path) -> None:
        """Write it beside the prints; it holds the demo password, so only the owner reads it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        draft.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), "utf-8")
        draft.chmod(0o600)
        draft.replace(path)


def read_password(path: Path) -> str:
    """The demo password of an earlier start."""
    told: str = json.loads(path.read_text("utf-8"))["accounts"][0]["password"]
    return told


def read_prints(path: Path) -> list[Print]:
    """The prints of an earlier start."""
    return [Print(**told) for told in json.loads(path.read_text("utf-8"))["prints"]]


def gather(
    session: Session,
    scans: Session,
    *,
    password: str,
    prints: Sequence[Print],
    settings: Settings,
    keys: Sequence[SerialKey],
    today: date,
) -> Manifest:
    """Read the manifest from the registry as it stands today."""
    return Manifest(
        accounts=_accounts(session, password),
        prints=list(prints),
        stamps=_stamps(session, scans, settings, keys),
        trade_items=[
            {"gtin": item.subject, "name": item.name_vi}
            for item in session.scalars(
                select(TradeItem)
                .where(TradeItem.gtin.is_not(None))
                .order_by(TradeItem.demo.desc(), TradeItem.id)
            )
        ],
        lots=_lots(session),
        certificates=[
            {"number": c.number, "expected_status": c.status_on(today).status.value}
            for c in session.scalars(select(Certificate).where(Certificate.demo).order_by(Certificate.number))
        ],
    )


def _accounts(session: Session, password: str) -> list[dict[str, str]]:
    accounts = {account.login: account for account in session.scalars(select(Account))}
    return [
        {
            "login": person.login,
            "password": password,
            "role": person.role.value,
            "party": accounts[person.login].memberships[0].party.name_on(date.max),
        }
        for person in PEOPLE
    ]


def _stamps(
    session: Session, scans: Session, settings: Settings, keys: Sequence[SerialKey]
) -> list[dict[str, str]]:
    shown = []
    for chapter, index, verdict in SHOWN:
        if not is_told(session, chapter):
            continue
        run = run_of(session, chapter)
        chosen = _unscanned(scans, run) if verdict is Verdict.VALID_FIRST else index
        if chosen is not None:
            shown.append({"uri": uri_of(run, chosen, settings, keys), "expected_verdict": verdict.value})
    first = shown[0]["uri"]
    shown.append({"uri": first[:-1] + other_character(first[-1]), "expected_verdict": Verdict.UNKNOWN.value})
    return shown


def _unscanned(scans: Session, run: StampRun) -> int | None:
    """The first stamp of a run that nobody has scanned; the last of the run is torn."""
    seen = set(scans.scalars(select(FirstScan.stamp_index).where(FirstScan.run_id == run.id)))
    return next((index for index in range(run.count) if index not in seen), None)


def uri_of(run: StampRun, index: int, settings: Settings, keys: Sequence[SerialKey]) -> str:
    """The address in the stamp's code."""
    subject = Gtin.parse(run.subject) if len(run.subject) == 14 else RegistryNumber.parse(run.subject)
    key = next(key for key in keys if key.id == run.key_id)
    serial = mint(key, subject, run.first_number + index, 1)[0]
    return prefix_of(run.subject, settings) + serial


def other_character(character: str) -> str:
    """Another character of the alphabet: one wrong character must make a stamp unknown.

    >>> other_character("0"), other_character("Z")
    ('1', '0')
    """
    return ALPHABET[(ALPHABET.index(character) + 1) % len(ALPHABET)]


def _lots(session: Session) -> list[dict[str, str]]:
    first = ("first", *(chapter.key for chapter in CHAPTERS if chapter.key != "first"))
    told = []
    for chapter in filter(partial(is_told, session), first):
        run = run_of(session, chapter)
        lot = session.get_one(Lot, run.lot_id)
        if lot.trade_item.gtin is not None:
            told.append({"gtin": lot.trade_item.gtin, "code": lot.code})
    return told
