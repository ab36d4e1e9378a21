"""What can be imported: each kind with its columns, what its form offers, how rows are judged and saved."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.permissions import Act
from traceapp.services.importing import bodies, certificate_columns, certificates
from traceapp.services.importing.columns import Cells, Column
from traceapp.services.importing.judging import Judged


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record, and the act one must be allowed."""

    name: str
    act: Act
    columns: tuple[Column, ...]
    choices: Callable[[Session], Mapping[str, Sequence[str]]]
    judge: Callable[[Session, Actor, Sequence[Cells], date], list[Judged]]
    save: Callable[[Session, Actor, Sequence[Any], datetime, date], None]


KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind(
            "certificates",
            Act.IMPORT_CERTIFICATES,
            certificate_columns.COLUMNS,
            certificates.choices,
            certificates.judge,
            certificates.save,
        ),
        Kind(
            "bodies",
            Act.KEEP_BODIES,
            bodies.BODY_COLUMNS,
            bodies.no_choices,
            bodies.judge_bodies,
            bodies.save_bodies,
        ),
        Kind(
            "accreditations",
            Act.KEEP_BODIES,
            bodies.ACCREDITATION_COLUMNS,
            bodies.body_choices,
            bodies.judge_accreditations,
            bodies.save_accreditations,
        ),
        Kind(
            "own-certificates",
            Act.EDIT_CERTIFICATE,
            certificate_columns.OWN_COLUMNS,
            certificates.choices,
            certificates.judge_own,
            certificates.save_own,
        ),
    )
}
