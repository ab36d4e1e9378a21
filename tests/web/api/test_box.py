"""The inspector's box by program: a number, a code or a photo; the card beside the goods, today and then."""

from datetime import date
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from tests import factories
from tests.web.api.test_certificates_whole import PDF
from traceapp.domain.certificates import DecisionKind
from traceapp.models import CertificateDecision

LOT = "https://txng.langson.gov.vn/01/09520009010011/10/L260905A"


@pytest.fixture
def scene(session, cast, now):
    """A certificate of the product, suspended after the lot was made; a lot."""
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    lot = factories.make_lot(session, item, now)
    held = factories.make_certificate(session, cast, now, item)
    held.decisions.append(
        CertificateDecision(sequence=1, kind=DecisionKind.SUSPENSION, from_on=date(2026, 10, 1),
                            reason="kiểm tra", recorded_by_id=cast.officer.account_id, created_at=now)
    )  # fmt: skip
    session.commit()
    return {"lot": lot.public_id, "held": held.public_id, "number": held.number}


def test_a_number_and_a_code_name_what_is_on_record(get, key_of, cast, scene):
    minh = key_of(cast.inspector)
    [found] = get(f"/desk/find?q={scene['number'].lower().replace('-', ' ')}", minh).json["certificates"]
    assert (found["public_id"], found["status"]) == (scene["held"], "suspended")
    told = get(f"/desk/find?q={LOT}", minh).json
    assert [(one["lot"], one["lot_code"]) for one in told["goods"]] == [(scene["lot"], "L260905A")]
    assert [one["public_id"] for one in told["certificates"]] == [scene["held"]]
    nothing = get("/desk/find?q=khong-co-gi", minh).json
    assert nothing == {"certificates": [], "goods": [], "alike": [], "stray": False}


def test_a_photo_is_read_and_not_kept(passer_by, key_of, cast):
    symbol = zxingcpp.create_barcode(LOT, zxingcpp.BarcodeFormat.QRCode)
    file = BytesIO()
    Image.fromarray(symbol.to_image(scale=4)).save(file, "PNG")
    told = {"data": file.getvalue(), "content_type": "image/png"}
    here = "/api/v1/desk/photo"
    assert passer_by.post(here, headers=key_of(cast.inspector), **told).json == {"codes": [LOT]}
    assert passer_by.post(here, headers=key_of(cast.manager), **told).status_code == 403
    assert passer_by.post(here, **told).status_code == 401
    wrong = passer_by.post(here, headers=key_of(cast.inspector), data=PDF, content_type="image/png")
    assert (wrong.status_code, wrong.json["code"]) == (400, "picture_format")


def test_the_card_says_today_and_the_day_the_goods_were_made(get, key_of, cast, scene):
    minh, page = key_of(cast.inspector), f"/desk/certificates/{scene['held']}/card"
    told = get(f"{page}?q={LOT}", minh).json
    assert told["status_today"]["status"] == "suspended"
    assert (told["status_on"]["on"], told["status_on"]["status"]) == ("2026-09-05", "active")
    assert (told["goods"]["lot_code"], told["product_covered"]) == ("L260905A", True)
    assert [(one["on_day"], one["when_made"]) for one in told["claims"]] == [("may_not", "may")]
    assert get(f"{page}?on=2026-10-02", minh).json["status_on"]["status"] == "suspended"
    assert get(page, minh).json["goods"] is None


def test_whoever_looks_nothing_up_is_told_nothing(get, key_of, cast, scene):
    for path in ("/desk/find?q=x", f"/desk/certificates/{scene['held']}/card"):
        get(path, key_of(cast.manager), 403)
        get(path, {}, 401)
