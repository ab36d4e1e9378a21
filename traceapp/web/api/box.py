"""The box by program: a number, a code or a photo goes in, what it names comes out; and the card."""

from datetime import date

from flask import Response, current_app, request
from flask_openapi3.models import RawModel
from pydantic import BaseModel, Field

from traceapp.domain.certificates import CertificateStatus
from traceapp.domain.permissions import Act
from traceapp.extensions import limiter, reader
from traceapp.i18n import N_
from traceapp.models import Certificate
from traceapp.services.identification import Goods, certificates_of, identify
from traceapp.services.photo_reading import read_codes
from traceapp.services.public.publishing import item_names, item_path
from traceapp.services.vouching.claims import schemes_by_code
from traceapp.services.vouching.dossier import Dossier, answer_claims, open_dossier, read_certificate
from traceapp.web.api import answers, shapes, showing
from traceapp.web.api.acting import NEEDS_KEY, caller, key_shown
from traceapp.web.api.book import CERTIFICATES, door
from traceapp.web.api.claims import shown_claims, shown_conflict
from traceapp.web.api.own_certificates import shown
from traceapp.web.api.refusals import refused
from traceapp.web.languages import today

LOOKS = limiter.shared_limit("60 per minute", scope="api-box", key_func=key_shown)


class BoxQuestion(shapes.Question):
    """What was typed."""

    q: str = Field(
        min_length=1, max_length=300, description=N_("Số chứng nhận, mã tem, địa chỉ, GTIN hoặc số lô")
    )


class CardQuestion(shapes.Question):
    """Beside which goods, on which day."""

    q: str = Field("", max_length=300, description=N_("Hàng đang cầm: mã tem, địa chỉ, GTIN hoặc số lô"))
    on: date | None = Field(
        None,
        description=N_(
            "Xét vào ngày này; mặc định ngày sản xuất lô, không có thì ngày đóng gói, hoặc hôm nay"
        ),
    )


class Snapshot(RawModel):
    """A photo, as the camera made it; nothing of it is kept."""

    mimetypes: list[str] = ["image/jpeg", "image/png", "image/webp"]  # noqa: RUF012 - its base has it so


class Codes(BaseModel):
    """What was read, what can hold a serial first: ask `/desk/find` with one of them."""

    codes: list[str]


class Beside(BaseModel):
    """A certificate in a list."""

    public_id: str
    number: str
    standard: str
    holder: str
    status: CertificateStatus


class InHand(BaseModel):
    """Goods a text names."""

    uri: str
    trade_item: str
    names: shapes.Names
    lot: str | None = Field(description=N_("Mã công khai của lô"))
    lot_code: str | None
    run: str | None
    made_on: date | None
    packed_on: date | None


class Found(BaseModel):
    """All that a text may mean; `alike`: numbers that contain it; `stray`: a stamp's code never issued."""

    certificates: list[Beside]
    goods: list[InHand]
    alike: list[Beside]
    stray: bool


class Card(BaseModel):
    """A certificate beside the goods in hand: today, on the day that counts, and what contradicts what."""

    certificate: shapes.OwnCertificate
    goods: InHand | None
    status_today: shapes.StatusOn
    status_on: shapes.StatusOn
    product_covered: bool | None
    place_covered: bool | None
    conflicts: list[answers.ClaimConflict]
    claims: list[answers.Claim]
    files_intact: bool | None
    same_number: list[Beside]
    others_of_holder: list[Beside]


@door.get(
    "/desk/find",
    summary=N_("Dòng chữ này là của chứng nhận, tem, sản phẩm hay lô nào"),
    tags=[CERTIFICATES],
    responses={200: Found, **refused(401, 403)},
    security=NEEDS_KEY,
)
@LOOKS
def find(query: BoxQuestion) -> Response:
    """Everything the text may name that the caller may see."""
    actor = caller()
    found = identify(reader(), current_app.extensions["serial_keys"], query.q, actor=actor)
    named = list(found.certificates)
    for goods in found.goods:
        named += [one for one in certificates_of(reader(), goods, actor=actor) if one not in named]
    return showing.answer(
        Found(
            certificates=[_beside(one) for one in named],
            goods=[_in_hand(one) for one in found.goods],
            alike=[_beside(one) for one in found.alike],
            stray=found.stray,
        )
    )


@door.post(
    "/desk/photo",
    summary=N_("Đọc mã trong một ảnh chụp nhãn; ảnh không được lưu"),
    tags=[CERTIFICATES],
    responses={200: Codes, **refused(401, 403, 413, 415)},
    security=NEEDS_KEY,
)
@LOOKS
def read_codes_of(raw: Snapshot) -> Response:  # noqa: ARG001 - for the specification
    """The codes in a photo. It changes nothing, so it needs no Idempotency-Key."""
    caller().must(Act.LOOK_UP_CERTIFICATE)
    return showing.answer(Codes(codes=list(read_codes(request.get_data()))))


@door.get(
    "/desk/certificates/<public_id>/card",
    summary=N_("Thẻ kiểm tra: chứng nhận đặt cạnh hàng đang cầm, hôm nay và vào ngày cần xét"),
    tags=[CERTIFICATES],
    responses={200: Card, **refused(401, 403, 404)},
    security=NEEDS_KEY,
)
@LOOKS
def read_card(path: shapes.Named, query: CardQuestion) -> Response:
    """The card. Where `q` names several things or none, it stands beside no goods."""
    actor = caller()
    certificate = read_certificate(reader(), path.public_id, actor=actor)
    named = (
        identify(reader(), current_app.extensions["serial_keys"], query.q, actor=actor).goods
        if query.q
        else ()
    )
    goods = named[0] if len(named) == 1 else None
    dossier = open_dossier(
        reader(),
        current_app.extensions["storage"],
        actor=actor,
        certificate=certificate,
        goods=goods,
        on=query.on,
        today=today(),
    )
    claims = (
        answer_claims(reader(), actor=actor, goods=goods, dossiers=[dossier], day=query.on or today())
        if goods
        else ()
    )
    return showing.answer(_card(dossier, shown_claims(claims, schemes_by_code(reader()))))


def _card(dossier: Dossier, claims: list[answers.Claim]) -> Card:
    covered = dossier.coverage
    return Card(
        certificate=shown(reader(), dossier.certificate),
        goods=_in_hand(dossier.goods) if dossier.goods else None,
        status_today=shapes.status_shape(dossier.status_today, dossier.today),
        status_on=shapes.status_shape(dossier.status_on, dossier.on),
        product_covered=covered.product if covered is not None else None,
        place_covered=covered.place if covered is not None else None,
        conflicts=[shown_conflict(one) for one in dossier.conflicts],
        claims=claims,
        files_intact=all(one.intact for one in dossier.files) if dossier.files else None,
        same_number=[_beside(one) for one in dossier.same_number],
        others_of_holder=[_beside(one) for one in dossier.others],
    )


def _beside(row: Certificate) -> Beside:
    return Beside(
        public_id=row.public_id,
        number=row.number,
        standard=row.standard,
        holder=row.holder.public_id,
        status=row.status_on(today()).status,
    )


def _in_hand(goods: Goods) -> InHand:
    return InHand(
        uri=showing.uri_of(goods.path or item_path(goods.item)),
        trade_item=goods.item.subject,
        names=showing.names(item_names(goods.item)),
        lot=goods.lot.public_id if goods.lot else None,
        lot_code=goods.lot.code if goods.lot else None,
        run=goods.run.public_id if goods.run else None,
        made_on=goods.lot.made_on if goods.lot else None,
        packed_on=goods.lot.packed_on if goods.lot else None,
    )
