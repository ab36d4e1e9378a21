"""`traceapp barcode`, `media`, `preflight`: what needs the press and no records."""

from pathlib import Path

import click

from traceapp.commands.ground import NO, WRONG_USE, end, now, reading, say, settings, tell, words
from traceapp.commands.stamps import find_item
from traceapp.domain.errors import Malformed
from traceapp.i18n import N_
from traceapp.services import printing
from traceapp.services.printing.barcodes import FORMS, Form
from traceapp.services.printing.checks import sample_checks, stamp_checks
from traceapp.services.printing.design import stamp_art


@click.command()
@click.argument("kind", type=click.Choice(printing.KINDS))
@click.argument("value")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="FILE.svg, .png or .pdf"
)
@click.option("--scale", type=click.FloatRange(0.1, 10), default=None, help="1 is the nominal size")
@click.option("--dpi", type=click.IntRange(72, 2400), default=600, show_default=True)
@click.option("--x-dimension", type=click.FloatRange(0.05, 5), default=None, help="mm")
def barcode(
    kind: str, value: str, out: Path, scale: float | None, dpi: int, x_dimension: float | None
) -> None:
    """Draw one barcode at exact size."""
    form = out.suffix.removeprefix(".").lower()
    if form not in FORMS:
        end(WRONG_USE, N_("Tên tệp phải kết thúc bằng .svg, .png hoặc .pdf: {name}"), name=out.name)
    forms: dict[str, Form] = {"svg": "svg", "png": "png", "pdf": "pdf"}
    drawn = printing.draw_barcode(kind, value, forms[form], dpi=dpi, x_dimension_mm=x_dimension, scale=scale)
    out.write_bytes(drawn)
    click.echo(str(out))


@click.group()
def media() -> None:
    """Blank sheets and rolls."""


@media.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_media(as_json: bool) -> None:
    """Every medium this program knows."""
    language = words().language
    rows = [
        {
            "id": one.id,
            "name": one.name.get(language, one.name["vi"]),
            "kind": one.kind,
            "per_page": one.per_page,
            "w": one.w,
            "h": one.h,
            "confidence": one.confidence,
        }
        for one in printing.media().values()
    ]
    if as_json:
        tell(rows)
        return
    for row in rows:
        size = f"{row['w']:g}x{row['h']:g} mm"
        click.echo(f"{row['id']:14} {row['per_page']:>4}  {size:14} {row['confidence']:9}  {row['name']}")


@media.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def check_media(file: Path, as_json: bool) -> None:
    """Whether one's own media file is sound; exit 1 where something blocks."""
    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError as fault:
        raise Malformed("media_not_json", line=1) from fault
    found = printing.check_media(text)
    if as_json:
        tell([{"rule": one.rule, "severity": one.severity, "facts": one.facts} for one in found])
    else:
        for one in found:
            facts = ", ".join(f"{name}={fact}" for name, fact in one.facts.items())
            click.echo(f"{one.severity}: {one.rule} ({facts})")
        if not found:
            say(N_("Tệp khổ giấy đúng."))
    if any(one.severity == "block" for one in found):
        raise SystemExit(NO)


@click.command()
@click.option("--medium", required=True)
@click.option("--printer", default="", help="laser-300, laser-600, laser-1200, thermal-203, thermal-300")
@click.option("--gtin", default=None, help="a product; a sample where not given")
@click.option("--level", type=click.Choice(["M", "Q"]), default="M")
@click.option("--json", "as_json", is_flag=True)
def preflight(medium: str, printer: str, gtin: str | None, level: str, as_json: bool) -> None:
    """What would not scan on that medium and printer, and why; exit 1 where something blocks."""
    choice = printing.Choice(medium, printer, level="Q" if level == "Q" else "M")
    if gtin is None:
        found = sample_checks(choice, settings())
    else:
        with reading() as session:
            item = find_item(session, gtin)
            found = stamp_checks(session, item, None, stamp_art(item, settings()), choice, settings(), now())
    told = [(one, words().gettext(one.words, **one.facts)) for one in found]
    verdict = printing.verdict_of(found)
    if as_json:
        rows = [{"rule": one.rule, "severity": one.severity, "sentence": told} for one, told in told]
        tell({"verdict": verdict, "findings": rows})
    else:
        for one, sentence in told:
            click.echo(f"{one.severity}: {one.rule} {sentence}")
        if verdict == "ok":
            say(N_("In được"))
    if verdict == "stop":
        raise SystemExit(NO)
