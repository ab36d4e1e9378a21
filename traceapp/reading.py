"""A session that only reads, and reads for all what it is asked of one.

A page of a hundred records touches `record.party` a hundred times; a session would ask the database as often.
This one, asked for something of one record, reads it for every record like it that the page has in hand: two
questions more instead of ninety-nine. Acts use a plain session, which reads nothing that nobody asked for.
"""

from typing import Any, Final

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import InstanceState, Mapper, ORMExecuteState, RelationshipProperty, Session, selectinload

MOST: Final = 500  # records read for at a time


class Reader(Session):
    """The session of pages."""


@event.listens_for(Reader, "do_orm_execute")
def _read_for_all(state: ORMExecuteState) -> None:
    """Before one record's lazy attribute is read: read it for the others of its kind that lack it too."""
    if not state.is_relationship_load:  # asked of anything else, the questions below are refused
        return
    one, path = state.lazy_loaded_from, state.loader_strategy_path
    if one is None or path is None:
        return
    mapper, steps = one.mapper, [part for part in path.path if isinstance(part, RelationshipProperty)]
    name = steps[-1].key  # it begins where the record was loaded from
    others = _lacking(state.session, mapper, name, one)
    if others:
        attribute, number = getattr(mapper.class_, name), mapper.primary_key[0]
        query = select(mapper.class_).where(number.in_(others)).options(selectinload(attribute))
        state.session.scalars(query).all()


def _lacking(session: Session, mapper: Mapper[Any], name: str, but: InstanceState[Any]) -> list[int]:
    """The ids of such records in hand, but for one, of which this was not read yet."""
    found = []
    for record in session.identity_map.values():
        state: InstanceState[Any] = inspect(record)
        if state.mapper is mapper and state is not but and name in state.unloaded and state.identity:
            found.append(state.identity[0])
    return found[:MOST]
