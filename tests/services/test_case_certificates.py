"""What vouches for goods by way of what is in them, or of a place nobody wrote down."""

import json
from datetime import date

import pytest

from tests import factories
from traceapp.domain.certificates import DecisionKind
from traceapp.domain.conformity import Verdict
from traceapp.domain.contradictions import Case
from traceapp.domain.digital_link import parse_path
from traceapp.domain.errors import Conflict
from traceapp.domain.papers import Answer
from traceapp.domain.reasons import Bearing
from traceapp.domain.reference import StandardKind
from traceapp.domain.trade_items import Level, TradeItemCategory
from traceapp.models import CertificateSubject, TradeItemStandard
from traceapp.services import lots, trade_items
from traceapp.services.public import lookup
from traceapp.services.recalls import reason_check, recall_scope
from traceapp.services.vouching import certification
from traceapp.services.vouching.claims import ask_claims


@pytest.fixture
def item(session, cast, now):
    return factories.make_trade_item(session, cast.cooperative_id, now)


@pytest.fixture
def lot(session, item, now):
    return factories.make_lot(session, item, now)


@pytest.fixture
def place(session, cast, now):
    return factories.make_place(session, cast.cooperative_id, cast.unit_id, now)


def withdraw(session, cast, certificate, now):
    certification.record_decision(
        session, actor=cast.body_officer.actor, certificate=certificate, kind=DecisionKind.WITHDRAWAL,
        from_on=date(2026, 11, 1), reason="Lý do thử nghiệm", now=now,
    )  # fmt: skip
    session.commit()


def verdict_of(session, run, now, shelf):
    path = parse_path(shelf.address(run))
    return lookup.look_up(session, None, keys=shelf.keys, path=path, now=now, many_scans_devices=8)


@pytest.fixture
def shelf(session, cast, settings, now):
    from tests.web.public.scene import Shelf
    from traceapp import keys

    made = Shelf(session, cast, settings, now)
    made.keys = keys.serial_keys(settings.instance_path)
    return made


def test_a_withdrawn_certificate_is_told_whether_the_place_is_known_or_not(
    session, cast, now, item, lot, place, shelf
):
    run = shelf.run(item, lot)
    certificate = factories.make_certificate(session, cast, now, item)
    certificate.subjects.append(CertificateSubject(place=place))
    withdraw(session, cast, certificate, now)
    for told in (None, place):
        lot.place = told
        session.commit()
        assert verdict_of(session, run, now, shelf).verdict is Verdict.CERTIFICATE_WITHDRAWN


def test_a_case_is_vouched_for_by_what_is_in_it(session, cast, now, today, item, shelf):
    certificate = factories.make_certificate(session, cast, now, item)
    case = factories.make_trade_item(
        session, cast.cooperative_id, now, gtin=None, registry_number="10000007", level=Level.CASE,
        name_vi="Thùng 12 chai ISO 22000", folded="thung", contains_id=item.id, contains_count=12,
    )  # fmt: skip
    pallet = factories.make_trade_item(
        session, cast.cooperative_id, now, gtin=None, registry_number="10000002", level=Level.CASE,
        name_vi="Kiện 50 thùng ISO 22000", folded="kien", contains_id=case.id, contains_count=50,
    )  # fmt: skip
    session.commit()
    for outer in (case, pallet):
        [told] = ask_claims(session, outer, factories.make_lot(session, outer, now), day=today)
        assert (told.answer, told.conflicts) == (Answer.MAY, ())
    case_lot = factories.make_lot(session, case, now, code="L260906B")
    run = shelf.run(case, case_lot, first_number=5000, subject=case.subject)
    assert verdict_of(session, run, now, shelf).verdict is Verdict.VALID_FIRST
    withdraw(session, cast, certificate, now)
    assert verdict_of(session, run, now, shelf).verdict is Verdict.CERTIFICATE_WITHDRAWN


def test_a_mark_is_not_called_unfounded_for_a_place_nobody_wrote_down(
    session, cast, now, today, item, lot, place
):
    item.standards.append(TradeItemStandard(number="ISO 22000:2018", kind=next(iter(StandardKind))))
    certificate = factories.make_certificate(session, cast, now, item)
    certificate.subjects.append(CertificateSubject(place=place))
    session.commit()

    def cases():
        [told] = ask_claims(session, item, lot, day=today)
        return told.answer, told.vouched, Case.MARK_IN_STANDARDS in {one.case for one in told.conflicts}

    assert cases() == (Answer.UNKNOWN, False, False)
    lot.place = place
    assert cases() == (Answer.MAY, True, False)
    lot.place = factories.make_place(session, cast.cooperative_id, cast.unit_id, now, name="Nơi khác")
    session.flush()
    assert cases() == (Answer.MAY_NOT, False, True)


def test_the_register_speaks_of_these_goods_only(session, cast, now, today, item, lot):
    tea = factories.make_trade_item(
        session, cast.cooperative_id, now, gtin="09520009010028", name_vi="Chè thử", folded="che"
    )
    factories.make_certificate(session, cast, now, tea, number="VG-1", scheme="vietgap", standard="VietGAP")
    session.commit()
    about = recall_scope.of_lot(lot)
    told = reason_check.register_says(session, about, today=today)
    assert (told.bearing, told.judgements) == (Bearing.NOTHING, ())
    factories.make_certificate(session, cast, now, item)
    told = reason_check.register_says(session, about, today=today)
    assert told.bearing is Bearing.CONTRADICTS
    assert [one.paper.number for one in told.judgements] == ["DEMO-FSMS-0001"]


def test_a_product_with_stamps_keeps_its_category(session, cast, now, item, lot, shelf):
    def edit(category):
        entry = trade_items.TradeItemEntry(
            name_vi=item.name_vi, category=category.value, gtin=item.gtin, net_content="500", net_unit="MLT",
            alcohol_percent="40",
        )  # fmt: skip
        trade_items.edit_trade_item(session, actor=cast.manager.actor, item=item, entry=entry, now=now)

    edit(TradeItemCategory.OTHER)
    edit(TradeItemCategory.LIQUOR)
    shelf.run(item, lot)
    with pytest.raises(Conflict, match="category_fixed"):
        edit(TradeItemCategory.OTHER)


def test_the_journal_knows_where_a_lot_was_made(session, cast, now, today, item, lot, place):
    from traceapp.services import journal

    entry = lots.LotEntry(code=lot.code, made_on="05/09/2026", place=place.public_id)
    lots.edit_lot(session, actor=cast.manager.actor, lot=lot, entry=entry, now=now, today=today)
    [told, *_] = journal.list_entries(session, subject=("lot", lot.public_id))
    assert json.loads(told.body)["facts"]["place"] == place.public_id
