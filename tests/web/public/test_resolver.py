"""The resolver: a page for a browser, links for a machine, 400 that names what is wrong."""

import pytest
from sqlalchemy import event

from tests.web.public.scene import HOST, PHONE, open_page
from traceapp.domain.parties import PartyState
from traceapp.extensions import db
from traceapp.models import Party

GTIN = "/01/09520009010011"
ALLOWED_IN_TARGET = {"href", "title", "hreflang", "type", "context", "fwqs", "public"}
VOC = "https://ref.gs1.org/voc/"


def ask(client, address, accept="*/*", method="GET", **headers):
    return client.open(
        address, method=method, base_url=HOST, headers={"Accept": accept, "User-Agent": "robot/1"} | headers
    )


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("/01/09520009010012", "09520009010012"),
        ("/01/0952000901001", "0952000901001"),
        ("/01/09520009010011/foo", "foo"),
        ("/01/09520009010011/21/ABC/10/L1", "10"),
        ("/01/09520009010011/99/x", "99"),
        ("/01/09520009010011/10/", "“10”"),
        ("/01/09520009010011/10/%zz", "%zz"),
        ("/01/09520009010011/10/" + "A" * 21, "A" * 21),
        ("/01/٠٩٥٢٠٠٠٩٠١٠٠١١", "01"),
        ("/01", "01"),
        ("/P/12345670x", "12345670x"),
        ("/414/9520009019015", "9520009019015"),
        ("/417/9520009019014/10/L1", "10"),
    ],
)
def test_a_malformed_key_is_400_and_names_what_is_wrong(address, named, passer_by):
    page = open_page(passer_by, address)
    assert page.status_code == 400
    assert named in page.get_data(as_text=True)
    assert "data-verdict" not in page.get_data(as_text=True)
    problem = ask(passer_by, address)
    assert problem.status_code == 400
    assert problem.content_type == "application/problem+json"
    assert problem.headers["Access-Control-Allow-Origin"] == "*"
    assert named in problem.get_json()["detail"]


def test_a_wrong_check_digit_says_the_right_one(passer_by):
    page = open_page(passer_by, "/01/09520009010012").get_data(as_text=True)
    assert "09520009010011" in page


@pytest.mark.parametrize(
    "address", [GTIN, GTIN + "/10/NOPE", "/P/00000017", "/417/9520009019014", "/414/9520009019014"]
)
def test_what_is_not_held_is_404_for_everybody(address, passer_by):
    assert open_page(passer_by, address).status_code == 404
    assert ask(passer_by, address + "?linkType=linkset").status_code == 404


def test_a_browser_gets_the_page_at_once_with_its_other_address(shelf, passer_by):
    address = shelf.make("valid_first")
    answer = open_page(passer_by, address)
    assert answer.status_code == 200
    assert answer.headers["Content-Location"] == f"/passport{address}?lang=vi"
    assert 'rel="linkset"' in answer.headers["Link"]
    assert "Accept-Language" in answer.headers["Vary"]
    assert open_page(passer_by, answer.headers["Content-Location"]).status_code == 200


def test_a_machine_is_sent_to_the_page_and_its_query_goes_along(shelf, passer_by):
    address = shelf.make("valid_first")
    answer = ask(passer_by, address + "?17=281231&x=%C4%91")
    assert answer.status_code == 307
    assert answer.headers["Location"] == f"/passport{address}?17=281231&x=%C4%91"
    assert 'rel="linkset"' in answer.headers["Link"]
    page = ask(passer_by, answer.headers["Location"])
    assert page.status_code == 200
    assert 'data-verdict="valid_first"' in page.get_data(as_text=True)


def test_a_trailing_slash_and_a_small_p_give_the_same_answer(shelf, passer_by):
    item = shelf.item(gtin=None, registry_number="00000017")
    run = shelf.run(item, shelf.lot(item))
    address = shelf.address(run)
    shelf.session.commit()
    assert address.startswith("/P/00000017/21/")
    for spelled in (address, address + "/", address.replace("/P/", "/p/")):
        assert 'data-verdict="valid_first"' in open_page(passer_by, spelled).get_data(as_text=True)


def test_values_are_case_sensitive(shelf, passer_by):
    _item, lot, run = shelf.stamped()
    serial = shelf.serial(run)
    shelf.session.commit()
    assert open_page(passer_by, f"{GTIN}/10/{lot.code}").status_code == 200
    lower = open_page(passer_by, f"{GTIN}/21/{serial.lower()}")
    assert (lower.status_code, 'data-verdict="unknown"' in lower.get_data(as_text=True)) == (404, True)


@pytest.mark.parametrize("asked", ["accept", "linkType", "old"])
def test_the_linkset_has_the_shape_of_its_schema(asked, shelf, passer_by):
    item, lot, run = shelf.stamped()
    shelf.certificate(item)
    shelf.session.commit()
    address = f"{GTIN}/10/{lot.code}/21/{shelf.serial(run)}"
    query = {"accept": "", "linkType": "?linkType=linkset", "old": "?linkType=all"}[asked]
    answer = ask(passer_by, address + query, "application/linkset+json" if asked == "accept" else "*/*")
    assert answer.status_code == 200
    assert answer.content_type == "application/linkset+json"
    assert 'rel="http://www.w3.org/ns/json-ld#context"' in answer.headers["Link"]
    contexts = answer.get_json()["linkset"]
    assert [one["anchor"] for one in contexts] == [
        HOST + address,
        f"{HOST}{GTIN}/10/{lot.code}",
        HOST + GTIN,
    ]
    for one in contexts:
        assert one["itemDescription"]
        relations = {name: links for name, links in one.items() if name not in {"anchor", "itemDescription"}}
        assert all(name.startswith(VOC) for name in relations)
        assert len(relations[VOC + "defaultLink"]) == 1
        assert set(relations[VOC + "defaultLink"][0]) == {"href", "title"}
        for link in (link for links in relations.values() for link in links):
            assert set(link) <= ALLOWED_IN_TARGET
            assert link["href"].startswith(HOST)
            assert link["title"]
    assert VOC + "certificationInfo" in contexts[-1]


def test_a_link_type_is_a_redirect_in_the_language_asked_for(shelf, passer_by):
    shelf.make("valid_first")
    chinese = ask(passer_by, GTIN + "?linkType=gs1:pip", **{"Accept-Language": "zh"})
    assert (chinese.status_code, chinese.headers["Location"]) == (307, f"{HOST}/passport{GTIN}?lang=zh")
    french = ask(passer_by, GTIN + f"?linkType={VOC}pip", **{"Accept-Language": "fr"})
    assert french.headers["Location"] == f"{HOST}/passport{GTIN}"
    assert open_page(passer_by, GTIN + "?linkType=pip").status_code == 307
    none = ask(passer_by, GTIN + "?linkType=gs1:epcis")
    assert (none.status_code, none.get_json()["code"]) == (404, "link_type_none")


def test_several_links_alike_are_300(shelf, passer_by):
    item = shelf.item()
    shelf.certificate(item)
    shelf.certificate(item, number="DEMO-FSMS-0002")
    shelf.session.commit()
    answer = ask(passer_by, GTIN + "?linkType=certificationInfo")
    assert answer.status_code == 300
    assert len(answer.get_json()["linkset"][0][VOC + "certificationInfo"]) == 2


def test_an_unknown_serial_walks_up_for_machines_and_is_unknown_to_people(shelf, passer_by):
    address = shelf.make("unknown")
    links = ask(passer_by, address + "?linkType=linkset").get_json()["linkset"]
    assert [one["anchor"] for one in links] == [HOST + GTIN]
    assert ask(passer_by, address + "?linkType=pip").headers["Location"] == f"{HOST}/passport{GTIN}"
    assert open_page(passer_by, address).status_code == 404
    plain = ask(passer_by, address)
    assert plain.status_code == 307
    assert ask(passer_by, plain.headers["Location"]).status_code == 404


def test_head_and_options_answer_and_other_sites_may_ask(shelf, passer_by):
    address = shelf.make("valid_first")
    head = ask(passer_by, address, "text/html", "HEAD")
    assert (head.status_code, head.data) == (200, b"")
    options = ask(passer_by, address, method="OPTIONS")
    assert options.status_code == 200
    assert options.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert ask(passer_by, address, method="POST").status_code == 405


def test_the_resolver_describes_itself(passer_by):
    told = ask(passer_by, "/.well-known/gs1resolver")
    assert told.get_json()["resolverRoot"] == HOST
    assert told.get_json()["supportedPrimaryKeys"]


def test_a_party_and_a_place_are_found_by_their_gln(shelf, cast, passer_by):
    from tests import factories

    place = factories.make_place(
        shelf.session, cast.cooperative_id, cast.unit_id, shelf.now, gln="9520009019014"
    )
    party = shelf.session.get_one(Party, cast.cooperative_id)
    party.gln = "9520009010004"
    shelf.session.commit()
    assert "Xưởng Thử" in open_page(passer_by, "/414/9520009019014").get_data(as_text=True)
    assert "HTX Mẫu Sơn Thử" in open_page(passer_by, "/417/9520009010004").get_data(as_text=True)
    sent = ask(passer_by, "/414/9520009019014")
    assert (sent.status_code, sent.headers["Location"]) == (307, f"/places/{place.public_id}")
    links = ask(passer_by, "/417/9520009010004", "application/linkset+json").get_json()["linkset"]
    assert VOC + "registryEntry" in links[0]
    within = ask(passer_by, "/414/9520009019014/254/32a%2Fb")
    assert (within.status_code, within.headers["Location"]) == (307, f"/places/{place.public_id}")
    told = ask(passer_by, "/414/9520009019014/254/32a%2Fb", "application/linkset+json").get_json()["linkset"]
    assert [one["anchor"] for one in told] == ["https://txng.langson.gov.vn/414/9520009019014"]


def test_products_of_a_party_not_approved_are_not_found(shelf, cast, passer_by):
    _item, lot, _run = shelf.stamped()
    shelf.session.get_one(Party, cast.cooperative_id).state = PartyState.DRAFT
    shelf.session.commit()
    assert open_page(passer_by, GTIN).status_code == 404
    assert open_page(passer_by, f"{GTIN}/10/{lot.code}").status_code == 404
    assert ask(passer_by, GTIN + "?linkType=linkset").status_code == 404


def test_a_product_page_says_what_its_code_cannot_prove(shelf, passer_by):
    _item, lot, _run = shelf.stamped()
    shelf.session.commit()
    for address in (GTIN, f"{GTIN}/10/{lot.code}"):
        page = open_page(passer_by, address).get_data(as_text=True)
        assert "không chứng minh món hàng này là thật" in page
        assert "data-verdict" not in page


def test_a_lot_page_carries_its_recall(shelf, passer_by):
    from traceapp.domain.restrictions import RestrictionKind

    _item, lot, _run = shelf.stamped()
    shelf.restrict(RestrictionKind.RECALL, lot_id=lot.id)
    shelf.session.commit()
    page = open_page(passer_by, f"{GTIN}/10/{lot.code}").get_data(as_text=True)
    assert '<body class="stop">' in page
    assert "DỪNG SỬ DỤNG" not in open_page(passer_by, GTIN).get_data(as_text=True)


def test_an_encoded_slash_belongs_to_the_value(shelf, passer_by):
    assert open_page(passer_by, GTIN + "/10/A%2F21%2FB").status_code == 404
    assert open_page(passer_by, GTIN + "/10/A/21/B").status_code == 404


def test_a_guessed_serial_costs_no_question_to_any_database(shelf, app, passer_by):
    address = shelf.make("unknown")
    asked = []
    with app.app_context():
        for engine in db.engines.values():
            event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    answer = open_page(passer_by, address)
    assert answer.status_code == 404
    assert asked == []
    open_page(passer_by, address[:-1] + "0", browser=PHONE)
    open_page(passer_by, GTIN)
    assert asked != []


def test_a_serial_of_a_third_party_is_well_formed_and_never_ours(shelf, passer_by):
    address = shelf.make("valid_first")
    foreign = f"{GTIN}/235/{address.rsplit('/', 1)[1]}"
    page = open_page(passer_by, foreign)
    assert (page.status_code, 'data-verdict="unknown"' in page.get_data(as_text=True)) == (404, True)
    contexts = ask(passer_by, foreign + "?linkType=linkset").get_json()["linkset"]
    assert [one["anchor"] for one in contexts] == [HOST + GTIN]
    assert open_page(passer_by, f"{GTIN}/10/L1/235/ABC").status_code == 400


@pytest.mark.parametrize("suffix", ["", "/10/NOPE"])
def test_a_machine_is_not_sent_after_a_product_we_do_not_hold(suffix, shelf, passer_by):
    assert ask(passer_by, GTIN + suffix).status_code == 404
    shelf.make("valid_first")
    assert ask(passer_by, GTIN + suffix).status_code == 307


@pytest.mark.parametrize(
    "address", ["/01//09520009010011", GTIN + "/21/%0d%0aX:y", "/passport/", GTIN + "//"]
)
def test_empty_steps_and_line_ends_are_malformed(address, passer_by):
    problem = ask(passer_by, address)
    assert (problem.status_code, problem.content_type) == (400, "application/problem+json")
    assert "X" not in problem.headers


def test_a_query_goes_along_byte_for_byte_and_its_language_counts(shelf, passer_by):
    shelf.make("valid_first")
    answer = ask(passer_by, GTIN + "?x=%ff&y=a+b&&linkType=gs1:defaultLink")
    assert answer.headers["Location"] == f"{HOST}/passport{GTIN}?x=%ff&y=a+b"
    english = ask(passer_by, GTIN + "?linkType=gs1:pip&lang=en&z=1", **{"Accept-Language": "vi"})
    assert english.headers["Location"] == f"{HOST}/passport{GTIN}?lang=en&z=1"


@pytest.mark.parametrize(
    "address", ["/certificates/%00", "/parties/%00", "/?q=%00", "/inspect?q=%00", "/?q=a&q=%00"]
)
def test_a_nul_is_refused_at_the_door(address, passer_by):
    answer = open_page(passer_by, address)
    assert answer.status_code == 400
    assert "data-verdict" not in answer.get_data(as_text=True)
