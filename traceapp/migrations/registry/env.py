"""Alembic's door to the registry history; the connection comes from traceapp.schema."""

from alembic import context

from traceapp.schema import HISTORIES, options

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=HISTORIES["registry"],
    **options("registry"),
)
context.run_migrations()
