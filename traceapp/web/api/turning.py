"""Lists in an order of their own (what waits longest, what ends first), a page at a time.

Their cursor tells where in that order the next page begins; programs hand it back as it came.
"""

from pydantic import BaseModel, Field

from traceapp.i18n import N_
from traceapp.services.paging import LONGEST, Key, key_of
from traceapp.web.api import shapes


class Turning(shapes.Question):
    """Which page."""

    after: str | None = Field(
        None, max_length=LONGEST, pattern="^[A-Za-z0-9_-]+$", description=N_("Con trỏ `next` của trang trước")
    )
    limit: int = Field(50, ge=1, le=100, description=N_("Số hồ sơ một trang, tối đa 100"))

    @property
    def key(self) -> Key | None:
        """Where the page begins. Raises `Malformed` `cursor_unknown`."""
        return key_of(self.after) if self.after else None


class HandledCertificates(BaseModel):
    """A page of certificates as those see them who handle them."""

    items: list[shapes.OwnCertificate]
    next: str | None
