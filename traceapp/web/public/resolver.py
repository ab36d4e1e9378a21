"""GS1 Digital Link, answered: a page for people, links for machines, 400 that names what is wrong.

A browser gets the page in this one response (Content-Location says where it also lives, /passport/...); any
other client gets the standard's answer, a 307 or the linkset. To a machine that asks for links a serial we
never issued falls back to its lot or product; to a person it is unknown. GS1-Conformant Resolver 1.1.
"""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import parse_qs, quote, unquote, urlsplit

from flask import Response, jsonify, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.routing import BaseConverter

from traceapp.domain import digital_link
from traceapp.domain.digital_link import KeyPath
from traceapp.domain.errors import NotFound
from traceapp.domain.linkset import (
    CONTEXT,
    LINKSET_TYPE,
    Link,
    LinkContext,
    choose,
    linkset,
    relation_of,
    resolver_description,
)
from traceapp.extensions import reader
from traceapp.services.public import public_records
from traceapp.web.languages import language, today
from traceapp.web.public import records
from traceapp.web.public.links import contexts_of
from traceapp.web.public.negotiation import wants_linkset, wants_page
from traceapp.web.public.pages import passport_of, settings, show
from traceapp.web.public.shell import door

CONTEXT_DOCUMENT = "https://ref.gs1.org/standards/resolver/linkset-context"
KEYS = ("01", "P", "p", "414", "417")


@door.after_request
def _open_to_other_sites(response: Response) -> Response:
    """Anybody's page may ask the resolver (the standard wants it); other pages stay ours."""
    if request.endpoint in {"public.resolve", "public.describe_resolver"}:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language"
        response.headers["Access-Control-Expose-Headers"] = "Link, Location, Content-Location"
        response.headers["Vary"] = "Accept, Accept-Language"
    return response


def resolve(rest: str = "") -> ResponseReturnValue:  # noqa: ARG001 - the address is read raw, see raw_path
    """Answer a key of any kind."""
    path = digital_link.parse_path(raw_path())
    link_type = request.args.get("linkType")
    if relation_of(link_type or "") in {"linkset", "all"} or (link_type is None and wants_linkset()):
        return _linkset(contexts_of(path))
    if link_type is not None:
        return _chosen(path, link_type)
    if path.place or path.party:
        return _organisation(path)
    if wants_page():
        return addressed(show(path), path)
    _check_published(path)
    return _redirect("/passport" + path.path(), path)


def _check_published(path: KeyPath) -> None:
    """A product we do not hold is 404 here and now; a serial's own page says that it is unknown."""
    if path.serial is None and path.third_party is None:
        passport_of(replace(path, cpv=None, lot=None), with_scans=False)


class Rest(BaseConverter):
    """Whatever follows, empty steps and line ends too: the key is judged by us and not by the routing."""

    regex = r"[\s\S]*"
    part_isolating = False


@door.record_once
def _read_all_of_it(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["rest"] = Rest


for key in KEYS:
    for rule in (f"/{key}", f"/{key}/<rest:rest>"):
        door.add_url_rule(rule, endpoint="resolve", view_func=resolve, merge_slashes=False)


def page(rest: str) -> ResponseReturnValue:  # noqa: ARG001 - the address is read raw, see raw_path
    """The page of a key, whoever asks; a machine is sent here by the default link."""
    return show(digital_link.parse_path(raw_path().removeprefix("/passport")))


door.add_url_rule("/passport/<rest:rest>", endpoint="page", view_func=page, merge_slashes=False)


def addressed(response: Response, path: KeyPath) -> Response:
    """A page with the addresses of itself and of the key's links."""
    response.headers["Content-Location"] = f"/passport{path.path()}?lang={language()}"
    return _with_link(response, path)


def raw_path() -> str:
    """The path as it was sent: WSGI's own is decoded, and a slash inside a value would look like a step."""
    sent = str(request.environ.get("REQUEST_URI") or quote(request.path))
    return urlsplit(sent).path if "://" in sent else sent.partition("?")[0]


def _organisation(path: KeyPath) -> ResponseReturnValue:
    """A party or place by its GLN."""
    if path.party is not None:
        public_id = public_records.find_party(reader(), path.party.value)
        target, view = f"/parties/{public_id}", records.party
    else:
        site, _owner = public_records.place_record(reader(), today=today(), gln=str(path.place))
        public_id = site.public_id
        target, view = f"/places/{public_id}", records.place
    if not wants_page():
        return _redirect(target, path)
    response = Response(str(view(public_id)), content_type="text/html; charset=utf-8")
    response.headers["Content-Location"] = f"{target}?lang={language()}"
    return _with_link(response, path)


def _chosen(path: KeyPath, link_type: str) -> ResponseReturnValue:
    """One link of the type asked for, several to choose from, or none."""
    contexts = contexts_of(path)
    asked = [request.args["lang"]] if "lang" in request.args else []
    found = choose(contexts, link_type, [*asked, *request.accept_languages.values()])
    if not found:
        raise NotFound("link_type_none", given=link_type)
    if len(found) > 1:
        return _several(contexts, found)
    return _redirect(found[0].href, path)


def _several(contexts: Sequence[LinkContext], found: Sequence[Link]) -> Response:
    choice = LinkContext(contexts[0].anchor, contexts[0].description, tuple(found))
    response = _linkset([choice])
    response.status_code = 300
    return response


def _linkset(contexts: Sequence[LinkContext]) -> Response:
    response = jsonify(linkset(contexts))
    response.content_type = LINKSET_TYPE
    response.headers["Link"] = f'<{CONTEXT_DOCUMENT}>; rel="{CONTEXT}"; type="application/ld+json"'
    return response


def _redirect(target: str, path: KeyPath) -> Response:
    """To the target, with the query that came along, byte for byte (but not what chose the target)."""
    chose = {"linkType", *parse_qs(urlsplit(target).query)}
    sent = quote(request.query_string, safe="%=&+/?:;,@!$'()*~").split("&")
    passed = "&".join(pair for pair in sent if pair and unquote(pair.partition("=")[0]) not in chose)
    joint = "&" if "?" in target else "?"
    return _with_link(Response("", 307, {"Location": target + (passed and joint + passed)}), path)


def _with_link(response: Response, path: KeyPath) -> Response:
    anchor = f"{settings().public_base_url}{path.path()}"
    response.headers["Link"] = f'<{anchor}?linkType=linkset>; rel="linkset"; type="{LINKSET_TYPE}"'
    return response


@door.get("/.well-known/gs1resolver")
def describe_resolver() -> ResponseReturnValue:
    """What this resolver is and can do."""
    return jsonify(resolver_description(settings().public_base_url, settings().registry_name))
