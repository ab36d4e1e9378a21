"""A PDF looked through, inside the room: whether it can do anything but be read, and what it unfolds to.

qpdf (by pikepdf) opens it, every object is looked at, and every deflated stream is inflated and counted,
because the reader's telephone will do that too. A file that is a PDF and something else as well is refused:
whoever opens it with another program would see another document.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

import pikepdf

from traceapp.domain.errors import Malformed
from traceapp.services.quarantine import demanding

MOST_PAGES: Final = 60
MOST_OBJECTS: Final = 50_000
DEEPEST: Final = 60
MOST_INFLATED: Final = 300 * 1024 * 1024  # bytes, of all streams together: some pages scanned at 600 dpi
MOST_FILTERS: Final = 2  # ASCII around a deflated stream; more is a bomb in a bomb
MOST_PIXELS: Final = 150_000_000  # of one picture: A3 at 600 dpi and somewhat more
LONGEST_SIDE: Final = 14_400  # units of 1/72 inch: the largest page that readers show (ISO 32000-1, annex C)
PIECE: Final = 1024 * 1024

# What qpdf had to guess, so that another program may read another document; not a wrong length of a stream.
DOUBTFUL: Final = ("reconstruct", "nested", "loop")
ACTIVE_KEYS: Final = frozenset({"/JavaScript", "/JS", "/AA", "/Launch", "/XFA", "/EF", "/EmbeddedFiles"})
ACTIVE_NAMES: Final = frozenset(
    {
        "/JavaScript", "/Launch", "/EmbeddedFile", "/Filespec", "/RichMedia", "/SubmitForm", "/ImportData",
        "/GoToR", "/GoToE", "/Rendition", "/Movie", "/Sound", "/Screen", "/3D",
    }
)  # fmt: skip
SCHEMES: Final = ("http://", "https://", "mailto:", "tel:")
# Long enough not to stand in compressed bytes by chance; found even in what no table of the file points to.
LOOSE: Final = re.compile(rb"/(JavaScript|EmbeddedFiles?|RichMedia|SubmitForm|ImportData)\b")
PAGES_OF_THE_WEB: Final = re.compile(rb"<(?:script|html|!doctype\s+html|iframe|\?php)\b", re.IGNORECASE)


def run(content: bytes) -> list[bytes]:
    """Nothing, where the file may be kept. Raises `Malformed`: `pdf_*` or `file_demanding`."""
    _check_alone(content)
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            if pdf.is_encrypted:
                raise Malformed("pdf_encrypted")
            _check_pages(pdf)
            _check_object(pdf.trailer)
            room = MOST_INFLATED
            for held in pdf.objects:
                _check_object(held)
                if isinstance(held, pikepdf.Stream):
                    room = _check_stream(held, room)
            if any(word in told for told in map(str, pdf.get_warnings()) for word in DOUBTFUL):
                raise Malformed("pdf_unreadable")
    except pikepdf.PasswordError as locked:
        raise Malformed("pdf_encrypted") from locked
    except (pikepdf.PdfError, RecursionError, ValueError, TypeError) as broken:
        raise Malformed("pdf_unreadable") from broken
    return []


def _check_alone(content: bytes) -> None:
    """From the first byte to the last a PDF, and nothing beside it."""
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise Malformed("pdf_unreadable")
    if zipfile.is_zipfile(BytesIO(content)):
        raise Malformed("pdf_mixed", found="ZIP")
    if web := PAGES_OF_THE_WEB.search(content):
        raise Malformed("pdf_mixed", found=web[0].decode("ascii").strip("<"))
    if content[end + 5 :].strip(b"\0\t\r\n \x1a"):
        raise Malformed("pdf_mixed", found=f"{len(content) - end - 5} byte")
    if loose := LOOSE.search(content):
        raise Malformed("pdf_active", found=loose[1].decode("ascii"))


def _check_pages(pdf: pikepdf.Pdf) -> None:
    if len(pdf.objects) > MOST_OBJECTS:
        raise Malformed("pdf_unreadable")
    pages = len(pdf.pages)
    if not 1 <= pages <= MOST_PAGES:
        raise Malformed("pdf_pages", found=pages, limit=MOST_PAGES)
    for page in pdf.pages:
        left, bottom, right, top = (float(side) for side in page.mediabox)
        if max(abs(right - left), abs(top - bottom)) > LONGEST_SIDE:
            raise demanding()


def _check_object(held: Any, depth: int = 0) -> None:
    """One object with what lies directly inside it; what it points to comes in its own turn."""
    if depth > DEEPEST:
        raise Malformed("pdf_unreadable")
    if isinstance(held, pikepdf.Name) and str(held) in ACTIVE_NAMES:
        raise Malformed("pdf_active", found=str(held).removeprefix("/"))
    for key, inside in _inside(held):
        opens = key == "/OpenAction" and _acts(inside)
        if key in ACTIVE_KEYS or opens or (key == "/URI" and _leads(inside)):
            raise Malformed("pdf_active", found=key.removeprefix("/"))
        if not getattr(inside, "is_indirect", False):
            _check_object(inside, depth + 1)


def _acts(opening: Any) -> bool:
    """Whether what happens at opening is more than turning to a page."""
    if not isinstance(opening, pikepdf.Dictionary):
        return False
    return str(opening.get("/S", "")) != "/GoTo" or "/Next" in opening


def _leads(address: Any) -> bool:
    """Whether a link leads elsewhere than to a page of the web, a letter or a call."""
    text = str(address).strip().lower() if isinstance(address, pikepdf.String) else ""
    return ":" in text and not text.startswith(SCHEMES)


def _inside(held: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(held, pikepdf.Stream):
        held = held.stream_dict
    if isinstance(held, pikepdf.Dictionary):
        yield from ((str(key), inside) for key, inside in held.items())
    elif isinstance(held, pikepdf.Array):
        yield from (("", inside) for inside in held)


def _check_stream(held: pikepdf.Stream, room: int) -> int:
    """What is left of ``room`` bytes after this stream is unfolded."""
    if "/F" in held:  # its bytes are another file's, on the reader's machine
        raise Malformed("pdf_active", found="F")
    if held.get("/Subtype") == "/PS":  # a program for the printer
        raise Malformed("pdf_active", found="PS")
    told: Any = held.get("/Filter", [])
    filters = [str(told)] if isinstance(told, pikepdf.Name) else [str(one) for one in told]
    pixels = int(held.get("/Width", 0)) * int(held.get("/Height", 0))
    if len(filters) > MOST_FILTERS or filters.count("/FlateDecode") > 1 or pixels > MOST_PIXELS:
        raise demanding()
    if filters[:1] == ["/FlateDecode"]:
        room -= _inflated(held.read_raw_bytes(), room)
    return room


def _inflated(packed: bytes, room: int) -> int:
    """How many bytes a deflated stream holds; a broken end is left to the reader. Raises `file_demanding`."""
    unfolding, whole, source = zlib.decompressobj(), 0, io.BytesIO(packed)
    while piece := unfolding.unconsumed_tail or source.read(PIECE):
        try:
            whole += len(unfolding.decompress(piece, PIECE))
        except zlib.error:
            return whole
        if whole > room:
            raise demanding()
        if unfolding.eof:
            break
    return whole
