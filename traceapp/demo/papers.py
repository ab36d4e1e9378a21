"""Invented certificates: those of the file with their history, and one for each verdict that needs one alone.

Each has a page of evidence; all are approved but one, which waits in the province's queue.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from traceapp.demo.bodies import SUSPENDED_BODY, TYPED_BODY
from traceapp.demo.evidence import paper
from traceapp.demo.goods import keep
from traceapp.demo.records import Records, known_day
from traceapp.domain.actors import Actor
from traceapp.domain.certificates import DecisionKind, RecordState
from traceapp.domain.reference import Activity
from traceapp.domain.text import folded
from traceapp.models import (
    Certificate,
    CertificateActivity,
    CertificateDecision,
    CertificateEvidence,
    CertificateSubject,
)
from traceapp.storage import Storage


@dataclass(frozen=True, slots=True)
class Paper:
    """An invented certificate of one of the goods above, its days counted from today."""

    number: str
    scheme: str
    standard: str
    holder: str
    item: str
    from_days: int
    until_days: int
    decision: tuple[DecisionKind, int] | None = None
    body: str = "demo_cb_a"


PAPERS = (
    Paper("DEMO-FSMS-0010", "sch_iso_22000", "ISO 22000:2018", "demo_org_ruou", "mo", -1150, -55),
    Paper(
        "DEMO-VietGAP-TT-00-00-00-0010",
        "sch_vietgap",
        "VietGAP",
        "demo_org_na",
        "na_say",
        -400,
        330,
        (DecisionKind.SUSPENSION, -80),
    ),
    Paper(
        "DEMO-VietGAP-TT-00-00-00-0011",
        "sch_vietgap",
        "VietGAP",
        "demo_org_na",
        "hoi",
        -500,
        230,
        (DecisionKind.WITHDRAWAL, -30),
    ),
    Paper("DEMO-FSMS-0011", "sch_iso_22000", "ISO 22000:2018", "demo_org_ruou", "nam_lit", -1065, 29),
    Paper(
        "DEMO-FSMS-0013",
        "sch_iso_22000",
        "ISO 22000:2018",
        "demo_org_ruou",
        "nam_lit",
        -90,
        1005,
        body=SUSPENDED_BODY,
    ),
    Paper(
        "DEMO-FSMS-0014",
        "sch_iso_22000",
        "ISO 22000:2018",
        "demo_org_ruou",
        "sim",
        -85,
        1010,
        body=SUSPENDED_BODY,
    ),
)


def write_certificates(records: Records, storage: Storage, actors: dict[str, Actor], today: date) -> None:
    """The file's demo certificates with their history, and ours; each with evidence; all approved but one."""
    for record in records.file["demo_certificates"]:
        issued = known_day(record["issued_on"]) or today
        certificate = _certificate(
            records, actors, record["number"], record["scheme_id"], record["standard"], record["holder_id"],
            issued, known_day(record["valid_until"]) or today, body=record["certification_body_id"],
        )  # fmt: skip
        certificate.subjects = [
            *(CertificateSubject(trade_item=records.items[key]) for key in record.get("product_ids") or ()),
            *(CertificateSubject(place=records.places[key]) for key in record.get("location_ids") or ()),
        ]
        for number, change in enumerate(record["status_history"], 1):
            kind = {"suspended": DecisionKind.SUSPENSION, "withdrawn": DecisionKind.WITHDRAWAL}[
                change["status"]
            ]
            _decide(records, actors, certificate, number, kind, date.fromisoformat(change["from"]))
        _attach(records, storage, certificate)
    _renew(records, "DEMO-FSMS-0002", "DEMO-FSMS-0003")
    for told in PAPERS:
        certificate = _certificate(
            records, actors, told.number, told.scheme, told.standard, told.holder,
            today + timedelta(days=told.from_days), today + timedelta(days=told.until_days), body=told.body,
        )  # fmt: skip
        certificate.subjects = [CertificateSubject(trade_item=records.items[told.item])]
        if told.decision is not None:
            _decide(
                records, actors, certificate, 1, told.decision[0], today + timedelta(days=told.decision[1])
            )
        _attach(records, storage, certificate)
    waiting = _certificate(
        records, actors, "DEMO-FSMS-0012", "sch_iso_22000", "ISO 22000:2018", "demo_org_ruou",
        today - timedelta(days=20), today + timedelta(days=1075), body=TYPED_BODY,
    )  # fmt: skip
    waiting.subjects = [CertificateSubject(trade_item=records.items["mo"])]
    waiting.record_state, waiting.approved_by_id, waiting.approved_at = RecordState.SUBMITTED, None, None
    waiting.submitted_at = records.now - timedelta(days=1)
    _attach(records, storage, waiting)


def _certificate(
    records: Records, actors: dict[str, Actor], number: str, scheme: str, standard: str, holder: str,
    valid_from: date, valid_until: date, body: str = "demo_cb_a",
) -> Certificate:  # fmt: skip
    manager = "htx-ruou@example.com" if holder == "demo_org_ruou" else "htx-na@example.com"
    certificate = Certificate(
        public_id=records.new_id(),
        number=number,
        folded_number=folded(number),
        scheme=records.schemes[scheme],
        standard=standard,
        body=records.parties[body],
        holder=records.parties[holder],
        scope_text="Phạm vi minh họa",
        issued_on=valid_from,
        valid_from=valid_from,
        valid_until=valid_until,
        record_state=RecordState.APPROVED,
        entered_by_id=actors[manager].account_id,
        approved_by_id=actors["tinh@example.com"].account_id,
        approved_at=records.now,
        demo=True,
        created_at=records.now,
    )
    records.session.add(certificate)
    records.session.flush()
    return certificate


def _decide(
    records: Records,
    actors: dict[str, Actor],
    certificate: Certificate,
    number: int,
    kind: DecisionKind,
    on: date,
) -> None:
    certificate.decisions.append(
        CertificateDecision(
            sequence=number,
            kind=kind,
            from_on=on,
            reason="Minh họa",
            recorded_by_id=actors["chung-nhan@example.com"].account_id,
            created_at=records.now,
        )
    )
    certificate.number_free = kind.is_terminal


def _renew(records: Records, old: str, new: str) -> None:
    """Link two papers of one holder and scheme; both name what is done."""
    papers = {
        one.number: one
        for one in records.session.scalars(select(Certificate).where(Certificate.number.in_((old, new))))
    }
    papers[new].replaces = papers[old]
    for one in papers.values():
        one.activities = [
            CertificateActivity(activity=kind) for kind in (Activity.PROCESSING, Activity.PACKING)
        ]


def _attach(records: Records, storage: Storage, certificate: Certificate) -> None:
    name = f"{certificate.number.lower()}.pdf"
    sha256 = keep(records, storage, paper(certificate), "application/pdf", name, inline=False)
    certificate.evidence.append(CertificateEvidence(sha256=sha256, created_at=records.now))
    records.session.flush()
