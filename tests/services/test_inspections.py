"""Field records: kept at every step, never overwritten by chance, closed once, numbered without gaps."""

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import ExifTags, Image
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests import factories
from traceapp.domain.errors import Conflict, Malformed, NotAllowed, NotFound
from traceapp.domain.identifiers import Gtin
from traceapp.domain.inspections import Step
from traceapp.domain.permissions import Role
from traceapp.domain.restrictions import HoldReason
from traceapp.domain.serials import mint
from traceapp.models import Inspection, InspectionSave, JournalEntry, StoredFile
from traceapp.services import inspections
from traceapp.services.inspections import (
    AnswersEntry,
    ItemEntry,
    PeopleEntry,
    PlaceEntry,
    ResultEntry,
    SigningEntry,
    goods,
)
from traceapp.services.recalls import restrictions

ADDRESS = "https://txng.langson.gov.vn/inspect/inspections/X"


@pytest.fixture
def keys(app):
    return app.extensions["serial_keys"]


@pytest.fixture
def lot(session, cast, now):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    found = factories.make_lot(session, item, now)
    factories.make_run(session, cast, now, item, found)
    session.commit()
    return found


@pytest.fixture
def draft(session, cast, now):
    found = inspections.start_inspection(session, actor=cast.inspector.actor, now=now)
    session.commit()
    return found


@pytest.fixture
def save(session, cast, draft, now, keys):
    def save(entry, version=None, key=None, number=None, of=None):
        row = of or draft
        saved = inspections.save_step(
            session, actor=cast.inspector.actor, inspection=row, entry=entry, key=key, keys=keys,
            version=row.version if version is None else version, number=number, now=now,
        )  # fmt: skip
        session.commit()
        return saved

    return save


@pytest.fixture
def close(session, cast, draft, now):
    def close(of=None, at=now, version=None):
        closed = inspections.close_inspection(
            session,
            actor=cast.inspector.actor,
            inspection=of or draft,
            version=version,
            address=ADDRESS,
            now=at,
        )
        session.commit()
        return closed

    return close


def ready(save, of=None):
    save(PlaceEntry(commune="xã Thử Nghiệm", address="Chợ Thử"), of=of)
    save(ResultEntry(result="non_conformant", findings="Nhãn thiếu xuất xứ"), of=of)
    save(SigningEntry(signs="yes"), of=of)


def acts(session):
    return list(session.scalars(select(JournalEntry.act).order_by(JournalEntry.seq)))


def photo(width=3000, height=2000, *, noisy=False, exif=True):
    picture = (
        Image.effect_noise((width, height), 90).convert("RGB")
        if noisy
        else Image.new("RGB", (width, height), "#a63")
    )
    told = Image.Exif()
    if exif:
        told.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:11:22 08:05:00"
        told.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (21.0, 51.0, 13.4)
        told[ExifTags.Base.Make] = "Máy thử"
    file = BytesIO()
    picture.save(file, "JPEG", exif=told)
    return file.getvalue()


# ----- starting


def test_a_record_begins_with_the_goods_in_hand(session, cast, lot, keys, now):
    [serial] = mint(keys[0], Gtin(lot.trade_item.gtin), first=0, count=1)
    started = inspections.start_inspection(
        session, actor=cast.inspector.actor, codes=[f"/01/09520009010011/21/{serial}"], keys=keys, now=now
    )
    [item] = started.items
    assert (item.lot, item.named, item.serial) == (lot, "Rượu men lá Thử", goods.shown(serial))
    assert started.leader_name == "Minh"
    assert acts(session) == ["started_inspection"]


def test_a_lot_is_named_by_its_own_address_even_where_another_has_its_code(session, cast, lot, keys, now):
    other = factories.make_trade_item(
        session, cast.cooperative_id, now, gtin=None, registry_number="00000017"
    )
    factories.make_lot(session, other, now)
    started = inspections.start_inspection(
        session, actor=cast.inspector.actor, codes=[goods.code_of_lot(lot)], keys=keys, now=now
    )
    assert started.items[0].lot is lot


def test_a_certificate_in_hand_begins_a_record_too(session, cast, lot, keys, now):
    certificate = factories.make_certificate(session, cast, now, lot.trade_item)
    session.commit()
    started = inspections.start_inspection(
        session, actor=cast.inspector.actor, codes=[certificate.number], keys=keys, now=now
    )
    assert started.items[0].certificate is certificate


def test_begun_twice_it_is_one_record_until_somebody_writes_in_it(session, cast, draft, save, now):
    again = inspections.start_inspection(session, actor=cast.inspector.actor, now=now)
    assert again is draft
    save(PlaceEntry(commune="xã Thử"))
    assert inspections.start_inspection(session, actor=cast.inspector.actor, now=now) is not draft


def test_nobody_inspects_the_goods_of_the_own_party(session, cast, lot, keys, now):
    minh = cast.inspector.actor
    biased = type(minh)(minh.account_id, minh.account, cast.cooperative_id, minh.roles)
    with pytest.raises(NotAllowed, match="impartiality"):
        inspections.start_inspection(
            session, actor=biased, codes=[goods.code_of_lot(lot)], keys=keys, now=now
        )


@pytest.mark.parametrize("who", ["manager", "officer", "body_officer"])
def test_only_an_inspector_begins_a_record(session, cast, now, who):
    with pytest.raises(NotAllowed, match="role"):
        inspections.start_inspection(session, actor=getattr(cast, who).actor, now=now)


# ----- whose it is


def test_the_own_records_are_listed_and_the_province_sees_all(session, cast, draft, now):
    office = session.get(factories.Party, cast.authority_id)
    other = factories.make_person(session, "an@example.com", "An", office, Role.INSPECTOR, now)
    theirs = inspections.start_inspection(session, actor=other.actor, now=now)
    listed = inspections.list_inspections
    assert list(listed(session, actor=cast.inspector.actor)) == [draft]
    assert list(listed(session, actor=cast.officer.actor)) == [theirs, draft]
    assert list(listed(session, actor=cast.officer.actor, before=theirs.id)) == [draft]
    theirs.site_name, theirs.party_id = "Chợ Kỳ Lừa", cast.rival_id
    session.flush()
    maker = session.get(factories.Party, cast.rival_id).names[0].name
    for asked in ("Kỳ Lừa", maker.upper()):
        assert list(listed(session, actor=cast.officer.actor, text=asked)) == [theirs]
        assert list(listed(session, actor=cast.inspector.actor, text=asked)) == []  # not the own record
    assert list(listed(session, actor=cast.officer.actor, text="nowhere %")) == []
    for actor, read in (
        (other.actor, inspections.read_inspection),
        (cast.inspector.actor, inspections.own_inspection),
    ):
        record = draft if actor is other.actor else theirs
        with pytest.raises(NotFound):
            read(session, actor=actor, public_id=record.public_id)
    assert (
        inspections.read_inspection(session, actor=cast.officer.actor, public_id=draft.public_id.lower())
        is draft
    )
    with pytest.raises(NotAllowed):
        inspections.own_inspection(session, actor=cast.officer.actor, public_id=draft.public_id)
    with pytest.raises(NotFound):
        inspections.save_step(
            session, actor=other.actor, inspection=draft, entry=PeopleEntry(), version=1, key=None, now=now
        )


# ----- steps


def take_out(session, cast, draft, number, now, version=None):
    inspections.remove_item(
        session,
        actor=cast.inspector.actor,
        inspection=draft,
        number=number,
        version=draft.version if version is None else version,
        now=now,
    )


def test_every_step_is_kept_and_read_back_as_typed(session, draft, save):
    entries = {
        Step.PLACE: PlaceEntry(site_name="Quầy 7", commune="phường Đông Kinh", address="Chợ",
                               began_on="22/11/2026", began_time="08:30",
                               latitude="21,854", longitude="106,761"),
        Step.PEOPLE: PeopleEntry(seller_name="Bà Thử", seller_role="chủ quầy", leader_name="Minh",
                                 others="Anh An\nChị Bé"),
        Step.CHECKLIST: AnswersEntry(
            answers=(("label", "yes"), ("stamp", "no"), ("certificate", ""), ("scope", ""),
                     ("use_by", "not_looked"), ("storage", ""), ("papers", ""), ("quantity", "")),
            answers_note="Tem rách"),
        Step.RESULT: ResultEntry(result="unclear", findings="Cần giám định", measures="Gửi mẫu"),
        Step.SIGNING: SigningEntry(signs="no", refusal_reason="Vắng mặt", witnesses="Ông Tư"),
    }  # fmt: skip
    for entry in entries.values():
        save(entry)
    session.expire_all()
    assert {step: inspections.entry_of(draft, step) for step in entries} == entries
    assert draft.version == 1 + len(entries)
    assert acts(session) == ["started_inspection", *["saved_inspection"] * len(entries)]


def test_a_step_saved_unchanged_changes_nothing(session, draft, save):
    save(PlaceEntry(commune="xã Thử"))
    before = (draft.version, acts(session))
    save(inspections.entry_of(draft, Step.PLACE))
    assert (draft.version, acts(session)) == before


def test_the_position_is_rounded_to_a_hundred_metres(draft, save):
    save(PlaceEntry(latitude="21.853721", longitude="106.761519"))
    entry = inspections.entry_of(draft, Step.PLACE)
    assert (entry.latitude, entry.longitude) == ("21,854", "106,762")


def test_a_site_that_is_a_partys_name_is_that_party(session, cast, draft, save):
    save(PlaceEntry(site_name="htx mẫu sơn thử"))
    assert draft.party_id == cast.cooperative_id
    save(PlaceEntry(site_name="Quầy không tên"))
    assert draft.party_id is None


@pytest.mark.parametrize(
    ("entry", "code", "field"),
    [
        (PlaceEntry(began_time="25:00"), "time_format", "began_time"),
        (PlaceEntry(began_on="31/02/2026"), "day_impossible", "began_on"),
        (PlaceEntry(began_on="23/11/2026"), "inspection_began_late", "began_time"),
        (PlaceEntry(latitude="21,8"), "inspection_coordinates", "longitude"),
        (PlaceEntry(commune="x" * 121), "text_too_long", "commune"),
        (AnswersEntry(answers=(("label", "maybe"),)), "choice_unknown", "label"),
        (ResultEntry(result="good"), "choice_unknown", "result"),
        (ItemEntry(), "inspection_item_unnamed", "named"),
        (ItemEntry(named="Rượu", quantity="1,000"), "number_ambiguous", "quantity"),
        (ItemEntry(named="Rượu", quantity="0"), "number_range", "quantity"),
        (ItemEntry(named="Rượu", price="12,5"), "number_not_whole", "price"),
        (ItemEntry(code="a\u202eb", named="Rượu"), "text_direction", "code"),
    ],
)
def test_a_field_that_cannot_be_read_is_named(session, draft, save, entry, code, field):
    with pytest.raises(Malformed) as broken:
        save(entry)
    assert (broken.value.code, broken.value.field) == (code, field)
    session.rollback()
    session.refresh(draft)
    assert draft.version == 1


def test_goods_on_no_record_are_kept_as_typed(draft, save):
    save(ItemEntry(code="KHÔNG-CÓ-MÃ", named="Rượu không nhãn", quantity="12,5", unit="LTR", price="80.000",
                   finding="non_conformant", note="Can nhựa"))  # fmt: skip
    [item] = draft.items
    assert (item.trade_item, item.lot, item.certificate) == (None, None, None)
    assert inspections.entry_of(draft, Step.GOODS, item).quantity == "12,5"


def test_goods_are_changed_and_taken_out_again(session, cast, draft, lot, save, now):
    save(ItemEntry(named="Rượu"))
    save(ItemEntry(code=goods.code_of_lot(lot), named="Rượu men lá"), number=1)
    assert (draft.items[0].lot, draft.items[0].named) == (lot, "Rượu men lá")
    for _ in range(2):
        take_out(session, cast, draft, 1, now)
    assert draft.items == []
    with pytest.raises(NotFound):
        save(ItemEntry(named="Rượu"), number=1)


# ----- two who write, and one who writes twice


def test_a_step_that_changed_meanwhile_is_not_overwritten(session, draft, save):
    shown = draft.version
    save(PlaceEntry(commune="xã Một"), version=shown)
    with pytest.raises(Conflict) as broken:
        save(PlaceEntry(commune="xã Hai"), version=shown)
    assert (broken.value.code, broken.value.facts["given"], broken.value.facts["found"]) == (
        "inspection_changed",
        1,
        2,
    )
    session.rollback()
    session.refresh(draft)
    assert draft.commune == "xã Một"
    save(PlaceEntry(commune="xã Hai"), version=draft.version)
    assert draft.commune == "xã Hai"


def test_a_stale_save_of_goods_taken_out_overwrites_no_others(session, cast, draft, save, now):
    shown = save(ItemEntry(named="Na dai")).version
    save(ItemEntry(named="Hồng"))
    for number in (2, 2, 1):
        take_out(session, cast, draft, number, now)
    session.commit()
    save(ItemEntry(named="Quýt"))
    assert [(one.number, one.named) for one in draft.items] == [(3, "Quýt")]
    for number, refusal in ((1, "no_such_record"), (2, "no_such_record"), (3, "inspection_changed")):
        with pytest.raises((Conflict, NotFound)) as refused:
            save(ItemEntry(named="Na bở"), version=shown, number=number)
        assert refused.value.code == refusal
        session.rollback()
    assert [one.named for one in draft.items] == ["Quýt"]
    save(ItemEntry(named="Quýt vàng"), number=3)


def test_goods_changed_meanwhile_are_not_taken_out_by_an_older_page(session, cast, draft, save, now):
    shown = save(ItemEntry(named="Na dai")).version
    save(ItemEntry(named="Na dai", note="Thối 3 quả"), number=1, version=shown)
    session.commit()
    with pytest.raises(Conflict) as refused:
        take_out(session, cast, draft, 1, now, version=shown)
    assert refused.value.code == "inspection_item_changed"
    assert refused.value.facts == {"named": "Na dai", "given": shown, "found": shown + 1}
    session.rollback()
    assert [one.note for one in draft.items] == ["Thối 3 quả"]
    save(PeopleEntry(seller_name="Bà Thử"))  # another step is no change of the goods
    take_out(session, cast, draft, 1, now, version=shown + 1)
    assert draft.items == []


def test_steps_written_offline_from_one_page_all_arrive(draft, save):
    shown = draft.version
    save(PlaceEntry(commune="xã Một"), version=shown, key="a")
    save(PeopleEntry(seller_name="Bà Thử"), version=shown, key="b")
    save(ItemEntry(named="Rượu"), version=shown, key="c")
    save(ItemEntry(named="Hồi"), version=shown, key="d")
    assert (draft.commune, draft.seller_name, len(draft.items)) == ("xã Một", "Bà Thử", 2)


def test_the_same_key_is_answered_alike_and_does_nothing(session, draft, save):
    first = save(ItemEntry(named="Rượu"), version=1, key="k")
    save(PlaceEntry(commune="xã Thử"))
    again = save(ItemEntry(named="Rượu"), version=1, key="k")
    assert (first.version, again.version, again.again) == (2, 2, True)
    assert len(draft.items) == 1
    assert acts(session).count("saved_inspection") == 2


def test_the_same_key_with_other_words_is_refused(session, save):
    save(ItemEntry(named="Rượu"), key="k")
    with pytest.raises(Conflict, match="inspection_key_differs"):
        save(ItemEntry(named="Hồi"), key="k")


def test_a_step_that_arrives_after_closing_is_refused_unless_it_had_come_before(session, draft, save, close):
    ready(save)
    save(PeopleEntry(seller_name="Bà Thử"), key="k")
    close()
    assert save(PeopleEntry(seller_name="Bà Thử"), key="k").again
    with pytest.raises(Conflict, match="inspection_closed"):
        save(PeopleEntry(seller_name="Bà Khác"), key="l")


# ----- photos


def add(session, app, cast, draft, content, now):
    return inspections.add_photo(
        session,
        app.extensions["storage"],
        actor=cast.inspector.actor,
        inspection=draft,
        photo=inspections.make_photo(content),
        now=now,
    )


def test_a_photo_keeps_its_time_and_loses_its_position(session, app, cast, draft, now):
    kept, new = add(session, app, cast, draft, photo(), now)
    session.commit()
    content = app.extensions["storage"].get(kept.sha256)
    opened = Image.open(BytesIO(content))
    assert new
    assert (opened.format, max(opened.size), dict(opened.getexif())) == ("WEBP", 1600, {})
    assert kept.taken_at == datetime(2026, 11, 22, 1, 5, tzinfo=UTC)
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert session.get(StoredFile, kept.sha256).inline
    assert b"GPS" not in content
    assert b"M\xc3\xa1y" not in content


def test_the_heaviest_photo_is_made_light(session, app, cast, draft, now):
    kept, _ = add(session, app, cast, draft, photo(1600, 1600, noisy=True, exif=False), now)
    assert len(app.extensions["storage"].get(kept.sha256)) <= 300_000
    assert kept.taken_at is None


def test_the_same_photo_twice_is_one_and_the_eleventh_is_refused(session, app, cast, draft, now):
    for side in range(10):
        add(session, app, cast, draft, photo(40 + side, 40, exif=False), now)
    assert add(session, app, cast, draft, photo(40, 40, exif=False), now)[1] is False
    with pytest.raises(Conflict, match="inspection_photos_many"):
        add(session, app, cast, draft, photo(80, 80, exif=False), now)
    assert len(draft.photos) == 10
    inspections.remove_photo(
        session, actor=cast.inspector.actor, inspection=draft, sha256=draft.photos[0].sha256, now=now
    )
    inspections.remove_photo(session, actor=cast.inspector.actor, inspection=draft, sha256="0" * 64, now=now)
    assert len(draft.photos) == 9


@pytest.mark.parametrize("content", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", b""])
def test_what_is_no_picture_is_refused_with_a_sentence(session, app, cast, draft, now, content):
    with pytest.raises(Malformed) as broken:
        add(session, app, cast, draft, content, now)
    assert "ảnh" in broken.value.sentence()
    assert broken.value.field == "photos"


# ----- closing


def test_closing_gives_a_number_a_hash_and_the_holds_that_stand(session, cast, lot, draft, save, close, now):
    save(ItemEntry(code=goods.code_of_lot(lot), quantity="24"))
    ready(save)
    hold = restrictions.hold_lot(
        session, actor=cast.inspector.actor, lot=lot, reason=HoldReason.WRONG_LABEL, now=now
    )
    closed = close()
    assert (closed.number, closed.year, closed.sequence) == ("BB-2026-0001", 2026, 1)
    assert closed.sha256 == hashlib.sha256(closed.body).hexdigest()
    told = json.loads(closed.body)
    assert told["number"] == "BB-2026-0001"
    assert re.fullmatch(re.escape(ADDRESS) + "[0-9A-HJKMNP-TV-Z]{26}", told["address"])
    assert told["items"][0]["hold"]["number"] == hold.public_id
    assert told["items"][0]["maker"] == "HTX Mẫu Sơn Thử"
    entry = session.scalars(select(JournalEntry).order_by(JournalEntry.seq.desc())).first()
    assert entry.act == "closed_inspection"
    assert json.loads(entry.body)["facts"]["sha256"] == closed.sha256


def test_the_journal_names_no_person_and_no_words(session, draft, save, close):
    save(PeopleEntry(seller_name="Nguyễn Thị Kín", others="Trần Văn Kín"))
    save(PlaceEntry(commune="xã Kín", address="Thôn Kín"))
    save(ResultEntry(result="unclear", findings="Lời Kín"))
    save(
        SigningEntry(
            signs="no", refusal_reason="Cớ Kín", witnesses="Lê Thị Kín", commune_authority="UBND Kín"
        )
    )
    close()
    bodies = b"".join(session.scalars(select(JournalEntry.body)))
    assert "Kín".encode() not in bodies
    assert "Kín".encode() in draft.body


def test_closed_twice_is_closed_once(session, draft, save, close):
    ready(save)
    number = close().number
    assert close().number == number
    assert acts(session).count("closed_inspection") == 1


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([ResultEntry(result="conformant"), SigningEntry(signs="yes")], "inspection_place_missing"),
        ([PlaceEntry(commune="xã"), SigningEntry(signs="yes")], "inspection_result_missing"),
        ([PlaceEntry(commune="xã"), ResultEntry(result="conformant")], "inspection_signing_missing"),
        ([PlaceEntry(commune="xã"), ResultEntry(result="conformant"),
          SigningEntry(signs="no", witnesses="Ông Tư")], "inspection_refusal_reason"),
        ([PlaceEntry(commune="xã"), ResultEntry(result="conformant"),
          SigningEntry(signs="no", refusal_reason="Vắng")], "inspection_refusal_unwitnessed"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_before_closing(session, draft, save, close, entries, code):
    for entry in entries:
        save(entry)
    with pytest.raises(Malformed, match=code):
        close()
    session.rollback()
    session.refresh(draft)
    assert draft.number is None


@pytest.mark.parametrize("more", [{"witnesses": "Ông Tư"}, {"commune_authority": "UBND xã Thử"}])
def test_a_seller_who_does_not_sign_is_replaced_by_a_witness_or_the_commune(draft, save, close, more):
    ready(save)
    save(SigningEntry(signs="no", refusal_reason="Không đồng ý", **more))
    assert close().number == "BB-2026-0001"


def test_a_record_saved_after_the_page_was_shown_is_not_closed(session, draft, save, close):
    ready(save)
    with pytest.raises(Conflict, match="changed_since"):
        close(version=draft.version - 1)


def test_numbers_run_without_gaps_and_begin_anew_each_year(session, cast, save, close, now):
    told = []
    for at in (now, now, datetime(2026, 12, 31, 17, 0, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC)):
        row = inspections.start_inspection(session, actor=cast.inspector.actor, now=now)
        ready(save, of=row)
        told.append(close(of=row, at=at).number)
    assert told == ["BB-2026-0001", "BB-2026-0002", "BB-2027-0001", "BB-2027-0002"]


def test_a_closing_that_fails_leaves_no_gap(session, cast, draft, save, close, now):
    ready(save)
    inspections.close_inspection(
        session, actor=cast.inspector.actor, inspection=draft, version=None, address=ADDRESS, now=now
    )
    session.rollback()
    session.refresh(draft)
    assert close().number == "BB-2026-0001"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE inspection SET findings = 'x'",
        "UPDATE inspection SET state = 'draft'",
        "DELETE FROM inspection",
        "UPDATE inspection_item SET named = 'x'",
        "DELETE FROM inspection_item",
        "INSERT INTO inspection_item SELECT * FROM inspection_item",
        "DELETE FROM inspection_photo",
    ],
)
def test_the_database_itself_keeps_a_closed_record(session, app, cast, draft, save, close, now, statement):
    save(ItemEntry(named="Rượu"))
    add(session, app, cast, draft, photo(40, 40), now)
    ready(save)
    close()
    with pytest.raises(DBAPIError, match="never edited"):
        session.execute(text(statement))


def test_what_is_renamed_later_changes_no_closed_record(session, cast, lot, draft, save, close):
    save(ItemEntry(code=goods.code_of_lot(lot)))
    ready(save)
    before = close().body
    lot.trade_item.name_vi = "Tên khác"
    session.commit()
    session.expire_all()
    assert inspections.record_bytes(session, draft, address="elsewhere") == before


# ----- after closing, and before


def test_a_supplement_names_the_record_it_adds_to(session, cast, draft, save, close, now):
    ready(save)
    with pytest.raises(Conflict, match="inspection_not_closed"):
        inspections.supplement_inspection(session, actor=cast.inspector.actor, inspection=draft, now=now)
    close()
    more = inspections.supplement_inspection(session, actor=cast.inspector.actor, inspection=draft, now=now)
    assert (more.supplements, more.commune, more.number) == (draft, "xã Thử Nghiệm", None)
    assert (
        inspections.supplement_inspection(session, actor=cast.inspector.actor, inspection=draft, now=now)
        is more
    )
    session.commit()
    save(ResultEntry(result="conformant"), of=more)
    save(SigningEntry(signs="yes"), of=more)
    close(of=more, at=now + timedelta(days=1))
    assert json.loads(more.body)["supplements"] == "BB-2026-0001"
    assert list(inspections.list_supplements(session, draft)) == [more]


def test_a_draft_is_thrown_away_and_the_journal_knows(session, app, cast, draft, save, close, now):
    save(ItemEntry(named="Rượu"), key="k")
    add(session, app, cast, draft, photo(40, 40), now)
    inspections.discard_inspection(session, actor=cast.inspector.actor, inspection=draft, now=now)
    session.commit()
    assert list(session.scalars(select(Inspection))) == []
    assert list(session.scalars(select(InspectionSave))) == []
    assert acts(session)[-1] == "discarded_inspection"


def test_a_closed_record_is_not_thrown_away(session, cast, draft, save, close, now):
    ready(save)
    close()
    with pytest.raises(Conflict, match="inspection_closed"):
        inspections.discard_inspection(session, actor=cast.inspector.actor, inspection=draft, now=now)


def test_two_who_close_at_one_instant_get_two_numbers(session, app, cast, save, now):
    from threading import Barrier, Thread

    from sqlalchemy.orm import Session

    from traceapp.extensions import db

    rows = []
    for commune in ("xã Một", "xã Hai"):
        row = inspections.start_inspection(session, actor=cast.inspector.actor, codes=[commune], now=now)
        ready(save, of=row)
        rows.append(row.id)
    with app.app_context():
        engine = db.engine
    together, told = Barrier(2), []

    def close(number):
        together.wait()
        with Session(engine) as own:
            row = own.get(Inspection, number)
            inspections.close_inspection(
                own, actor=cast.inspector.actor, inspection=row, version=None, address=ADDRESS, now=now
            )
            told.append(row.number)
            own.commit()

    session.commit()
    threads = [Thread(target=close, args=(number,)) for number in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["BB-2026-0001", "BB-2026-0002"]
