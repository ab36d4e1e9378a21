"""`traceapp schemes`: which schemes and editions this installation knows, and a new edition of a standard."""

import click

from traceapp.commands.ground import now, reading, say, tell, writing
from traceapp.domain.numbers import format_day, parse_day
from traceapp.i18n import N_
from traceapp.models import SchemeEdition
from traceapp.services.vouching import schemes as schemes_service


@click.group()
def schemes() -> None:
    """Certification schemes and the editions of their standards."""


@schemes.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_all(as_json: bool) -> None:
    """Every scheme with its editions, what replaced them and until when one may change over."""
    with reading() as session:
        told = [
            (one.code, one.name_vi, [_shown(each) for each in one.editions])
            for one in schemes_service.list_schemes(session)
        ]
    if as_json:
        tell([{"code": code, "name": name, "editions": editions} for code, name, editions in told])
        return
    for code, name, editions in told:
        click.echo(f"{code}: {name}")
        for each in editions:
            replaced = f" -> {each['superseded_by']}" if each["superseded_by"] else ""
            until = f" ({each['until']})" if each["until"] else ""
            click.echo(f"  {each['standard']}{replaced}{until}")


def _shown(edition: SchemeEdition) -> dict[str, str | None]:
    newer, until = edition.superseded_by, edition.transition_until
    return {
        "standard": edition.standard,
        "superseded_by": newer.standard if newer else None,
        "until": format_day(until) if until else None,
    }


@schemes.command("edition")
@click.argument("scheme")
@click.argument("standard")
@click.option("--supersedes", default="", help="the edition it replaces, as printed")
@click.option("--until", default="", help="last day of the change-over, dd/mm/yyyy")
def edition(scheme: str, standard: str, supersedes: str, until: str) -> None:
    """Put an edition on record: traceapp schemes edition iso_9001 "ISO 9001:2015"."""
    last = parse_day(until, field="until") if until else None
    with writing() as session:
        made = schemes_service.record_edition(
            session, actor=None, code=scheme, standard=standard, supersedes=supersedes, until=last, now=now()
        )
        named = made.standard
    say(N_("Đã ghi bản tiêu chuẩn {standard} của {scheme}."), standard=named, scheme=scheme)
