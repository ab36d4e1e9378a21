"""Barcodes of one's own products, each as SVG, PNG and PDF at exact size."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from traceapp.domain.errors import NotFound, RuleBroken
from traceapp.domain.permissions import Role
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.models import Lot, TradeItem
from traceapp.services import own_lists, printing, stamping
from traceapp.services.printing.barcodes import FORMS, Form
from traceapp.web.access import actor, only
from traceapp.web.cooperative import door
from traceapp.web.cooperative.printing_forms import settings
from traceapp.web.errors import sentence
from traceapp.web.paging import after, sought

PEOPLE = (Role.MANAGER, Role.MEMBER)
NAMES = {
    "ean13": ("EAN-13", N_("Quét ở quầy thu ngân")),
    "ean8": ("EAN-8", N_("Quét ở quầy thu ngân, bao bì nhỏ")),
    "itf14": ("ITF-14", N_("In lên thùng các-tông. Thùng có mã riêng: mở sản phẩm, bấm “Thêm thùng hàng”.")),
    "gs1-128": ("GS1-128", N_("Nhãn kho, thùng: kèm ngày và số lô")),
    "gs1-datamatrix": ("GS1 DataMatrix", N_("Nhỏ, chứa ngày và số lô")),
    "qr": ("QR", N_("Mở trang sản phẩm hoặc lô bằng điện thoại")),
}
TYPES: dict[str, Form] = {"svg": "svg", "png": "png", "pdf": "pdf"}


@door.get("/barcodes")
@only(*PEOPLE)
def barcodes() -> ResponseReturnValue:
    """The products one may draw barcodes of."""
    page = own_lists.page_items(reader(), actor(), typed=sought(), after=after())
    return render_template("cooperative/barcodes/list.html", page=page, sought=sought())


@door.get("/barcodes/<public_id>")
@only(*PEOPLE)
def item_barcodes(public_id: str) -> ResponseReturnValue:
    """Every barcode one product can carry, with its lot and serial where chosen."""
    item = stamping.own_item(reader(), actor(), public_id)
    fault, codes = None, []
    try:
        values = printing.code_values(item, _lot(item), _serial(), settings())
        for kind, value in values.items():
            drawn = printing.draw_barcode(kind, value, "svg").decode()
            codes.append((kind, *NAMES[kind], value, Markup(drawn)))  # noqa: S704 - drawn by the press, which escapes
    except RuleBroken as broken:
        if isinstance(broken, NotFound):
            raise
        fault = sentence(broken)
    asked = {name: request.args[name] for name in ("lot", "serial") if request.args.get(name)}
    page = render_template(
        "cooperative/barcodes/item.html", item=item, codes=codes, fault=fault, forms=FORMS, asked=asked
    )
    return page, 422 if fault else 200


@door.get("/barcodes/<public_id>/<kind>.<any(svg, png, pdf):form>")
@only(*PEOPLE)
def barcode_file(public_id: str, kind: str, form: str) -> ResponseReturnValue:
    """One barcode as a file."""
    item = stamping.own_item(reader(), actor(), public_id)
    values = printing.code_values(item, _lot(item), _serial(), settings())
    if kind not in values:
        raise NotFound("record_not_found")
    drawn = printing.draw_barcode(kind, values[kind], TYPES[form])
    name = f"{kind}-{item.subject}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(drawn, mimetype=FORMS[form], headers=headers)


def _lot(item: TradeItem) -> Lot | None:
    public_id = request.args.get("lot")
    if not public_id:
        return None
    lot = stamping.own_lot(reader(), actor(), public_id)
    if lot.trade_item_id != item.id:
        raise NotFound("record_not_found")
    return lot


def _serial() -> str:
    return request.args.get("serial", "").strip()
