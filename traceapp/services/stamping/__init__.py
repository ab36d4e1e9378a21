"""Stamps issued, activated, voided: acts on stretches of numbers, never on single rows.

The rooms: `issuing` gives out numbers, `stock` says where they stand, `acts` moves them.
"""

from traceapp.domain.stamps import StampRange
from traceapp.services.stamping.acts import (
    Touch,
    activate_run,
    end_run,
    last_act,
    mark_printed,
    touch,
    undo_last,
    void_stamps,
)
from traceapp.services.stamping.issuing import (
    MOST_STAMPS,
    check_goods,
    check_stamps,
    issue_stamps,
    worst_restriction,
)
from traceapp.services.stamping.stock import (
    Balance,
    balance,
    counted,
    find_run,
    items_to_label,
    list_runs,
    lots_to_stamp,
    own_item,
    own_lot,
    own_run,
    read_place,
    read_stretch,
    segments,
    subject_of,
)

__all__ = [
    "MOST_STAMPS",
    "Balance",
    "StampRange",
    "Touch",
    "activate_run",
    "balance",
    "check_goods",
    "check_stamps",
    "counted",
    "end_run",
    "find_run",
    "issue_stamps",
    "items_to_label",
    "last_act",
    "list_runs",
    "lots_to_stamp",
    "mark_printed",
    "own_item",
    "own_lot",
    "own_run",
    "read_place",
    "read_stretch",
    "segments",
    "subject_of",
    "touch",
    "undo_last",
    "void_stamps",
    "worst_restriction",
]
