"""Stamps of a party the province has suspended: what their page says, and what of them calls a person.

trust.md, section 3: suspended stands above not activated, says since when and what to do, and calls nobody by
itself; a stamp that nobody activated, or a void or recalled one, does whosever it is.
"""

from datetime import timedelta

import pytest

from tests.web.looking import text_of
from tests.web.public.scene import HOST, open_page
from tests.web.public.test_alerts import ROBOT, alerts
from traceapp.models import Party
from traceapp.services.parties import approvals

SUSPENDED = "Nhà sản xuất của tem này đang bị tỉnh tạm ngừng"
SAMPLE = "Tem mẫu"


@pytest.fixture
def suspend(shelf, cast, now):
    """The province suspends the cooperative, two days ago."""

    def suspend():
        party = shelf.session.get_one(Party, cast.cooperative_id)
        approvals.suspend_party(
            shelf.session,
            actor=cast.officer.actor,
            party=party,
            reason="Giấy phép hết hạn, chờ bổ sung",
            now=now - timedelta(days=2),
        )
        shelf.session.commit()

    return suspend


def opened(client, address, language="vi", **more):
    return open_page(client, f"{address}?lang={language}", **more).get_data(as_text=True)


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "vi",
            (SUSPENDED, "Từ 20/11/2026.", "không nói gì về chất lượng hàng", "hoạt động lại, chính tem này"),
        ),
        ("en", ("suspended by the province", "Since 20/11/2026.", "Once the province lets it resume")),
        ("zh", ("已被省级部门暂停", "自20/11/2026起。", "恢复其运行后")),
    ],
)
def test_an_activated_stamp_says_suspended_since_when_and_what_to_do(
    shelf, passer_by, suspend, settings, language, sentences
):
    address = shelf.make("valid_first")
    suspend()
    markup = opened(passer_by, address, language)
    page = text_of(markup)
    for sentence in sentences:
        assert sentence in page
    assert settings.hotline in page
    assert '<body class="warn">' in markup
    assert 'data-verdict="awaiting_approval"' in markup  # one of the thirteen words of interface.md
    assert SAMPLE not in page
    assert "Giấy phép hết hạn" not in page  # the reason is between the province and the party
    assert "ISO 22000" not in page
    assert alerts(shelf) == []


def test_a_party_that_was_never_approved_still_has_samples(shelf, passer_by):
    page = text_of(opened(passer_by, shelf.make("awaiting_approval")))
    assert SAMPLE in page
    assert SUSPENDED not in page
    assert alerts(shelf) == []


def test_a_stamp_nobody_activated_calls_a_person_also_of_a_suspended_party(shelf, passer_by, suspend):
    run = shelf.run(shelf.item(), None)
    suspend()
    page = text_of(opened(passer_by, shelf.address(run)))
    assert page.index(SUSPENDED) < page.index("Tem chưa kích hoạt")
    assert [row[:2] for row in alerts(shelf)] == [("C1", f"run:{run.public_id}")]


def test_a_robot_calls_nobody(shelf, passer_by, suspend):
    run = shelf.run(shelf.item(), None)
    suspend()
    open_page(passer_by, shelf.address(run), browser=ROBOT)
    assert alerts(shelf) == []


@pytest.mark.parametrize("word", ["void", "recalled"])
def test_what_is_worse_stays_the_verdict_and_an_alert_and_the_suspension_is_told_beside_it(
    shelf, passer_by, suspend, word
):
    address = shelf.make(word)
    suspend()
    markup = opened(passer_by, address)
    assert f'data-verdict="{word}"' in markup
    also = text_of(markup).split("Cũng cần biết", 1)[1]
    assert SUSPENDED in also
    assert "chờ tỉnh duyệt" not in text_of(markup)
    assert [row[0] for row in alerts(shelf)] == ["C3"]


def test_approved_again_the_same_stamp_opens_its_page(shelf, passer_by, suspend, cast, now):
    address = shelf.make("valid_first")
    suspend()
    assert SUSPENDED in text_of(opened(passer_by, address))
    party = shelf.session.get_one(Party, cast.cooperative_id)
    approvals.approve_party(shelf.session, actor=cast.officer.actor, party=party, now=now)
    shelf.session.commit()
    page = text_of(opened(passer_by, address))
    assert SUSPENDED not in page
    assert "Tem hợp lệ" in page


def test_programs_are_told_the_word_and_the_suspension_and_nothing_of_the_goods(shelf, passer_by, suspend):
    address = shelf.make("certificate_suspended")
    suspend()
    serial = address.rsplit("/", 1)[1]
    told = passer_by.get(f"/api/v1/stamps/09520009010011/{serial}", base_url=HOST).get_json()
    assert (told["verdict"], told["tone"], told["also"]) == (
        "awaiting_approval", "caution", ["party_suspended"],
    )  # fmt: skip
    assert (told["names"], told["lot"], told["claims"]) == (None, None, [])


def test_an_inspector_reads_it_on_the_goods(shelf, browser_of, cast, suspend):
    address = shelf.make("valid_first")
    suspend()
    page = text_of(browser_of(cast.inspector).get(f"/inspect/goods?q={HOST}{address}"))
    assert "Đơn vị in tem này đang bị tạm ngừng" in page
    assert SAMPLE not in page
