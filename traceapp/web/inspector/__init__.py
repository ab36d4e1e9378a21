"""The inspector's door, /inspect: one box, one card, and the lot in hand held where it must be."""

from flask import Blueprint, Flask

from traceapp.web.limits import acts

door = Blueprint("inspector", __name__, url_prefix="/inspect")
acts(door)


def open_door(app: Flask) -> None:
    """Mount the door with all its rooms."""
    from traceapp.web.inspector import (  # noqa: F401 - each room hangs its views on the door
        alerts,
        card,
        codes,
        following,
        inspection_photos,
        inspection_steps,
        inspections,
        lots,
        restricting,
        restrictions,
        search,
    )

    app.register_blueprint(door)
