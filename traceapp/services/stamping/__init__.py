"""Stamps issued, activated, voided: acts on stretches of numbers, never on single rows.

The rooms: `issuing` gives out numbers, `stock` says where they stand, `standing` what stands in their way,
`acts` moves them, `undoing` moves them back, `replacing` what was printed in their place.
"""

from traceapp.domain.stamps import StampRange
from traceapp.services.stamping.acts import (
    Touch,
    activate_run,
    end_run,
    mark_printed,
    touch,
    void_stamps,
)
from traceapp.services.stamping.issuing import MOST_STAMPS, issue_stamps
from traceapp.services.stamping.replacing import check_replaceable
from traceapp.services.stamping.standing import check_goods, check_stamps, worst_restriction
from traceapp.services.stamping.stock import (
    Balance,
    activated_with,
    balance,
    check_live,
    counted,
    find_run,
    list_runs,
    own_item,
    own_lot,
    own_run,
    read_place,
    read_stretch,
    segments,
    stamps_against_pieces,
    subject_of,
)
from traceapp.services.stamping.undoing import last_act, part_of, undo_last, undo_stopped, undoable_act

__all__ = [
    "MOST_STAMPS",
    "Balance",
    "StampRange",
    "Touch",
    "activate_run",
    "activated_with",
    "balance",
    "check_goods",
    "check_live",
    "check_replaceable",
    "check_stamps",
    "counted",
    "end_run",
    "find_run",
    "issue_stamps",
    "last_act",
    "list_runs",
    "mark_printed",
    "own_item",
    "own_lot",
    "own_run",
    "part_of",
    "read_place",
    "read_stretch",
    "segments",
    "stamps_against_pieces",
    "subject_of",
    "touch",
    "undo_last",
    "undo_stopped",
    "undoable_act",
    "void_stamps",
    "worst_restriction",
]
