"""A PostgreSQL database lent to one test after another, and put back in between.

To make a database for each test and drop it costs the server a quarter of a second of a processor; to put
the rows back, some milliseconds. The template keeps a copy of every table beside it (schema ``kept``), and an
event trigger writes down each change of shape: after one, and after some tests anyway, the next test gets a
new database.
"""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from typing import Any

import psycopg

_numbers = count(1)
TEMPLATE = "template_traceapp"
MOST_TESTS = 50
"""What was deleted still lies in the tables, for nothing sweeps a server that lives so shortly."""

KEPT = """
CREATE SCHEMA kept;
CREATE TABLE kept.change_of_shape (tag text);
CREATE TABLE kept.sequences AS
  SELECT format('%I.%I', schemaname, sequencename) AS name, coalesce(last_value, start_value) AS last,
    last_value IS NOT NULL AS called
  FROM pg_sequences WHERE schemaname = 'public';
DO $$ DECLARE t text; BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', t, t);
  END LOOP;
END $$;
CREATE FUNCTION kept.put_back() RETURNS boolean LANGUAGE plpgsql SET session_replication_role = replica AS $$
DECLARE t text; filled boolean; was boolean;
BEGIN
  PERFORM pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
  IF EXISTS (SELECT FROM kept.change_of_shape) THEN RETURN false; END IF;
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I), EXISTS (SELECT FROM kept.%I)', t, t)
      INTO filled, was;
    IF filled THEN EXECUTE format('DELETE FROM public.%I', t); END IF;
    IF was THEN EXECUTE format('INSERT INTO public.%I OVERRIDING SYSTEM VALUE TABLE kept.%I', t, t); END IF;
  END LOOP;
  PERFORM setval(name, last, called) FROM kept.sequences;
  RETURN true;
END $$;
CREATE FUNCTION kept.write_down() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO kept.change_of_shape VALUES (tg_tag); END $$;
CREATE EVENT TRIGGER change_of_shape ON ddl_command_end EXECUTE FUNCTION kept.write_down();
"""
"""`replica` lets rows go and come without the triggers and foreign keys that guard them."""


def administer(server: str, statement: str) -> None:
    """Have the server itself do something."""
    execute(f"{server}/postgres", statement)


def execute(database_url: str, statement: str) -> tuple[Any, ...] | None:
    """The row that a statement gives, if it gives one; a transaction of its own."""
    address = database_url.replace("+psycopg", "")
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        asked = connection.execute(statement)
        return asked.fetchone() if asked.description else None


class Lender:
    """Lends one database at a time."""

    def __init__(self, server: str) -> None:
        self.server, self.url, self.left = server, "", 0

    @contextmanager
    def lend(self) -> Iterator[str]:
        """The address of a database as the template has it."""
        if not self.left:
            self._make()
        yield self.url
        self.left -= 1
        whole = execute(self.url, "SELECT kept.put_back()") == (True,)
        if not (whole and self.left):
            self._drop()

    def _make(self) -> None:
        name = f"test_{os.getpid()}_{next(_numbers)}"
        administer(self.server, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        self.url, self.left = f"{self.server}/{name}", MOST_TESTS

    def _drop(self) -> None:
        administer(self.server, f"DROP DATABASE {self.url.rpartition('/')[2]} WITH (FORCE)")
        self.left = 0
