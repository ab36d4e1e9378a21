"""The shelf of the public tests: stamps of every verdict, made in one line each."""

from datetime import UTC, date, datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories
from traceapp.domain.certificates import DecisionKind
from traceapp.domain.identifiers import Gtin, RegistryNumber
from traceapp.domain.parties import PartyState
from traceapp.domain.restrictions import HoldReason, RestrictionKind
from traceapp.domain.serials import mint
from traceapp.domain.stamps import StampState
from traceapp.domain.trade_items import Level
from traceapp.models import CertificateDecision, Party, Restriction, Scan, StampException, StampRun
from traceapp.settings import Settings

HOST = "https://txng.langson.gov.vn"
PHONE = "Mozilla/5.0 (Linux; Android 13; SM-A135F) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class Shelf:
    """A database with goods on it; `now` is the test's."""

    def __init__(self, session: Session, cast: factories.Cast, settings: Settings, now: datetime) -> None:
        self.session, self.cast, self.settings, self.now = session, cast, settings, now

    def item(self, **more):
        return factories.make_trade_item(self.session, self.cast.cooperative_id, self.now, **more)

    def lot(self, item, **more):
        return factories.make_lot(self.session, item, self.now, **more)

    def run(self, item, lot, **more):
        return factories.make_run(self.session, self.cast, self.now, item, lot, **more)

    def certificate(self, item, **more):
        return factories.make_certificate(self.session, self.cast, self.now, item, **more)

    def stamped(self, **lot):
        """A product, its lot and an activated run."""
        item = self.item()
        return item, (made := self.lot(item, **lot)), self.run(item, made)

    def serial(self, run: StampRun, index: int = 0) -> str:
        from traceapp import keys

        live = keys.serial_keys(self.settings.instance_path)
        key = next(one for one in live if one.id == run.key_id)
        subject = Gtin(run.subject) if len(run.subject) == 14 else RegistryNumber(run.subject)
        return mint(key, subject, run.first_number + index, 1)[0]

    def address(self, run: StampRun, index: int = 0) -> str:
        name = "01" if len(run.subject) == 14 else "P"
        return f"/{name}/{run.subject}/21/{self.serial(run, index)}"

    def restrict(self, kind: RestrictionKind, **about) -> Restriction:
        recall = kind is RestrictionKind.RECALL
        told = {
            "public_id": factories.next_public_id(),
            "created_at": self.now,
            "kind": kind,
            "reason": HoldReason.MIXED_LOTS,
            "proposed_by_id": self.cast.inspector.account_id,
            "confirmed_by_id": self.cast.officer.account_id if recall else None,
            "from_at": self.now - timedelta(days=4),
        } | about
        row = Restriction(**told)
        self.session.add(row)
        self.session.flush()
        return row

    def decide(self, certificate, kind: DecisionKind, sequence: int = 1, from_on=date(2026, 10, 1)) -> None:
        certificate.decisions.append(
            CertificateDecision(
                sequence=sequence,
                kind=kind,
                from_on=from_on,
                reason="Lý do thử nghiệm",
                recorded_by_id=self.cast.officer.account_id,
                created_at=self.now,
            )
        )
        self.session.flush()

    def make(self, word: str) -> str:
        """The address of a stamp whose page says `word` (but for its scans)."""
        address = getattr(self, f"_{word}")()
        self.session.commit()
        return address

    def _valid_first(self):
        item, _lot, run = self.stamped()
        self.certificate(item)
        return self.address(run)

    _valid_repeat = _many_scans = _valid_first

    def _unknown(self):
        address = self._valid_first()
        return address[:-1] + ("0" if address[-1] != "0" else "1")

    def _recalled(self):
        _item, lot, run = self.stamped()
        self.restrict(RestrictionKind.RECALL, lot_id=lot.id)
        return self.address(run)

    def _on_hold(self):
        _item, lot, run = self.stamped()
        self.restrict(RestrictionKind.HOLD, lot_id=lot.id)
        return self.address(run)

    def _void(self):
        _item, _lot, run = self.stamped()
        run.exceptions.append(
            StampException(
                first_index=5,
                last_index=9,
                state=StampState.VOID,
                created_by_id=self.cast.manager.account_id,
                created_at=self.now,
            )
        )
        self.session.flush()
        return self.address(run, 7)

    def _not_activated(self):
        return self.address(self.run(self.item(), None))

    def _awaiting_approval(self):
        address = self._valid_first()
        self.session.get_one(Party, self.cast.cooperative_id).state = PartyState.SUBMITTED
        return address

    def _past_use_by(self):
        return self.address(self.stamped(expires_on=date(2026, 11, 21))[2])

    def _certificate_expired(self):
        item, _lot, run = self.stamped()
        self.certificate(item, valid_until=date(2026, 10, 31))
        return self.address(run)

    def _certificate_suspended(self):
        item, _lot, run = self.stamped()
        self.decide(self.certificate(item), DecisionKind.SUSPENSION)
        return self.address(run)

    def _certificate_withdrawn(self):
        item, _lot, run = self.stamped()
        self.decide(self.certificate(item), DecisionKind.WITHDRAWAL, from_on=date(2026, 8, 1))
        return self.address(run)

    def boxed(self, **more):
        """A stamp of a case, and two runs on the bottles of its lot, one of them recalled (`more`)."""
        item, lot, run = self.stamped()
        other = self.run(item, lot, first_number=5000, activated_at=self.now - timedelta(days=30))
        case = self.item(
            gtin=None, registry_number="10000007", level=Level.CASE, name_vi="Thùng", contains_id=item.id,
            contains_count=12,
        )  # fmt: skip
        stamp = self.run(case, self.lot(case), first_number=8000)
        self.restrict(**({"kind": RestrictionKind.RECALL, "stamp_run_id": run.id} | more))
        return stamp, run, other

    def _may_hold_recalled(self):
        return self.address(self.boxed()[0])

    def _may_hold_on_hold(self):
        return self.address(self.boxed(kind=RestrictionKind.HOLD, first_index=3, last_index=5)[0])

    def _certificate_unverified(self):
        item, _lot, run = self.stamped()
        self.certificate(item)
        factories.make_accreditation(self.session, self.cast.body_id, self.now, valid_until=date(2025, 5, 31))
        return self.address(run)


def scan_of(run: StampRun, index: int, at: datetime, token: str) -> Scan:
    return Scan(run_id=run.id, stamp_index=index, at=at.astimezone(UTC), token=token, verdict="valid_first")


def open_page(client: FlaskClient, address: str, *, browser: str = PHONE, **more):
    """What a telephone does with a scanned address."""
    headers = {"User-Agent": browser, "Accept": HTML, "Accept-Language": "vi"} | more.pop("headers", {})
    return client.get(address, base_url=HOST, headers=headers, **more)
