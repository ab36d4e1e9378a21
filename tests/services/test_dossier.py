"""Several certificates beside the goods: each as it would be alone, in as many questions as one takes."""

from datetime import timedelta

import pytest

from tests import factories
from tests.counting import counting
from traceapp.models import Certificate, CertificateEvidence, StoredFile
from traceapp.reading import Reader
from traceapp.services.identification import Goods, certificates_of
from traceapp.services.vouching.dossier import MOST, open_dossier, open_dossiers


@pytest.fixture
def shelf(session, cast, now, today):
    """Certificates about one product: with scans of several senders, one number of two bodies, a renewal."""
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    other = factories.make_trade_item(session, cast.cooperative_id, now, gtin="09520009010028")
    first = factories.make_certificate(session, cast, now, item, number="SO-1")
    factories.make_certificate(session, cast, now, item, number="SO-1", body_id=cast.rival_id)
    factories.make_certificate(session, cast, now, item, number="SO-1", replaces_id=first.id)
    factories.make_certificate(session, cast, now, item, number="SO-2", holder_id=cast.rival_id)
    factories.make_certificate(
        session, cast, now, other, number="KHAC", valid_until=today + timedelta(days=9)
    )
    factories.make_accreditation(session, cast.body_id, now)
    for n, (certificate, sender) in enumerate(
        zip(session.query(Certificate), (cast.manager, cast.rival, cast.officer, cast.rival), strict=False)
    ):
        sha256 = f"{n:064}"
        file = {"size": 1, "media_type": "application/pdf", "first_name": "x.pdf", "uploaded_at": now}
        session.add(StoredFile(sha256=sha256, uploaded_by_id=sender.account_id, **file))
        certificate.evidence.append(
            CertificateEvidence(sha256=sha256, added_by_id=sender.account_id, created_at=now)
        )
    session.commit()
    return item


def facts(dossier):
    return {
        name: getattr(dossier, name)
        for name in (
            "status_today", "status_on", "conflicts", "coverage", "chain", "lapse", "files",
        )
    } | {
        "same_number": [one.id for one in dossier.same_number],
        "others": [one.id for one in dossier.others],
    }  # fmt: skip


def test_several_dossiers_say_what_each_says_alone(app, session, cast, shelf, today):
    about = {"actor": cast.inspector.actor, "goods": Goods(shelf), "on": None, "today": today}
    storage = app.extensions["storage"]
    found = certificates_of(session, Goods(shelf), actor=cast.inspector.actor)
    assert len(found) == 5
    assert found[-1].number == "KHAC"  # it names another product
    together = open_dossiers(session, storage, certificates=found, **about)
    alone = [open_dossier(session, storage, certificate=one, **about) for one in found]
    assert [facts(one) for one in together] == [facts(one) for one in alone]
    assert {len(one.same_number) for one in together} == {0, 1, 2}  # not those of its own chain
    assert len({one.files[0].uploaded_by for one in together if one.files}) == 3
    assert open_dossiers(session, storage, certificates=[], **about) == []


def test_many_take_as_many_questions_as_few_and_others_end_at_fifty(app, session, cast, now, shelf, today):
    about = {"actor": cast.inspector.actor, "goods": None, "on": None, "today": today}
    storage = app.extensions["storage"]

    def asked(most):
        with Reader(session.get_bind()) as reader:
            certificates = (
                reader.query(Certificate).filter(Certificate.replaces_id.is_(None)).limit(most).all()
            )
            with counting() as questions:
                dossiers = open_dossiers(reader, storage, certificates=certificates, **about)
            return max(len(one.others) for one in dossiers), len(questions)

    item = session.merge(shelf)
    for n in range(MOST + 10):
        factories.make_certificate(session, cast, now, item, number=f"THEM-{n}")
    session.commit()
    _, few = asked(6)
    others, many = asked(60)
    assert others == MOST
    assert many <= few
