"""The certification body's door, /body: its certificates, and what it decides about them.

Only the body decides (ISO/IEC 17000, 7): inspectors record findings, the province copies decisions that came
on paper. Another body's certificate does not exist here.
"""

from flask import Blueprint, Flask

from traceapp.web.limits import acts

door = Blueprint("body", __name__, url_prefix="/body")
acts(door)


def open_door(app: Flask) -> None:
    """Mount the door with all its rooms."""
    from traceapp.web.body import (  # noqa: F401 - each room hangs its views on the door
        certificates,
        entering,
        home,
    )

    app.register_blueprint(door)
