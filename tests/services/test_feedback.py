"""Reports and purchases without a page: what is kept, what is refused, what two at once come to."""

import pytest
from sqlalchemy import func, select

from traceapp import keys
from traceapp.domain.digital_link import parse_path
from traceapp.domain.errors import Conflict, Malformed, NotFound
from traceapp.domain.feedback import ProblemKind
from traceapp.models import JournalEntry, ProblemReport, Purchase, StoredFile
from traceapp.services.feedback import Told, confirm_purchase, phone_number, report_problem
from traceapp.services.public.lookup import look_up
from traceapp.storage import open_storage


@pytest.fixture
def passport_of(settings, session, now):
    def look(address):
        live = keys.serial_keys(settings.instance_path)
        path = parse_path(address)
        return look_up(session, None, keys=live, path=path, now=now, many_scans_devices=8)

    return look


@pytest.fixture
def storage(settings):
    return open_storage(settings.storage_url)


def test_the_first_purchase_is_kept_and_the_second_changes_nothing(shelf, passport_of, now):
    passport = passport_of(shelf.make("valid_first"))
    first = confirm_purchase(shelf.session, passport=passport, now=now)
    second = confirm_purchase(shelf.session, passport=passport, now=now.replace(year=2027))
    assert (second.id, second.created_at) == (first.id, now)
    assert shelf.session.scalar(select(func.count()).select_from(JournalEntry)) == 1


@pytest.mark.parametrize("word", ["recalled", "on_hold", "void", "not_activated", "awaiting_approval"])
def test_goods_not_for_sale_are_not_bought(word, shelf, passport_of, now):
    passport = passport_of(shelf.make(word))
    with pytest.raises(Conflict, match="purchase_not_for_sale"):
        confirm_purchase(shelf.session, passport=passport, now=now)
    assert shelf.session.query(Purchase).count() == 0


def test_a_product_is_not_a_stamp(shelf, passport_of, now):
    shelf.stamped()
    with pytest.raises(NotFound):
        confirm_purchase(shelf.session, passport=passport_of("/01/09520009010011"), now=now)


def test_a_report_names_the_goods_it_is_about(shelf, passport_of, storage, now):
    address = shelf.make("valid_first")
    told = Told(kind=ProblemKind.DAMAGED, told=" rách \r\n tem ", bought_where=" Chợ  Kỳ Lừa ")
    report = report_problem(
        shelf.session, storage, about=address, told=told, now=now, passport=passport_of(address)
    )
    assert (report.told, report.bought_where, report.phone) == ("rách\ntem", "Chợ Kỳ Lừa", None)
    assert None not in (report.trade_item_id, report.lot_id, report.stamp_run_id, report.stamp_index)


def test_the_same_photo_twice_is_one_file(shelf, storage, now):
    told = Told(kind=ProblemKind.OTHER, photo=b"RIFF....WEBP")
    kept = [report_problem(shelf.session, storage, about="/", told=told, now=now) for _ in range(2)]
    assert kept[0].photo_sha256 == kept[1].photo_sha256
    assert shelf.session.query(StoredFile).count() == 1
    assert storage.is_whole(kept[0].photo_sha256)


def test_a_refused_report_leaves_nothing(shelf, storage, now):
    told = Told(kind=ProblemKind.OTHER, told="x" * 1001)
    with pytest.raises(Malformed, match="text_too_long"):
        report_problem(shelf.session, storage, about="/", told=told, now=now)
    assert shelf.session.query(ProblemReport).count() == 0


def test_telephone_numbers_are_vietnamese_unless_they_say_otherwise():
    assert phone_number("0912 345 678", field="phone") == "+84912345678"
    assert phone_number("+86 138 0013 8000", field="phone") == "+8613800138000"
    for wrong in ("abc", "12", "0912 345 678 901 234"):
        with pytest.raises(Malformed, match="phone_number"):
            phone_number(wrong, field="phone")
