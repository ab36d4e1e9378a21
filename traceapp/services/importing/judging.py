"""Judging rows: right, wrong, or known already; and names looked for with what is nearly like them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from traceapp.domain.parties import PartyKind, PartyState
from traceapp.domain.text import folded
from traceapp.models import Party, PartyName
from traceapp.services.importing.columns import Cells, Column, Fault

MOST_LOOKS: Final = 100  # unknown names for which near ones are looked up: each costs milliseconds


@dataclass(frozen=True, slots=True)
class Judged:
    """A row: what would be saved, or what is wrong; ``known`` says that the record is here already."""

    row: int
    shown: tuple[str, ...]
    entry: Any = None
    faults: tuple[Fault, ...] = ()
    known: Fault | None = None

    @property
    def right(self) -> bool:
        """Whether the row can be saved."""
        return not self.faults and self.known is None

    @property
    def reasons(self) -> tuple[Fault, ...]:
        """Why it cannot."""
        return self.faults or ((self.known,) if self.known else ())


@dataclass(slots=True)
class Names:
    """Things by their folded name. A name nobody bears is told with the nearest three."""

    by_name: Mapping[str, list[Any]]
    shown: Mapping[str, str]
    _near: dict[str, str] = field(default_factory=dict)

    def find(self, cells: Cells, column: Column, given: str) -> Any:
        """The one thing of that name; None, and a fault, where there is none or several."""
        found = self.by_name.get(folded(given), [])
        if len(found) == 1:
            return found[0]
        if found:
            cells.blame(column, "import_name_twice", given=given, found=len(found))
        elif near := self.near(given):
            cells.blame(column, "import_unknown_near", given=given, near=near)
        else:
            cells.blame(column, "import_unknown", given=given)
        return None

    def near(self, given: str) -> str:
        """Names nearly like this one, as they are written."""
        key = folded(given)
        if key not in self._near:
            if len(self._near) >= MOST_LOOKS:
                return ""
            alike = get_close_matches(key, self.by_name, 3, 0.75)
            self._near[key] = "; ".join(dict.fromkeys(self.shown[name] for name in alike))
        return self._near[key]


def named(pairs: Iterable[tuple[str, Any]]) -> Names:
    """Names of (name, thing); the same thing under one name twice is one."""
    by_name: dict[str, list[Any]] = defaultdict(list)
    shown: dict[str, str] = {}
    for name, thing in pairs:
        key = folded(name)
        shown.setdefault(key, name)
        if thing not in by_name[key]:
            by_name[key].append(thing)
    return Names(dict(by_name), shown)


def party_names(session: Session, kinds: Iterable[PartyKind]) -> Names:
    """Ids of parties of these kinds that the province knows, by every name they ever bore."""
    query = select(PartyName.name, Party.id).join(Party, PartyName.party_id == Party.id)
    query = query.where(
        Party.kind.in_(list(kinds)), Party.state.in_([PartyState.SUBMITTED, PartyState.APPROVED])
    )
    return named((name, party_id) for name, party_id in session.execute(query))


def scheme_names(schemes: Sequence[Row[int, str, str, str]]) -> Names:
    """Schemes by name and code, also as people write it: "ISO 22000". What is near is told by its name."""
    words = {row.id: row.name_vi for row in schemes}
    found = named(
        (name, row.id)
        for row in schemes
        for name in (row.name_vi, row.name_en, row.code, row.code.replace("_", " "))
    )
    return Names(found.by_name, {key: words[ids[0]] for key, ids in found.by_name.items()})
