"""PDF files that act, that hide something, that unfold without end, or that no reader should trust."""

import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.hostile.making import MARK, PHP, SCRIPT, Hostile, squeezed

MEGA = 1_000_000


def made(
    change: Callable[[pikepdf.Pdf], object] = lambda _pdf: None, pages: int = 1, **saving: object
) -> bytes:
    """An honest PDF with something done to it."""
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        change(pdf)
        told = BytesIO()
        pdf.save(told, **saving)
    return told.getvalue()


def raw(*objects: bytes, trailer: bytes = b"/Root 1 0 R", head: bytes = b"%PDF-1.7\n") -> bytes:
    """A PDF of these objects, numbered from 1, whatever they say."""
    out, places = bytearray(head), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out) + b"trailer << /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        trailer,
        start,
    )


def stream(content: bytes, told: bytes = b"/Filter /FlateDecode") -> bytes:
    """A stream object."""
    return b"<< %s /Length %d >> stream\n%s\nendstream" % (told, len(content), content)


PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] %s >>"
CATALOG, PAGES = b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


def with_stream(content: bytes, told: bytes = b"/Filter /FlateDecode") -> bytes:
    """A page whose content is this stream."""
    return raw(CATALOG, PAGES, PAGE % b"/Contents 4 0 R", stream(content, told))


def script(**more: object) -> Dictionary:
    """An action of JavaScript."""
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"), **more)


def at_root(**told: object) -> bytes:
    """Keys of the catalogue."""

    def change(pdf: pikepdf.Pdf) -> None:
        for key, value in told.items():
            pdf.Root["/" + key] = value

    return made(change)


def linked(action: Dictionary, **more: object) -> bytes:
    """A page with something to press."""

    def change(pdf: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action, **more)
        pdf.pages[0].Annots = Array([pdf.make_indirect(note)])

    return made(change)


def noted(subtype: str, **more: object) -> bytes:
    """A page with a note of any kind."""

    def change(pdf: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name("/" + subtype), Rect=[0, 0, 9, 9], **more)
        pdf.pages[0].Annots = Array([pdf.make_indirect(note)])

    return made(change)


def action(kind: str, **more: object) -> Dictionary:
    """An action."""
    return Dictionary(S=Name("/" + kind), **more)


def _attached() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["evil.exe"] = b"MZ" + MARK

    return made(change)


def _tree(depth: int, kids: int) -> bytes:
    """A tree of pages in which every branch is the next one, many times over."""
    branches = [
        b"<< /Type /Pages /Parent %d 0 R /Kids [%s] /Count 1 >>"
        % (max(1, n - 1), b"%d 0 R " % (n + 1) * kids)
        for n in range(2, depth + 2)
    ]
    return raw(CATALOG, *branches, PAGE % b"")


def _many_pages(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(3, count + 3))
    return raw(CATALOG, b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, kids), *[PAGE % b""] * count)


def _folded_objects(bomb: int) -> bytes:
    """An object stream that unfolds to so many bytes."""
    return raw(
        CATALOG,
        PAGES,
        PAGE % b"",
        stream(squeezed(bomb, b" "), b"/Type /ObjStm /N 1 /First 10 /Filter /FlateDecode"),
    )


def _table_stream(bomb: int) -> bytes:
    """A table of objects that unfolds to so many bytes."""
    told = b"/Type /XRef /Size 9 /W [1 2 1] /Root 1 0 R /Filter /FlateDecode"
    body = b"%PDF-1.7\n1 0 obj\n" + CATALOG + b"\nendobj\n"
    return (
        body + b"9 0 obj\n" + stream(squeezed(bomb), told) + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(body)
    )


def _folded(content: bytes, times: int) -> bytes:
    for _ in range(times):
        content = zlib.compress(content, 9)
    return content


def _zip_around() -> bytes:
    """A ZIP whose last comment is the end of the PDF."""
    told, whole = BytesIO(), made()
    told.write(whole)
    with zipfile.ZipFile(told, "a") as archive:
        archive.writestr("evil.html", SCRIPT)
        archive.comment = b"\n%%EOF\n"
    return told.getvalue()


def _unlisted() -> bytes:
    """An earlier state of the file holds a program that no table points to any more."""
    whole = made()
    return whole.replace(b"xref", b"99 0 obj << /S /JavaScript /JS (app.alert\\(1\\)) >> endobj\nxref", 1)


def _hidden_name() -> bytes:
    return raw(CATALOG.replace(b">>", b"/OpenAction 4 0 R >>"), PAGES, PAGE % b"",
               b"<< /S /J#61vaScript /J#53 (app.alert\\(1\\)) >>")  # fmt: skip


def _encrypted(**told: object) -> bytes:
    return made(encryption=pikepdf.Encryption(**told))


def _box(box: bytes) -> bytes:
    return raw(CATALOG, PAGES, b"<< /Type /Page /Parent 2 0 R /MediaBox %s >>" % box)


def _image(width: int, height: int) -> bytes:
    told = b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 1 /Filter /JBIG2Decode"
    return raw(CATALOG, PAGES, PAGE % b"", stream(b"\0" * 40, told % (width, height)))


ROOT_SCRIPT = partial(at_root, OpenAction=script())
PDFS: dict[str, Hostile] = {
    name: Hostile(make, "giay.pdf", "application/pdf")
    for name, make in {
        # that act
        "script at opening": ROOT_SCRIPT,
        "script at opening, packed": lambda: made(
            lambda pdf: pdf.Root.__setitem__("/OpenAction", pdf.make_indirect(script())),
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        ),
        "script among the names": lambda: at_root(
            Names=Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script()])))
        ),
        "script when a page opens": lambda: made(
            lambda pdf: pdf.pages[0].obj.__setitem__("/AA", Dictionary(O=script()))
        ),
        "script when the file closes": lambda: at_root(AA=Dictionary(WC=script())),
        "script behind a link": lambda: linked(script()),
        "script in a form field": lambda: at_root(
            AcroForm=Dictionary(
                Fields=Array([Dictionary(FT=Name.Tx, T=String("a"), AA=Dictionary(K=script()))])
            )
        ),
        "script after turning a page": lambda: at_root(
            OpenAction=action("GoTo", D=String("a"), Next=script())
        ),
        "script with an escaped name": _hidden_name,
        "script in what no table points to": _unlisted,
        "script thirty levels down": lambda: at_root(
            Deep=Array([Dictionary(K=Array([Dictionary(K=Array([Dictionary(JS=String("x"))]))]))])
        ),
        "address called at opening": lambda: at_root(
            OpenAction=action("URI", URI=String("http://127.0.0.1:9/"))
        ),
        "page turned, then an address called": lambda: at_root(
            OpenAction=action("GoTo", D=String("a"), Next=action("URI", URI=String("http://127.0.0.1:9/")))
        ),
        "printed at opening": lambda: at_root(OpenAction=action("Named", N=Name.Print)),
        "program started": lambda: linked(action("Launch", F=String("cmd.exe"))),
        "another file opened": lambda: linked(
            action("GoToR", F=String("\\\\evil\\share\\a.pdf"), D=String("a"))
        ),
        "an attached file opened": lambda: linked(action("GoToE", D=String("a"))),
        "form sent": lambda: linked(action("SubmitForm", F=String("http://127.0.0.1:9/"))),
        "data fetched": lambda: linked(action("ImportData", F=String("a.fdf"))),
        "link that is a script": lambda: linked(action("URI", URI=String("javascript:alert(1)"))),
        "link into the machine": lambda: linked(action("URI", URI=String("file:///etc/passwd"))),
        "film played": lambda: linked(action("Rendition", OP=0)),
        "film of old": lambda: noted("Movie"),
        "sound": lambda: noted("Sound"),
        "model in three dimensions": lambda: noted("3D"),
        "rich media": lambda: noted("RichMedia"),
        "form of XFA": lambda: at_root(AcroForm=Dictionary(XFA=String("<xdp/>"), Fields=Array([]))),
        "program for a printer": lambda: with_stream(b"(x) run", b"/Type /XObject /Subtype /PS"),
        "stream that lies in another file": lambda: with_stream(b"", b"/F (/etc/passwd)"),
        # that carry
        "attached program": _attached,
        "attachment pinned to a page": lambda: noted("FileAttachment", FS=Dictionary(Type=Name.Filespec)),
        "portfolio": lambda: at_root(
            Collection=Dictionary(), Names=Dictionary(EmbeddedFiles=Dictionary(Names=Array([])))
        ),
        # that are two things
        "pdf, then html": lambda: made() + SCRIPT,
        "pdf, then text": lambda: made() + b"x" * 2000,
        "html in the second line": lambda: raw(
            CATALOG, PAGES, PAGE % b"", head=b"%PDF-1.7\n%" + SCRIPT + b"\n"
        ),
        "php in a comment": lambda: raw(CATALOG, PAGES, PAGE % b"", head=b"%PDF-1.7\n%" + PHP + b"\n"),
        "html in a loose stream": lambda: with_stream(b"<html onload=alert(1)>", b""),
        "pdf, then zip": lambda: made() + _zip_around()[len(made()) :],
        "zip that ends in the end of a pdf": _zip_around,
        # locked
        "locked by a password": lambda: _encrypted(owner="a", user="b"),
        "locked against change": lambda: _encrypted(owner="a", user=""),
        "locked the old way": lambda: _encrypted(owner="a", user="b", R=4),
        "locked by nobody knows what": lambda: raw(
            CATALOG,
            PAGES,
            PAGE % b"",
            b"<< /Filter /Evil /V 9 >>",
            trailer=b"/Root 1 0 R /Encrypt 4 0 R /ID [(a)(a)]",
        ),
        # broken
        "head alone": lambda: b"%PDF-1.7\n",
        "head and end": lambda: b"%PDF-1.7\n%%EOF\n",
        "cut": lambda: made()[:300],
        "cut, with an end put on": lambda: made()[:200] + b"\n%%EOF",
        "no root": lambda: raw(CATALOG, trailer=b""),
        "root that is a list": lambda: raw(b"[1 2 3]"),
        "root that is not there": lambda: raw(CATALOG, trailer=b"/Root 77 0 R"),
        "pages that are a text": lambda: raw(b"<< /Type /Catalog /Pages (none) >>"),
        "random bytes": lambda: b"%PDF-1.7\n" + bytes(range(256)) * 400 + b"\n%%EOF",
        # without end
        "pages in a circle": lambda: raw(
            CATALOG,
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 1 >>",
        ),
        "pages ten to the tenth": lambda: _tree(10, 10),
        "pages five thousand levels down": lambda: _tree(5000, 1),
        "no page": lambda: raw(CATALOG, b"<< /Type /Pages /Kids [] /Count 0 >>"),
        "sixty-one pages": lambda: made(pages=61),
        "100,000 pages": lambda: _many_pages(100_000),
        "one page 200,000 times": lambda: raw(
            CATALOG, b"<< /Type /Pages /Count 9 /Kids [%s] >>" % (b"3 0 R " * 200_000), PAGE % b""
        ),
        "lists 200,000 levels deep": lambda: raw(CATALOG, PAGES, PAGE % b"", b"[" * 200_000 + b"]" * 200_000),
        "dictionaries 50,000 levels deep": lambda: raw(
            CATALOG, PAGES, PAGE % b"", b"<< /A " * 50_000 + b"1" + b" >>" * 50_000
        ),
        "lists a hundred levels deep": lambda: raw(CATALOG, PAGES, PAGE % b"", b"[" * 100 + b"]" * 100),
        "60,000 objects": lambda: raw(CATALOG, PAGES, PAGE % b"", *[b"null"] * 60_000),
        "a length that is itself": lambda: raw(
            CATALOG, PAGES, PAGE % b"/Contents 4 0 R", b"<< /Length 4 0 R >> stream\nx\nendstream"
        ),
        "an earlier table that is this one": lambda: raw(
            CATALOG, PAGES, PAGE % b"", trailer=b"/Root 1 0 R /Prev 9"
        ),
        "a table of a billion rows": lambda: made().replace(b"xref\n0 ", b"xref\n0 99999999", 1),
        # bombs
        "content of a gigabyte": lambda: with_stream(squeezed(1000 * MEGA)),
        "ten contents of a hundred megabytes": lambda: raw(
            CATALOG, PAGES, PAGE % b"", *[stream(squeezed(100 * MEGA))] * 10
        ),
        "bomb in a bomb": lambda: with_stream(
            _folded(squeezed(1000 * MEGA), 1), b"/Filter [/FlateDecode /FlateDecode]"
        ),
        "fifty filters": lambda: with_stream(b"00>", b"/Filter [%s]" % (b"/ASCIIHexDecode " * 50)),
        "objects packed into a gigabyte": lambda: _folded_objects(1000 * MEGA),
        "a table packed into a gigabyte": lambda: _table_stream(1000 * MEGA),
        "a picture of 10^10 points": lambda: _image(100_000, 100_000),
        "a picture of 2^31 by 2^31": lambda: _image(2**31 - 1, 2**31 - 1),
        "a page of 10^9 inches": lambda: _box(b"[0 0 1000000000 1000000000]"),
    }.items()
}
HARMLESS = {
    "a picture that asks for nothing": lambda: made(),
    "turned to its page at opening": lambda: made(
        lambda pdf: pdf.Root.__setitem__("/OpenAction", Array([pdf.pages[0].obj, Name.Fit]))
    ),
    "a link to the body's own page": lambda: linked(
        action("URI", URI=String("https://example.com/check?no=1"))
    ),
    "a white scan at 600 dpi": lambda: with_stream(squeezed(4960 * 7016 * 3, b"\xff")),
    "packed objects": lambda: made(object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "an end followed by blanks": lambda: made() + b"\r\n\0\0 ",
    # broken, and mended by every reader alike
    "a page whose size is words": lambda: _box(b"[(a) (b) (c) (d)]"),
    "a page whose size is three numbers": lambda: _box(b"[0 0 300]"),
}
"""What honest bodies send: it must pass, or the rules above are too strict."""
