"""Who may do what: role by act, and the two rules no role lifts.

Four eyes: what one person enters another decides. Impartiality: nobody judges a party they act for
(ISO/IEC 17020 and 17065, clause 4). Whose record it is, is asked elsewhere: a stranger's is not found.

>>> may(Role.INSPECTOR, Act.HOLD_LOT), may(Role.INSPECTOR, Act.DECIDE_CERTIFICATE)
(True, False)
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from traceapp.domain.errors import NotAllowed
from traceapp.domain.parties import PartyKind


class Role(StrEnum):
    """In what capacity an account acts for a party."""

    MEMBER = "member"
    MANAGER = "manager"
    INSPECTOR = "inspector"
    PROVINCE = "province"
    BODY_OFFICER = "body_officer"
    ADMINISTRATOR = "administrator"


class Act(StrEnum):
    """What can be done, one word for each button."""

    EDIT_PARTY = "edit_party"
    SUBMIT_PARTY = "submit_party"
    TAKE_BACK_PARTY = "take_back_party"
    EDIT_TRADE_ITEM = "edit_trade_item"
    EDIT_LOT = "edit_lot"
    EDIT_CERTIFICATE = "edit_certificate"
    SUBMIT_CERTIFICATE = "submit_certificate"
    TAKE_BACK_CERTIFICATE = "take_back_certificate"
    ISSUE_STAMPS = "issue_stamps"
    PRINT_STAMPS = "print_stamps"
    ACTIVATE_STAMPS = "activate_stamps"
    VOID_STAMPS = "void_stamps"
    ISSUE_CODE = "issue_code"
    REVOKE_CODE = "revoke_code"

    LOOK_UP_CERTIFICATE = "look_up_certificate"
    RECORD_DECISION = "record_decision"  # a decision its body has taken and sent on paper
    DECIDE_CERTIFICATE = "decide_certificate"  # the body's own act
    INSPECT = "inspect"
    READ_INSPECTIONS = "read_inspections"
    HOLD_LOT = "hold_lot"
    LIFT_HOLD = "lift_hold"
    PROPOSE_RECALL = "propose_recall"
    CONFIRM_RECALL = "confirm_recall"
    FOLLOW_RECALL = "follow_recall"  # ring holders, write down their answers

    APPROVE_PARTY = "approve_party"
    SUSPEND_PARTY = "suspend_party"
    APPROVE_CERTIFICATE = "approve_certificate"
    IMPORT_CERTIFICATES = "import_certificates"
    KEEP_BODIES = "keep_bodies"  # certification bodies and who accredited them
    CLOSE_REPORT = "close_report"
    HANDLE_ALERT = "handle_alert"
    SEND_LETTER = "send_letter"
    MANAGE_REFERENCE = "manage_reference"  # media, administrative units, schemes


_MEMBER: Final = frozenset(
    {
        Act.EDIT_TRADE_ITEM,
        Act.EDIT_LOT,
        Act.EDIT_CERTIFICATE,
        Act.ISSUE_STAMPS,
        Act.PRINT_STAMPS,
        Act.ACTIVATE_STAMPS,
        Act.VOID_STAMPS,
        Act.ISSUE_CODE,
    }
)
_GRANTS: Final[Mapping[Role, frozenset[Act]]] = MappingProxyType(
    {
        Role.MEMBER: _MEMBER,
        Role.MANAGER: _MEMBER
        | {
            Act.EDIT_PARTY,
            Act.SUBMIT_PARTY,
            Act.TAKE_BACK_PARTY,
            Act.SUBMIT_CERTIFICATE,
            Act.TAKE_BACK_CERTIFICATE,
            Act.REVOKE_CODE,
        },
        Role.INSPECTOR: frozenset(
            {
                Act.LOOK_UP_CERTIFICATE,
                Act.RECORD_DECISION,
                Act.INSPECT,
                Act.READ_INSPECTIONS,
                Act.ISSUE_CODE,
                Act.HOLD_LOT,
                Act.PROPOSE_RECALL,
                Act.CONFIRM_RECALL,
                Act.FOLLOW_RECALL,
                Act.CLOSE_REPORT,
                Act.HANDLE_ALERT,
            }
        ),
        Role.PROVINCE: frozenset(
            {
                Act.LOOK_UP_CERTIFICATE,
                Act.READ_INSPECTIONS,
                Act.RECORD_DECISION,
                Act.HOLD_LOT,
                Act.LIFT_HOLD,
                Act.PROPOSE_RECALL,
                Act.CONFIRM_RECALL,
                Act.FOLLOW_RECALL,
                Act.APPROVE_PARTY,
                Act.ISSUE_CODE,
                Act.REVOKE_CODE,
                Act.SUSPEND_PARTY,
                Act.APPROVE_CERTIFICATE,
                Act.IMPORT_CERTIFICATES,
                Act.KEEP_BODIES,
                Act.CLOSE_REPORT,
                Act.SEND_LETTER,
            }
        ),
        Role.BODY_OFFICER: frozenset(
            {
                Act.LOOK_UP_CERTIFICATE,
                Act.EDIT_CERTIFICATE,
                Act.TAKE_BACK_CERTIFICATE,
                Act.DECIDE_CERTIFICATE,
            }
        ),
        Role.ADMINISTRATOR: frozenset({Act.MANAGE_REFERENCE}),
    }
)


def serves(role: Role, kind: PartyKind) -> bool:
    """Whether somebody acts in this role for parties of this kind: officers for offices, and for nobody else.

    >>> serves(Role.PROVINCE, PartyKind.AUTHORITY), serves(Role.PROVINCE, PartyKind.COOPERATIVE)
    (True, False)
    """
    if role is Role.BODY_OFFICER:
        return kind is PartyKind.CERTIFICATION_BODY
    if role in {Role.MEMBER, Role.MANAGER}:
        return kind is not PartyKind.AUTHORITY
    return kind in {PartyKind.AUTHORITY, PartyKind.PUBLIC_BODY}


def may(role: Role, act: Act) -> bool:
    """Whether this role carries this act."""
    return act in _GRANTS[role]


def check_may(roles: Collection[Role], act: Act) -> None:
    """Raises `NotAllowed` `role` where none of the roles carries the act."""
    if not any(may(role, act) for role in roles):
        raise NotAllowed("role", given=act, found=", ".join(sorted(roles)))


def check_four_eyes(entered_by: object, decided_by: object) -> None:
    """Raises `NotAllowed` `four_eyes` where the one who decides is the one who entered."""
    if entered_by == decided_by:
        raise NotAllowed("four_eyes")


def check_impartial(acts_for: Collection[object], judged: object) -> None:
    """Raises `NotAllowed` `impartiality` where the judge acts for the party that is judged."""
    if judged in acts_for:
        raise NotAllowed("impartiality")
