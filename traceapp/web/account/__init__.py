"""The account door, /account: signing up, in and out, one's password and language, one's first party."""

from importlib import import_module

from flask import Blueprint, Flask

from traceapp.web.limits import acts

door = Blueprint("account", __name__, url_prefix="/account")
acts(door)
ROOMS = ("signing", "settings", "reminders", "keys", "party")


def open_door(app: Flask) -> None:
    """Mount the door with all its rooms; each hangs its views on it when it is imported."""
    for room in ROOMS:
        import_module(f"{__name__}.{room}")
    app.register_blueprint(door)
