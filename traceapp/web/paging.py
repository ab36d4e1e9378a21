"""Where a page of a list begins: after the record named in the address."""

import re

from flask import request


def before() -> int | None:
    """The id in ``?before=``; None for the first page, and for whatever is no number."""
    asked = request.args.get("before", "")
    return int(asked) if re.fullmatch("[0-9]{1,18}", asked) else None
