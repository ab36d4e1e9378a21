"""One stamp in ten million: made under an older key, it opens by chance under the newer one too.

Found by trying. Whoever takes the first key that opens it calls a genuine stamp unknown.
"""

from pathlib import Path
from typing import Final

from traceapp.domain.identifiers import Gtin
from traceapp.domain.serials import Opened, SerialKey

OLD: Final = SerialKey("0001", bytes(range(32)))
NEW: Final = SerialKey("0002", bytes(range(1, 33)))
GTIN: Final = Gtin("09520009010011")
SERIAL: Final = "MKPZZ9CTVS84"
AS_OLD: Final = Opened("0001", 9_465_831)  # what it is
AS_NEW: Final = Opened("0002", 55_656_158_536)  # what it opens to besides
ADDRESS: Final = f"/01/{GTIN}/21/{SERIAL}"


def put_keys(instance: Path) -> None:
    """Make these two the live keys of an installation, the newer first."""
    for key in (OLD, NEW):
        (instance / "keys" / f"serial-{key.id}.key").write_bytes(key.secret)
