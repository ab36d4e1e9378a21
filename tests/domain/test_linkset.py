"""The resolver's answer to machines."""

import json

from traceapp.domain.linkset import (
    DEFAULT_LINK,
    VOCABULARY,
    Link,
    LinkContext,
    choose,
    linkset,
    relation_of,
    resolver_description,
)

ROOT = "https://txng.example.vn/01/09521234000013"
PAGE = Link("pip", ROOT, "Rượu men lá", ("vi",), "text/html")
PAGE_EN = Link("pip", ROOT + "?lang=en", "Leaf-yeast liquor", ("en",), "text/html")
RECALLS = Link("recallStatus", "https://txng.example.vn/recalls", "Thu hồi")
LOT_PAGE = Link("pip", ROOT + "/10/L1", "Lô L1", ("vi",), "text/html")
EVENTS = Link("epcis", ROOT + "/10/L1/events", "EPCIS", (), "application/ld+json")
EVENTS_TOO = Link("epcis", ROOT + "/10/L1/more", "EPCIS", (), "application/ld+json")
ITEM = LinkContext(ROOT, "Rượu men lá", (PAGE, PAGE_EN, RECALLS))
LOT = LinkContext(ROOT + "/10/L1", "Rượu men lá, lô L1", (LOT_PAGE, EVENTS, EVENTS_TOO))


def test_a_linkset_has_one_object_for_each_level_finest_first() -> None:
    document = linkset([LOT, ITEM])
    assert [one["anchor"] for one in document["linkset"]] == [LOT.anchor, ITEM.anchor]
    assert json.loads(json.dumps(document)) == document


def test_keys_of_a_linkset_object_are_those_the_schema_allows() -> None:
    [item] = linkset([ITEM])["linkset"]
    relations = {key for key in item if key.startswith(VOCABULARY)}
    assert set(item) - relations == {"anchor", "itemDescription"}
    assert relations == {VOCABULARY + name for name in (DEFAULT_LINK, "pip", "recallStatus")}
    assert item[VOCABULARY + DEFAULT_LINK] == [{"href": ROOT, "title": "Rượu men lá"}]
    assert item[VOCABULARY + "pip"] == [
        {"href": ROOT, "title": "Rượu men lá", "hreflang": ["vi"], "type": "text/html"},
        {"href": ROOT + "?lang=en", "title": "Leaf-yeast liquor", "hreflang": ["en"], "type": "text/html"},
    ]


def test_a_plain_request_gets_the_finest_default() -> None:
    assert choose([LOT, ITEM], None, []) == [LOT.default]
    assert choose([LOT, ITEM], "gs1:defaultLink", ["zh"]) == [LOT.default]


def test_the_finest_level_that_has_a_link_type_wins() -> None:
    assert choose([LOT, ITEM], "pip", []) == [LOT_PAGE]
    assert choose([LOT, ITEM], "gs1:recallStatus", []) == [RECALLS]
    assert choose([LOT, ITEM], "gs1:dpp", []) == []


def test_the_first_language_anybody_speaks_is_honoured() -> None:
    assert choose([ITEM], "pip", ["zh", "en-GB", "vi"]) == [PAGE_EN]
    assert choose([ITEM], "pip", ["zh"]) == [PAGE]
    assert choose([LinkContext(ROOT, "x", (PAGE, Link("pip", "h", "t")))], "pip", ["zh"]) == [
        Link("pip", "h", "t")
    ]


def test_links_that_nothing_tells_apart_are_all_offered() -> None:
    assert choose([LOT], "epcis", ["vi"]) == [EVENTS, EVENTS_TOO]


def test_link_types_are_known_by_prefix_and_address() -> None:
    for spelling in (
        "pip",
        "gs1:pip",
        "https://ref.gs1.org/voc/pip",
        "https://gs1.org/voc/pip",
        "http://gs1.org/voc/pip",
    ):
        assert relation_of(spelling) == "pip"


def test_the_resolver_describes_itself() -> None:
    description = resolver_description("https://txng.example.vn/", "Lạng Sơn")
    assert description["resolverRoot"] == "https://txng.example.vn"
    assert description["name"] == "Lạng Sơn"
    assert description["supportedPrimaryKeys"] == ["01", "414", "417"]
    assert description["supportedLinkType"] == [{"namespace": VOCABULARY, "prefix": "gs1:"}]
