"""Photos of a field record: added one or several at a time, looked at, taken out again."""

from io import BytesIO

from flask import abort, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from traceapp.domain.errors import Conflict, Malformed, RuleBroken
from traceapp.domain.inspections import MOST_PHOTOS, Step
from traceapp.domain.permissions import Role
from traceapp.extensions import limiter, reader, transaction
from traceapp.models import Inspection
from traceapp.services import inspections
from traceapp.storage import FileGone
from traceapp.web import access
from traceapp.web.errors import sentence
from traceapp.web.evidence import storage
from traceapp.web.inspector import door
from traceapp.web.inspector.inspection_forms import PhotosForm
from traceapp.web.inspector.inspection_steps import about
from traceapp.web.languages import gettext, now

READERS = (Role.INSPECTOR, Role.PROVINCE)


@door.route("/inspections/<public_id>/photos", methods=["GET", "POST"])
@limiter.limit("60 per minute", methods=["POST"])
@access.only(Role.INSPECTOR)
def inspection_photos(public_id: str) -> ResponseReturnValue:
    """The photos, and a form for more."""
    found = inspections.own_inspection(reader(), actor=access.actor(), public_id=public_id)
    if found.is_closed and request.method == "GET":
        return redirect(url_for(".inspection", public_id=found.public_id), 303)
    form = PhotosForm()
    if not form.validate_on_submit():
        return _shown(found, form), 422 if form.is_submitted() else 200
    for file in (form.photos.data or ())[: MOST_PHOTOS + 1]:  # each is opened in a room of its own
        if file and file.filename:
            _add(public_id, form, file.filename, file.read())
    asks_json = request.accept_mimetypes.best == "application/json"
    if not form.errors:
        onward = url_for(".inspection_photos", public_id=found.public_id)
        return jsonify(next=onward) if asks_json else redirect(onward, 303)
    if asks_json:
        return jsonify(errors=form.photos.errors), 422
    reader().rollback()  # look again: those that could be read are there
    return _shown(found, form), 422


def _add(public_id: str, form: PhotosForm, name: str, content: bytes) -> None:
    """One photo, in a transaction of its own: a file that cannot be read takes no other with it."""
    try:
        photo = inspections.make_photo(content)
        with transaction() as session:
            inspections.add_photo(
                session,
                storage(),
                actor=access.actor(),
                inspection=inspections.own_inspection(session, actor=access.actor(), public_id=public_id),
                photo=photo,
                now=now(),
            )
    except (Malformed, Conflict) as broken:
        form.photos.errors = [*form.photos.errors, _said(name, broken)]


def _said(name: str, broken: RuleBroken) -> str:
    return f"{name[:80]}: {sentence(broken)}"


@door.post("/inspections/<public_id>/photos/<sha256>/remove")
@access.only(Role.INSPECTOR)
def remove_inspection_photo(public_id: str, sha256: str) -> ResponseReturnValue:
    """Take a photo out of a draft."""
    with transaction() as session:
        found = inspections.own_inspection(session, actor=access.actor(), public_id=public_id)
        inspections.remove_photo(session, actor=access.actor(), inspection=found, sha256=sha256, now=now())
    return redirect(url_for(".inspection_photos", public_id=public_id), 303)


@door.get("/inspections/<public_id>/photos/<sha256>")
@access.only(*READERS)
def inspection_photo(public_id: str, sha256: str) -> ResponseReturnValue:
    """A photo, as we made it."""
    found = inspections.read_inspection(reader(), actor=access.actor(), public_id=public_id)
    photo = inspections.photo_of(found, sha256)
    try:
        content = storage().get(photo.sha256)
    except FileGone:
        abort(404, gettext("Tệp không còn trong kho lưu trữ."))
    answer = send_file(BytesIO(content), mimetype=photo.file.media_type)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _shown(found: Inspection, form: PhotosForm) -> str:
    return render_template(
        "inspector/inspections/photos.html", form=form, most=MOST_PHOTOS, kept={}, **about(found, Step.PHOTOS)
    )
