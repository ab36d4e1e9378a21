"""50 clients decide on the same certificates at once: each ends exactly once, and nobody hears of a lock.

Sessions of their own and the province's pages, let go at the same moment. Whoever comes second is told what
was decided; the journal tells each decision once. The harness finds the naive way, which looks whether the
certificate has ended and writes afterwards without holding anything. trust.md rows 18 and 27.
"""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, object_session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import NullPool

from tests import factories
from tests.conftest import NOW, TODAY
from tests.faults.ground import audit, chance, rounds
from tests.web.public.scene import HOST
from traceapp.domain.certificates import CertificateTerms, Decision, DecisionKind, RecordState, check_decision
from traceapp.domain.errors import RuleBroken
from traceapp.domain.permissions import Role
from traceapp.engines import apply_rules
from traceapp.models import Certificate, CertificateDecision, CertificateEvidence, JournalEntry, Party
from traceapp.services import taking_back
from traceapp.services.parties import approvals
from traceapp.services.vouching import (
    body_corrections,
    certificates,
    certification,
    decisions,
    mistakes,
    renewals,
)
from traceapp.services.vouching.certificate_entry import CertificateEntry, as_typed

CLIENTS, CERTIFICATES = 50, 4
TURNS = rounds(1, 5)
TERMINAL = (DecisionKind.WITHDRAWAL, DecisionKind.CANCELLATION)
SAID = ("Đã duyệt.", "Đã rút lại.", "Bên gửi đã rút hồ sơ này lại", "Tỉnh đã duyệt hồ sơ này")
DECIDED, LOCKED = "decided", "database is locked"
SCAN = f"{1:064x}"


@pytest.fixture
def made(session, cast, now):
    """Certificates by number of round; ids and public ids."""

    def make(turn, **more):
        item = session.scalar(select(factories.TradeItem)) or factories.make_trade_item(
            session, cast.cooperative_id, now
        )
        rows = [
            factories.make_certificate(session, cast, now, item, number=f"DUA-{turn}-{n}", **more)
            for n in range(CERTIFICATES)
        ]
        assert factories.make_scan(session, now) == SCAN
        session.commit()
        return [(row.id, row.public_id) for row in rows]

    return make


def at_once(client, clients=CLIENTS):
    """What so many clients met, each in a thread, all let go at the same moment."""
    start = Barrier(clients)

    def one(number):
        start.wait(60)
        return client(number)

    with ThreadPoolExecutor(clients) as threads:
        return [met for several in threads.map(one, range(clients)) for met in several]


def tried(engine, act, certificate_id):
    """One act on one certificate, as a page does it: (id, what came of it)."""
    try:
        with Session(engine) as session:
            act(session, session.get_one(Certificate, certificate_id))
            session.commit()
    except RuleBroken as refused:
        return certificate_id, refused.code
    except (DBAPIError, StaleDataError) as fault:
        return certificate_id, f"fault: {fault}"
    return certificate_id, DECIDED


def faults_of_decisions(engine: Engine) -> list[str]:
    """Certificates that ended twice, decisions that could not follow one another, or were not told once."""
    found = []
    with Session(engine) as session:
        told = Counter(session.execute(select(JournalEntry.subject_id, JournalEntry.act)).all())
        for one in session.scalars(select(Certificate)):
            ends = sum(row.kind.is_terminal and row.mistake is None for row in one.decisions)
            slips = sum(row.mistake is not None for row in one.decisions)
            found += [f"{one.number} ended {ends} times"] if ends > 1 else []
            found += [f"{one.number}: {fault}" for fault in out_of_order(one)]
            for act, rows in (("recorded_decision", len(one.decisions)), ("marked_mistake", slips)):
                if told[one.public_id, act] != rows:
                    found.append(f"{one.number}: {rows} of {act}, {told[one.public_id, act]} told")
            if one.number_free != bool(ends):
                found.append(f"{one.number} ended {ends} times, its number is free: {one.number_free}")
    return found


def out_of_order(certificate):
    """Decisions and marks replayed one after the other, as the journal has them, by the rule."""
    terms = CertificateTerms(RecordState.APPROVED, certificate.valid_from, certificate.valid_until)
    rows = {row.sequence: row for row in certificate.decisions}
    if list(rows) != list(range(1, len(rows) + 1)):
        yield f"decisions stand in the places {list(rows)}"
    for act, sequence in as_told(certificate, rows):
        taken = {one.sequence: one for one in terms.decisions}
        if act == "marked_mistake":
            if sequence not in taken or taken[sequence].mistaken:
                yield f"decision {sequence} was marked, and stood not"
            taken[sequence] = replace(rows[sequence].fact, mistaken=True)
        else:
            decision = replace(rows[sequence].fact, mistaken=False)
            try:
                check_decision(terms, decision, TODAY)
            except RuleBroken as broken:
                yield f"decision {sequence}: {broken.code}"
            taken[sequence] = decision
        terms = replace(terms, decisions=tuple(taken.values()))


def as_told(certificate, rows):
    """(act, sequence) in the order of the journal; of decisions nobody told, in the order of their rows."""
    query = select(JournalEntry).where(JournalEntry.subject_id == certificate.public_id)
    told = []
    for entry in object_session(certificate).scalars(query.order_by(JournalEntry.seq)):
        facts = json.loads(entry.body)["facts"]
        if entry.act == "recorded_decision":
            told.append((entry.act, facts["sequence"]))
        elif entry.act == "marked_mistake":
            told.append((entry.act, facts["decision"]["sequence"]))
    known = {sequence for _, sequence in told}
    return told + [("recorded_decision", sequence) for sequence in rows if sequence not in known]


def outcomes(met):
    """How often each thing was met, by certificate."""
    told: dict[int, Counter[str]] = {}
    for certificate, what in met:
        told.setdefault(certificate, Counter())[what] += 1
    return told


def deciding(actor, kind, from_on=TODAY):
    def act(session, certificate):
        certification.record_decision(
            session, actor=actor, certificate=certificate, kind=kind, from_on=from_on, reason="Đua",
            document_number="01/QĐ", file_sha256=SCAN, now=NOW,
        )  # fmt: skip

    return act


def test_50_clients_end_the_same_certificates_and_each_ends_once(made, engine, cast):
    people = (cast.officer.actor, cast.second_officer.actor, cast.inspector.actor, cast.body_officer.actor)
    dice = chance("racing decisions")
    for turn in range(TURNS):
        ids = [id_ for id_, _ in made(turn)]
        orders = [dice.sample(ids, len(ids)) for _ in range(CLIENTS)]

        def client(number, orders=orders):
            act = deciding(people[number % len(people)], TERMINAL[number % 2])
            return [tried(engine, act, id_) for id_ in orders[number]]

        once = Counter({DECIDED: 1, "decision_after_terminal": CLIENTS - 1})
        assert outcomes(at_once(client)) == dict.fromkeys(ids, once)
    assert faults_of_decisions(engine) == []
    assert audit(engine) == []


def test_50_clients_who_decide_all_sorts_of_things_leave_a_history_that_follows(made, engine, cast):
    dice = chance("racing kinds")
    ids = [id_ for id_, _ in made(0)]
    told = [[(dice.choice(list(DecisionKind)), dice.choice(ids)) for _ in range(3)] for _ in range(CLIENTS)]

    def client(number):
        return [tried(engine, deciding(cast.officer.actor, kind), id_) for kind, id_ in told[number]]

    met = outcomes(at_once(client))
    refusals = {"decision_after_terminal", "already_suspended", "not_suspended", DECIDED}
    assert {what for counted in met.values() for what in counted} <= refusals
    assert faults_of_decisions(engine) == []
    assert audit(engine) == []
    with Session(engine) as session:
        rows = session.scalars(select(CertificateDecision)).all()
        assert len(rows) == sum(counted[DECIDED] for counted in met.values())


def test_50_officers_answer_the_same_applications_and_each_has_one_answer(made, engine, cast):
    ids = [id_ for id_, _ in made(0, record_state=RecordState.SUBMITTED, approved_by_id=None)]
    officers = (cast.officer.actor, cast.second_officer.actor)

    def approving(session, certificate):
        certification.approve_certificate(session, actor=officers[0], certificate=certificate, now=NOW)

    def returning(session, certificate):
        certification.return_certificate(
            session, actor=officers[1], certificate=certificate, reason="Ảnh mờ", now=NOW
        )

    def client(number):
        return [tried(engine, (approving, returning)[number % 2], id_) for id_ in ids]

    for counted in outcomes(at_once(client)).values():
        assert counted.pop(DECIDED) == 1
        assert sum(counted.values()) == CLIENTS - 1
        assert set(counted) <= {"already_approved", "already_returned", "record_step"}
    assert audit(engine) == []


def taking(actor):
    def act(session, certificate):
        taking_back.take_back_certificate(session, actor=actor, certificate=certificate, now=NOW)

    return act


def approving(actor):
    def act(session, certificate):
        certification.approve_certificate(session, actor=actor, certificate=certificate, now=NOW)

    return act


def faults_of_taking_back(engine):
    """Certificates that were approved and taken back, or told other than they stand."""
    told = {"approved_certificate": RecordState.APPROVED, "took_back_certificate": RecordState.DRAFT}
    with Session(engine) as session:
        entries = session.execute(select(JournalEntry.subject_id, JournalEntry.act)).all()
        for one in session.scalars(select(Certificate)):
            states = [told[act] for subject, act in entries if subject == one.public_id and act in told]
            if states != [one.record_state]:
                yield f"{one.number} is {one.record_state.value}, told {[state.value for state in states]}"


def test_a_sender_who_takes_back_and_officers_who_approve_end_as_one_of_the_two(made, engine, cast):
    people = (cast.officer.actor, cast.second_officer.actor)
    dice = chance("racing taking back")
    for turn in range(TURNS):
        ids = [id_ for id_, _ in made(turn, record_state=RecordState.SUBMITTED, approved_by_id=None)]
        orders = [dice.sample(ids, len(ids)) for _ in range(CLIENTS)]

        def client(number, orders=orders):
            act = taking(cast.manager.actor) if number % 2 else approving(people[number // 2 % 2])
            return [tried(engine, act, id_) for id_ in orders[number]]

        half = CLIENTS // 2
        approved = Counter({DECIDED: 1, "already_approved": half - 1, "answered_approved": half})
        taken = Counter({DECIDED: half, "taken_back": half})  # taking back twice is harmless: all hear yes
        for counted in outcomes(at_once(client)).values():
            assert counted in (approved, taken)
    assert list(faults_of_taking_back(engine)) == []
    assert audit(engine) == []


def test_a_page_of_each_side_at_once_leaves_one_yes_and_one_sentence(made, engine, cast, browser_of):
    waits = {"record_state": RecordState.SUBMITTED, "approved_by_id": None, "submitted_at": NOW}
    pages = [public_id for _, public_id in made(0, **waits)]

    def client(number):
        browser = browser_of((cast.officer, cast.manager)[number])
        path = ("/province/certificates/{}/approve", "/coop/certificates/{}/take-back")[number]
        for public_id in pages:
            answer = browser.post(path.format(public_id), base_url=HOST, follow_redirects=True)
            said = [number for number, words in enumerate(SAID) if words in answer.text]
            yield public_id, (answer.status_code, *said, LOCKED in answer.text)

    met = outcomes(at_once(lambda number: list(client(number)), clients=2))
    approved = Counter({(200, 0, False): 1, (200, 3, False): 1})
    taken = Counter({(200, 1, False): 1, (200, 2, False): 1})
    assert all(counted in (approved, taken) for counted in met.values())
    assert list(faults_of_taking_back(engine)) == []
    assert audit(engine) == []


def test_the_harness_finds_a_taking_back_that_forgets_the_lock(made, settings, cast, monkeypatch):
    """Both look before either writes; the row's own version is what is left, and it refuses the later one."""
    [(id_, _), *_] = made(0, record_state=RecordState.SUBMITTED, approved_by_id=None)
    careless, both_looked = create_engine(settings.database_url, poolclass=NullPool), Barrier(2)

    def looked(real):
        def look(*told):
            real(*told)
            both_looked.wait(60)

        return look

    for room, check in ((taking_back, "_check_unanswered"), (approvals, "check_step")):
        monkeypatch.setattr(room, "lock", lambda _session, _row: None)
        monkeypatch.setattr(room, check, looked(getattr(room, check)))
    acts = (taking(cast.manager.actor), approving(cast.officer.actor))
    with pytest.raises((DBAPIError, StaleDataError)):
        at_once(lambda number: [bare(careless, acts[number], id_)], clients=2)


def bare(engine, act, certificate_id):
    """One act whose faults reach the harness."""
    with Session(engine) as session:
        act(session, session.get_one(Certificate, certificate_id))
        session.commit()
    return certificate_id, DECIDED


def test_50_clients_renew_the_same_certificates_and_each_is_renewed_once(made, engine, session, cast):
    ids = [id_ for id_, _ in made(0)]
    [subject] = session.get_one(Certificate, ids[0]).subjects
    body = session.get_one(Party, cast.body_id).public_id
    item = subject.trade_item.public_id
    session.commit()

    def client(number):
        def renew(session, replaced):
            entry = CertificateEntry(
                number=f"MOI-{replaced.id}-{number}", scheme="iso_22000", body=body, scope_text="Đua",
                trade_items=[item], issued_on="01/06/2026", valid_until="31/12/2029",
            )  # fmt: skip
            certificates.add_certificate(
                session, actor=cast.manager.actor, entry=entry, replaces=replaced, now=NOW, today=TODAY
            )

        return [tried(engine, renew, id_) for id_ in ids]

    once = Counter({DECIDED: 1, "renewal_exists": CLIENTS - 1})
    assert outcomes(at_once(client)) == dict.fromkeys(ids, once)
    with Session(engine) as other:
        replaced = Counter(other.scalars(select(Certificate.replaces_id)))
    assert {id_: replaced[id_] for id_ in ids} == dict.fromkeys(ids, 1)
    assert audit(engine) == []


def marking(actor, sequence=1):
    def act(session, certificate):
        mistakes.mark_mistake(
            session, actor=actor, certificate=certificate, sequence=sequence, reason="Nhầm", now=NOW
        )

    return act


@pytest.fixture
def ended(made, engine, cast):
    """Certificates whose end Hoa wrote down."""
    ids = [id_ for id_, _ in made(0)]
    for id_ in ids:
        assert tried(engine, deciding(cast.officer.actor, DecisionKind.WITHDRAWAL), id_)[1] == DECIDED
    return ids


def test_50_people_mark_the_same_mistakes_and_each_is_marked_once(ended, engine, cast):
    people = (cast.second_officer.actor, cast.inspector.actor, cast.body_officer.actor)
    dice = chance("racing mistakes")
    orders = [dice.sample(ended, len(ended)) for _ in range(CLIENTS)]

    def client(number):
        act = marking(people[number % len(people)])
        return [tried(engine, act, id_) for id_ in orders[number]]

    once = Counter({DECIDED: 1, "mistake_marked": CLIENTS - 1})
    assert outcomes(at_once(client)) == dict.fromkeys(ended, once)
    assert faults_of_decisions(engine) == []
    assert audit(engine) == []


def test_marks_and_new_decisions_at_once_leave_a_history_that_follows(ended, engine, cast):
    dice = chance("racing marks and decisions")
    kinds = list(DecisionKind)
    plans = [
        [(dice.randrange(2), dice.choice(kinds), dice.randint(1, 3), dice.choice(ended)) for _ in range(4)]
        for _ in range(CLIENTS)
    ]

    def client(number):
        for marks, kind, sequence, id_ in plans[number]:
            person = cast.second_officer.actor if marks else cast.officer.actor
            yield tried(engine, marking(person, sequence) if marks else deciding(person, kind), id_)

    met = outcomes(at_once(lambda number: list(client(number))))
    refusals = {"decision_after_terminal", "already_suspended", "not_suspended", "mistake_marked",
                "no_such_record", DECIDED}  # fmt: skip
    assert {what for counted in met.values() for what in counted} <= refusals
    assert faults_of_decisions(engine) == []
    assert audit(engine) == []


def test_a_mark_and_the_approval_of_another_renewal_at_once_leave_one_renewal(made, session, engine, cast):
    """What was withdrawn by mistake lives again, or the other is approved: never both."""
    pairs = []
    for id_, _ in made(0):
        replaced = session.get_one(Certificate, id_)
        [subject] = replaced.subjects
        waiting = {"record_state": RecordState.SUBMITTED, "approved_by_id": None}
        first, second = (
            factories.make_certificate(
                session, cast, NOW, subject.trade_item, number=f"{which}-{id_}", replaces=replaced, **told
            )
            for which, told in (("A", {}), ("B", waiting))
        )
        pairs.append((first.id, second.id))
    session.commit()
    for first, _ in pairs:
        tried(engine, deciding(cast.officer.actor, DecisionKind.WITHDRAWAL), first)
    acts = (marking(cast.second_officer.actor), approving(cast.officer.actor))

    def client(number):
        return [tried(engine, acts[number % 2], pair[number % 2]) for pair in pairs]

    met = outcomes(at_once(client, clients=10))
    for first, second in pairs:
        marked, approved = met[first], met[second]
        assert (marked[DECIDED], approved[DECIDED]) in ((1, 0), (0, 1))
        assert marked in (
            Counter({DECIDED: 1, "mistake_marked": 4}), Counter({"mistake_renewed": 5})
        )  # fmt: skip
        assert approved in (
            Counter({DECIDED: 1, "already_approved": 4}), Counter({"renewal_exists": 5})
        )  # fmt: skip
    assert audit(engine) == []


def test_the_harness_finds_a_mark_that_forgets_the_lock(ended, settings, cast, monkeypatch):
    """Both look before either writes; a decision has one mark, and the table refuses the other."""
    careless, both_looked = create_engine(settings.database_url, poolclass=NullPool), Barrier(2)
    real = mistakes.check_marker

    def look(*told):
        real(*told)
        both_looked.wait(60)

    monkeypatch.setattr(decisions, "lock", lambda _session, _row: None)
    monkeypatch.setattr(mistakes, "check_marker", look)
    acts = (marking(cast.second_officer.actor), marking(cast.inspector.actor))

    def client(number):
        return [tried(careless, acts[number], ended[0])]

    met = sorted(what[:5] for _, what in at_once(client, clients=2))
    assert met == ["decid", "fault"]


@pytest.fixture
def two_drafts(made, session, cast):
    """Renewals drafted twice under one number: by the body, which took its own back, and by the holder."""
    drafts = []
    for id_, _ in made(0):
        replaced = session.get_one(Certificate, id_)
        [subject] = replaced.subjects
        told = {"record_state": RecordState.DRAFT, "approved_by_id": None, "replaces": replaced}
        for sender, person in ((cast.body_id, cast.body_officer), (cast.cooperative_id, cast.manager)):
            one = factories.make_certificate(
                session, cast, NOW, subject.trade_item, number=f"MOI-{id_}", sent_by_id=sender,
                entered_by_id=person.account_id, **told,
            )  # fmt: skip
            one.evidence.append(CertificateEvidence(sha256=SCAN, created_at=NOW))
            session.flush()
            drafts.append(one.id)
    session.commit()
    return list(zip(drafts[::2], drafts[1::2], strict=True))


def sending(app, cast):
    """How the body sends its draft, and how the holder does."""

    def corrected(session, certificate):
        body_corrections.correct_certificate(
            session, app.extensions["storage"], actor=cast.body_officer.actor, certificate=certificate,
            entry=CertificateEntry(**as_typed(certificate)), scans=[], now=NOW, today=TODAY,
        )  # fmt: skip

    def submitted(session, certificate):
        actor = cast.manager.actor
        mine = certificates.own_certificate(session, actor, certificate.public_id, lock=True)
        certificates.submit_certificate(session, actor=actor, certificate=mine, now=NOW)

    return corrected, submitted


def test_body_and_holder_who_send_two_drafts_of_one_number_send_one(app, two_drafts, engine, cast):
    acts = sending(app, cast)

    def client(number):
        return [tried(engine, acts[number % 2], pair[number % 2]) for pair in two_drafts]

    met = outcomes(at_once(client, clients=10))
    for pair in two_drafts:
        told = [met[id_] for id_ in pair]
        assert {DECIDED in counted for counted in told} == {True, False}
        [loser] = [counted for counted in told if DECIDED not in counted]
        assert loser == Counter({"certificate_number_taken": 5})
    assert audit(engine) == []


def test_the_database_refuses_the_second_of_two_senders_who_forget_the_lock(
    app, two_drafts, settings, cast, monkeypatch
):
    """Both look before either writes, and what is left is the index: the later one hears the same."""
    careless, both_looked = create_engine(settings.database_url, poolclass=NullPool), Barrier(2)
    real = renewals.check_sent_number

    def look(*told):
        real(*told)
        both_looked.wait(60)

    monkeypatch.setattr(renewals, "lock", lambda _session, _row: None)
    monkeypatch.setattr(body_corrections, "lock", lambda _session, _row: None)
    monkeypatch.setattr(renewals, "check_sent_number", look)
    acts, pair = sending(app, cast), two_drafts[0]

    def client(number):
        return [tried(careless, acts[number], pair[number])]

    met = {what[:6] for _, what in at_once(client, clients=2)}
    assert DECIDED[:6] in met
    assert met - {DECIDED[:6]} <= {"certif", "fault:"}  # SQLite may say that it is locked
    with Session(careless) as session:
        states = session.scalars(select(Certificate.record_state).where(Certificate.id.in_(pair))).all()
    assert sorted(states) == [RecordState.DRAFT, RecordState.SUBMITTED]


def test_50_pages_sent_at_once_are_one_decision_and_49_sentences(made, session, engine, cast, browser_of):
    pages = [public_id for _, public_id in made(0)]
    body = session.get_one(Party, cast.body_id)
    people = (
        cast.body_officer,
        factories.make_person(session, "tam@example.com", "Tâm", body, Role.BODY_OFFICER, NOW),
    )
    session.commit()

    def client(number):
        browser, kind = browser_of(people[number % 2]), TERMINAL[number % 2].value
        told = {f"{kind}-from_on": "22/11/2026", f"{kind}-reason": "Đua"}
        for public_id in pages:
            address = f"/body/certificates/{public_id}/decisions/{kind}"
            answer = browser.post(address, data=told, base_url=HOST)
            said = "đã có quyết định cuối cùng từ ngày" in answer.text
            yield public_id, (answer.status_code, said, LOCKED in answer.text)

    met = outcomes(at_once(lambda number: list(client(number))))
    once = Counter({(303, False, False): 1, (422, True, False): CLIENTS - 1})
    assert met == dict.fromkeys(pages, once)
    assert faults_of_decisions(engine) == []
    assert audit(engine) == []


def test_the_harness_finds_the_naive_way(made, engine, settings, cast):
    """Look first, write afterwards, and without the database's own last word: both clients end it."""
    [(id_, _), *_] = made(0)
    with engine.begin() as connection:
        connection.execute(text("DROP INDEX uq_certificate_decision_end"))
    naive, both_read = create_engine(settings.database_url, poolclass=NullPool), Barrier(2)

    def decide_naively(number):
        with Session(naive) as session:
            certificate = session.get_one(Certificate, id_)
            decision = Decision(number + 1, TERMINAL[number], TODAY)
            check_decision(certificate.terms, decision)
            session.rollback()
            both_read.wait(60)
            session.add(
                CertificateDecision(
                    certificate_id=id_, sequence=decision.sequence, kind=decision.kind, from_on=TODAY,
                    reason="Đua", recorded_by_id=cast.officer.account_id, created_at=NOW,
                )
            )  # fmt: skip
            session.commit()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(decide_naively, range(2)))
    found = faults_of_decisions(engine)
    assert any("ended 2 times" in fault for fault in found)
    assert any("decision_after_terminal" in fault for fault in found)
    assert any("2 of recorded_decision, 0 told" in fault for fault in found)


def test_the_harness_hears_of_a_lock(made, settings, engine, cast):
    """With no patience at all, and the lock held, a decision is refused: the harness says so."""
    if not settings.database_url.startswith("sqlite"):
        pytest.skip("PostgreSQL waits for a row, it does not refuse")
    [(id_, _), *_] = made(0)
    hasty = create_engine(settings.database_url, poolclass=NullPool)
    apply_rules(hasty, patience=0)
    with engine.begin():
        told = tried(hasty, deciding(cast.officer.actor, DecisionKind.WITHDRAWAL), id_)
    assert LOCKED in told[1]


def test_the_harness_finds_an_act_that_forgets_the_lock(made, settings, cast, monkeypatch):
    """The act itself without its lock, and both clients made to look before either writes."""
    [(id_, _), *_] = made(0)
    careless, both_looked = create_engine(settings.database_url, poolclass=NullPool), Barrier(2)

    def look(*told):
        check_decision(*told)
        both_looked.wait(60)

    monkeypatch.setattr(decisions, "lock", lambda _session, _row: None)
    monkeypatch.setattr(certification, "check_decision", look)

    def client(number):
        return [tried(careless, deciding(cast.officer.actor, TERMINAL[number]), id_)]

    met = sorted(what[:5] for _, what in at_once(client, clients=2))
    assert met == ["decid", "fault"]
