"""Workbooks that are bombs, that compute, that carry programs, or that no reader should trust."""

import zipfile
from io import BytesIO

from openpyxl import Workbook

from tests.hostile.making import MARK, Hostile

NAME = "danh-sach.xlsx"
SHEET = "xl/worksheets/sheet1.xml"
ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def honest() -> bytes:
    """A workbook with nothing in it that we look for."""
    told, book = BytesIO(), Workbook()
    book.active.append(["a", "b"])
    book.save(told)
    return told.getvalue()


def changed(**members: bytes) -> bytes:
    """An honest workbook with other members; a name ends in its suffix after two underscores."""
    told = BytesIO()
    names = {name.replace("__", ".").replace("_", "/"): content for name, content in members.items()}
    with zipfile.ZipFile(BytesIO(honest())) as old, zipfile.ZipFile(told, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, names.pop(name, None) or old.read(name))
        for name, content in names.items():
            new.writestr(name, content)
    return told.getvalue()


def sheet(rows: bytes, head: bytes = b"") -> bytes:
    """The XML of a sheet."""
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return head + b"<worksheet %s><sheetData>%s</sheetData></worksheet>" % (space, rows)


def lying() -> bytes:
    """An archive whose directory says that the sheet has ten bytes."""
    whole = bytearray(changed(xl_worksheets_sheet1__xml=b" " * 50_000_000))
    at = whole.rindex(SHEET.encode()) - 46 + 24
    whole[at : at + 4] = (10).to_bytes(4, "little")
    return bytes(whole)


def overlapping() -> bytes:
    """A thousand entries of the directory for one and the same large member."""
    told = BytesIO()
    with zipfile.ZipFile(told, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr("xl/workbook.xml", b" " * 1_000_000)
        big = archive.getinfo("xl/workbook.xml")
        archive.filelist.extend([big] * 1000)
    return told.getvalue()


WORKBOOKS: dict[str, Hostile] = {
    name: Hostile(make, NAME)
    for name, make in {
        "nothing": lambda: b"PK\x05\x06" + b"\0" * 18,
        "head of an archive alone": lambda: b"PK\x03\x04",
        "cut": lambda: honest()[:2000],
        "no book in it": lambda: changed(xl_workbook__xml=b"<a/>"),
        "html for a sheet": lambda: changed(xl_worksheets_sheet1__xml=b"<html><script>alert(1)</script>"),
        "a sheet of half a gigabyte": lambda: changed(xl_worksheets_sheet1__xml=b" " * 500_000_000),
        "texts of half a gigabyte": lambda: changed(xl_sharedStrings__xml=b"<t>" + b"x" * 500_000_000),
        "a directory that lies": lying,
        "a member a thousand times": overlapping,
        "a thousand members": lambda: changed(**{f"xl_media_{n}__png": b"x" for n in range(1000)}),
        "entities of a billion laughs": lambda: changed(xl_worksheets_sheet1__xml=sheet(b"", ENTITY)),
        "an entity outside": lambda: changed(xl_workbook__xml=OUTSIDE + b"<workbook>&x;</workbook>"),
        "an entity in UTF-16": lambda: changed(xl_workbook__xml=ENTITY.decode().encode("utf-16")),
        "a program": lambda: changed(xl_vbaProject__bin=MARK),
        "a row whose number has twelve digits": lambda: changed(
            xl_worksheets_sheet1__xml=sheet(b'<row r="999999999999"><c r="A1"><v>1</v></c></row>')
        ),
        "a million rows": lambda: changed(
            xl_worksheets_sheet1__xml=sheet(b"<row><c><v>1</v></c></row>" * 1_000_000)
        ),
        "elements a hundred thousand deep": lambda: changed(
            xl_worksheets_sheet1__xml=sheet(b"<row>" * 100_000 + b"</row>" * 100_000)
        ),
        "a text that is not there": lambda: changed(
            xl_worksheets_sheet1__xml=sheet(b'<row><c t="s"><v>999</v></c></row>')
        ),
        "a number that is none": lambda: changed(
            xl_worksheets_sheet1__xml=sheet(b"<row><c><v>" + b"9" * 5000 + b"</v></c></row>")
        ),
        "a day after the end of time": lambda: changed(
            xl_worksheets_sheet1__xml=sheet(b'<row><c s="14"><v>1e308</v></c></row>')
        ),
        "another book for another program": lambda: honest()[:-22] + b"%PDF-1.7" + honest()[-22:],
    }.items()
}
