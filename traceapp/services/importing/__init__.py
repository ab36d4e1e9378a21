"""Records from Excel: a form to fill in, a look at every row with nothing saved, then all right rows at once.

What was uploaded is kept as cells in a row of its own (`drafts`), not as a file: the page of the preview and
the confirmation read the same cells, and judge them again by the register as it stands then. Nothing of a
row is guessed: a day that could be two days, a name two parties bear, a formula are sent back with the
cell's place.
"""

from traceapp.services.importing.drafts import (
    Preview,
    discard_draft,
    import_rows,
    keep_draft,
    list_drafts,
    own_draft,
    preview,
)
from traceapp.services.importing.kinds import KINDS, Kind
from traceapp.services.importing.workbooks import faults_workbook, form_workbook, read_workbook

__all__ = [
    "KINDS",
    "Kind",
    "Preview",
    "discard_draft",
    "faults_workbook",
    "form_workbook",
    "import_rows",
    "keep_draft",
    "list_drafts",
    "own_draft",
    "preview",
    "read_workbook",
]
