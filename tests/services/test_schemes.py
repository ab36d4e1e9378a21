"""Schemes and editions as the migrations leave them, and what a certificate's page says of its edition."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests import factories
from traceapp.domain.editions import EditionNotice, notice
from traceapp.domain.errors import NotAllowed, RuleBroken
from traceapp.models import CertificateActivity, JournalEntry, Scheme, SchemeEdition
from traceapp.services.vouching import schemes

NAMED = {
    "iso_9001", "iso_22000", "haccp", "vietgap_crops", "vietgap_livestock", "vietgap_aquaculture", "vietgap",
    "globalgap", "organic", "standard_conformity", "regulation_conformity", "ocop_3", "ocop_4", "ocop_5",
}  # fmt: skip


@pytest.fixture
def item(session, cast, now):
    return factories.make_trade_item(session, cast.cooperative_id, now)


def test_an_installation_knows_every_scheme_in_three_languages(session):
    schemes = session.scalars(select(Scheme).order_by(Scheme.position)).all()
    assert {one.code for one in schemes} == NAMED
    assert [one.code for one in schemes][:4] == ["iso_9001", "iso_22000", "haccp", "vietgap_crops"]
    assert all(one.name_vi and one.name_en for one in schemes)


def test_only_what_is_known_of_an_edition_is_on_record(session):
    told = {
        one.standard: (one.superseded_by.standard if one.superseded_by else None, one.transition_until)
        for one in session.scalars(select(SchemeEdition))
    }
    assert told == {
        "ISO 9001:2015": (None, None),
        "ISO 9001:2008": ("ISO 9001:2015", date(2018, 9, 14)),
        "ISO 22000:2018": (None, None),
        "ISO 22000:2005": ("ISO 22000:2018", date(2021, 6, 29)),
        "TCVN 5603:2023": (None, None),
        "TCVN 5603:2008": ("TCVN 5603:2023", None),
        "TCVN 11892-1:2017": (None, None),
        "TCVN 11041-1:2017": (None, None),
        "TCVN 11041-2:2017": (None, None),
    }


def test_schemes_of_one_series_may_follow_one_another(session):
    found = {one.code: one for one in session.scalars(select(Scheme))}
    assert found["ocop_4"].may_follow(found["ocop_3"])
    assert found["vietgap_crops"].may_follow(found["vietgap"])
    assert found["iso_9001"].may_follow(found["iso_9001"])
    assert not found["iso_9001"].may_follow(found["iso_22000"])
    assert not found["ocop_3"].may_follow(found["vietgap"])


def test_a_certificate_knows_what_became_of_its_edition(session, cast, now, today, item):
    old = factories.make_certificate(session, cast, now, item, standard="TCVN ISO 22000 : 2005", number="A")
    current = factories.make_certificate(session, cast, now, item, number="B")
    other = factories.make_certificate(session, cast, now, item, standard="Tiêu chuẩn khác", number="C")
    assert old.edition_notice(today) == EditionNotice("ISO 22000:2018", date(2021, 6, 29), True)
    assert current.edition_notice(today) is None
    assert other.edition_notice(today) is None


def test_a_change_over_leads_somewhere(session):
    edition = session.scalars(select(SchemeEdition).where(SchemeEdition.standard == "ISO 9001:2015")).one()
    edition.transition_until = date(2030, 1, 1)
    with pytest.raises(IntegrityError):
        session.flush()


def test_an_activity_stands_once_in_a_scope(session, cast, now, item):
    one = factories.make_certificate(session, cast, now, item)
    one.activities += [CertificateActivity(activity="packing"), CertificateActivity(activity="packing")]
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize(
    ("standard", "said"),
    [
        ("ISO 22000:2005", "Tiêu chuẩn đã có bản mới: ISO 22000:2018; hết chuyển đổi ngày 29/06/2021."),
        ("ISO 22000:2018", None),
    ],
)
def test_every_page_of_a_certificate_says_that_its_edition_was_replaced(
    browser_of, passer_by, session, cast, now, item, standard, said
):
    one = factories.make_certificate(session, cast, now, item, standard=standard)
    session.commit()
    doors = {"/coop": browser_of(cast.manager), "/province": browser_of(cast.officer),
             "/inspect": browser_of(cast.inspector),
             "/body": browser_of(cast.body_officer), "": passer_by}  # fmt: skip
    for door, client in doors.items():
        page = client.get(f"{door}/certificates/{one.public_id}").text
        assert (said or "Tiêu chuẩn đã có bản mới") in page if said else "đã có bản mới" not in page
    told = passer_by.get(f"/api/v1/certificates/{one.public_id}").json["edition"]
    assert (told and told["newer"]) == ("ISO 22000:2018" if said else None)


def test_the_form_offers_editions_and_activities(browser_of, cast):
    page = browser_of(cast.manager).get("/coop/certificates/new").text
    assert '<option value="ISO 22000:2018">' in page
    assert 'list="editions"' in page
    for word in ("trồng trọt", "sơ chế", "chế biến", "đóng gói", "kinh doanh"):
        assert word in page


def test_activities_are_shown_wherever_the_scope_is(browser_of, passer_by, session, cast, now, item):
    one = factories.make_certificate(session, cast, now, item)
    one.activities += [CertificateActivity(activity="preparing"), CertificateActivity(activity="packing")]
    session.commit()
    doors = {"/coop": browser_of(cast.manager), "/province": browser_of(cast.officer),
             "/inspect": browser_of(cast.inspector),
             "/body": browser_of(cast.body_officer), "": passer_by}  # fmt: skip
    for door, client in doors.items():
        page = client.get(f"{door}/certificates/{one.public_id}").text
        assert "sơ chế" in page
        assert "đóng gói" in page
    assert passer_by.get(f"/api/v1/certificates/{one.public_id}").json["activities"] == [
        "preparing", "packing",
    ]  # fmt: skip


def test_the_card_behind_a_stamp_says_it_too(passer_by, session, cast, now, item):
    lot = factories.make_lot(session, item, now)
    factories.make_certificate(session, cast, now, item, standard="ISO 22000:2005")
    session.commit()
    page = passer_by.get(f"/01/{item.gtin}/10/{lot.code}", headers={"Accept": "text/html"}).text
    assert "hết chuyển đổi ngày 29/06/2021" in page


@pytest.fixture
def told(session, now):
    """An edition as the operator tells it."""

    def tell(standard, code="iso_9001", **more):
        return schemes.record_edition(session, actor=None, code=code, standard=standard, now=now, **more)

    return tell


def test_an_operator_puts_a_new_edition_on_record_and_the_chain_leads_to_it(session, told):
    told("ISO 9001:2099", supersedes="ISO 9001:2015", until=date(2102, 9, 30))
    scheme = session.scalars(select(Scheme).where(Scheme.code == "iso_9001")).one()
    found = scheme.edition_of("ISO 9001:2015")
    assert notice(found, date(2102, 9, 30)) == EditionNotice("ISO 9001:2099", date(2102, 9, 30), False)
    assert notice(scheme.edition_of("ISO 9001:2008"), date(2026, 1, 1)).newer == "ISO 9001:2099"
    [entry] = session.scalars(select(JournalEntry))
    assert (entry.act, entry.subject_kind, entry.subject_id) == ("recorded_edition", "scheme", "iso_9001")


def test_an_edition_told_twice_is_one_and_the_last_word_counts(session, told):
    first = told("ISO 9001:2099", supersedes="ISO 9001:2015")
    again = told("iso 9001 : 2099", supersedes="ISO 9001:2015", until=date(2102, 1, 1))
    assert again is first
    assert session.scalar(select(SchemeEdition.transition_until).where(
        SchemeEdition.standard == "ISO 9001:2015")) == date(2102, 1, 1)  # fmt: skip


@pytest.mark.parametrize(
    ("standard", "more", "code"),
    [
        ("ISO 9001:2008", {"supersedes": "ISO 9001:2015"}, "edition_cycle"),
        ("ISO 9001:2015", {"supersedes": "ISO 9001:2015"}, "edition_cycle"),
        ("ISO 9001:2099", {"supersedes": "ISO 1"}, "edition_unknown"),
        ("ISO 9001:2099", {"until": date(2102, 1, 1)}, "edition_until"),
        (" ", {}, "edition_missing"),
        ("X", {"code": "nothing"}, "scheme_unknown"),
    ],
)
def test_an_edition_that_cannot_be_is_refused_with_a_sentence(told, standard, more, code):
    with pytest.raises(RuleBroken, match=code) as refused:
        told(standard, **more)
    assert refused.value.sentence()


def test_only_an_administrator_keeps_editions(session, cast, now):
    with pytest.raises(NotAllowed):
        schemes.record_edition(
            session, actor=cast.officer.actor, code="iso_9001", standard="ISO 9001:2099", now=now
        )
