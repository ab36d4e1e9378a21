"""A full disk, however it is told: by the system, by SQLite, by PostgreSQL, by the file store.

Whoever writes asks here before blaming anything else, so that a person hears "the disk is full" and not
"something went wrong". A disk that refuses writes for another reason is told the same way: what to do is the
same too.

>>> is_disk_full(OSError(errno.ENOSPC, "No space left on device")), is_disk_full(OSError(errno.EACCES, "no"))
(True, False)
"""

import errno
import re
import sqlite3
from typing import Final

from obstore.exceptions import BaseError as StoreRefused
from sqlalchemy.exc import DBAPIError

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SQLITE: Final = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_DIR_FSYNC,
        sqlite3.SQLITE_IOERR_TRUNCATE,
        sqlite3.SQLITE_IOERR_SHMSIZE,
        sqlite3.SQLITE_IOERR_SHMOPEN,
    }
)
_POSTGRESQL: Final = "53100"  # disk_full
_IN_WORDS: Final = re.compile(r"\(os error (\d+)\)")  # how the store's own language tells it


def is_disk_full(fault: BaseException) -> bool:
    """Whether this fault says that the disk takes nothing more."""
    if isinstance(fault, DBAPIError) and fault.orig is not None:
        return is_disk_full(fault.orig)
    if isinstance(fault, sqlite3.Error):
        return getattr(fault, "sqlite_errorcode", None) in _SQLITE
    if isinstance(fault, StoreRefused):
        found = _IN_WORDS.search(str(fault))
        return found is not None and int(found[1]) in FULL
    if isinstance(fault, OSError):
        return fault.errno in FULL
    return getattr(fault, "sqlstate", None) == _POSTGRESQL
