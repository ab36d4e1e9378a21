"""The province's door, /province: what waits for a yes or no, the certificates, the journal, the reports."""

from flask import Blueprint, Flask

from traceapp.web.limits import acts

door = Blueprint("province", __name__, url_prefix="/province")
acts(door)


def open_door(app: Flask) -> None:
    """Mount the door with all its rooms."""
    from traceapp.web.province import (  # noqa: F401 - each room hangs its views on the door
        accreditations,
        bodies,
        certificates,
        codes,
        imports,
        journal_pages,
        parties,
        queue,
        reports,
        restrictions,
        week,
    )

    app.register_blueprint(door)
