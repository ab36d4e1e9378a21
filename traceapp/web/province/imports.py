"""Records from Excel: certificates, certification bodies and their accreditations."""

from flask.typing import ResponseReturnValue

from traceapp.web import access
from traceapp.web.importing import HEAVY, Imports
from traceapp.web.province import door
from traceapp.web.province.officers import OFFICERS

IMPORTS = Imports(
    ("certificates", "bodies", "accreditations"),
    "province/_province.html",
    {"certificates": ".home", "bodies": ".bodies", "accreditations": ".bodies"},
)


@door.get("/imports")
@access.only(*OFFICERS)
def imports() -> ResponseReturnValue:
    """Which forms there are, where to hand one in, and what was handed in lately."""
    return IMPORTS.home()


@door.get("/imports/forms/<kind>.xlsx")
@access.only(*OFFICERS)
def import_form(kind: str) -> ResponseReturnValue:
    """The empty form."""
    return IMPORTS.form(kind)


@door.post("/imports/forms/<kind>")
@access.only(*OFFICERS)
@HEAVY
def upload_import(kind: str) -> ResponseReturnValue:
    """Read a filled form; nothing of it is saved as a record."""
    return IMPORTS.upload(kind)


@door.get("/imports/<public_id>")
@access.only(*OFFICERS)
def imported(public_id: str) -> ResponseReturnValue:
    """Every row as it would fare now; afterwards what was done."""
    return IMPORTS.show(public_id)


@door.post("/imports/<public_id>/confirm")
@access.only(*OFFICERS)
@HEAVY
def confirm_import(public_id: str) -> ResponseReturnValue:
    """Write the right rows."""
    return IMPORTS.confirm(public_id)


@door.post("/imports/<public_id>/discard")
@access.only(*OFFICERS)
def discard_import(public_id: str) -> ResponseReturnValue:
    """Forget it."""
    return IMPORTS.discard(public_id)


@door.get("/imports/<public_id>/faults.xlsx")
@access.only(*OFFICERS)
@HEAVY
def import_faults(public_id: str) -> ResponseReturnValue:
    """The rows that were not right, with reasons."""
    return IMPORTS.faults(public_id)
