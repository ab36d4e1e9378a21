"""Digital Link: strict in addresses, patient with people."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceapp.domain.digital_link import KeyPath, parse_path, read, stamp_prefix
from traceapp.domain.errors import Malformed
from traceapp.domain.identifiers import Gln, Gtin, LotNumber, RegistryNumber, SerialNumber, VariantCode

GTIN = Gtin.parse("09521234000013")
NUMBER = RegistryNumber.of(1)
PLACE = Gln.parse("9521234000006")
VALUES = st.text(
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
    min_size=1,
    max_size=20,
)
keys = st.one_of(
    st.builds(
        KeyPath,
        gtin=st.just(GTIN),
        cpv=st.none() | st.builds(VariantCode, VALUES),
        lot=st.none() | st.builds(LotNumber, VALUES),
        serial=st.none() | st.builds(SerialNumber, VALUES),
    ),
    st.builds(
        KeyPath,
        registry_number=st.just(NUMBER),
        lot=st.none() | st.builds(LotNumber, VALUES),
        serial=st.none() | st.builds(SerialNumber, VALUES),
    ),
    st.just(KeyPath(place=PLACE)),
    st.just(KeyPath(party=PLACE)),
)


@given(keys)
def test_every_key_survives_its_own_address(key: KeyPath) -> None:
    assert parse_path(key.path()) == key
    assert parse_path(key.path() + "/") == key
    assert read(key.uri("txng.example.vn")) == key


def test_the_canonical_path_escapes_in_upper_case() -> None:
    assert KeyPath(gtin=GTIN, lot=LotNumber("a/b+c")).path() == "/01/09521234000013/10/a%2Fb%2Bc"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("", "link_syntax"),
        ("/", "link_syntax"),
        ("/gtin/09521234000013", "link_syntax"),
        ("/foo", "link_syntax"),
        ("/01", "link_rest"),
        ("/01/09521234000013/foo", "link_rest"),
        ("/01/09521234000013/10", "link_rest"),
        ("/01/09521234000013/10//21/X", "link_empty_value"),
        ("/01//10/X", "link_empty_value"),
        ("/01/9521234000013", "link_key_digits"),
        ("/01/0952123400001٣", "link_key_digits"),
        ("/01/09521234000018", "gtin_check_digit"),
        ("/P/00000018", "registry_number_check_digit"),
        ("/414/9521234000007", "gln_check_digit"),
        ("/414/9521234000006/10/X", "link_qualifier_unknown"),
        ("/414/9521234000006/254/A/7040/1ABC", "link_qualifier_unknown"),
        ("/414/9521234000006/254/" + "A" * 21, "qualifier_length"),
        ("/414/9521234000006/7040/AABC", "premises_code"),
        ("/417/9521234000006/254/A", "link_qualifier_unknown"),
        ("/01/09521234000013/254/A", "link_qualifier_unknown"),
        ("/P/00000017/22/X", "link_qualifier_unknown"),
        ("/01/09521234000013/17/261231", "link_qualifier_unknown"),
        ("/01/09521234000013/21/X/10/Y", "link_qualifier_order"),
        ("/01/09521234000013/10/X/10/Y", "link_qualifier_order"),
        ("/01/09521234000013/10/L%C3%94", "qualifier_character"),
        ("/01/09521234000013/10/" + "A" * 21, "qualifier_length"),
        ("/01/09521234000013/10/%zz", "link_percent"),
        ("/01/09521234000013/10/%FF", "link_percent"),
    ],
)
def test_a_bad_path_is_refused_and_says_why(path: str, code: str) -> None:
    with pytest.raises(Malformed) as caught:
        parse_path(path)
    assert caught.value.code == code
    assert caught.value.sentence()


def test_values_keep_their_case_and_pluses() -> None:
    key = parse_path("/01/09521234000013/10/aB+c")
    assert key.lot == LotNumber("aB+c")
    assert parse_path("/p/00000017").registry_number == NUMBER


def test_a_key_walks_up_to_its_product() -> None:
    key = parse_path("/01/09521234000013/22/V/10/L/21/S")
    assert [one.path() for one in key.upward()] == [
        "/01/09521234000013/22/V/10/L/21/S",
        "/01/09521234000013/22/V/10/L",
        "/01/09521234000013/22/V",
        "/01/09521234000013",
    ]
    assert list(KeyPath(place=PLACE).upward()) == [KeyPath(place=PLACE)]


@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("/414/9521234000006/254/32a%2Fb", "/414/9521234000006"),
        ("/414/9521234000006/7040/1ABC", "/414/9521234000006"),
        ("/417/9521234000006/7040/1ABC", "/417/9521234000006"),
    ],
)
def test_a_room_or_premises_walks_up_to_its_place_or_party(path: str, above: str) -> None:
    key = parse_path(path)
    assert [one.path() for one in key.upward()] == [path, above]


def test_a_serial_alone_has_no_address() -> None:
    with pytest.raises(ValueError, match="no address"):
        KeyPath(serial=SerialNumber("X")).path()


def test_stamps_are_printed_in_capitals() -> None:
    assert stamp_prefix("txng.example.vn", NUMBER) == "HTTPS://TXNG.EXAMPLE.VN/P/00000017/21/"
    key = read(stamp_prefix("txng.example.vn", GTIN) + "3KMMR3K47VPF")
    assert (key.subject, key.serial) == (GTIN, SerialNumber("3KMMR3K47VPF"))


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("HTTPS://ID.EXAMPLE.COM/01/09521234000013/21/A", "/01/09521234000013/21/A"),
        ("https://example.com/some/stem/01/09521234000013?17=261231#top", "/01/09521234000013"),
        ("txng.example.vn/P/00000017", "/P/00000017"),
        ("/414/9521234000006", "/414/9521234000006"),
        ("(01)09521234000013(10)L1(21)S1", "/01/09521234000013/10/L1/21/S1"),
        ("(01)09521234000013(17)261231(10)A/1", "/01/09521234000013/10/A%2F1"),
        ("(414)9521234000006", "/414/9521234000006"),
        ("0109521234000013 ", "/01/09521234000013"),
        ("010952123400001310L1\x1d21S1", "/01/09521234000013/10/L1/21/S1"),
        ("]d2010952123400001321S1", "/01/09521234000013/21/S1"),
        ("]C1\x1d010952123400001310L1", "/01/09521234000013/10/L1"),
        ("4179521234000006", "/417/9521234000006"),
        ("]E09521234000013", "/01/09521234000013"),
        ("9 521234 000013", "/01/09521234000013"),
        ("96385074", "/01/00000096385074"),
    ],
)
def test_whatever_people_scan_is_understood(text: str, path: str) -> None:
    assert read(text).path() == path


@pytest.mark.parametrize("text", ["3KMM-R3K4-7VPF", "3kmmr3k47vpf", "1234-5678-9012"])
def test_a_serial_alone_is_understood(text: str) -> None:
    key = read(text)
    assert key.serial is not None
    assert key == KeyPath(serial=key.serial)
    assert len(key.serial.value) == 12


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("https://example.com/", "link_syntax"),
        ("https://example.com/01/09521234000018", "gtin_check_digit"),
        ("(01)09521234000018", "gtin_check_digit"),
        ("(01)09521234000013(10)(21)S", "read_elements"),
        ("(99", "read_elements"),
        ("(10)L1", "read_no_key"),
        ("9521234000018", "gtin_check_digit"),
        ("952", "gtin_digits"),
        ("", "code_length"),
        ("rượu men lá", "code_character"),
        ("http://[", "link_syntax"),
    ],
)
def test_what_is_no_key_is_refused(text: str, code: str) -> None:
    with pytest.raises(Malformed) as caught:
        read(text)
    assert caught.value.code == code
    assert caught.value.sentence()


def refusal(reader: Callable[[str], KeyPath], text: str) -> Malformed | None:
    try:
        reader(text)
    except Malformed as broken:
        return broken
    return None


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    broken = refusal(read, text)
    assert broken is None or broken.sentence()


@given(st.text(max_size=60))
def test_no_path_breaks_the_parser(path: str) -> None:
    broken = refusal(parse_path, path)
    assert broken is None or broken.sentence()
