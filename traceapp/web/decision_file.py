"""The scan that comes with a decision: looked into, kept by its hash, named by the decision's row."""

from sqlalchemy.orm import Session
from wtforms import Field

from traceapp.services.vouching.evidence import Evidence, check_evidence, keep_file
from traceapp.web import access
from traceapp.web.evidence import storage
from traceapp.web.languages import now


def chosen_file(field: Field) -> Evidence | None:
    """The file that was chosen, looked into; None where none was. Raises what `check_evidence` does.

    Asked before the act begins: looking takes a while, in which nobody else could write.
    """
    chosen = field.data
    if not chosen or not chosen.filename:
        return None
    return check_evidence(chosen.read(), chosen.filename, field=field.short_name)


def kept_file(session: Session, scan: Evidence | None) -> str | None:
    """The hash of the file, kept; None where there is none."""
    if scan is None:
        return None
    return keep_file(
        session,
        storage(),
        scan.content,
        actor=access.actor(),
        media_type=scan.media_type,
        first_name=scan.first_name,
        now=now(),
    )
