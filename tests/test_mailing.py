"""The talk with the mail server: who it believes, what it says over which line, how long it waits."""

import smtplib
import socket
import ssl
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from types import SimpleNamespace

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.mail_server import mail_server
from traceapp.mailing import Mailbox, Postman, Refused, Sender, Unanswered, Unreachable, Written
from traceapp.settings import BadSetting, load

SENDER = Sender("Truy xuất Lạng Sơn", "txng@example.vn", "txng.example.vn")


@pytest.fixture
def letter(now):
    written = Written("Gia hạn", "Xin chào\n", unsubscribe="https://txng.example.vn/account/reminders/x")
    return SENDER.message(written, to="lan@example.com", message_id="<1@txng.example.vn>", at=now)


def hand_over(mailbox, letter, address="lan@example.com", **more):
    with Postman(mailbox, SENDER, **more) as postman:
        postman.hand_over(letter, address, lambda: lambda: None)


def test_a_letter_can_be_ended_with_one_click(letter, now):
    link = f"https://txng.example.vn/account/reminders/{'x' * 90}"
    told = SENDER.message(Written("x", "x", link), to="a@example.com", message_id=f"<{'1' * 90}@x>", at=now)
    assert f"List-Unsubscribe: <{link}>\r\n".encode() in told.as_bytes()  # an encoded word is no link
    assert f"Message-ID: <{'1' * 90}@x>\r\n".encode() in told.as_bytes()
    assert letter["List-Unsubscribe"] == "<https://txng.example.vn/account/reminders/x>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    ("url", "port", "encrypted"),
    [
        ("smtp://mail.example.com", 25, False),
        ("smtp://u@mail.example.com", 587, False),
        ("smtps://u:p%40ss@mail.example.com", 465, True),
        ("smtp://127.0.0.1:2525/", 2525, False),
    ],
)
def test_the_mail_server_is_read_from_its_address(url, port, encrypted):
    found = Mailbox.at(url)
    assert (found.port, found.encrypted) == (port, encrypted)
    assert "p@ss" not in repr(found)


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("http://mail.example.com", "a@example.com"),
        ("smtp://", "a@example.com"),
        ("smtp://h:abc", "a@example.com"),
        ("smtp://h/path", "a@example.com"),
        ("smtp://u:geheim@h", ""),
        ("smtp://u:geheim@h", "hộp thư@example.com"),
        ("smtp://u:geheim@h", "a@example.com\r\nBcc: b@example.com"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_tells_no_password(tmp_path, url, sender):
    with pytest.raises(BadSetting, match="mail_") as refused:
        load(tmp_path, {"TRACEAPP_MAIL_URL": url, "TRACEAPP_MAIL_FROM": sender})
    assert "geheim" not in str(refused.value)


def test_the_password_may_come_from_a_file(tmp_path):
    (tmp_path / "mail").write_text("smtps://lan:mot-cau@mail.example.com\n")
    told = {"TRACEAPP_MAIL_URL_FILE": str(tmp_path / "mail"), "TRACEAPP_MAIL_FROM": "txng@example.vn"}
    assert Mailbox.at(load(tmp_path, told).mail_url).password == "mot-cau"


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")  # on this machine only
def test_it_signs_in_where_it_is_told_to(letter):
    def known(_server, _session, _envelope, _mechanism, told):
        right = (told.login, told.password) == (b"lan", b"mot-cau")
        return AuthResult(success=right, handled=False)

    with mail_server(authenticator=known, auth_required=True, auth_require_tls=False) as (kept, port):
        box = Mailbox("127.0.0.1", port, user="lan", password="mot-cau")
        hand_over(box, letter)
        assert len(kept.mails) == 1
        with pytest.raises(Unreachable, match="535"):
            hand_over(replace(box, password="khac"), letter)


def test_a_password_is_not_said_over_an_open_line(letter, monkeypatch):
    with mail_server() as (kept, port):
        monkeypatch.setattr("traceapp.mailing.LOCAL", frozenset())
        with pytest.raises(Unreachable, match="password was not sent"):
            hand_over(Mailbox("127.0.0.1", port, user="lan", password="mot-cau"), letter)
        assert kept.mails == []


@pytest.fixture
def certified(tmp_path, monkeypatch):
    """A TLS server's side for 127.0.0.1; `certified.trust()` makes this process believe it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paper, secret = tmp_path / "paper.pem", tmp_path / "key.pem"
    paper.write_bytes(made.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(paper, secret)
    return SimpleNamespace(context=context, trust=lambda: monkeypatch.setenv("SSL_CERT_FILE", str(paper)))


def test_a_line_is_encrypted_where_the_server_offers_it_and_then_the_password_goes(
    letter, certified, monkeypatch
):
    monkeypatch.setattr("traceapp.mailing.LOCAL", frozenset())

    def known(_server, _session, _envelope, _mechanism, told):
        return AuthResult(success=told.password == b"mot-cau", handled=False)

    more = {"tls_context": certified.context, "require_starttls": True, "authenticator": known}
    with mail_server(**more, auth_required=True) as (kept, port):
        box = Mailbox("127.0.0.1", port, user="lan", password="mot-cau")
        with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
            hand_over(box, letter)
        certified.trust()
        hand_over(box, letter)
        assert len(kept.mails) == 1


def test_a_line_may_be_encrypted_from_its_first_word(letter, certified):
    with mail_server(ssl_context=certified.context) as (kept, port):
        box = Mailbox("127.0.0.1", port, encrypted=True)
        certified.trust()
        hand_over(box, letter)
        assert len(kept.mails) == 1


def test_an_address_that_is_not_ascii_is_refused_before_it_is_sent(letter):
    with mail_server() as (kept, port), pytest.raises(Refused) as refused:
        hand_over(Mailbox("127.0.0.1", port), letter, "lan@thư.example")
    assert refused.value.for_good
    assert kept.mails == []


def test_nobody_there_is_unreachable(letter):
    with pytest.raises(Unreachable, match="Refused"):
        hand_over(Mailbox("127.0.0.1", 1), letter)
    with mail_server() as (_, port), pytest.raises(Unreachable):
        hand_over(Mailbox("127.0.0.1", port, encrypted=True), letter)


def test_a_server_that_says_nothing_after_the_dot_leaves_us_without_an_answer(letter):
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        line, _ = listener.accept()
        with line, line.makefile("rb") as told:
            line.sendall(b"220 mute\r\n")
            for word in told:
                if word == b".\r\n":
                    break
                code = b"354 go\r\n" if word.startswith(b"DATA") else b"250 ok\r\n"
                if word[:4] in {b"ehlo", b"MAIL", b"RCPT", b"DATA"}:
                    line.sendall(code)
            told.read()  # until the other hangs up

    with listener:
        server = threading.Thread(target=serve)
        server.start()
        with pytest.raises(Unanswered):
            hand_over(Mailbox("127.0.0.1", listener.getsockname()[1]), letter, last_patience=0.2)
        server.join()


def test_one_line_serves_many_letters_and_a_refusal_between(letter):
    with mail_server() as (kept, port), Postman(Mailbox("127.0.0.1", port), SENDER) as postman:
        kept.refuse["b@example.com"] = "550 no"
        postman.hand_over(letter, "a@example.com", lambda: lambda: None)
        line = postman.line
        with pytest.raises(Refused):
            postman.hand_over(letter, "b@example.com", lambda: lambda: None)
        postman.hand_over(letter, "c@example.com", lambda: lambda: None)
        assert postman.line is line
        assert isinstance(line, smtplib.SMTP)
    assert [address for address, _ in kept.mails] == ["a@example.com", "c@example.com"]


def test_a_line_that_the_server_closes_between_two_letters_is_opened_anew(letter):
    with mail_server() as (kept, port), Postman(Mailbox("127.0.0.1", port), SENDER) as postman:
        kept.refuse_once["b@example.com"] = "421 4.7.0 enough for one line"
        postman.hand_over(letter, "a@example.com", lambda: lambda: None)
        line = postman.line
        postman.hand_over(letter, "b@example.com", lambda: lambda: None)
        assert postman.line is not line
    assert [address for address, _ in kept.mails] == ["a@example.com", "b@example.com"]


def test_a_server_that_closes_every_line_is_unreachable(letter):
    with mail_server() as (kept, port):
        kept.refuse["b@example.com"] = "421 4.7.0 not today"
        with pytest.raises(Unreachable, match="not today"):
            hand_over(Mailbox("127.0.0.1", port), letter, "b@example.com")
        assert kept.mails == []
