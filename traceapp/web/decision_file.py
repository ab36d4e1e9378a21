"""The scan that comes with a decision: looked into, kept by its hash, named by the decision's row."""

from sqlalchemy.orm import Session
from wtforms import Field

from traceapp.services.vouching.evidence import check_evidence, keep_file
from traceapp.web import access
from traceapp.web.evidence import storage
from traceapp.web.languages import now


def kept_file(session: Session, field: Field) -> str | None:
    """The hash of the file that was chosen; None where none was. Raises what `check_evidence` does."""
    chosen = field.data
    if not chosen or not chosen.filename:
        return None
    scan = check_evidence(chosen.read(), chosen.filename, field=field.short_name)
    return keep_file(
        session,
        storage(),
        scan.content,
        actor=access.actor(),
        media_type=scan.media_type,
        first_name=scan.first_name,
        now=now(),
    )
