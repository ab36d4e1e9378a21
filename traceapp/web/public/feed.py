"""An Atom feed (RFC 4287) as bytes: entries with permanent addresses as their ids, the feed with a tag URI.

A feed of many entries is told page by page (RFC 5005, section 3): each page names the first and the next one.

>>> page = "https://txng.example.vn/recalls"
>>> content = atom(host="txng.example.vn", title="Thu hồi", author="Sổ", language="vi",
...                address=f"{page}.atom", first=f"{page}.atom", following=None, page=page, entries=[])
>>> content.startswith(b"<?xml"), b"tag:txng.example.vn,2026:recalls" in content
(True, True)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree as ET

FEED_TYPE: Final = "application/atom+xml"
ATOM: Final = "http://www.w3.org/2005/Atom"
BEGAN: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""What an empty feed says it was updated: `atom:updated` may neither be missing nor change by itself."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One thing told; `id` never changes, `link` may say a language; `term` is its category for machines."""

    id: str
    link: str
    title: str
    summary: str
    published: datetime
    updated: datetime
    term: str
    label: str


def atom(
    *,
    host: str,
    title: str,
    author: str,
    language: str,
    address: str,
    first: str,
    following: str | None,
    page: str,
    entries: Sequence[FeedEntry],
) -> bytes:
    """One page of it, `following` the address of the next; escaping is the library's."""
    feed = ET.Element("feed", {"xmlns": ATOM, "xml:lang": language})
    _text(feed, "id", f"tag:{host},{BEGAN.year}:recalls")
    _text(feed, "title", title)
    _text(feed, "updated", _moment(max((one.updated for one in entries), default=BEGAN)))
    ET.SubElement(feed, "link", {"rel": "self", "type": FEED_TYPE, "href": address})
    if following or address != first:
        ET.SubElement(feed, "link", {"rel": "first", "type": FEED_TYPE, "href": first})
    if following:
        ET.SubElement(feed, "link", {"rel": "next", "type": FEED_TYPE, "href": following})
    ET.SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": page})
    _text(ET.SubElement(feed, "author"), "name", author)
    for one in entries:
        entry = ET.SubElement(feed, "entry")
        _text(entry, "id", one.id)
        _text(entry, "title", one.title)
        _text(entry, "published", _moment(one.published))
        _text(entry, "updated", _moment(one.updated))
        ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": one.link})
        ET.SubElement(entry, "category", {"term": one.term, "label": one.label})
        _text(entry, "summary", one.summary)
    told: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return told


def _text(parent: ET.Element, name: str, words: str) -> None:
    ET.SubElement(parent, name).text = words


def _moment(at: datetime) -> str:
    """RFC 3339, in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
