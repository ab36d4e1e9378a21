"""Renewing a certificate through the pages: what is taken over, what may follow what, and taking it back."""

from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests import factories
from tests.web.looking import acts, look, text_of
from traceapp.domain.certificates import DecisionKind, RecordState
from traceapp.domain.errors import Conflict
from traceapp.domain.reference import Activity
from traceapp.models import (
    Certificate,
    CertificateActivity,
    CertificateDecision,
    CertificateSubject,
    Inspection,
    InspectionItem,
    Party,
    StoredFile,
)
from traceapp.services import agenda
from traceapp.services.agenda import TaskKind
from traceapp.services.vouching import certification

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def old(session, cast, now, item):
    """A certificate that ran out a month ago: ISO 22000:2005, the goods and a place, two activities."""
    one = factories.make_certificate(
        session, cast, now, item, number="THU-FSMS-0001", standard="ISO 22000:2005",
        issued_on=date(2023, 10, 20), valid_from=date(2023, 10, 20), valid_until=date(2026, 10, 19),
    )  # fmt: skip
    place = factories.make_place(session, cast.cooperative_id, cast.unit_id, now)
    one.subjects.append(CertificateSubject(place=place))
    one.activities += [
        CertificateActivity(activity=Activity.PROCESSING),
        CertificateActivity(activity=Activity.PACKING),
    ]
    session.commit()
    return one


@pytest.fixture
def path(old):
    return f"/coop/certificates/{old.public_id}"


@pytest.fixture
def told(session, cast, old, item):
    """What the form sends when the days and the number of the new paper are typed in."""
    body = session.get_one(Party, cast.body_id).public_id
    places = [row.place.public_id for row in old.subjects if row.place]
    session.commit()
    return {
        "scheme": "iso_22000", "standard": "ISO 22000:2018", "number": "THU-FSMS-0002", "body": body,
        "scope_text": "Sản xuất rượu men lá", "trade_items": item.public_id, "places": places,
        "activities": ["processing", "packing"], "issued_on": "20/10/2026", "valid_until": "19/10/2029",
    }  # fmt: skip


def newest(session):
    return look(session, select(Certificate).order_by(Certificate.id.desc()).limit(1))[0]


def end(session, cast, certificate, now, kind=DecisionKind.WITHDRAWAL):
    certificate.decisions.append(
        CertificateDecision(
            sequence=1, kind=kind, from_on=certificate.valid_from, reason="Thử", created_at=now,
            recorded_by_id=cast.body_officer.account_id,
        )
    )  # fmt: skip
    session.commit()


def test_what_stays_is_filled_in_and_what_changes_is_not(manager, path, item):
    page = manager.get(f"{path}/renew")
    assert page.status_code == 200
    assert "Gia hạn chứng nhận THU-FSMS-0001" in page.text
    assert 'value="ISO 22000:2018"' in page.text, "the edition that replaced the old one"
    assert f'value="{item.public_id}"' in page.text
    assert page.text.count("checked") == 4, "the product, the place and two activities"
    assert "19/10/2026" not in page.text
    assert 'value="THU-FSMS-0001"' not in page.text


def test_a_renewal_is_a_draft_linked_to_what_it_replaces(manager, session, old, path, told):
    answer = manager.post(f"{path}/renew", data=told)
    made = newest(session)
    assert answer.status_code == 303
    assert answer.location == f"/coop/certificates/{made.public_id}"
    assert (made.replaces_id, made.record_state) == (old.id, RecordState.DRAFT)
    assert [row.activity for row in made.activities] == [Activity.PROCESSING, Activity.PACKING]
    assert made.number in manager.get(path).text
    assert old.number in manager.get(answer.location).text
    assert acts(session) == ["renewed_certificate"]


def test_an_unsent_renewal_still_says_when_the_old_paper_ends(manager, session, old, path, told):
    manager.post(f"{path}/renew", data=told)
    todo = text_of(manager.get("/coop/"))
    assert "Giấy cũ đã hết hạn" in todo
    assert "Bản gia hạn của THU-FSMS-0001, hết hạn 19/10/2026." in todo
    old.valid_until = date(2026, 12, 2)
    session.commit()
    assert "Giấy cũ còn 10 ngày" in text_of(manager.get("/coop/"))


def test_asking_twice_leads_to_the_renewal_that_is_there(manager, session, path, told):
    first = manager.post(f"{path}/renew", data=told).location
    for answer in (manager.get(f"{path}/renew"), manager.post(f"{path}/renew", data=told)):
        assert (answer.status_code, answer.location) == (303, first)
    assert acts(session) == ["renewed_certificate"]


def test_a_renewal_may_keep_the_number_and_nobody_elses(manager, session, cast, now, item, old, path, told):
    factories.make_certificate(session, cast, now, item, number="THU-FSMS-0009")
    session.commit()
    taken = manager.post(f"{path}/renew", data=told | {"number": "THU-FSMS-0009"})
    assert taken.status_code == 422
    assert "đã có chứng nhận mang số THU-FSMS-0009" in taken.text
    assert manager.post(f"{path}/renew", data=told | {"number": old.number}).status_code == 303
    assert newest(session).number == old.number


def test_a_draft_its_body_took_back_keeps_nobody_from_the_number(
    manager, session, cast, now, old, path, told, item, paper
):
    kept = {"record_state": RecordState.DRAFT, "approved_by_id": None, "approved_at": None,
            "sent_by_id": cast.body_id, "entered_by_id": cast.body_officer.account_id}  # fmt: skip
    bodys = approved(session, cast, now, old, item, **kept)
    name, number = bodys.public_id, bodys.number
    session.commit()
    assert f"{path}/renew" in manager.get(path).text
    scan = {"evidence": (BytesIO(paper), "a.pdf")}
    made = manager.post(f"{path}/renew", data=told | {"number": number} | scan).location
    assert made != f"/coop/certificates/{name}"
    bodys.record_state = RecordState.SUBMITTED  # meanwhile
    session.commit()
    late = manager.post(f"{made}/submit")
    assert late.status_code == 422
    assert f"đã có chứng nhận mang số {number}" in late.text
    bodys.record_state = RecordState.DRAFT
    session.commit()
    assert manager.post(f"{made}/submit").status_code == 303
    assert newest(session).record_state is RecordState.SUBMITTED


def test_another_certificate_may_not_take_the_number(manager, session, old, told):
    answer = manager.post("/coop/certificates/new", data=told | {"number": old.number})
    assert answer.status_code == 422
    assert acts(session) == []


def test_a_renewal_stays_with_its_scheme_also_when_it_is_changed(manager, session, path, told):
    answer = manager.post(f"{path}/renew", data=told | {"scheme": "iso_9001"})
    assert answer.status_code == 422
    assert 'id="scheme-e"' in answer.text
    made = manager.post(f"{path}/renew", data=told).location
    changed = manager.post(f"{made}/edit", data=told | {"scheme": "iso_9001"})
    assert changed.status_code == 422
    assert acts(session) == ["renewed_certificate"]


def test_a_renewal_may_go_to_another_scheme_of_the_series(manager, session, cast, now, item, told):
    three = factories.make_certificate(session, cast, now, item, number="OCOP-1", scheme="ocop_3")
    session.commit()
    answer = manager.post(
        f"/coop/certificates/{three.public_id}/renew", data=told | {"scheme": "ocop_4", "number": "OCOP-2"}
    )
    assert answer.status_code == 303
    assert newest(session).replaces_id == three.id


@pytest.mark.parametrize("kind", [DecisionKind.WITHDRAWAL, DecisionKind.CANCELLATION])
def test_what_was_withdrawn_or_cancelled_is_not_renewed(manager, session, cast, now, old, path, told, kind):
    end(session, cast, old, now, kind)
    assert f"{path}/renew" not in manager.get(path).text
    for answer in (manager.get(f"{path}/renew"), manager.post(f"{path}/renew", data=told)):
        assert answer.status_code == 409
        assert "không gia hạn" in answer.text
    assert acts(session) == []


def test_a_draft_is_not_renewed(manager, session, old, path, told):
    old.record_state, old.approved_by_id = RecordState.DRAFT, None
    session.commit()
    assert f"{path}/renew" not in manager.get(path).text
    assert manager.post(f"{path}/renew", data=told).status_code == 409


def test_a_draft_renewal_can_be_taken_back(manager, session, old, path, told):
    made = manager.post(f"{path}/renew", data=told).location
    assert manager.get(f"{made}/discard").status_code == 405
    answer = manager.post(f"{made}/discard")
    assert (answer.status_code, answer.location) == (303, path)
    assert manager.post(f"{made}/discard").status_code == 404
    assert look(session, select(Certificate.id)) == [old.id]
    assert acts(session) == ["renewed_certificate", "discarded_certificate"]
    assert manager.get(f"{path}/renew").status_code == 200


def test_a_discarded_copy_leaves_its_files_and_the_journal(manager, session, told, paper):
    made = manager.post(
        "/coop/certificates/new", data=told | {"evidence": (BytesIO(paper), "a.pdf")}
    ).location
    assert manager.post(f"{made}/discard").location == "/coop/certificates"
    assert len(look(session, select(StoredFile))) == 1
    assert acts(session) == ["added_certificate", "added_evidence", "discarded_certificate"]


@pytest.mark.parametrize("state", [RecordState.SUBMITTED, RecordState.APPROVED])
def test_what_was_sent_or_approved_cannot_be_taken_back(manager, session, cast, now, old, path, state):
    if state is RecordState.SUBMITTED:
        old.record_state, old.approved_by_id, old.approved_at = state, None, None
        session.commit()
    assert manager.post(f"{path}/discard").status_code == 409
    assert acts(session) == []
    assert look(session, select(Certificate.id)) == [old.id]


@pytest.mark.parametrize(("method", "end_of"), [("get", "/renew"), ("post", "/renew"), ("post", "/discard")])
def test_a_stranger_renews_and_discards_nothing(rival, session, path, told, method, end_of):
    for address in (path, "/coop/certificates/ZZZZZZZZ"):
        assert getattr(rival, method)(address + end_of, data=told).status_code == 404
    assert acts(session) == []


def approved(session, cast, now, replaced, item, number="THU-FSMS-0002", **more):
    told = {
        "issued_on": date(2026, 10, 20), "valid_from": date(2026, 10, 20), "valid_until": date(2029, 10, 19),
        "replaces_id": replaced.id,
    } | more  # fmt: skip
    made = factories.make_certificate(session, cast, now, item, number=number, **told)
    session.commit()
    session.expire_all()
    return made


def test_nobody_is_asked_to_renew_what_is_renewed(manager, session, cast, now, today, old, item):
    def asked():
        tasks = agenda.to_do(session, cast.manager.actor, now=now, today=today)
        return [task.kind for task in tasks if task.certificate is not None]

    assert asked() == [TaskKind.CERTIFICATE_ENDED]
    new = approved(session, cast, now, old, item)
    assert asked() == []
    end(session, cast, new, now)
    assert asked() == [TaskKind.CERTIFICATE_STOPPED, TaskKind.CERTIFICATE_ENDED]


def test_only_one_renewal_is_approved_and_a_withdrawn_one_makes_room(session, cast, now, old, item):
    waiting = {"record_state": RecordState.SUBMITTED, "approved_by_id": None, "approved_at": None}
    first = approved(session, cast, now, old, item, "N-1")
    second = approved(session, cast, now, old, item, "N-2", **waiting)
    session.refresh(old, ["successors"])
    with pytest.raises(Conflict, match="renewal_exists") as refused:
        certification.approve_certificate(session, actor=cast.officer.actor, certificate=second, now=now)
    assert "N-1" in refused.value.sentence()
    session.rollback()
    end(session, cast, first, now)
    certification.approve_certificate(session, actor=cast.officer.actor, certificate=second, now=now)
    assert second.record_state is RecordState.APPROVED
    assert old.taken_over_on(now.date())


def test_the_database_holds_that_a_renewal_is_the_younger(session, cast, now, old, item):
    new = approved(session, cast, now, old, item)
    old.replaces_id = new.id
    with pytest.raises(IntegrityError):
        session.flush()


def test_both_pages_show_the_link_to_owner_province_public_and_machines(
    manager, browser_of, passer_by, session, cast, now, old, path, item
):
    new = approved(session, cast, now, old, item)
    officer = browser_of(cast.officer)
    for client, door in ((manager, "/coop"), (officer, "/province"), (passer_by, "")):
        before = client.get(f"{door}/certificates/{old.public_id}").text
        after = client.get(f"{door}/certificates/{new.public_id}").text
        assert "Được thay bằng" in before
        assert f"certificates/{new.public_id}" in before
        assert "Thay cho" in after
        assert f"certificates/{old.public_id}" in after
    api = {one: passer_by.get(f"/api/v1/certificates/{one.public_id}").json for one in (old, new)}
    assert (api[old]["replaces"], api[old]["replaced_by"]) == (None, new.public_id)
    assert (api[new]["replaces"], api[new]["replaced_by"]) == (old.public_id, None)


def test_a_renewal_that_is_not_approved_is_no_news_for_the_public(
    passer_by, manager, session, old, path, told
):
    manager.post(f"{path}/renew", data=told)
    page = passer_by.get(f"/certificates/{old.public_id}").text
    assert "Được thay bằng" not in page
    assert newest(session).public_id not in page
    assert passer_by.get(f"/api/v1/certificates/{old.public_id}").json["replaced_by"] is None


def test_two_papers_of_one_chain_with_one_number_are_no_conflict(browser_of, session, cast, now, old, item):
    new = approved(session, cast, now, old, item, number=old.number)
    officer = browser_of(cast.officer)
    assert "X7" not in text_of(officer.get(f"/province/certificates/{new.public_id}"))
    assert "X7" not in text_of(officer.get(f"/province/certificates/{old.public_id}"))


def test_a_stamp_speaks_of_the_renewal_and_not_of_what_ran_out(passer_by, session, cast, now, app, old, item):
    lot = factories.make_lot(session, item, now, made_on=date(2026, 11, 1))
    address = f"/01/{item.gtin}/10/{lot.code}"
    session.commit()
    approved(session, cast, now, old, item)
    page = passer_by.get(address, headers={"Accept": "text/html"}).text
    assert "THU-FSMS-0002" in page


@pytest.mark.parametrize("waiting", [False, True])
def test_a_number_that_was_kept_opens_the_newest_approved_paper(
    browser_of, session, cast, now, old, item, waiting
):
    """An inspector types it: no choice, no alarm of one number in two records."""
    more = {"record_state": RecordState.SUBMITTED, "approved_by_id": None, "approved_at": None}
    new = approved(session, cast, now, old, item, number=old.number, **(more if waiting else {}))
    inspector = browser_of(cast.inspector)
    answer = inspector.get("/inspect", query_string={"q": old.number})
    opened = old if waiting else new
    assert answer.location == f"/inspect/certificates/{opened.public_id}"
    card = inspector.get(answer.location).text
    assert "X7" not in text_of(card)
    if not waiting:
        assert f"/inspect/certificates/{old.public_id}" in card
        assert (
            f"/inspect/certificates/{new.public_id}"
            in inspector.get(f"/inspect/certificates/{old.public_id}").text
        )


def test_a_copy_that_a_check_speaks_of_is_not_discarded(manager, session, cast, now, old, path):
    old.record_state, old.approved_by_id, old.approved_at = RecordState.RETURNED, None, None
    inspection = Inspection(
        public_id=factories.next_public_id(), inspector_id=cast.inspector.account_id, began_at=now,
        answers={}, saved_at=now, step_versions={}, created_at=now,
    )  # fmt: skip
    session.add(inspection)
    inspection.items.append(InspectionItem(number=1, named="Giấy", certificate_id=old.id, created_at=now))
    session.commit()
    answer = manager.post(f"{path}/discard")
    assert answer.status_code == 409
    assert "Biên bản kiểm tra" in answer.text
    assert acts(session) == []
    assert look(session, select(Certificate.id)) == [old.id]
