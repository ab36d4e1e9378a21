"""The cooperative's door, /coop: its products, lots, certificates, stamps and labels."""

from importlib import import_module

from flask import Blueprint, Flask

from traceapp.web.limits import acts

door = Blueprint("cooperative", __name__, url_prefix="/coop")
acts(door)
ROOMS: tuple[str, ...] = (
    "home",
    "parties",
    "trade_items",
    "lots",
    "movements",
    "certificates",
    "renewals",
    "imports",
    "codes",
    "stamps",
    "stock",
    "reprints",
    "prints",
    "labels",
    "barcodes",
    "printers",
    "calibrations",
)


def open_door(app: Flask) -> None:
    """Mount the door with all its rooms; each hangs its views on it when it is imported."""
    for room in ROOMS:
        import_module(f"{__name__}.{room}")
    app.register_blueprint(door)
