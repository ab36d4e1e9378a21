"""The party's own certificates from Excel, as drafts whose scans are still to come."""

from flask.typing import ResponseReturnValue

from traceapp.domain.permissions import Role
from traceapp.web import access
from traceapp.web.cooperative import door
from traceapp.web.importing import HEAVY, Imports

PEOPLE = (Role.MANAGER, Role.MEMBER)
IMPORTS = Imports(
    ("own-certificates",),
    "cooperative/_cooperative.html",
    {"own-certificates": ".certificates_list"},
)


@door.get("/imports")
@access.only(*PEOPLE)
def imports() -> ResponseReturnValue:
    """Which forms there are, where to hand one in, and what was handed in lately."""
    return IMPORTS.home()


@door.get("/imports/forms/<kind>.xlsx")
@access.only(*PEOPLE)
def import_form(kind: str) -> ResponseReturnValue:
    """The empty form."""
    return IMPORTS.form(kind)


@door.post("/imports/forms/<kind>")
@access.only(*PEOPLE)
@HEAVY
def upload_import(kind: str) -> ResponseReturnValue:
    """Read a filled form; nothing of it is saved as a record."""
    return IMPORTS.upload(kind)


@door.get("/imports/<public_id>")
@access.only(*PEOPLE)
def imported(public_id: str) -> ResponseReturnValue:
    """Every row as it would fare now; afterwards what was done."""
    return IMPORTS.show(public_id)


@door.post("/imports/<public_id>/confirm")
@access.only(*PEOPLE)
@HEAVY
def confirm_import(public_id: str) -> ResponseReturnValue:
    """Write the right rows."""
    return IMPORTS.confirm(public_id)


@door.post("/imports/<public_id>/discard")
@access.only(*PEOPLE)
def discard_import(public_id: str) -> ResponseReturnValue:
    """Forget it."""
    return IMPORTS.discard(public_id)


@door.get("/imports/<public_id>/faults.xlsx")
@access.only(*PEOPLE)
@HEAVY
def import_faults(public_id: str) -> ResponseReturnValue:
    """The rows that were not right, with reasons."""
    return IMPORTS.faults(public_id)
