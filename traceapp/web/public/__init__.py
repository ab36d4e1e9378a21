"""The public door: what a consumer's scan opens, and every record anybody may see. No cookie, no script.

Forms here carry no token, because there is no session to steal; a post from another site is refused, and
posts are rate-limited.
"""

from flask import Flask

from traceapp.extensions import csrf
from traceapp.web.public import (
    acknowledging,
    feedback,
    home,
    machines,
    minutes,
    pins,
    recalls,
    records,
    refusals,
    resolver,
    shell,
    verifying,
)
from traceapp.web.public.shell import door

ROOMS = (
    acknowledging,
    feedback,
    home,
    machines,
    minutes,
    pins,
    recalls,
    records,
    refusals,
    resolver,
    shell,
    verifying,
)


def open_door(app: Flask) -> None:
    """Mount the door."""
    csrf.exempt(door)
    app.register_blueprint(door)
