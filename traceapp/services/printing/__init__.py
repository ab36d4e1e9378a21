"""From records to paper: the only door to the press, `labels`.

The rooms: `media` (blank sheets), `refusals` (what the press refuses, as broken rules), `design` (what
stands on a stamp or label), `checks` (what would not scan), `previews`, `estimates`, `barcodes`, `orders`
(placing, pausing, cancelling), `printability` (asked again before drawing), `papers` (what carries a signed
code), `parts`, `sheets` (which stamps lie where), `reprints`, `work` (drawing), `failures`, `progress`,
`files`.
"""

from traceapp.services.printing.barcodes import KINDS, code_values, draw_barcode
from traceapp.services.printing.checks import Check, verdict_of
from traceapp.services.printing.design import Choice
from traceapp.services.printing.estimates import Estimate, estimate
from traceapp.services.printing.files import discard_cancelled, file_of, leftovers, parts_together
from traceapp.services.printing.media import check_media, default_printer, media, medium, printers
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
    "KINDS",
    "LEASE",
    "Check",
    "Choice",
    "Estimate",
    "Preview",
    "Progress",
    "Sheet",
    "cancel_print",
    "certificate_sheet",
    "check_media",
    "code_values",
    "covers",
    "default_printer",
    "discard_cancelled",
    "draw_barcode",
    "estimate",
    "file_of",
    "label_preview",
    "leftovers",
    "media",
    "medium",
    "named_sheets",
    "open_prints",
    "order_labels",
    "order_stamps",
    "own_print",
    "parts_together",
    "pause_print",
    "print_of",
    "printers",
    "progress_of",
    "read_part",
    "release",
    "replaced_by",
    "reprint_alike",
    "reprint_anew",
    "reprints_of",
    "resume_print",
    "run",
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
