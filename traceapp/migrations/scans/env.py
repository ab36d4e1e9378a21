"""Alembic's door to the scans history; the connection comes from traceapp.schema."""

from alembic import context

from traceapp.schema import HISTORIES, options

context.configure(
    connection=context.config.attributes["connection"], target_metadata=HISTORIES["scans"], **options("scans")
)
context.run_migrations()
