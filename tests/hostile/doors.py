"""Every door that takes a file, by the route behind it, and how one hands a file in there.

`test_doors` finds the routes that open strangers' files from their code: one that is not here fails it.
"""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from itertools import count, cycle
from typing import Any, Final, Literal

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests import factories
from tests.hostile.making import Hostile
from tests.web.public.scene import HOST
from traceapp.domain.certificates import RecordState
from traceapp.models import Inspection, Party
from traceapp.services import inspections
from traceapp.services.parties import api_keys
from traceapp.web.importing import EXCEL

Room = Literal["paper", "picture", "record photo", "codes", "workbook"]
"""What is done with a file behind a door: papers checked, pictures made anew, codes read, rows counted."""
_numbers: Final = count(1)
Fields = dict[str, Any]


@dataclass(frozen=True)
class Door:
    """A door: the room behind it, how a file is handed in there, and of a page's form its parts."""

    room: Room
    hand_in: Callable[[Hostile], Any]
    client: FlaskClient | None = None
    address: str = ""
    field: str = ""


@dataclass
class Scene:
    """Records on which files can be handed in, and who may."""

    app: Flask
    browsers: dict[str, FlaskClient]
    keys: dict[str, dict[str, str]]
    names: dict[str, str]
    held: Iterator[str]
    accreditations: Iterator[str]
    records: Iterator[str]
    draft: str
    returned: Iterator[str]


def make_scene(app: Flask, session: Session, cast: factories.Cast, browser_of: Any, now: datetime) -> Scene:
    """The cast with a product, certificates enough for each door to have its own, records, accreditations."""
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    papers = [factories.make_certificate(session, cast, now, item, number=f"DEMO-{n}") for n in range(9)]
    unsent = {"record_state": RecordState.DRAFT, "approved_by_id": None, "approved_at": None}
    draft = factories.make_certificate(session, cast, now, item, number="DEMO-NHAP", **unsent)
    back = unsent | {"sent_by_id": cast.body_id, "entered_by_id": cast.body_officer.account_id}
    returned = [
        factories.make_certificate(session, cast, now, item, number=f"DEMO-LAI-{n}", **back) for n in range(2)
    ]
    vouching = [
        factories.make_accreditation(session, cast.body_id, now, number=f"DEMO-ACC-{n}") for n in range(2)
    ]
    records = [_record(session, cast, now) for _ in range(20)]
    who = ("manager", "inspector", "officer", "body_officer")
    tokens = {name: _key(session, getattr(cast, name), now) for name in who}
    holder, body = (session.get_one(Party, of) for of in (cast.cooperative_id, cast.body_id))
    scene = Scene(
        app,
        {name: browser_of(getattr(cast, name)) for name in who} | {"passer-by": app.test_client()},
        {name: {"Authorization": f"Bearer {token}"} for name, token in tokens.items()},
        {"item": item.public_id, "holder": holder.public_id, "body": body.public_id},
        iter([paper.public_id for paper in papers]),
        iter([row.public_id for row in vouching]),
        cycle([row.public_id for row in records]),
        draft.public_id,
        iter([paper.public_id for paper in returned]),
    )
    session.commit()
    return scene


def _record(session: Session, cast: factories.Cast, now: datetime) -> Inspection:
    record = inspections.start_inspection(session, actor=cast.inspector.actor, now=now)
    record.version += 1  # somebody wrote in it: the next one is another
    session.flush()
    return record


def _key(session: Session, person: factories.Person, now: datetime) -> str:
    _, token = api_keys.create_key(
        session,
        actor=person.actor,
        proved=factories.CHEAP_HASH,
        name="thử",
        days=90,
        now=now,
        today=now.date(),
    )
    return token


def sent(content: bytes, name: str, announced: str = "image/png") -> FileStorage:
    """A file as a form brings it."""
    return FileStorage(BytesIO(content), name, content_type=announced)


def post(client: FlaskClient, address: str, fields: Fields) -> Any:
    """The answer. The form is made here: the library's own leaves the file of a large one open."""
    boundary, body = encode_multipart(fields)
    return client.post(
        address, data=body, content_type=f"multipart/form-data; boundary={boundary}", base_url=HOST
    )


def paper(scene: Scene) -> Fields:
    """What the form of a certificate needs; each time another number."""
    return {
        "scheme": "iso_22000", "number": f"HOSTILE-{next(_numbers)}", "body": scene.names["body"],
        "scope_text": "sản xuất rượu", "trade_items": scene.names["item"], "issued_on": "02/01/2026",
        "valid_from": "02/01/2026", "valid_until": "31/12/2028",
    }  # fmt: skip


ITEM = {"category": "honey", "net_content": "500", "net_unit": "MLT", "shelf_life": "", "storage": "Mát"}
DECISION = {"from_on": "01/11/2026", "reason": "kiểm tra", "document_number": "12/QĐ"}


def doors_of(scene: Scene) -> dict[str, Door]:
    """Every door by its route."""
    return _pages(scene) | _programs(scene)


def _pages(scene: Scene) -> dict[str, Door]:
    def page(room: Room, who: str, address: str, field: str, more: Callable[[], Fields] = dict) -> Door:
        client = scene.browsers[who]

        def hand_in(file: Hostile) -> Any:
            return post(client, address, {**more(), field: sent(file.make(), file.name, file.announced)})

        return Door(room, hand_in, client, address, field)

    def typed() -> Fields:
        return paper(scene)

    def record_photo(file: Hostile) -> Any:
        """Each record takes ten photos."""
        address = f"/inspect/inspections/{next(scene.records)}/photos"
        return page("record photo", "inspector", address, "photos").hand_in(file)

    def corrected(file: Hostile) -> Any:
        """What was put right is sent, and is taken back for the next."""
        post(scene.browsers["body_officer"], f"{returned}/take-back", {})
        return correcting.hand_in(file)

    returned = f"/body/certificates/{next(scene.returned)}"
    correcting = page("paper", "body_officer", f"{returned}/edit", "evidence", typed)
    names, held, body = scene.names, scene.held, "body_officer"
    stopped = {f"suspension-{name}": told for name, told in DECISION.items()}
    copied, decided = {"kind": "suspension"} | DECISION, "/decisions/suspension"
    return {
        "cooperative.add_evidence": page(
            "paper", "manager", f"/coop/certificates/{scene.draft}/evidence", "evidence"
        ),
        "cooperative.new_certificate": page("paper", "manager", "/coop/certificates/new", "evidence", typed),
        "cooperative.renew_certificate": page(
            "paper", "manager", f"/coop/certificates/{next(held)}/renew", "evidence", typed
        ),
        "body.enter_certificate": page(
            "paper", body, f"/body/certificates/new/{names['holder']}", "evidence", typed
        ),
        "body.renew_certificate": page(
            "paper", body, f"/body/certificates/{next(held)}/renew", "evidence", typed
        ),
        "body.correct_certificate": replace(correcting, hand_in=corrected),
        "body.decide": page(
            "paper", body, f"/body/certificates/{next(held)}{decided}", "suspension-file", lambda: stopped
        ),
        "province.decide": page(
            "paper", "officer", f"/province/certificates/{next(held)}/decisions", "file", lambda: copied
        ),
        "province.decide_accreditation": page(
            "paper",
            "officer",
            f"/province/accreditations/{next(scene.accreditations)}/decisions",
            "file",
            lambda: copied,
        ),
        "cooperative.set_photo": page(
            "picture", "manager", f"/coop/items/{names['item']}/photo", "photo", lambda: {"alt": ""}
        ),
        "cooperative.new_item": page(
            "picture",
            "manager",
            "/coop/items/new",
            "photo",
            lambda: ITEM | {"name_vi": f"Mật {next(_numbers)}"},
        ),
        "public.report": page(
            "picture", "passer-by", "/report", "photo", lambda: {"kind": "other", "about": "/"}
        ),
        "inspector.inspection_photos": Door("record photo", record_photo),
        "inspector.read_box": page("codes", "inspector", "/inspect", "photo", lambda: {"q": ""}),
        "public.verify_photo": page("codes", "passer-by", "/verify", "photo"),
        "province.upload_import": page("workbook", "officer", "/province/imports/forms/certificates", "file"),
        "cooperative.upload_import": page(
            "workbook", "manager", "/coop/imports/forms/own-certificates", "file"
        ),
    }


def _programs(scene: Scene) -> dict[str, Door]:
    def program(who: str, address: str, **told: Any) -> Any:
        header = scene.keys[who] | {"Idempotency-Key": f"hostile-{next(_numbers):04}"}
        return scene.app.test_client().post(f"/api/v1{address}", headers=header, base_url=HOST, **told)

    def raw(room: Room, who: str, address: str, kind: str) -> Door:
        return Door(room, lambda file: program(who, address, data=file.make(), content_type=kind))

    def within(who: str, address: str, more: Callable[[Fields], Fields]) -> Door:
        def hand_in(file: Hostile) -> Any:
            scan = {"name": file.name[:200], "content": base64.b64encode(file.make()).decode()}
            return program(who, address, json=more(scan))

        return Door("paper", hand_in)

    def issued(scan: Fields) -> Fields:
        told = paper(scene) | {"holder": scene.names["holder"], "scope": "sản xuất rượu", "scans": [scan]}
        told |= {"issued_on": "2026-01-02", "valid_from": "2026-01-02", "valid_until": "2028-12-31"}
        told |= {"trade_items": [scene.names["item"]]}
        return {name: value for name, value in told.items() if name not in {"body", "scope_text"}}

    def decided(scan: Fields) -> Fields:
        return {"kind": "suspension", **DECISION, "from_on": "2026-11-01", "file": scan}

    def corrected(file: Hostile) -> Any:
        program("body_officer", f"{returned}/take-back")
        return correcting.hand_in(file)

    def put_right(scan: Fields) -> Fields:
        return {name: value for name, value in issued(scan).items() if name != "holder"}

    returned = f"/body/certificates/{next(scene.returned)}"
    correcting = within("body_officer", f"{returned}/edit", put_right)
    return {
        "api.add_scan": raw(
            "paper", "manager", f"/own/certificates/{scene.draft}/evidence", "application/pdf"
        ),
        "api.decide": within("officer", f"/certificates/{next(scene.held)}/decisions", decided),
        "api.decide_accreditation": within(
            "officer", f"/accreditations/{next(scene.accreditations)}/decisions", decided
        ),
        "api.enter_issued": within("body_officer", "/body/certificates", issued),
        "api.correct_issued": Door("paper", corrected),
        "api.add_photo": raw(
            "record photo", "inspector", f"/inspections/{next(scene.records)}/photos", "image/jpeg"
        ),
        "api.set_own_photo": raw(
            "picture", "manager", f"/own/trade-items/{scene.names['item']}/photo", "image/jpeg"
        ),
        "api.read_codes_of": raw("codes", "inspector", "/desk/photo", "image/jpeg"),
        "api.upload_import": raw("workbook", "officer", "/imports/forms/certificates", EXCEL),
    }
