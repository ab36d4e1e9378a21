"""The ground every table stands on: names of constraints, column types, and what "now" may look like.

Names follow one convention so that a migration, a database and an error message say the same thing.
Times are aware UTC, days are plain dates, enums are stored by value (model.md, "Rules for every table").
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, LargeBinary, MetaData, String, TypeDecorator
from sqlalchemy import Enum as EnumType
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING: Mapping[str, str] = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware going in, aware UTC coming out, on databases with and without zones."""

    impl = DateTime(timezone=True)
    cache_ok = True
    python_type = datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse an instant that does not say its zone; everything is kept in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_column(kind: type[Enum], name: str) -> EnumType:
    """A column type holding the values of ``kind``, with a check constraint called ``name``."""
    return EnumType(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [str(member.value) for member in members],
        validate_strings=True,
    )


def digits(column: str, *lengths: int) -> str:
    """SQL saying that a text column holds ASCII digits only, of one of these lengths (both databases)."""
    sizes = " OR ".join(f"length({column}) = {length}" for length in lengths)
    return f"{column} IS NULL OR (ltrim({column}, '0123456789') = '' AND ({sizes}))"


class Base(DeclarativeBase):
    """A table of the registry."""

    metadata = MetaData(naming_convention=dict(NAMING))
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        bytes: LargeBinary(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        list[int]: JSON(),
    }


class ScanBase(DeclarativeBase):
    """A table of the scan log, which lives in a database of its own (stamps.md, section 5)."""

    metadata = MetaData(naming_convention=dict(NAMING))
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime()}


class Numbered:
    """An integer key for the inside; the outside never sees it."""

    id: Mapped[int] = mapped_column(primary_key=True)


class Named:
    """Eight Crockford characters by which the outside names a record; never reused."""

    public_id: Mapped[str] = mapped_column(String(8), unique=True)


class Created:
    """When the row was written."""

    created_at: Mapped[datetime]
