"""Photos of a record: made anew by us, without position or camera, the time kept, each under its hash."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, NotFound
from traceapp.domain.inspections import MOST_PHOTOS
from traceapp.models import Inspection, InspectionPhoto
from traceapp.services import pictures
from traceapp.services.inspections.reading import hold_open, record
from traceapp.services.vouching.evidence import keep_file
from traceapp.storage import Storage

LONGEST = 1600  # px
MOST_BYTES = 300_000


@dataclass(frozen=True, slots=True)
class MadePhoto:
    """A photo as we made it anew, and when its camera says it was taken."""

    content: bytes
    taken_at: datetime | None


def make_photo(content: bytes) -> MadePhoto:
    """Make a stranger's photo anew. Raises what `pictures.reencode_within` does.

    Done before the act begins: it takes a while, in which nobody else could write.
    """
    made = pictures.reencode_within(content, longest=LONGEST, most_bytes=MOST_BYTES, field="photos")
    return MadePhoto(*made)


def add_photo(
    session: Session,
    storage: Storage,
    *,
    actor: Actor,
    inspection: Inspection,
    photo: MadePhoto,
    now: datetime,
) -> tuple[InspectionPhoto, bool]:
    """The photo in the record, and whether it is new there: the same file twice is one photo.

    Raises `inspection_photos_many`, `inspection_closed`.
    """
    made, taken_at = photo.content, photo.taken_at
    hold_open(session, actor, inspection)
    if len(inspection.photos) >= MOST_PHOTOS and not _is_there(inspection, made):
        raise Conflict("inspection_photos_many", field="photos", limit=MOST_PHOTOS)
    sha256 = keep_file(
        session,
        storage,
        made,
        actor=actor,
        media_type="image/webp",
        first_name="photo.webp",
        now=now,
        inline=True,
    )
    earlier = next((one for one in inspection.photos if one.sha256 == sha256), None)
    if earlier is not None:
        return earlier, False
    added = InspectionPhoto(
        sha256=sha256, taken_at=taken_at if taken_at and taken_at <= now else None, created_at=now
    )
    inspection.photos.append(added)
    _touched(inspection, now)
    record(session, actor, "added_inspection_photo", inspection, now, sha256=sha256)
    return added, True


def remove_photo(
    session: Session, *, actor: Actor, inspection: Inspection, sha256: str, now: datetime
) -> None:
    """Take a photo out of a draft; harmless where it is gone already. The journal keeps its hash."""
    hold_open(session, actor, inspection)
    photo = next((one for one in inspection.photos if one.sha256 == sha256), None)
    if photo is None:
        return
    inspection.photos.remove(photo)
    _touched(inspection, now)
    record(session, actor, "removed_inspection_photo", inspection, now, sha256=sha256)


def photo_of(inspection: Inspection, sha256: str) -> InspectionPhoto:
    """A photo of a record. Raises `NotFound` `no_such_record`."""
    found = next((one for one in inspection.photos if one.sha256 == sha256), None)
    if found is None:
        raise NotFound("no_such_record")
    return found


def _is_there(inspection: Inspection, made: bytes) -> bool:
    return hashlib.sha256(made).hexdigest() in {one.sha256 for one in inspection.photos}


def _touched(inspection: Inspection, now: datetime) -> None:
    inspection.version += 1
    inspection.saved_at = now
