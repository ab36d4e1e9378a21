"""The resolver's answer to machines: a linkset (RFC 9264), the choice of one link, its own description.

Every level of a key up to its GTIN is an object of its own, the finest first; for a link type the finest
level that has it wins. One link of each item is the default, and stands under a describing type too.
GS1-Conformant Resolver Standard 1.1; link types are those of the GS1 Web Vocabulary.

>>> address = "https://txng.example.vn/01/09521234000013"
>>> page = Link("pip", address, "Rượu men lá", hreflang=("vi",), type="text/html")
>>> item = LinkContext(address, "Rượu men lá", (page,))
>>> sorted(linkset([item])["linkset"][0])
['anchor', 'https://ref.gs1.org/voc/defaultLink', 'https://ref.gs1.org/voc/pip', 'itemDescription']
>>> choose([item], "https://ref.gs1.org/voc/pip", ["en"]) == [page], choose([item], "gs1:epcis", [])
(True, [])
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

VOCABULARY: Final = "https://ref.gs1.org/voc/"
CONTEXT: Final = "http://www.w3.org/ns/json-ld#context"
LINKSET_TYPE: Final = "application/linkset+json"
DEFAULT_LINK: Final = "defaultLink"
LINK_TYPES: Final = (
    "pip",
    "traceability",
    "epcis",
    "certificationInfo",
    "recallStatus",
    "dpp",
    "registryEntry",
)

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Link:
    """One target: its link type without prefix, address, title, and what a client may choose by."""

    relation: str
    href: str
    title: str
    hreflang: tuple[str, ...] = ()
    type: str | None = None

    def as_json(self) -> Json:
        """The target object of the linkset."""
        target: Json = {"href": self.href, "title": self.title}
        if self.hreflang:
            target["hreflang"] = list(self.hreflang)
        return target | ({"type": self.type} if self.type else {})


@dataclass(frozen=True, slots=True)
class LinkContext:
    """One level of a key: its own address, what it is, its links; the first link is the default."""

    anchor: str
    description: str
    links: tuple[Link, ...]

    @property
    def default(self) -> Link:
        """The default link: title only, no language or media type."""
        return Link(DEFAULT_LINK, self.links[0].href, self.links[0].title)

    def of_type(self, relation: str) -> list[Link]:
        """Its links of one type."""
        return (
            [self.default]
            if relation == DEFAULT_LINK
            else [one for one in self.links if one.relation == relation]
        )


def linkset(contexts: Sequence[LinkContext]) -> dict[str, list[Json]]:
    """The document, one object per level, finest first."""
    return {"linkset": [_object(context) for context in contexts]}


def _object(context: LinkContext) -> Json:
    relations = [DEFAULT_LINK, *dict.fromkeys(link.relation for link in context.links)]
    targets: Json = {
        VOCABULARY + name: [one.as_json() for one in context.of_type(name)] for name in relations
    }
    return {"anchor": context.anchor, "itemDescription": context.description} | targets


def relation_of(link_type: str) -> str:
    """A link type without its prefix: `gs1:pip`, the full address and `pip` are one."""
    return (
        link_type.removeprefix("http://gs1.org/voc/")
        .removeprefix("https://gs1.org/voc/")
        .removeprefix(VOCABULARY)
        .removeprefix("gs1:")
    )


def choose(contexts: Sequence[LinkContext], link_type: str | None, languages: Sequence[str]) -> list[Link]:
    """The link a request asks for: one is a redirect, several are 300 Multiple Choices, none is 404.

    `contexts` finest first; `link_type` None asks for the default; `languages` in order of preference.
    """
    relation = DEFAULT_LINK if link_type is None else relation_of(link_type)
    found = next((links for context in contexts if (links := context.of_type(relation))), [])
    for language in languages:
        if spoken := [one for one in found if _speaks(one, language)]:
            return _alike(spoken)
    return _alike([one for one in found if not one.hreflang] or found)


def _speaks(link: Link, language: str) -> bool:
    wanted = language.casefold().split("-")[0]
    return any(tag.casefold().split("-")[0] == wanted for tag in link.hreflang)


def _alike(links: list[Link]) -> list[Link]:
    """The first, with those that no attribute tells from it."""
    return [one for one in links if (one.hreflang, one.type) == (links[0].hreflang, links[0].type)]


def resolver_description(base_url: str, name: str) -> Json:
    """What `/.well-known/gs1resolver` says."""
    return {
        "name": name,
        "resolverRoot": base_url.rstrip("/"),
        "supportedPrimaryKeys": ["01", "414", "417"],
        "supportedLinkType": [{"namespace": VOCABULARY, "prefix": "gs1:"}],
        "linkTypeDefaultCanBeLinkset": False,
    }
