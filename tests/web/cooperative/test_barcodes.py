"""Barcodes of one's own product, through the pages."""

import io

import pytest
import zxingcpp
from PIL import Image

from tests import factories


@pytest.fixture
def item(session, cast, now):
    made = factories.make_trade_item(session, cast.cooperative_id, now)
    factories.make_lot(session, made, now)
    _ = made.lots
    session.commit()
    return made


def test_every_barcode_is_shown_with_its_three_files(browser_of, cast, item):
    manager = browser_of(cast.manager)
    assert item.name_vi in manager.get("/coop/barcodes").text
    page = manager.get(f"/coop/barcodes/{item.public_id}?lot={item.lots[0].public_id}&serial=AB12").text
    assert "(01)09520009010011(11)260905(17)280905(10)L260905A(21)AB12" in page
    for kind in ("ean13", "itf14", "gs1-128", "gs1-datamatrix", "qr"):
        for form, start in (("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")):
            assert f"/coop/barcodes/{item.public_id}/{kind}.{form}?lot=" in page
            answer = manager.get(f"/coop/barcodes/{item.public_id}/{kind}.{form}")
            assert answer.data.startswith(start)


def test_a_downloaded_picture_decodes(browser_of, cast, item):
    answer = browser_of(cast.manager).get(f"/coop/barcodes/{item.public_id}/ean13.png")
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.data)).convert("L"))
    assert [one.text for one in found] == ["9520009010011"]


@pytest.mark.parametrize("serial", ["mã số", "X" * 21])
def test_a_serial_gs1_does_not_allow_is_said_beside_its_field(browser_of, cast, item, serial):
    answer = browser_of(cast.manager).get(f"/coop/barcodes/{item.public_id}", query_string={"serial": serial})
    assert answer.status_code == 422
    assert "Lỗi:" in answer.text
    assert serial in answer.text


def test_a_barcode_the_product_cannot_have_is_not_found(browser_of, cast, item):
    manager = browser_of(cast.manager)
    assert manager.get(f"/coop/barcodes/{item.public_id}/ean8.svg").status_code == 404
    assert manager.get(f"/coop/barcodes/{item.public_id}/ean13.gif").status_code == 404


def test_a_stranger_finds_nothing(browser_of, passer_by, cast, item, session, now):
    rival = browser_of(cast.rival)
    assert rival.get(f"/coop/barcodes/{item.public_id}").status_code == 404
    assert rival.get(f"/coop/barcodes/{item.public_id}/ean13.svg").status_code == 404
    assert item.name_vi not in rival.get("/coop/barcodes").text
    assert passer_by.get("/coop/barcodes").status_code == 303
    own = {"gtin": None, "registry_number": "00000017"}
    theirs = factories.make_trade_item(session, cast.rival_id, now, **own)
    foreign = factories.make_lot(session, theirs, now)
    session.commit()
    manager = browser_of(cast.manager)
    assert manager.get(f"/coop/barcodes/{item.public_id}?lot={foreign.public_id}").status_code == 404
