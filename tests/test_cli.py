"""The `traceapp` command as people and scripts call it, on an instance of its own."""

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.double_meaning import ADDRESS, AS_OLD, put_keys
from tests.servers import free_port
from tests.web.province.test_imports import book, row
from traceapp import cli
from traceapp.commands import ground
from traceapp.domain.restrictions import HoldReason
from traceapp.domain.stamps import StampRange
from traceapp.extensions import db
from traceapp.models import Certificate, StampRun
from traceapp.services.recalls import recall_scope, restrictions

ROOT = Path(__file__).parents[1]


@pytest.fixture
def environment(settings):
    """The environment of a shell beside this test's instance."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("TRACEAPP_")}
    return own | {
        "TRACEAPP_INSTANCE_PATH": str(settings.instance_path),
        "TRACEAPP_DATABASE_URL": settings.database_url,
        "TRACEAPP_PUBLIC_BASE_URL": settings.public_base_url,
        "LANG": "vi_VN.UTF-8",
        "LC_ALL": "",
    }


@dataclass(frozen=True)
class Answer:
    """What a command said and how it ended."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def traceapp(environment, tmp_path, monkeypatch, capsys):
    """The command called as its entry point is, in this process: a new one would take a second each time."""
    monkeypatch.chdir(tmp_path)

    def run(*words: object, told: str = "", lang: str = "vi_VN.UTF-8", **more: str) -> Answer:
        around = environment | {"LANG": lang} | more
        with monkeypatch.context() as patch:
            for name in set(os.environ) - set(around):
                patch.delenv(name)
            for name, value in around.items():
                patch.setenv(name, value)
            patch.setattr(sys, "stdin", io.StringIO(told))
            capsys.readouterr()
            try:
                code = cli.main([str(word) for word in words])
            except SystemExit as left:
                code = int(left.code or 0)
            finally:
                _forget()
        said = capsys.readouterr()
        return Answer(code, said.out, said.err)

    return run


def _forget() -> None:
    """What a process that ends gives back."""
    if ground.app.cache_info().currsize:
        with ground.app().app_context():
            for engine in db.engines.values():
                engine.dispose()
    ground.app.cache_clear()
    ground.settings.cache_clear()


@pytest.fixture
def goods(app, session, cast, now):
    """The liquor and its lot, in the instance."""
    lot = factories.make_lot(session, factories.make_trade_item(session, cast.cooperative_id, now), now)
    session.commit()
    return lot


@pytest.fixture
def issued(traceapp, goods, tmp_path):
    answer = traceapp(
        "stamps",
        "issue",
        "--gtin",
        "9520009010011",
        "--lot",
        "L260905A",
        "--count",
        "70",
        "--medium",
        "a4-65",
        "--out",
        "run.pdf",
        "--csv",
        "run.csv",
        "--json",
    )
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def one_line(answer):
    lines = answer.stderr.strip().splitlines()
    assert len(lines) == 1, answer.stderr
    return lines[0]


def test_a_run_is_issued_printed_checked_activated_and_voided(traceapp, issued, tmp_path):
    assert (issued["count"], issued["files"]) == (70, ["run.csv", "run.pdf"])
    rows = (tmp_path / "run.csv").read_text().splitlines()
    assert len(rows) == 71
    assert [rows[1].split(",")[1], rows[70].split(",")[1]] == [issued["first"], issued["last"]]
    assert (tmp_path / "run.pdf").read_bytes().startswith(b"%PDF")
    uri = rows[5].split(",")[2]

    def verdict():
        answer = traceapp("stamps", "check", uri, "--json")
        return answer.returncode, json.loads(answer.stdout)["verdict"]

    assert verdict() == (0, "not_activated")
    assert traceapp("stamps", "activate", "--run", issued["run"]).returncode == 0
    assert verdict() == (0, "valid_first")
    torn = traceapp("stamps", "void", "--run", issued["run"], "--from", "5", "--to", "6", "--reason", "rách")
    assert "2" in torn.stdout
    assert verdict() == (0, "void")
    assert traceapp("stamps", "check", issued["first"], "--gtin", "9520009010011").stdout == "valid_first\n"
    look = traceapp("stamps", "void", "--run", issued["run"], "--sheets", "2", "--reason", "x", "--dry-run")
    assert look.stdout == "5 tem: 0 chưa in, 0 trong kho, 5 đã kích hoạt, 0 đã hủy. Sẽ đổi 5 tem.\n"
    sheet = traceapp("stamps", "void", "--run", issued["run"], "--sheets", "2", "--reason", "ướt")
    assert "7 tem" in sheet.stdout
    back = traceapp("stamps", "undo", "--run", issued["run"])
    assert back.stdout.endswith("0 tem trong kho, 68 đã kích hoạt, 2 đã hủy.\n")
    none = traceapp("stamps", "activate", "--run", issued["run"], "--sheets", "3")
    assert one_line(none) == "Lệnh in này có 2 tờ; không có tờ 3."
    again = traceapp("stamps", "activate", "--run", issued["run"], "--dry-run")
    assert again.returncode == 3
    again = traceapp("stamps", "activate", "--run", issued["run"])
    assert (again.returncode, one_line(again)) == (3, "Những tem này đã kích hoạt rồi.")
    assert traceapp("journal", "verify").returncode == 0


def test_check_tells_which_stamps_a_recall_strikes(traceapp, issued, session, cast, now, tmp_path):
    assert traceapp("stamps", "activate", "--run", issued["run"]).returncode == 0
    run = session.query(StampRun).filter_by(public_id=issued["run"]).one()
    about = recall_scope.of_stamps(run, StampRange(4, 2))
    recall = restrictions.propose_recall(
        session, actor=cast.inspector.actor, about=about, reason=HoldReason.SAFETY_DOUBT,
        decision_number=None, now=now,
    )  # fmt: skip
    restrictions.confirm_recall(session, actor=cast.officer.actor, restriction=recall, now=now)
    session.commit()
    uris = [row.split(",")[2] for row in (tmp_path / "run.csv").read_text().splitlines()[1:]]
    told = [traceapp("stamps", "check", uris[index]).stdout for index in (3, 4, 5, 6)]
    assert told == ["valid_first\n", "recalled\n", "recalled\n", "valid_first\n"]
    refused = traceapp("stamps", "activate", "--run", issued["run"], "--from", "5", "--to", "5")
    assert refused.returncode == 3
    assert "đang bị thu hồi" in refused.stderr


def test_check_knows_an_old_stamp_that_opens_under_the_newer_key_too(
    traceapp, goods, session, cast, now, settings
):
    put_keys(settings.instance_path)
    factories.make_run(session, cast, now, goods.trade_item, goods, first_number=AS_OLD.sequence)
    session.commit()
    told = traceapp("stamps", "check", settings.public_base_url + ADDRESS)
    assert (told.returncode, told.stdout) == (0, "valid_first\n")


def test_an_unknown_serial_is_a_no_and_a_malformed_one_is_refused(traceapp, goods):
    no = traceapp("stamps", "check", "HTTPS://TXNG.LANGSON.GOV.VN/01/09520009010011/21/3KMMR3K47VPF")
    assert (no.returncode, no.stdout) == (1, "unknown\n")
    wrong = traceapp("stamps", "check", "HTTPS://TXNG.LANGSON.GOV.VN/01/09520009010012/21/3KMMR3K47VPF")
    assert wrong.returncode == 3
    assert "đúng ra là 1" in one_line(wrong)
    assert "GTIN" in one_line(traceapp("stamps", "check", "3KMMR3K47VPF"))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--gtin", "9520009010011", "--count", "70", "--medium", "a3"), 3),
        (("--gtin", "9520009010011", "--lot", "NONE", "--count", "70", "--medium", "a4-65"), 3),
        (("--gtin", "9520009010011", "--count", "0", "--medium", "a4-65"), 2),
        (("--gtin", "9520009010011", "--count", "1000001", "--medium", "a4-65"), 2),
        (("--gtin", "9520009010011", "--medium", "a4-65"), 2),
        (("--gtin", "9520009010011", "--count", "9", "--medium", "a4-65", "--login", "+84912000002"), 3),
    ],
)
def test_what_cannot_be_issued_ends_with_one_line(traceapp, goods, words, code):
    answer = traceapp("stamps", "issue", *words, "--out", "x.pdf")
    assert answer.returncode == code
    assert one_line(answer)


def test_several_files_are_numbered(traceapp, goods, tmp_path):
    answer = traceapp(
        "stamps",
        "issue",
        "--gtin",
        "9520009010011",
        "--lot",
        "L260905A",
        "--count",
        "200",
        "--medium",
        "a4-65",
        "--out",
        "run.pdf",
        TRACEAPP_PART_STAMPS="130",
    )
    assert answer.returncode == 0, answer.stderr
    assert sorted(path.name for path in tmp_path.glob("*.pdf")) == ["run-001.pdf", "run-002.pdf"]


def test_a_barcode_is_drawn_as_file(traceapp, tmp_path):
    assert traceapp("barcode", "ean13", "9520009010011", "--out", "a.png", "--dpi", "300").returncode == 0
    found = zxingcpp.read_barcodes(Image.open(tmp_path / "a.png").convert("L"))
    assert [one.text for one in found] == ["9520009010011"]
    assert traceapp("barcode", "gs1-128", "(01)09520009010011(10)LOT1", "--out", "a.svg").returncode == 0
    assert (
        traceapp("barcode", "qr", "HTTPS://X.VN/1", "--out", "a.pdf", "--x-dimension", "0.5").returncode == 0
    )
    wrong = traceapp("barcode", "ean13", "9520009010012", "--out", "b.png")
    assert (wrong.returncode, "9520009010011" in one_line(wrong)) == (3, True)
    assert traceapp("barcode", "ean13", "9520009010011", "--out", "b.gif").returncode == 2
    assert traceapp("barcode", "code39", "9520009010011", "--out", "b.png").returncode == 2
    assert not (tmp_path / "b.png").exists()


def test_media_are_listed_and_checked(traceapp, tmp_path):
    listed = json.loads(traceapp("media", "list", "--json").stdout)
    assert len(listed) == 39
    assert "a4-65" in traceapp("media", "list").stdout
    good = ROOT / "labels" / "media.json"
    assert traceapp("media", "check", good).returncode == 0
    template = json.loads(good.read_text("utf-8"))["templates"][0]
    template["grid"]["dx"] = 1
    (tmp_path / "bad.json").write_text(json.dumps(template), "utf-8")
    bad = traceapp("media", "check", "bad.json")
    assert (bad.returncode, "pitch_smaller_than_label" in bad.stdout) == (1, True)
    (tmp_path / "no.json").write_text("{", "utf-8")
    assert traceapp("media", "check", "no.json").returncode == 3
    assert traceapp("media", "check", "absent.json").returncode == 2


def test_preflight_says_what_would_not_scan(traceapp):
    assert traceapp("preflight", "--medium", "a4-65").stdout == "In được\n"
    stop = traceapp("preflight", "--medium", "r-t20", "--printer", "thermal-203", "--json")
    told = json.loads(stop.stdout)
    assert (stop.returncode, told["verdict"]) == (1, "stop")
    assert "P2" in {finding["rule"] for finding in told["findings"]}
    assert traceapp("preflight", "--medium", "a4-65", "--printer", "inkjet").returncode == 3


def test_errors_speak_the_language_of_lang(traceapp, goods):
    vietnamese = traceapp("stamps", "void", "--run", "00000000")
    assert vietnamese.returncode == 2
    assert "Thiếu" in one_line(vietnamese)
    english = traceapp("stamps", "void", "--run", "00000000", lang="en_US.UTF-8")
    assert english.returncode == 2
    assert one_line(english)
    assert traceapp("nonsense").returncode == 2
    assert traceapp("--help").returncode == 0


def test_a_setting_that_cannot_be_stops_with_one_line(traceapp):
    answer = traceapp("media", "list", TRACEAPP_COLOUR="red")
    assert answer.returncode == 0  # no settings are needed for it
    answer = traceapp("journal", "verify", TRACEAPP_COLOUR="red")
    assert (answer.returncode, "TRACEAPP_COLOUR" in one_line(answer)) == (2, True)


def test_an_account_is_opened_with_a_password_from_standard_input(traceapp, session, cast):
    from sqlalchemy import select

    from traceapp.models import Account, Party

    party = session.get_one(Party, cast.authority_id).public_id
    session.commit()
    words = ("accounts", "create", "--login", "an@example.com", "--role", "province", "--party", party)
    weak = traceapp(*words, "--password-stdin", told="1234\n")
    assert weak.returncode == 3
    assert traceapp(*words, "--password-stdin", told="mot-cau-dai-de-nho\n").returncode == 0
    account = session.scalars(select(Account).where(Account.login == "an@example.com")).one()
    assert [(one.party_id, one.role.value) for one in account.memberships] == [
        (cast.authority_id, "province")
    ]
    session.commit()
    assert traceapp(*words, "--password-stdin", told="mot-cau-dai-de-nho\n").returncode == 3
    assert traceapp("accounts", "create", "--login", "b@example.com", "--role", "king").returncode == 2


def test_the_first_officer_brings_the_office_and_the_second_finds_it(traceapp, session):
    from traceapp.models import Account

    office = ("--role", "province", "--party", "Sở Khoa học và Công nghệ thử")
    words = ("accounts", "create", *office, "--password-stdin")
    for login in ("mot@example.com", "hai@example.com"):
        assert traceapp(*words, "--login", login, told="mot-cau-dai-de-nho\n").returncode == 0
    logins = ("mot@example.com", "hai@example.com")
    people = session.scalars(select(Account).where(Account.login.in_(logins)))
    parties = {one.party for person in people for one in person.memberships}
    assert [(party.kind.value, party.state.value) for party in parties] == [("authority", "approved")]
    session.commit()
    words = ("accounts", "create", "--role", "manager", "--party", "HTX không có", "--password-stdin")
    assert traceapp(*words, "--login", "ba@example.com", told="mot-cau-dai-de-nho\n").returncode == 3


def test_the_databases_are_upgraded_and_checked(traceapp, tmp_path):
    fresh = {"TRACEAPP_INSTANCE_PATH": str(tmp_path / "fresh"), "TRACEAPP_DATABASE_URL": ""}
    assert traceapp("db", "upgrade", **fresh).returncode == 0
    assert traceapp("db", "check", **fresh).returncode == 0
    with sqlite3.connect(tmp_path / "fresh" / "traceapp.sqlite") as database:
        database.execute("DROP TABLE print_file")
    database.close()
    answer = traceapp("db", "check", **fresh)
    assert (answer.returncode, "print_file" in answer.stdout) == (1, True)


def test_a_database_that_is_not_there_is_one_line(traceapp, tmp_path):
    fresh = {"TRACEAPP_INSTANCE_PATH": str(tmp_path / "fresh"), "TRACEAPP_DATABASE_URL": ""}
    for words in (("journal", "verify"), ("accounts", "list"), ("schemes", "list")):
        answer = traceapp(*words, **fresh)
        assert (answer.returncode, "traceapp db upgrade" in one_line(answer)) == (3, True)


def test_the_command_is_a_program(environment):
    command = [sys.executable, "-m", "traceapp.cli", "stamps", "void", "--run", "0"]
    answer = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "Thiếu" in one_line(answer)


@pytest.fixture
def tamper(session):
    """What an insider does who has first taken the lock off the journal."""
    from sqlalchemy import text

    engine = session.get_bind()
    names = (
        ["no_change ON journal_entry"] if engine.dialect.name == "postgresql" else ["no_update", "no_delete"]
    )

    def tamper(statement: str, **values: object) -> None:
        with Session(engine) as other:
            while names:
                other.execute(text(f"DROP TRIGGER journal_entry_{names.pop()}"))
            other.execute(text(statement), values)
            other.commit()

    return tamper


def verified(traceapp, *more: str):
    answer = traceapp("journal", "verify", "--json", *more)
    return answer.returncode, json.loads(answer.stdout)


def test_a_broken_journal_is_a_no(traceapp, issued, tamper):
    code, sound = verified(traceapp)
    assert (code, sound["broken"]) == (0, [])
    tamper("UPDATE journal_entry SET body = :b WHERE seq = 0", b=b"{}")
    code, told = verified(traceapp)
    assert (code, told["broken"], told["size"]) == (1, [0], sound["size"])
    assert told["root"] != sound["root"]


@pytest.mark.parametrize("column", ["act", "subject_kind", "subject_id", "at", "actor_id"])
def test_a_column_that_says_another_thing_than_the_hashed_bytes_is_found(
    traceapp, issued, cast, tamper, column
):
    value = {"at": "2020-01-01 00:00:00", "actor_id": cast.rival.account_id}.get(column, "x")
    tamper(f"UPDATE journal_entry SET {column} = :v WHERE seq = 0", v=value)
    code, told = verified(traceapp)
    assert (code, told["broken"]) == (1, [0])


def test_a_journal_cut_at_its_end_or_written_anew_is_not_the_one_that_was_held(traceapp, issued, tamper):
    _, told = verified(traceapp)
    held = f"{told['size']}:{told['root']}"
    said = traceapp("journal", "verify")
    assert held in said.stdout
    again = traceapp("journal", "verify", "--held", held)
    assert again.returncode == 0
    traceapp("schemes", "edition", "iso_9001", "ISO 9001:2035")
    code, more = verified(traceapp, "--held", held)
    assert (code, more["size"], more["held"]) == (0, told["size"] + 1, True)
    tamper("DELETE FROM journal_entry WHERE seq >= :last", last=told["size"] - 1)
    assert traceapp("journal", "verify").returncode == 0  # nothing in what is left can tell
    code, less = verified(traceapp, "--held", held)
    assert (code, less["broken"], less["held"]) == (1, [], False)
    answer = traceapp("journal", "verify", "--held", held)
    assert (answer.returncode, str(told["size"]) in one_line(answer)) == (1, True)


def test_a_held_line_that_is_none_is_told(traceapp):
    answer = traceapp("journal", "verify", "--held", "12")
    assert (answer.returncode, "--held" in one_line(answer)) == (2, True)


@pytest.mark.slow
def test_the_server_prints_with_its_worker_and_both_end_on_a_signal(
    environment, goods, cast, app, session, tmp_path
):
    """The whole way: served over HTTP, ordered in the database, drawn by the worker process."""
    from datetime import UTC, datetime

    from traceapp.domain.printing import PrintState
    from traceapp.models import PrintRun
    from traceapp.services import printing, stamping

    port = free_port()
    command = [sys.executable, "-m", "traceapp.cli", "serve", "--port", str(port), "--with-worker"]
    server = subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        _wait(lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/account/sign-in").status == 200)
        run = stamping.issue_stamps(
            session,
            actor=cast.manager.actor,
            trade_item=goods.trade_item,
            lot=goods,
            count=70,
            key=app.extensions["serial_keys"][0],
            request_key=None,
            now=datetime.now(UTC),
        )
        order = printing.order_stamps(
            session,
            actor=cast.manager.actor,
            run=run,
            choice=printing.Choice(),
            request_key=None,
            settings=app.extensions["settings"],
            now=datetime.now(UTC),
        )
        session.commit()
        app.extensions["announce_print"](order.id)

        def done() -> bool:
            with Session(session.get_bind()) as other:
                return other.get_one(PrintRun, order.id).state is PrintState.DONE

        _wait(done)
        workers = _children(server.pid)
        assert workers
    finally:
        server.send_signal(signal.SIGTERM)
        _, told = server.communicate(timeout=120)
    assert server.returncode == 0, told
    assert b"Traceback" not in told
    _wait(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))  # its bookkeeper goes last
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)


def _wait(ready, seconds: float = 120.0) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if ready():
                return
        except OSError:
            pass
        time.sleep(0.1)  # other processes tell nothing when they are ready
    raise AssertionError(f"not ready after {seconds} s")


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def test_schemes_and_a_new_edition_of_a_standard(traceapp):
    assert "ISO 22000:2005 -> ISO 22000:2018 (29/06/2021)" in traceapp("schemes", "list").stdout
    new = ("schemes", "edition", "iso_9001", "ISO 9001:2099", "--supersedes", "ISO 9001:2015")
    told = traceapp(*new, "--until", "30/09/2102")
    assert (told.returncode, told.stdout) == (0, "Đã ghi bản tiêu chuẩn ISO 9001:2099 của iso_9001.\n")
    known = {one["code"]: one["editions"] for one in json.loads(traceapp("schemes", "list", "--json").stdout)}
    assert {
        "standard": "ISO 9001:2015", "superseded_by": "ISO 9001:2099", "until": "30/09/2102",
    } in known["iso_9001"]  # fmt: skip
    refused = traceapp("schemes", "edition", "iso_9001", "X", "--until", "32/13/2102")
    assert (refused.returncode, refused.stderr) == (3, "Không có ngày 32/13/2102 trong lịch.\n")


def test_certificates_are_imported_only_when_every_row_is_right(traceapp, session, tmp_path):
    file = tmp_path / "danh-sach.xlsx"
    file.write_bytes(book(row(), row(Số_chứng_nhận="VG-0002", Ngày_hết_hạn="31/02/2028")))
    count = select(func.count()).select_from(Certificate)
    for words, code in (("--dry-run",), 1), ((), 1), (("--login", "nobody@example.com"), 3):
        answer = traceapp("import", "certificates", file, *words)
        assert answer.returncode == code
        assert session.scalar(count) == 0
        session.rollback()
    told = traceapp("import", "certificates", file)
    assert "Dòng 3, cột Ngày hết hạn: Không có ngày 31/02/2028 trong lịch." in told.stderr
    assert "1 dòng đúng, 1 dòng lỗi, 0 dòng đã có hoặc lặp lại." in told.stdout
    assert traceapp("import", "certificates", file, "--right-rows").returncode == 0
    assert session.scalar(count) == 1
    session.rollback()
    again = traceapp("import", "certificates", file, "--dry-run", lang="en_GB.UTF-8")
    assert "Row 2, column Số chứng nhận: “VG-0001” is in the registry already." in again.stderr
    assert traceapp("import", "certificates", tmp_path / "none.xlsx").returncode == 3


def test_a_command_opens_its_own_room_only(environment):
    """A million stamps carry no spreadsheets in memory, and a barcode waits for no post office."""
    told = "import sys; from traceapp.cli import main; main(['stamps', '--help']); print(*sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", told], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(answer.stdout.split())
    assert "traceapp.commands.stock" in loaded
    assert loaded & {"openpyxl", "huey", "alembic", "biip", "traceapp.commands.intake"} == set()
