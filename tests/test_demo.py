"""The demonstration shows every verdict, keeps what it wrote, and leaves other people's records alone."""

import json
import re
from datetime import date

import pytest
from sqlalchemy import text

from tests import factories
from traceapp import demo, schema
from traceapp.app import create_app
from traceapp.demo.story import SHOWN
from traceapp.domain.conformity import Verdict
from traceapp.domain.errors import Conflict
from traceapp.extensions import db, limiter
from traceapp.models import Certificate, Inspection, JournalEntry, Party, StampRun
from traceapp.services import journal
from traceapp.settings import load

PERSON = {"Accept": "text/html", "User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/130"}


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """The demonstration, loaded once for the tests of this file that only read it."""
    settings = load(tmp_path_factory.mktemp("demo"), {"TRACEAPP_DEMO": "true"})
    schema.upgrade(settings)
    app = create_app(settings)
    limiter.enabled = False
    return app, demo.load(app)


def test_every_verdict_can_be_seen(shown):
    _app, offer = shown
    assert {stamp["expected_verdict"] for stamp in offer.stamps} == {verdict.value for verdict in Verdict}


def test_each_stamp_says_what_the_manifest_promises(shown):
    app, offer = shown
    browser = app.test_client()
    for stamp in offer.stamps:
        page = browser.get(stamp["uri"].split("8000", 1)[1], headers=PERSON)
        assert re.findall(r'<main[^>]* data-verdict="(\w+)"', page.text) == [stamp["expected_verdict"]]
        assert page.status_code == (404 if stamp["expected_verdict"] == "unknown" else 200)


def test_the_certificates_of_the_file_have_the_status_the_file_expects(shown):
    app, _offer = shown
    from traceapp.demo.records import FILE

    expected = {
        record["number"]: record["expected_public_status"]
        for record in json.loads(FILE.read_text("utf-8"))["demo_certificates"]
    }
    with app.app_context():
        from traceapp.extensions import reader

        for number, told in expected.items():
            certificate = reader().query(Certificate).filter_by(number=number).one()
            assert certificate.status_on(date.fromisoformat(told["as_of"])).status.value == told["status"]


def test_the_chains_of_the_files_certificates_are_as_the_file_expects(shown):
    app, _offer = shown
    from traceapp.demo.records import FILE
    from traceapp.services.vouching import chains

    told = json.loads(FILE.read_text("utf-8"))
    numbers = {one["id"]: one["number"] for one in told["demo_accreditations"]}
    expected = {one["number"]: one["expected_chain"] for one in told["demo_certificates"]}
    reasons = {"DEMO-FSMS-0003": "accreditation_expired", "DEMO-QMS-0001": "scope_not_covered",
               "DEMO-VietGAP-TT-00-00-00-0004": "no_accreditation_on_record"}  # fmt: skip
    with app.app_context():
        from traceapp.extensions import reader

        for number, wanted in expected.items():
            certificate = reader().query(Certificate).filter_by(number=number).one()
            chain = chains.judge(reader(), certificate, today=date(2026, 11, 22)).chain
            assert (number, chain.verdict.value) == (number, wanted["verdict"])
            assert chain.reason == reasons.get(number)
            if wanted["accreditation_id"]:
                assert chain.accreditation.number == numbers[wanted["accreditation_id"]]


def test_a_suspended_accreditation_breaks_the_chain_of_a_certificate_issued_meanwhile(shown):
    app, _offer = shown
    from traceapp.services.vouching import body_register, chains

    with app.app_context():
        from traceapp.extensions import reader

        certificate = reader().query(Certificate).filter_by(number="DEMO-FSMS-0013").one()
        chain = chains.judge(reader(), certificate, today=date.today()).chain  # noqa: DTZ011 - told today
        assert (chain.reason, chain.accreditation.number) == ("accreditation_suspended", "DEMO-ACC-003")
        page = app.test_client().get(f"/certificates/{certificate.public_id}", headers=PERSON).text
        assert "Công nhận DEMO-ACC-003 bị đình chỉ từ ngày" in page
        assert body_register.count_open_bodies(reader()) == 2  # a typed name, and one to be confirmed


def test_a_field_record_is_there_to_be_printed(shown):
    app, _offer = shown
    from traceapp.services import inspections
    from traceapp.services.printing.minutes import draw_minutes

    with app.app_context():
        from traceapp.extensions import reader

        [row] = reader().query(Inspection)
        assert row.number.endswith("-0001")
        assert row.demo
        assert row.items[0].hold is not None
        assert len(row.photos) == 1
        minutes = draw_minutes(inspections.facts_of(row.body), sha256=row.sha256)
        assert minutes.startswith(b"%PDF")


def test_what_is_invented_says_so(shown):
    app, _offer = shown
    with app.app_context():
        from traceapp.extensions import reader

        for party in reader().query(Party):
            assert party.demo == ("(DEMO)" in party.name_on(date(2026, 11, 22)))
            assert party.demo or party.source_url
        for certificate in reader().query(Certificate):
            assert certificate.number.startswith("DEMO-")
            assert certificate.holder.demo
            assert certificate.body.demo


def test_a_second_start_keeps_the_records(shown):
    app, offer = shown
    again = demo.load(app)
    assert again.accounts == offer.accounts
    assert again.certificates == offer.certificates
    with app.app_context():
        from traceapp.extensions import reader

        assert reader().query(StampRun).count() == len(demo.story.CHAPTERS)
        assert journal.verify(reader()).broken == []
        assert reader().query(JournalEntry).count() > len(demo.story.CHAPTERS)


def test_a_scanned_stamp_is_no_longer_offered_as_never_scanned(shown):
    app, _offer = shown
    before = [stamp["uri"] for stamp in demo.load(app).stamps if stamp["expected_verdict"] == "valid_first"]
    app.test_client().get(before[0].split("8000", 1)[1], headers=PERSON)
    after = [stamp["uri"] for stamp in demo.load(app).stamps if stamp["expected_verdict"] == "valid_first"]
    assert before[0] not in after
    assert len(after) == len(before)


def test_other_peoples_records_are_refused(app, session, cast, now):
    factories.make_trade_item(session, cast.cooperative_id, now)
    session.commit()
    with pytest.raises(Conflict, match="demo_not_empty"):
        demo.load(app)
    assert session.query(StampRun).count() == 0


def test_an_instance_filled_by_an_older_version_starts_without_the_younger_chapters(tmp_path):
    settings = load(tmp_path, {"TRACEAPP_DEMO": "true"})
    schema.upgrade(settings)
    app = create_app(settings)
    demo.load(app)
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(
            text("UPDATE stamp_run SET request_key = 'older' WHERE request_key = 'demo-unverified'")
        )
    again = demo.load(app)
    assert len(again.stamps) == len(SHOWN)  # one chapter is missing, one word has no chapter
