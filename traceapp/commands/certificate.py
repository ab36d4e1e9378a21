"""`traceapp certificate verify|bundle`: a signed code checked from a shell, and the page that travels.

Verifying needs public keys and nothing else; where the registry's database is at hand, what it says today
counts too, and the answer says whether it was asked.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from traceapp import keys
from traceapp.commands.ground import NO, WRONG_USE, app, end, now, reading, say, settings, tell, words
from traceapp.domain.contents import shown_digest
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import MESSAGES, Malformed, RuleBroken
from traceapp.domain.jwks import ring_of
from traceapp.domain.signed_codes import LONGEST, PREFIX, RevokedFor, Ring
from traceapp.domain.wording.signed_words import KIND_WORDS, REVOKED_WORDS
from traceapp.i18n import N_, shown_day
from traceapp.services.signing.code_checks import A_SECOND, CodeCheck, check_code

MOST_BYTES = 10 * 1024 * 1024
FACTS = {
    "number": N_("Mã số"),
    "kind": N_("Mã của"),
    "paper": N_("Số chứng nhận"),
    "standard": N_("Tiêu chuẩn"),
    "holder": N_("Chủ chứng nhận"),
    "products": N_("Mã sản phẩm"),
    "issuer": N_("Nơi ký"),
    "issued": N_("Ngày ký"),
    "expires": N_("Có giá trị đến hết ngày"),
    "hash": N_("Mã băm SHA-256 của tệp bằng chứng"),
    "digest": N_("Dấu nội dung"),
}
WITH_BOOKS = N_("Đã so với sổ của hệ thống trên máy này.")
WITHOUT_BOOKS = N_(
    "Chỉ kiểm tra chữ ký và hạn: máy này không có sổ của hệ thống, nên chưa biết mã có bị thu hồi không."
)


@click.group()
def certificate() -> None:
    """Signed codes of certificates, cartons and rolls."""


@certificate.command()
@click.argument("file_or_code")
@click.option(
    "--keys", "keys_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=None,
    help="public keys as /api/v1/keys gives them; this instance's if not given",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True)
def verify(file_or_code: str, keys_file: Path | None, as_json: bool) -> None:
    """Check a code, or the code in a picture, a PDF or a text file; exit 1 where it is not to be believed."""
    text, ring = _code_in(file_or_code), _ring(keys_file)
    with _books(keys_file) as session:
        checked, asked = _checked(session, text, ring)
    if as_json:
        tell(_answer(checked, asked))
    else:
        _say(checked, asked)
    if checked.refusal is not None:
        raise SystemExit(NO)


def _checked(session: Session | None, text: str, ring: Ring) -> tuple[CodeCheck, bool]:
    """What is to be said, and whether the books were asked: a database that does not answer stops nobody."""
    if session is not None:
        try:
            return check_code(session, text, ring=ring, now=now()), True
        except SQLAlchemyError:
            pass  # told in the answer: the signature alone speaks
    return check_code(None, text, ring=ring, now=now()), False


@contextmanager
def _books(keys_file: Path | None) -> Iterator[Session | None]:
    """The registry's database where it is ours and there; keys from a file belong to another registry."""
    address = make_url(settings().database_url)
    gone = address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file()
    if keys_file is not None or gone:
        yield None
        return
    with reading() as session:
        yield session


def _ring(keys_file: Path | None) -> Ring:
    """The public keys to verify by; none are made for this."""
    if keys_file is not None:
        try:
            return ring_of(json.loads(keys_file.read_text("utf-8")))
        except (UnicodeDecodeError, json.JSONDecodeError) as broken:
            raise Malformed("keys_format") from broken
    ring = keys.code_keys(settings().instance_path, make=False).ring
    if not ring:
        end(WRONG_USE, N_("Máy này không có khóa công khai nào. Xin chỉ ra bằng --keys FILE."))
    return ring


def _code_in(given: str) -> str:
    """The code given, or the one in the file given."""
    if given.lstrip().startswith(PREFIX):
        return given
    path = Path(given)
    if len(given) > LONGEST or not path.is_file():
        end(WRONG_USE, N_("Không có tệp này, và đây cũng không phải là mã ký: {given}"), given=given[:80])
    if path.stat().st_size > MOST_BYTES:
        end(WRONG_USE, N_("Tệp quá lớn để đọc mã: {given}"), given=given)
    content = path.read_bytes()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _code_on(content)
    return _code_on(content) if text.startswith("%PDF-") else text


def _code_on(content: bytes) -> str:
    """The code on a paper; where it has several, the signed one."""
    from traceapp.services.signing.paper_reading import read_paper  # loads readers of pictures and PDF

    found = read_paper(content)
    return next((one for one in found if one.startswith(PREFIX)), found[0])


def _answer(checked: CodeCheck, asked: bool) -> dict[str, object]:
    """For a program: the word, what the code says, and what was asked."""
    refusal = checked.refusal
    told: dict[str, object] = {"verdict": checked.word, "sentence": _sentence(refusal), "books": asked}
    if refusal is not None and isinstance(refusal.facts.get("why"), RevokedFor):
        told |= {"why": str(refusal.facts["why"]), "since": str(refusal.facts["given"])}
    claims = checked.claims
    if claims is None:
        return told
    told |= {"number": claims.number, "kind": claims.kind.value, "expires_at": claims.expires_at.isoformat()}
    if claims.certificate is not None:
        paper = claims.certificate
        told |= {
            "issuer": claims.issuer,
            "issued_at": claims.issued_at.isoformat() if claims.issued_at else None,
            "certificate": {
                "number": paper.number,
                "holder": paper.holder,
                "standard": paper.standard,
                "products": list(paper.products),
                "all_products": paper.all_products,
                "sha256": paper.sha256,
            },
        }
    return told | ({"digest": claims.digest.hex()} if claims.digest else {})


def _say(checked: CodeCheck, asked: bool) -> None:
    """For a person: the verdict first, then what the code says, then what was not asked."""
    refusal = checked.refusal
    if refusal is None:
        say(N_("Chữ ký đúng, mã còn giá trị."))
    else:
        click.echo(_sentence(refusal))
        why = refusal.facts.get("why")
        if isinstance(why, RevokedFor):
            say(REVOKED_WORDS[why])
    if checked.claims is None:
        return
    for name, value in _facts(checked).items():
        if value:
            click.echo(f"  {words().gettext(FACTS[name])}: {value}")
    say(WITH_BOOKS if asked else WITHOUT_BOOKS)


def _facts(checked: CodeCheck) -> Mapping[str, str | None]:
    claims = checked.claims
    if claims is None:
        return {}
    paper = claims.certificate
    last = shown_day(today_in_vietnam(claims.expires_at - A_SECOND))
    told: dict[str, str | None] = {
        "number": f"{claims.number[:4]}-{claims.number[4:]}",
        "kind": words().gettext(KIND_WORDS[claims.kind]),
    }
    if paper is not None:
        told |= {
            "paper": paper.number,
            "standard": paper.standard,
            "holder": paper.holder,
            "products": ", ".join(paper.products),
            "issuer": claims.issuer,
            "issued": shown_day(today_in_vietnam(claims.issued_at)) if claims.issued_at else None,
            "hash": paper.sha256,
        }
    return told | {"expires": last, "digest": shown_digest(claims.digest) if claims.digest else None}


def _sentence(refusal: RuleBroken | None) -> str | None:
    return refusal.sentence(words().gettext(MESSAGES[refusal.code])) if refusal else None


@certificate.command()
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="FILE.html to write"
)
@click.option("--language", type=click.Choice(["vi", "en", "zh"]), default="vi", show_default=True)
def bundle(out: Path, language: str) -> None:
    """Write the page that verifies with the network off: keys, and today's list of codes taken back."""
    from traceapp.web.offline import offline_page  # the only thing here that draws a page

    with reading() as session:
        ring = app().extensions["code_keys"].ring
        page = offline_page(session, ring, settings(), language=language, now=now())
    out.write_text(page.html, "utf-8")
    click.echo(str(out))
