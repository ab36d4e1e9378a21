"""What the registry knows of a code, asked without a page."""

from dataclasses import fields, is_dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from tests import factories
from traceapp import keys
from traceapp.domain.conformity import Verdict
from traceapp.domain.digital_link import parse_path
from traceapp.domain.errors import NotFound
from traceapp.domain.restrictions import RestrictionKind
from traceapp.domain.stamps import StampRange, StampState
from traceapp.domain.trade_items import TradeItemCategory
from traceapp.models import CertificateSubject, StampException
from traceapp.models.base import Base
from traceapp.services import stamping
from traceapp.services.public.lookup import look_up


@pytest.fixture
def look(settings, now, session):
    def ask(address, in_session=session, at=now):
        live = keys.serial_keys(settings.instance_path)
        path = parse_path(address)
        return look_up(in_session, None, keys=live, path=path, now=at, many_scans_devices=8)

    return ask


def leaves(value):
    yield value
    if is_dataclass(value):
        for field in fields(value):
            yield from leaves(getattr(value, field.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from leaves(one)


def test_a_guessed_serial_is_refused_without_a_database(look):
    nowhere = Session()  # bound to nothing: any question would raise
    passport = look("/01/09520009010011/21/000000000000", nowhere)
    assert (passport.verdict, passport.product) == (Verdict.UNKNOWN, None)


def test_a_serial_that_opens_outside_every_run_is_unknown(shelf, look):
    _item, _lot, run = shelf.stamped()
    assert look(shelf.address(run, 999)).verdict is Verdict.VALID_FIRST
    assert look(shelf.address(run, 1000)).verdict is Verdict.UNKNOWN


def test_a_serial_belongs_to_its_own_product_only(shelf, look):
    _item, _lot, run = shelf.stamped()
    shelf.item(gtin="09520009010028", folded="x")
    serial = shelf.serial(run)
    assert look(f"/01/09520009010028/21/{serial}").verdict is Verdict.UNKNOWN


def test_no_row_of_a_table_leaks_out(shelf, look, cast):
    place = factories.make_place(shelf.session, cast.cooperative_id, cast.unit_id, shelf.now)
    item, _lot, run = shelf.stamped(place_id=place.id)
    shelf.certificate(item)
    shelf.restrict(RestrictionKind.HOLD, trade_item_id=item.id)
    passport = look(shelf.address(run))
    assert passport.lot.site
    assert passport.certificates
    assert passport.restraints
    assert not [value for value in leaves(passport) if isinstance(value, Base)]


def test_the_last_exception_decides_and_a_void_run_is_void(shelf, look):
    _item, _lot, run = shelf.stamped()

    def except_(first, last, state, hours):
        run.exceptions.append(
            StampException(
                first_index=first,
                last_index=last,
                state=state,
                created_by_id=shelf.cast.manager.account_id,
                created_at=shelf.now - timedelta(hours=hours),
            )
        )
        shelf.session.flush()

    except_(0, 99, StampState.VOID, 5)
    except_(50, 50, StampState.ACTIVATED, 3)
    assert look(shelf.address(run, 49)).verdict is Verdict.VOID
    assert look(shelf.address(run, 49)).stamp.state_at == shelf.now - timedelta(hours=5)
    assert look(shelf.address(run, 50)).verdict is Verdict.VALID_FIRST
    assert look(shelf.address(run, 100)).verdict is Verdict.VALID_FIRST
    run.state = StampState.VOID
    shelf.session.flush()
    assert look(shelf.address(run, 50)).verdict is Verdict.VOID


def test_a_stamp_tells_of_its_own_activation_and_of_none_while_it_is_not_activated(shelf, look):
    item, me, now = shelf.item(), shelf.cast.manager.actor, shelf.now
    lot, run = shelf.lot(item), shelf.run(item, None, printed_at=shelf.now)
    first, second, third = (now - timedelta(days=days) for days in (30, 2, 1))
    act = {"actor": me, "run": run}
    stamping.activate_run(shelf.session, lot=lot, stretch=StampRange(0, 10), now=first, **act)
    stamping.activate_run(shelf.session, stretch=StampRange(10, 10), now=second, **act)

    def told(index):
        stamp = look(shelf.address(run, index)).stamp
        return stamp.activated_at, stamp.activated_with

    assert [told(index) for index in (5, 15, 500)] == [(first, 10), (second, 10), (None, 0)]
    stamping.activate_run(shelf.session, now=third, **act)  # the rest
    assert [told(index) for index in (5, 15, 500)] == [(first, 10), (second, 10), (third, run.count - 20)]
    stamping.void_stamps(shelf.session, reason="nhầm", stretch=StampRange(8, 4), now=third, **act)
    assert [told(index) for index in (5, 8, 11, 15)] == [(first, 8), (None, 0), (None, 0), (second, 8)]
    stamping.undo_last(shelf.session, now=now, **act)
    assert [told(index) for index in (8, 11, 500)] == [(first, 10), (second, 10), (third, run.count - 20)]
    stamping.void_stamps(shelf.session, reason="nhầm", now=now, **act)
    assert told(5) == (None, 0)
    stamping.undo_last(shelf.session, now=now, **act)
    stamping.undo_last(shelf.session, now=now, **act)
    assert [told(index) for index in (8, 11, 500)] == [(first, 10), (second, 10), (None, 0)]


def test_a_hold_of_some_stamps_leaves_the_others_alone(shelf, look):
    _item, lot, run = shelf.stamped()
    shelf.restrict(RestrictionKind.HOLD, stamp_run_id=run.id, first_index=10, last_index=19)
    seen = [look(shelf.address(run, index)).verdict for index in (9, 10, 19, 20)]
    assert seen == [Verdict.VALID_FIRST, Verdict.ON_HOLD, Verdict.ON_HOLD, Verdict.VALID_FIRST]
    assert look(f"/01/09520009010011/10/{lot.code}").restraint is None


def test_a_hold_of_the_product_holds_every_lot_and_a_recall_is_worse(shelf, look):
    item, lot, run = shelf.stamped()
    shelf.restrict(RestrictionKind.HOLD, trade_item_id=item.id, from_at=shelf.now)
    shelf.restrict(RestrictionKind.RECALL, lot_id=lot.id)
    passport = look(shelf.address(run))
    assert (passport.verdict, passport.restraint.kind) == (Verdict.RECALLED, RestrictionKind.RECALL)
    other = shelf.lot(item, code="OTHER")
    assert look(f"/01/{item.gtin}/10/{other.code}").restraint.kind is RestrictionKind.HOLD


def test_a_recall_nobody_confirmed_or_that_was_lifted_does_not_apply(shelf, look):
    _item, lot, run = shelf.stamped()
    shelf.restrict(RestrictionKind.RECALL, lot_id=lot.id, confirmed_by_id=None)
    shelf.restrict(RestrictionKind.RECALL, lot_id=lot.id, confirmed_by_id=None, from_at=None)
    shelf.restrict(RestrictionKind.HOLD, lot_id=lot.id, lifted_at=shelf.now)
    assert look(shelf.address(run)).verdict is Verdict.VALID_FIRST


def test_a_certificate_for_another_place_says_nothing_of_this_lot(shelf, look, cast):
    here, there = (
        factories.make_place(shelf.session, cast.cooperative_id, cast.unit_id, shelf.now, name=name)
        for name in ("Đây", "Kia")
    )
    item, _lot, run = shelf.stamped(place_id=here.id)
    certificate = shelf.certificate(item, valid_until=date(2026, 11, 1))
    certificate.subjects.append(CertificateSubject(place=there))
    shelf.session.flush()
    assert look(shelf.address(run)).certificates == ()
    certificate.subjects[-1].place = here
    shelf.session.flush()
    assert look(shelf.address(run)).verdict is Verdict.CERTIFICATE_EXPIRED


def test_a_certificate_whose_place_cannot_be_compared_is_shown_but_not_judged(shelf, look, cast):
    place = factories.make_place(shelf.session, cast.cooperative_id, cast.unit_id, shelf.now)
    item, _lot, run = shelf.stamped()
    certificate = shelf.certificate(item, valid_until=date(2026, 11, 1))
    certificate.subjects.append(CertificateSubject(place=place))
    shelf.session.flush()
    passport = look(shelf.address(run))
    assert (passport.verdict, passport.certificates[0].covers) == (Verdict.VALID_FIRST, False)


def test_a_category_names_products_too(shelf, look):
    item, _lot, run = shelf.stamped()
    certificate = shelf.certificate(item)
    certificate.subjects[:] = [CertificateSubject(category=TradeItemCategory.TEA)]
    shelf.session.flush()
    assert look(shelf.address(run)).certificates == ()
    certificate.subjects[:] = [CertificateSubject(category=TradeItemCategory.LIQUOR)]
    shelf.session.flush()
    assert look(shelf.address(run)).certificates[0].names_product


def test_a_renewed_certificate_outlives_the_old_one(shelf, look):
    item, _lot, run = shelf.stamped()
    shelf.certificate(item, valid_until=date(2026, 11, 1))
    assert look(shelf.address(run)).verdict is Verdict.CERTIFICATE_EXPIRED
    shelf.certificate(item, number="DEMO-FSMS-0002")
    passport = look(shelf.address(run))
    assert passport.verdict is Verdict.VALID_FIRST
    assert [one.number for one in passport.certificates] == ["DEMO-FSMS-0002", "DEMO-FSMS-0001"]


def test_the_last_day_counts_to_midnight_in_vietnam(shelf, look):
    item, _lot, run = shelf.stamped(expires_on=date(2026, 11, 22))
    shelf.certificate(item, valid_until=date(2026, 11, 22))
    address = shelf.address(run)
    last_minute = shelf.now.replace(hour=16, minute=59)
    assert look(address, at=last_minute).verdict is Verdict.VALID_FIRST
    late = look(address, at=last_minute + timedelta(minutes=1))
    assert (late.verdict, late.also) == (Verdict.PAST_USE_BY, (Verdict.CERTIFICATE_EXPIRED,))


def test_coordinates_leave_only_with_their_owners_consent(shelf, look, cast):
    place = factories.make_place(
        shelf.session, cast.cooperative_id, cast.unit_id, shelf.now, latitude=21, longitude=106
    )
    _item, _lot, run = shelf.stamped(place_id=place.id)
    assert look(shelf.address(run)).lot.site.latitude is None
    place.coordinates_public = True
    shelf.session.flush()
    assert look(shelf.address(run)).lot.site.latitude == 21


def test_old_stamps_stay_good_when_the_product_gets_a_gtin(shelf, look):
    item = shelf.item(gtin=None, registry_number="00000017")
    run = shelf.run(item, shelf.lot(item))
    address = shelf.address(run)
    item.gtin = "09520009010011"
    shelf.session.flush()
    assert look(address).product.gtin == "9520009010011"


@pytest.mark.parametrize("address", ["/01/09520009010028", "/01/09520009010011/10/NOPE", "/P/00000017"])
def test_what_is_not_held_is_not_found(address, shelf, look):
    shelf.stamped()
    with pytest.raises(NotFound):
        look(address)
