"""The records: tables and what they must never allow, one room an aggregate.

Importing this package makes every table known to ``Base.metadata`` (the registry) and
``ScanBase.metadata`` (the scan log).
"""

from traceapp.models.account import Account, Membership
from traceapp.models.accreditation import Accreditation, AccreditationDecision, MergedBody
from traceapp.models.alert import Alert, OutsideSerial
from traceapp.models.api_key import ApiKey, KeptAnswer
from traceapp.models.base import Base, ScanBase
from traceapp.models.calibration import Calibration, NamedPrinter
from traceapp.models.certificate import (
    Certificate,
    CertificateActivity,
    CertificateDecision,
    CertificateEvidence,
    CertificateSubject,
    DecisionMistake,
)
from traceapp.models.feedback import ProblemReport, Purchase
from traceapp.models.import_draft import ImportDraft
from traceapp.models.inspection import Inspection, InspectionItem, InspectionPhoto, InspectionSave
from traceapp.models.ip_right import IpRight
from traceapp.models.journal import JournalEntry
from traceapp.models.lot import Lot, Restriction
from traceapp.models.outbox import Letter, MailWish
from traceapp.models.party import AdminUnit, AdminUnitSuccession, Party, PartyAddress, PartyName
from traceapp.models.place import Place
from traceapp.models.print_run import PrintFile, PrintRun
from traceapp.models.recall import (
    HoldExtension,
    LotMovement,
    RecallAcknowledgement,
    RecallNotice,
    RecallOutcome,
)
from traceapp.models.scan import DayKey, FirstScan, OpenedBlock, Scan, ScanDay
from traceapp.models.scheme import Scheme, SchemeEdition
from traceapp.models.signed_code import SignedCode
from traceapp.models.stamp import Reprint, StampException, StampPin, StampRun
from traceapp.models.stored_file import StoredFile
from traceapp.models.trade_item import TradeItem, TradeItemImage, TradeItemStandard

__all__ = [
    "Account",
    "Accreditation",
    "AccreditationDecision",
    "AdminUnit",
    "AdminUnitSuccession",
    "Alert",
    "ApiKey",
    "Base",
    "Calibration",
    "Certificate",
    "CertificateActivity",
    "CertificateDecision",
    "CertificateEvidence",
    "CertificateSubject",
    "DayKey",
    "DecisionMistake",
    "FirstScan",
    "HoldExtension",
    "ImportDraft",
    "Inspection",
    "InspectionItem",
    "InspectionPhoto",
    "InspectionSave",
    "IpRight",
    "JournalEntry",
    "KeptAnswer",
    "Letter",
    "Lot",
    "LotMovement",
    "MailWish",
    "Membership",
    "MergedBody",
    "NamedPrinter",
    "OpenedBlock",
    "OutsideSerial",
    "Party",
    "PartyAddress",
    "PartyName",
    "Place",
    "PrintFile",
    "PrintRun",
    "ProblemReport",
    "Purchase",
    "RecallAcknowledgement",
    "RecallNotice",
    "RecallOutcome",
    "Reprint",
    "Restriction",
    "Scan",
    "ScanBase",
    "ScanDay",
    "Scheme",
    "SchemeEdition",
    "SignedCode",
    "StampException",
    "StampPin",
    "StampRun",
    "StoredFile",
    "TradeItem",
    "TradeItemImage",
    "TradeItemStandard",
]
