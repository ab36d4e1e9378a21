"""How often one account may act and look things up: enough for any pair of hands, too little for a program.

An act leaves an entry in the journal for ever, and a look-up tries a code: both are counted for the account,
and for the address where nobody has signed in. Routes with a limit of their own, tighter ones, keep it.
"""

from hashlib import sha256
from math import ceil
from time import time
from typing import Final

from flask_login import current_user

from traceapp.extensions import address_token, limiter
from traceapp.web.languages import gettext

MINUTE, HOUR, DAY = 60, 3600, 86_400


def unnamed(secret: object) -> str:
    """What is counted of somebody who shows a secret: its hash, for who meets a limit is named in the log."""
    return sha256(str(secret).encode()).hexdigest()


def who() -> str:
    """Whose acts are counted."""
    return f"account:{current_user.get_id()}" if current_user.is_authenticated else address_token()


acts: Final = limiter.shared_limit(
    "600 per minute; 20000 per day", scope="acts", key_func=who, methods=["POST"]
)
"""For the whole door: everything that is sent there."""
look_ups: Final = limiter.shared_limit("120 per minute", scope="look-ups", key_func=who)
"""For pages that try a code, a number or a serial that was typed."""
papers: Final = limiter.shared_limit("60 per minute; 600 per hour", scope="papers", key_func=who)
"""For signed sheets: each is drawn, and signed, anew."""


def seconds_to_wait() -> int:
    """How long until the limit that was met lets go; never less than a second, never more than its window.

    The store tells the end of the window in whole seconds, and may tell the one after it.
    """
    met = limiter.current_limit
    if met is None:
        return MINUTE
    return min(max(1, ceil(met.reset_at - time())), met.limit.get_expiry())


def wait_words(seconds: int) -> str:
    """The wait as people say it, never shorter than it is."""
    if seconds < MINUTE:
        return gettext("Đợi {n} giây rồi thử lại.", n=seconds)
    if seconds < HOUR:
        return gettext("Đợi {n} phút rồi thử lại.", n=ceil(seconds / MINUTE))
    if seconds < DAY:
        return gettext("Đợi khoảng {n} giờ rồi thử lại.", n=ceil(seconds / HOUR))
    return gettext("Đợi đến ngày mai rồi thử lại.")
