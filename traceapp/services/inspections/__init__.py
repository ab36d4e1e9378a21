"""Field records: begun in a market, kept on the server at every step, closed once and never edited again.

The rooms: `reading` (whose record it is), `starting`, `entries` (a step as typed, and back), `goods` (what
was looked at), `saving` (compare-and-set, the same key twice), `photos`, `facts` (the bytes that are hashed),
`closing`.
"""

from traceapp.services.inspections.closing import close_inspection, closing_points, open_items
from traceapp.services.inspections.entries import (
    AnswersEntry,
    Entry,
    ItemEntry,
    PeopleEntry,
    PlaceEntry,
    ResultEntry,
    SigningEntry,
    entry_of,
)
from traceapp.services.inspections.facts import facts_of, record_bytes
from traceapp.services.inspections.photos import MadePhoto, add_photo, make_photo, photo_of, remove_photo
from traceapp.services.inspections.reading import (
    count_drafts,
    list_inspections,
    list_supplements,
    own_inspection,
    read_inspection,
    readable,
)
from traceapp.services.inspections.saving import Saved, remove_item, save_step
from traceapp.services.inspections.starting import (
    discard_inspection,
    start_inspection,
    supplement_inspection,
)

__all__ = [
    "AnswersEntry",
    "Entry",
    "ItemEntry",
    "MadePhoto",
    "PeopleEntry",
    "PlaceEntry",
    "ResultEntry",
    "Saved",
    "SigningEntry",
    "add_photo",
    "close_inspection",
    "closing_points",
    "count_drafts",
    "discard_inspection",
    "entry_of",
    "facts_of",
    "list_inspections",
    "list_supplements",
    "make_photo",
    "open_items",
    "own_inspection",
    "photo_of",
    "read_inspection",
    "readable",
    "record_bytes",
    "remove_item",
    "remove_photo",
    "save_step",
    "start_inspection",
    "supplement_inspection",
]
