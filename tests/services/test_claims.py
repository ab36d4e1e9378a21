"""The one question, asked of the records, and the one query behind it."""

from datetime import date, timedelta

import pytest

from tests import factories
from traceapp.domain.certificates import DecisionKind, RecordState
from traceapp.domain.conflicts import Advice
from traceapp.domain.contradictions import Case
from traceapp.domain.errors import Conflict, Malformed
from traceapp.domain.papers import Answer
from traceapp.domain.reference import IpRightKind, StandardKind
from traceapp.models import (
    CertificateSubject,
    IpRight,
    PrintRun,
    TradeItemStandard,
)
from traceapp.services import printing
from traceapp.services.printing.design import label_face
from traceapp.services.printing.marks import label_marks
from traceapp.services.vouching.claims import ask_claims, certificates_about

TODAY = date(2026, 11, 22)


@pytest.fixture
def item(shelf):
    return shelf.item()


@pytest.fixture
def lot(shelf, item):
    return shelf.lot(item)


@pytest.fixture
def ask(session, item, lot):
    def ask(**more):
        return {one.scheme: one for one in ask_claims(session, item, lot, day=TODAY, **more)}

    return ask


@pytest.fixture
def order(session, cast, item, lot, now, settings):
    def order(wanted=None, at=now, key=None):
        return printing.order_labels(
            session,
            actor=cast.manager.actor,
            trade_item=item,
            lot=lot,
            count=3,
            choice=printing.Choice("a4-8"),
            settings=settings,
            request_key=key,
            now=at,
            wanted=wanted,
        )

    return order


def codes(claim):
    return [one.code.value for one in claim.conflicts]


def test_certificates_about_goods_are_the_makers_and_those_that_name_them(shelf, session, item, cast):
    named = shelf.certificate(item, holder_id=cast.rival_id, number="NAMES-IT")
    other = shelf.item(gtin="09520009010028", folded="x")
    of_maker = shelf.certificate(other, number="OF-MAKER")
    stranger = factories.make_trade_item(session, cast.rival_id, shelf.now, gtin="09520009020010")
    shelf.certificate(stranger, holder_id=cast.rival_id, number="STRANGER")
    shelf.certificate(item, number="DRAFT", record_state=RecordState.SUBMITTED, approved_by_id=None)
    found = certificates_about(session, item)
    assert {one.number for one in found} == {named.number, of_maker.number}


def test_a_scheme_with_a_good_certificate_may_be_claimed(shelf, item, ask):
    shelf.certificate(item)
    told = ask()["iso_22000"]
    assert (told.answer, told.vouched, codes(told)) == (Answer.MAY, True, [])


def test_a_scheme_nobody_has_is_not_found(ask):
    assert ask() == {}
    told = ask(scheme="vietgap")["vietgap"]
    assert (told.answer, codes(told)) == (Answer.UNKNOWN, ["X12"])


def test_the_same_number_elsewhere_and_a_lost_accreditation_are_told(shelf, session, item, ask, cast):
    shelf.certificate(item)
    shelf.certificate(item, body_id=cast.rival_id, valid_until=date(2028, 6, 1))
    factories.make_accreditation(
        session,
        cast.body_id,
        shelf.now,
        scopes=["FSMS"],
        valid_from=date(2024, 1, 1),
        valid_until=date(2026, 1, 1),
    )
    told = ask()["iso_22000"]
    assert told.answer is Answer.MAY
    assert codes(told) == ["X7", "X9"]
    assert told.conflicts[0].facts["others"] == "HTX Đối Thủ"
    assert codes(ask(thorough=False)["iso_22000"]) == ["X9"]


def test_a_certificate_of_another_place_does_not_vouch_for_the_lot(shelf, session, item, lot, ask, cast):
    here, there = (
        factories.make_place(session, cast.cooperative_id, cast.unit_id, shelf.now, name=name)
        for name in ("Xưởng Đây", "Xưởng Kia")
    )
    certificate = shelf.certificate(item)
    certificate.subjects.append(CertificateSubject(place=there))
    session.flush()
    assert ask()["iso_22000"].answer is Answer.UNKNOWN  # where the lot was made is not known
    lot.place = here
    session.flush()
    told = ask()["iso_22000"]
    assert (told.answer, codes(told)) == (Answer.MAY_NOT, ["X5"])
    assert told.conflicts[0].facts["place"] == "Xưởng Đây"


def test_a_lot_packed_on_a_known_day_is_judged_on_it(shelf, item, lot, ask):
    lot.made_on, lot.packed_on = None, date(2025, 6, 1)
    shelf.certificate(item)
    assert codes(ask()["iso_22000"]) == ["X10"]


# --- X11: what the goods carry ------------------------------------------------------------------------


def test_a_scheme_among_the_standards_without_a_certificate_is_a_conflict(shelf, session, item, ask):
    item.standards.append(TradeItemStandard(kind=StandardKind.OTHER, number="VietGAP"))
    item.standards.append(TradeItemStandard(kind=StandardKind.TCVN, number="TCVN 7043:2013"))
    session.flush()
    told = ask()
    assert list(told) == ["vietgap"]
    assert codes(told["vietgap"]) == ["X11", "X12"]
    shelf.certificate(item, scheme="vietgap", standard="VietGAP", number="DEMO-VG")
    assert codes(ask()["vietgap"]) == []


def test_a_certificate_for_crops_vouches_for_the_name_of_its_whole_series(shelf, session, item, ask):
    item.standards.append(TradeItemStandard(kind=StandardKind.OTHER, number="VietGAP trồng trọt"))
    shelf.certificate(item, scheme="vietgap_crops", standard="VietGAP", number="DEMO-VG")
    told = ask()
    assert list(told) == ["vietgap"]
    assert told["vietgap"].answer is Answer.MAY


def test_the_stars_of_ocop_are_each_their_own_claim(shelf, session, item, ask):
    item.standards.append(TradeItemStandard(kind=StandardKind.OTHER, number="OCOP 4 sao"))
    shelf.certificate(item, scheme="ocop_3", standard="OCOP 3 sao", number="DEMO-OCOP")
    told = ask()
    assert {code: codes(one) for code, one in told.items()} == {"ocop_3": [], "ocop_4": ["X11", "X12"]}
    assert "OCOP 4 sao" in told["ocop_4"].conflicts[1].sentence()


def test_a_renewal_that_keeps_its_number_is_no_second_record(shelf, session, item, ask):
    old = shelf.certificate(item, valid_until=date(2026, 9, 30))
    shelf.certificate(item, replaces=old, valid_from=date(2026, 10, 1), issued_on=date(2026, 10, 1))
    told = ask()["iso_22000"]
    assert (told.answer, codes(told)) == (Answer.MAY, [])


def test_a_name_that_carries_a_mark_is_not_printed_without_its_certificate(shelf, session, item, order):
    item.name_vi = "Na VietGAP Thử"
    session.flush()
    with pytest.raises(Conflict) as broken:
        order()
    assert broken.value.facts["rule"] == "P17"
    shelf.certificate(item, scheme="vietgap", standard="VietGAP", number="DEMO-VG")
    assert order().design["face"]["name"] == "Na VietGAP Thử"


def test_what_was_printed_on_a_label_of_the_lot_is_looked_at_again(shelf, session, item, ask, order, now):
    certificate = shelf.certificate(item)
    order()
    assert codes(ask()["iso_22000"]) == []
    shelf.decide(certificate, DecisionKind.SUSPENSION)
    told = ask()["iso_22000"]
    assert codes(told) == ["X2", "X11"]
    assert told.conflicts[1].case is Case.MARK_ON_LABEL
    assert told.conflicts[1].facts["mark"] == "ISO 22000:2018"


# --- P17: the label printer ---------------------------------------------------------------------------


def test_the_marks_that_hold_are_wanted_by_themselves_and_kept_with_the_order(shelf, item, order):
    shelf.certificate(item)
    placed = order()
    assert placed.design["marks"] == ["iso_22000"]
    assert list(placed.design["face"]["certificates"]) == ["ISO 22000:2018"]


FAULTS = {
    "expired": "Chứng nhận hết hạn ngày 21/11/2026",
    "suspended": "Chứng nhận bị đình chỉ từ 01/10/2026",
    "withdrawn": "Chứng nhận bị thu hồi từ 01/10/2026",
    "other product": "Chứng nhận chỉ ghi: Sản xuất rượu men lá",
    "made before": "Lô sản xuất ngày 05/09/2026, trước ngày chứng nhận có hiệu lực (06/09/2026)",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_mark_without_a_certificate_that_holds_cannot_be_ordered_and_without_it_the_label_can(
    shelf, session, item, order, fault
):
    certificate = shelf.certificate(item)
    if fault == "expired":
        certificate.valid_until = date(2026, 11, 21)
    elif fault == "other product":
        certificate.subjects[0].trade_item = shelf.item(gtin="09520009010028", folded="x")
    elif fault == "made before":
        certificate.valid_from = date(2026, 9, 6)
    else:
        shelf.decide(
            certificate, DecisionKind.SUSPENSION if fault == "suspended" else DecisionKind.WITHDRAWAL
        )
    session.flush()
    with pytest.raises(Conflict) as broken:
        order(["iso_22000"])
    assert broken.value.facts["rule"] == "P17"
    assert FAULTS[fault] in str(broken.value.facts["found"])
    assert list(order([]).design["face"]["certificates"]) == []
    assert list(order().design["face"]["certificates"]) == []


def test_a_mark_lost_since_the_last_labels_is_not_dropped_in_silence(shelf, session, item, order, now):
    certificate = shelf.certificate(item)
    first = order()
    shelf.decide(certificate, DecisionKind.SUSPENSION)
    with pytest.raises(Conflict) as broken:
        order(at=now + timedelta(minutes=1))
    assert broken.value.facts["rule"] == "P17"
    without = order([], at=now + timedelta(minutes=2))
    assert order(at=now + timedelta(minutes=3)).design["marks"] == []
    assert list(without.design["face"]["certificates"]) == []
    assert list(first.design["face"]["certificates"]) == ["ISO 22000:2018"]  # what was printed is kept


def test_an_order_of_before_marks_had_keys_is_read_by_its_words(shelf, session, item, lot, order):
    certificate = shelf.certificate(item)
    placed = order()
    placed.design = {name: told for name, told in placed.design.items() if name != "marks"}
    shelf.decide(certificate, DecisionKind.SUSPENSION)
    [mark] = label_marks(session, item, lot, today=TODAY)
    assert (mark.key, mark.wanted, mark.allowed) == ("iso_22000", True, False)


def test_a_mark_that_is_not_on_record_cannot_be_wished_for(shelf, session, item, order):
    with pytest.raises(Malformed) as broken:
        order(["halal"])
    assert (broken.value.code, broken.value.facts["given"]) == ("mark_unknown", "halal")
    assert session.query(PrintRun).all() == []


def test_the_same_request_with_other_marks_is_another_wish(shelf, item, order):
    shelf.certificate(item)
    placed = order(["iso_22000"], key="k")
    assert order(["iso_22000"], key="k") is placed
    with pytest.raises(Conflict, match="request_key_differs"):
        order([], key="k")


def test_a_mark_in_doubt_is_not_led_to_and_where_wanted_told_and_not_blocked(
    shelf, session, item, lot, cast, settings, now
):
    shelf.certificate(item)
    factories.make_accreditation(
        session,
        cast.body_id,
        shelf.now,
        scopes=["QMS"],
        valid_from=date(2024, 1, 1),
        valid_until=date(2027, 1, 1),
    )
    assert label_face(session, item, lot, TODAY).certificates == ()
    choice, wanted = printing.Choice("a4-8"), {"iso_22000"}
    preview = printing.label_preview(
        session, item=item, lot=lot, count=3, choice=choice, settings=settings, now=now, wanted=wanted
    )
    [check] = [one for one in preview.checks if one.rule == "P17"]
    assert (check.severity, [one.case for one in check.reasons]) == ("warn", [Case.CHAIN_OTHER_SCOPE])
    assert (check.advice, check.mark) == ((Advice.A3,), "iso_22000")  # ask the body; or leave the mark off
    marks = label_marks(session, item, lot, today=TODAY, wanted=wanted)
    assert label_face(session, item, lot, TODAY, marks).certificates == ("ISO 22000:2018",)


def test_a_body_that_lost_its_accreditation_since_takes_no_mark_away(shelf, session, item, lot, cast):
    shelf.certificate(item)
    factories.make_accreditation(
        session,
        cast.body_id,
        shelf.now,
        scopes=["FSMS"],
        valid_from=date(2024, 1, 1),
        valid_until=date(2026, 1, 1),
    )
    [mark] = label_marks(session, item, lot, today=TODAY)
    assert ([one.code.value for one in mark.reasons], mark.wanted, mark.doubted) == (["X9"], True, False)


def test_a_label_ordered_without_a_certificate_is_told_without_looking_elsewhere(
    shelf, session, item, lot, ask, order
):
    certificate = shelf.certificate(item)
    order(["iso_22000"])
    assert codes(ask(thorough=False)["iso_22000"]) == []
    shelf.decide(certificate, DecisionKind.WITHDRAWAL)
    told = ask(thorough=False)["iso_22000"]
    assert codes(told) == ["X3", "X11"]
    assert told.conflicts[-1].facts == {"mark": "ISO 22000:2018", "printed": TODAY}
    assert codes(ask(thorough=False, labels=False)["iso_22000"]) == ["X3"]


def test_a_lot_whose_place_cannot_be_compared_says_what_to_fill_in(shelf, session, item, lot, cast, order):
    place = factories.make_place(session, cast.cooperative_id, cast.unit_id, shelf.now)
    certificate = shelf.certificate(item)
    certificate.subjects.append(CertificateSubject(place=place))
    session.flush()
    with pytest.raises(Conflict) as broken:
        order(["iso_22000"])
    assert "Xin ghi nơi sản xuất của lô" in str(broken.value.facts["found"])
    lot.place = place
    session.flush()
    assert order(["iso_22000"]).design["marks"] == ["iso_22000"]


def test_an_own_mark_that_ended_cannot_be_ordered(shelf, session, item, cast, order):
    right = IpRight(public_id="T0RIGHT1", kind=IpRightKind.COLLECTIVE_MARK, name="Mẫu Sơn Thử",
                    holder_id=cast.cooperative_id, valid_until=date(2026, 11, 21))  # fmt: skip
    right.related.append(item)
    session.add(right)
    session.flush()
    with pytest.raises(Conflict) as broken:
        order(["T0RIGHT1"])
    assert "hết hạn ngày 21/11/2026" in str(broken.value.facts["found"])
    right.valid_until = None
    session.flush()
    assert list(order(["T0RIGHT1"]).design["face"]["marks"]) == ["Mẫu Sơn Thử"]


def test_two_editions_in_force_are_both_named(shelf, session, item, lot):
    shelf.certificate(item)
    shelf.certificate(item, number="OLD-EDITION", standard="ISO 22000:2005")
    assert set(label_face(session, item, lot, TODAY).certificates) == {"ISO 22000:2018", "ISO 22000:2005"}


def test_stamps_do_not_carry_a_name_with_a_mark_that_nothing_vouches_for(
    shelf, session, item, lot, cast, settings, now
):
    item.short_name = "Na VietGAP"
    session.flush()

    def look():
        return printing.stamp_preview(
            session, item=item, lot=lot, count=3, choice=printing.Choice(), settings=settings, now=now
        )

    [check] = [one for one in look().checks if one.rule == "P17"]
    assert (check.severity, check.facts["mark"], check.rename) == ("block", "Na VietGAP", True)
    shelf.certificate(item, scheme="vietgap", standard="VietGAP", number="DEMO-VG")
    assert [one for one in look().checks if one.rule == "P17"] == []
