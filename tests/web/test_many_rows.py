"""A page of many rows asks the database no more questions than a page of few, and reads no more records.

Every page that is only looked at is opened by who may, with a few records of each kind and with many more:
the pages are found from the routes, so that a new list is asked too.
"""

import re
from datetime import date, timedelta

import pytest

from tests import factories
from tests.counting import counting, reading
from tests.web.public.scene import HOST
from traceapp.domain.alerts import AlertCode
from traceapp.domain.certificates import RecordState
from traceapp.domain.feedback import ProblemKind
from traceapp.domain.inspections import Finding
from traceapp.domain.parties import PartyKind, PartyState
from traceapp.domain.permissions import Role
from traceapp.domain.recalls import Direction
from traceapp.domain.restrictions import HoldReason, RestrictionKind
from traceapp.domain.trade_items import Unit
from traceapp.models import (
    AdminUnit,
    Alert,
    CertificateEvidence,
    Inspection,
    InspectionItem,
    Letter,
    LotMovement,
    Party,
    ProblemReport,
    RecallNotice,
    Restriction,
    StoredFile,
)
from traceapp.services import journal
from traceapp.services.parties import api_keys

FEW, MORE = 55, 30  # more than a page, and more again
A_FEW_RECORDS = 12
SLACK = 3  # another chunk of five hundred, a first look at something that was not there before
OWNERS = {"coop": "manager", "account": "manager", "inspect": "inspector", "body": "body_officer",
          "province": "officer"}  # fmt: skip
PROGRAMS = ("manager", "officer", "inspector", "body_officer")
ROW_BY_ROW = {}
"""Pages that still ask for each row, and for how many at most."""
READ_WHOLE = {
    **dict.fromkeys(
        (
            "body.certificate", "body.home", "body.renew_certificate", "inspector.card",
            "province.accreditation", "province.body", "province.certificate", "public.certificate",
            "api.list_certificates", "api.list_issued", "api.list_waiting_certificates", "api.read_body",
            "api.read_card", "api.read_certificate", "api.read_from_desk", "api.read_own",
        ),
        "the accreditations of one body: a handful, and a chain is judged by all of them",
    ),
    **dict.fromkeys(
        ("inspector.goods", "public.resolve", "api.list_claims_of"),
        "what a verdict on goods rests on: certificates of the maker, accreditations, restraints",
    ),
    **dict.fromkeys(
        ("inspector.restriction", "inspector.holders_csv", "api.list_notices"),
        "every holder of recalled goods, so that nobody is left out, and every run of stamps it strikes",
    ),
    **dict.fromkeys(
        ("api.read_desk_week", "api.list_due_letters"), "what ends within ninety days"
    ),
    "public.party": "a party's products and certificates",
    **dict.fromkeys(("cooperative.home", "api.read_own_week"), "what is to be done this week"),
    "cooperative.party": "one's own places",
    "cooperative.item": "what stands in the way of one's own product",
    "cooperative.lot": "what stands in the way of one's own lot",
    "cooperative.new_labels": "what stands in the way of one's own lot",
    "cooperative.new_stamps": "what stands in the way of one's own lot",
    "cooperative.new_lot": "one's own places to choose from",
    "cooperative.edit_lot": "one's own places to choose from",
    "cooperative.new_certificate": "certification bodies to choose from",
    "cooperative.renew_certificate": "certification bodies to choose from",
    "cooperative.barcodes": "one's own products to choose from",
    "cooperative.item_barcodes": "one's own products to choose from",
    "cooperative.lot_movements": "what came and went of one lot",
    "api.list_movements": "what came and went of one lot",
    "api.list_own": "one's own certificates",
}  # fmt: skip
"""Pages that read more records the more there are, and which."""
VALUES = {"sha256": "a" * 64, "part": "1", "sheet": "1", "size": "small", "kind": "qr", "form": "svg",
          "seq": "0", "row": "1", "number": "ZZZZZZZZ"}  # fmt: skip
ELSEWHERE = ("/static", "/bootstrap", "/01", "/414", "/417", "/P/", "/p/", "/readyz")


class Village:
    """Records of every kind, as many as are asked for, about one product and about products of their own."""

    def __init__(self, session, cast, now):
        self.session, self.cast, self.now, self.made = session, cast, now, 0
        self.item = factories.make_trade_item(session, cast.cooperative_id, now)
        self.lot = factories.make_lot(session, self.item, now)
        self.run = factories.make_run(session, cast, now, self.item, self.lot)
        self.place = factories.make_place(session, cast.cooperative_id, cast.unit_id, now)
        self.certificate = factories.make_certificate(session, cast, now, self.item, number="CHINH-1")
        self.accreditation = factories.make_accreditation(session, cast.body_id, now)
        self.recall = self._restriction(lot=self.lot)
        self.inspection = self._inspection()
        session.commit()

    def fill(self, count):
        for n in range(self.made, self.made + count):
            self._one(n)
        self.made += count
        self.session.commit()

    def _one(self, n):
        session, cast, now = self.session, self.cast, self.now
        unit = session.get_one(AdminUnit, cast.unit_id)
        item = factories.make_trade_item(
            session, cast.cooperative_id, now, gtin=None, registry_number=f"3{n:07}", name_vi=f"Hàng {n}",
            folded=f"hang {n}",
        )  # fmt: skip
        lot = factories.make_lot(session, item, now, code=f"N{n}")
        factories.make_lot(session, self.item, now, code=f"C{n}")
        factories.make_run(session, cast, now, self.item, self.lot, first_number=10_000 * (n + 1))
        factories.make_place(session, cast.cooperative_id, cast.unit_id, now, name=f"Nơi {n}")
        body = factories.make_party(session, f"TC {n}", PartyKind.CERTIFICATION_BODY, now, unit)
        factories.make_accreditation(session, body.id, now, number=f"ACC-{n}", approved_at=None)
        factories.make_accreditation(session, cast.body_id, now, number=f"ACC-C{n}")
        factories.make_party(
            session,
            f"HTX {n}",
            PartyKind.COOPERATIVE,
            now,
            unit,
            state=PartyState.SUBMITTED,
            submitted_at=now,
        )
        waiting = {"record_state": RecordState.SUBMITTED, "approved_by_id": None, "approved_at": None}
        factories.make_certificate(session, cast, now, item, number=f"HANG-{n}", body_id=body.id)
        paper = factories.make_certificate(session, cast, now, self.item, number=f"CHINH-{n}x")
        self._scan(
            paper,
            f"{n:064}",
            factories.make_person(session, f"n{n}@example.com", f"N {n}", body, Role.MANAGER, now),
        )
        factories.make_certificate(session, cast, now, item, number=f"CHO-{n}", submitted_at=now, **waiting)
        factories.make_certificate(
            session, cast, now, item, number=f"HET-{n}", valid_until=now.date() + timedelta(days=n % 80)
        )
        self._restriction(lot=lot)
        self._restriction(lot=lot, kind=RestrictionKind.HOLD)
        session.add(
            RecallNotice(
                public_id=factories.next_public_id(), restriction=self.recall, holder=f"name:{n}",
                direction=Direction.DESPATCHED, name=f"Quầy {n}", created_at=now,
            )
        )  # fmt: skip
        session.add(
            LotMovement(
                public_id=factories.next_public_id(), lot=self.lot, direction=Direction.DESPATCHED,
                name=f"Quầy {n}", quantity=1, unit=Unit.PIECE, moved_on=date(2026, 11, 1),
                created_by_id=cast.manager.account_id, created_at=now,
            )
        )  # fmt: skip
        session.add(
            Alert(
                public_id=factories.next_public_id(), code=AlertCode.C3,
                subject=f"lot:{n}", trade_item=item, lot=lot, facts={}, last_at=now, created_at=now,
            )
        )  # fmt: skip
        session.add(
            ProblemReport(
                public_id=factories.next_public_id(), kind=next(iter(ProblemKind)), about="/01/x",
                trade_item_id=item.id, lot_id=lot.id, created_at=now,
            )
        )  # fmt: skip
        session.add(
            Letter(
                public_id=factories.next_public_id(), kind="reminder", subject=f"certificate:{n}",
                day=now.date(), recipient=f"{n:064}", address="a@example.com", language="vi", facts={},
                next_try_at=now, created_at=now,
            )
        )  # fmt: skip
        self._inspection()
        journal.record(
            session, actor=cast.manager.actor, act="added_lot", subject=("lot", lot.public_id), now=now,
            facts={},
        )  # fmt: skip

    def _scan(self, certificate, sha256, person):
        self.session.add(
            StoredFile(
                sha256=sha256, size=1, media_type="application/pdf", first_name="x.pdf",
                uploaded_by_id=person.account_id, uploaded_at=self.now,
            )
        )  # fmt: skip
        certificate.evidence.append(
            CertificateEvidence(sha256=sha256, added_by_id=person.account_id, created_at=self.now)
        )

    def _restriction(self, kind=RestrictionKind.RECALL, **about):
        recall = kind is RestrictionKind.RECALL
        row = Restriction(
            public_id=factories.next_public_id(), kind=kind, reason=HoldReason.MIXED_LOTS, from_at=self.now,
            proposed_by_id=self.cast.inspector.account_id, created_at=self.now,
            confirmed_by_id=self.cast.officer.account_id if recall else None, **about,
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        return row

    def _inspection(self):
        row = Inspection(
            public_id=factories.next_public_id(), inspector_id=self.cast.inspector.account_id,
            authority_id=self.cast.authority_id, began_at=self.now, answers={}, saved_at=self.now,
            step_versions={}, created_at=self.now, result=Finding.UNCLEAR,
        )  # fmt: skip
        row.items.append(
            InspectionItem(number=1, named="Hàng", lot=self.lot, trade_item=self.item, created_at=self.now)
        )
        self.session.add(row)
        self.session.flush()
        return row


def names_of(village):
    """Whose records stand in an address, by the part of it that says what they are."""
    session, cast = village.session, village.cast
    return {
        "items": village.item.public_id, "barcodes": village.item.public_id, "lots": village.lot.public_id,
        "stamps": village.run.public_id, "certificates": village.certificate.public_id,
        "places": village.place.public_id, "restrictions": village.recall.public_id,
        "recalls": village.recall.public_id, "restraints": village.recall.public_id,
        "inspections": village.inspection.public_id, "accreditations": village.accreditation.public_id,
        "bodies": session.get_one(Party, cast.body_id).public_id,
        "parties": session.get_one(Party, cast.cooperative_id).public_id,
        "trade-items": village.item.gtin, "code": village.lot.code,
    }  # fmt: skip


def pages_of(app, village):
    """Endpoint, door and address of everything that can be looked at."""
    names = names_of(village)
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.rule.startswith(ELSEWHERE) or "<token>" in rule.rule:
            continue
        parts = rule.rule.split("/")
        kinds = [part for part in parts if part in names]

        def value(found, kinds=kinds):
            converter, name = found[1] or "", found[2]
            if converter.startswith("any("):
                return converter.removeprefix("any(").partition(",")[0].rstrip(")")
            if name == "number" and kinds[:1] == ["trade-items"]:
                return names["trade-items"]
            return names.get(name) or (
                names[kinds[0]] if name == "public_id" and kinds else VALUES.get(name, "x")
            )

        address = re.sub(r"<(?:([a-z]+(?:\([^)]*\))?):)?([a-z0-9_]+)>", value, rule.rule)
        yield rule.endpoint, parts[1], address
    lot = village.lot.public_id
    yield "cooperative.new_labels", "coop", f"/coop/labels/new?lot={lot}"
    yield "cooperative.new_stamps", "coop", f"/coop/stamps/new?lot={lot}"
    yield "inspector.goods", "inspect", f"/inspect/goods?lot={lot}"
    yield "public.resolve", "", f"/01/{village.item.gtin}/10/{village.lot.code}"
    yield "public.home", "", "/?q=hang"


@pytest.fixture
def looked(app, session, cast, now, today, browser_of):
    """How many questions each page that opens asks and how many records it reads, by endpoint and address."""
    keys = {}
    for who in PROGRAMS:
        told = {"name": "x", "days": 90, "now": now, "today": today, "proved": factories.CHEAP_HASH}
        _, token = api_keys.create_key(session, actor=getattr(cast, who).actor, **told)
        keys[who] = {"Authorization": f"Bearer {token}"}
    session.commit()

    def answers(door, address):
        if door == "api":
            return [(app.test_client(), keys[who]) for who in PROGRAMS]
        person = OWNERS.get(door)
        return [(browser_of(getattr(cast, person)) if person else app.test_client(), {"Accept": "text/html"})]

    def look(pages):
        found = {}
        for endpoint, door, address in pages:
            for client, headers in answers(door, address):
                with counting() as asked, reading() as read:
                    answer = client.get(address, headers=headers, base_url=HOST)
                assert answer.status_code < 500, (address, answer.status_code)
                if answer.status_code == 200:
                    found[endpoint, address] = len(asked), len(read)
                    break
        return found

    return look


def test_a_page_asks_and_reads_as_much_for_many_rows_as_for_few(app, session, cast, now, looked):
    village = Village(session, cast, now)
    village.fill(FEW)
    pages = list(pages_of(app, village))
    session.commit()
    few = looked(pages)
    village.fill(MORE)
    many = looked(pages)
    assert len(few) > 100  # the pages did open
    assert grown(few, many, 0, SLACK, ROW_BY_ROW) == {}
    assert grown(few, many, 1, A_FEW_RECORDS, READ_WHOLE) == {}


def grown(few, many, which, slack, known):
    """What a page asks (0) or reads (1), before and after, where it is more than it was."""
    told = {key: (few[key][which], found[which]) for key, found in many.items() if key in few}
    return {
        key: (before, after)
        for key, (before, after) in told.items()
        if after > before + slack and key[0] not in known
    }
