"""A body enters the paper that renews one of its own: linked, sent at once, the number kept if it likes."""

import io
from datetime import date

import pytest
from PIL import Image
from sqlalchemy import select

from tests import factories
from tests.web.looking import acts, look
from traceapp.domain.certificates import RecordState
from traceapp.models import Certificate, Party


@pytest.fixture
def thu(browser_of, cast):
    return browser_of(cast.body_officer)


@pytest.fixture
def old(session, cast, now):
    """Entered by the cooperative, approved, over since September."""
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    one = factories.make_certificate(
        session, cast, now, item, standard="ISO 22000:2005", issued_on=date(2023, 10, 1),
        valid_from=date(2023, 10, 1), valid_until=date(2026, 9, 30),
    )  # fmt: skip
    session.commit()
    return one


@pytest.fixture
def path(old):
    return f"/body/certificates/{old.public_id}"


def typed(old, **more):
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "#b9a58a").save(file, "PNG")
    file.seek(0)
    told = {
        "scheme": "iso_22000", "standard": "ISO 22000:2018", "number": old.number,
        "scope_text": "Sản xuất rượu men lá", "issued_on": "1/10/2026", "valid_until": "30/9/2029",
        "trade_items": [old.subjects[0].trade_item.public_id], "evidence": (file, "giay.png"),
    }  # fmt: skip
    return told | more


def test_the_body_renews_under_the_same_number_and_the_province_approves(
    thu, browser_of, passer_by, cast, session, old, path
):
    page = thu.get(f"{path}/renew")
    assert 'value="ISO 22000:2018"' in page.text
    assert f'href="{path}/renew"' in thu.get(path).text
    answer = thu.post(f"{path}/renew", data=typed(old))
    assert answer.status_code == 303
    [made] = look(session, select(Certificate).where(Certificate.id != old.id))
    assert (made.replaces_id, made.number, made.record_state) == (old.id, old.number, RecordState.SUBMITTED)
    assert [row.added_by_id for row in made.evidence] == [cast.body_officer.account_id]
    public_id = made.public_id
    session.commit()
    assert f"{path}/renew" not in thu.get(path).text
    owner = browser_of(cast.manager).get(f"/coop/certificates/{public_id}").text
    assert "Tổ chức chứng nhận Thử Nghiệm thêm lúc" in owner
    browser_of(cast.officer).post(f"/province/certificates/{public_id}/approve")
    assert "Được thay bằng" in passer_by.get(f"/certificates/{old.public_id}").text
    assert acts(session) == ["entered_certificate", "approved_certificate"]


def test_a_second_renewal_is_refused(thu, session, old, path):
    thu.post(f"{path}/renew", data=typed(old))
    for answer in (thu.get(f"{path}/renew"), thu.post(f"{path}/renew", data=typed(old, number="N-2"))):
        assert answer.status_code == 409
    assert acts(session) == ["entered_certificate"]


def test_what_is_refused_keeps_what_was_typed(thu, session, old, path):
    answer = thu.post(f"{path}/renew", data=typed(old, scheme="iso_9001"))
    assert answer.status_code == 422
    assert "cùng chương trình" in answer.text
    assert "Sản xuất rượu men lá" in answer.text
    assert acts(session) == []


def test_another_bodys_certificate_does_not_exist(thu, session, cast, now, old, path):
    other = factories.make_party(
        session, "Tổ chức khác", session.get_one(Party, cast.body_id).kind, now,
        session.get_one(Party, cast.body_id).addresses[0].admin_unit,
    )  # fmt: skip
    old.body = other
    session.commit()
    assert thu.get(f"{path}/renew").status_code == 404
    assert thu.post(f"{path}/renew", data=typed(old)).status_code == 404
    assert acts(session) == []
