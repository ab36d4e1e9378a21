"""From records to paper: the only door to the press, `labels`.

The rooms: `media` (blank sheets), `refusals` (what the press refuses, as broken rules), `design` (what
stands on a stamp or label), `named_printers` and `calibrations` (whose printer lands where), `machines`
(which an order is for), `checks` (what would not scan), `previews`, `estimates`, `barcodes`, `orders`
(placing, pausing, cancelling), `printability` (asked again before drawing), `papers` (what carries a signed
code), `parts`, `sheets` (which stamps lie where), `reprints`, `work` (drawing), `failures`, `progress`,
`files`.
"""

from labels.media import Medium
from traceapp.services.printing.barcodes import KINDS, code_values, draw_barcode
from traceapp.services.printing.calibrations import (
    COMBS,
    aim_of,
    calibration_of,
    calibrations_of,
    combs_of,
    confirm_calibration,
    drawn_sheet,
    measure_printer,
    moves_of,
    own_calibration,
    restore_calibration,
    ruler_of,
)
from traceapp.services.printing.checks import Check, verdict_of
from traceapp.services.printing.design import Choice
from traceapp.services.printing.estimates import Estimate, estimate
from traceapp.services.printing.files import discard_cancelled, file_of, leftovers, parts_together
from traceapp.services.printing.machines import last_printer, printer_of, settled
from traceapp.services.printing.media import check_media, default_printer, media, medium, printers
from traceapp.services.printing.named_printers import (
    add_printer,
    archive_printer,
    list_printers,
    own_printer,
    rename_printer,
    restore_printer,
)
from traceapp.services.printing.orders import (
    cancel_print,
    open_prints,
    order_labels,
    order_stamps,
    own_print,
    pause_print,
    print_of,
    resume_print,
)
from traceapp.services.printing.papers import certificate_sheet, covers
from traceapp.services.printing.previews import (
    Preview,
    label_preview,
    sheet_picture,
    stamp_preview,
    test_sheet,
)
from traceapp.services.printing.printability import voided_in
from traceapp.services.printing.progress import Progress, progress_of
from traceapp.services.printing.reprints import (
    replaced_by,
    reprint_alike,
    reprint_anew,
    reprints_of,
    share_of_party,
    share_of_run,
    sheet_alike,
)
from traceapp.services.printing.sheets import Sheet, named_sheets, read_part, sheets_of, stretch_of
from traceapp.services.printing.work import LEASE, release, run, waiting

__all__ = [
    "COMBS",
    "KINDS",
    "LEASE",
    "Check",
    "Choice",
    "Estimate",
    "Medium",
    "Preview",
    "Progress",
    "Sheet",
    "add_printer",
    "aim_of",
    "archive_printer",
    "calibration_of",
    "calibrations_of",
    "cancel_print",
    "certificate_sheet",
    "check_media",
    "code_values",
    "combs_of",
    "confirm_calibration",
    "covers",
    "default_printer",
    "discard_cancelled",
    "draw_barcode",
    "drawn_sheet",
    "estimate",
    "file_of",
    "label_preview",
    "last_printer",
    "leftovers",
    "list_printers",
    "measure_printer",
    "media",
    "medium",
    "moves_of",
    "named_sheets",
    "open_prints",
    "order_labels",
    "order_stamps",
    "own_calibration",
    "own_print",
    "own_printer",
    "parts_together",
    "pause_print",
    "print_of",
    "printer_of",
    "printers",
    "progress_of",
    "read_part",
    "release",
    "rename_printer",
    "replaced_by",
    "reprint_alike",
    "reprint_anew",
    "reprints_of",
    "restore_calibration",
    "restore_printer",
    "resume_print",
    "ruler_of",
    "run",
    "settled",
    "share_of_party",
    "share_of_run",
    "sheet_alike",
    "sheet_picture",
    "sheets_of",
    "stamp_preview",
    "stretch_of",
    "test_sheet",
    "verdict_of",
    "voided_in",
    "waiting",
]
