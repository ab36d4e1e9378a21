"""Signed codes: one spelling, nothing altered is believed, and an independent library agrees."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pycose.algorithms import EdDSA, Es256
from pycose.headers import KID, Algorithm
from pycose.keys import OKPKey
from pycose.keys.curves import Ed25519
from pycose.messages import Sign1Message

from traceapp.domain import base45
from traceapp.domain.code_claims import packed, unpacked
from traceapp.domain.errors import Gone, Malformed, RuleBroken
from traceapp.domain.signed_codes import (
    LONGEST,
    PREFIX,
    CertificateClaims,
    Claims,
    CodeKey,
    CodeKind,
    Revocation,
    RevokedFor,
    check,
    is_hardy,
    make,
    read,
    verify,
)

KEY = CodeKey("0001", bytes(range(32)))
RING = {KEY.id: KEY.public}
NOW = datetime(2026, 11, 22, 2, 14, tzinfo=UTC)
ENDS = datetime(2028, 6, 9, 17, tzinfo=UTC)
PAPER = CertificateClaims(
    number="DEMO-FSMS-0001",
    holder="HTX Mẫu Sơn Thử",
    standard="ISO 22000:2018",
    products=("09520009010011",),
    all_products=1,
    sha256="0123456789abcdef" * 4,
)
CERTIFICATE = Claims("7K3M9QX2", CodeKind.CERTIFICATE, ENDS, "txng.langson.gov.vn", NOW, PAPER)
CARTON = Claims("AB12CD34", CodeKind.CARTON, ENDS, digest=bytes(range(16)))
CODES = [make(CERTIFICATE, KEY), make(CARTON, KEY), make(replace(CARTON, kind=CodeKind.ROLL), KEY)]
SHOWN = dict(zip(("certificate", "carton", "roll"), CODES, strict=True))


def refused(text: str, ring=RING) -> str:
    """The code of the refusal."""
    with pytest.raises(Malformed) as broken:
        read(text, ring)
    broken.value.sentence()
    return broken.value.code


def sealed(header: object, payload: bytes, *, unprotected=(), tag=18, signature=None, extra=b"") -> str:
    """A code of any parts, rightly signed by our key unless a signature is given."""
    protected = header if isinstance(header, bytes) else cbor2.dumps(header, canonical=True)
    told = cbor2.dumps(["Signature1", protected, b"", payload])
    signature = signature or Ed25519PrivateKey.from_private_bytes(KEY.secret).sign(told)
    body = cbor2.dumps(cbor2.CBORTag(tag, [protected, dict(unprotected), payload, signature]))
    return PREFIX + base45.encode(body + extra)


HEADER = {1: -8, 4: b"0001"}
PAYLOAD = cbor2.dumps(packed(CERTIFICATE), canonical=True)


# base 45


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"AB", "BB8"),
        (b"Hello!!", "%69 VD92EX0"),
        (b"base-45", "UJCLQE7W581"),
        (b"ietf!", "QED8WEX0"),
        (b"", ""),
    ],
)
def test_the_examples_of_rfc_9285(content, text):
    assert base45.encode(content) == text
    assert base45.decode(text) == content


@given(st.binary(max_size=300))
def test_any_bytes_come_back(content):
    assert base45.decode(base45.encode(content)) == content


@given(st.text(alphabet=base45.ALPHABET, max_size=12))
@example(":::")
@example("GGW")
@example("::")
def test_a_text_is_read_only_in_the_spelling_it_would_be_written_in(text):
    try:
        content = base45.decode(text)
    except Malformed:
        return
    assert base45.encode(content) == text


@pytest.mark.parametrize(("text", "place"), [("GGX", 1), ("AB8a", 4), ("BB8bb", 4), ("BBé", 3), ("BB8B", 4)])
def test_the_character_that_cannot_be_is_named(text, place):
    with pytest.raises(Malformed) as broken:
        base45.decode(text)
    assert broken.value.facts["position"] == place


# what is signed


@pytest.mark.parametrize("claims", [CERTIFICATE, CARTON, replace(CARTON, kind=CodeKind.ROLL)])
def test_what_was_signed_is_read_again(claims):
    assert verify(make(claims, KEY), RING, now=NOW) == claims


def test_the_sizes_that_were_measured():
    sizes = {name: (len(base45.decode(code, 4)), len(code)) for name, code in SHOWN.items()}
    assert sizes == {"certificate": (239, 363), "carton": (124, 190), "roll": (124, 190)}


def test_the_same_claims_are_the_same_code():
    assert make(CERTIFICATE, KEY) == CODES[0]


def test_a_certificate_without_a_file_or_with_many_products_is_told_so():
    many = tuple(f"0952000901{n:04}" for n in range(9))
    bare = replace(PAPER, sha256=None, products=many[:5], all_products=9)
    claims = replace(CERTIFICATE, certificate=bare)
    assert read(make(claims, KEY), RING) == claims


@pytest.mark.parametrize(
    "wrong",
    [
        replace(CERTIFICATE, number="7K3M9QX"),
        replace(CERTIFICATE, number="7K3M9QXU"),
        replace(CERTIFICATE, issuer=None),
        replace(CERTIFICATE, issued_at=None),
        replace(CERTIFICATE, certificate=None),
        replace(CERTIFICATE, expires_at=ENDS + timedelta(microseconds=1)),
        replace(CERTIFICATE, certificate=replace(PAPER, holder="")),
        replace(CERTIFICATE, certificate=replace(PAPER, holder="A\nB")),
        replace(CERTIFICATE, certificate=replace(PAPER, products=("1",))),
        replace(CERTIFICATE, certificate=replace(PAPER, all_products=2)),
        replace(CARTON, digest=bytes(15)),
        replace(CARTON, digest=None),
        replace(CARTON, issuer="x"),
    ],
    ids=range(13),
)
def test_nothing_is_signed_that_could_not_be_read(wrong):
    with pytest.raises(Malformed, match="signed_claims"):
        make(wrong, KEY)


def test_what_is_too_long_for_a_code_is_not_cut():
    long = replace(PAPER, holder="Ễ" * 200)
    with pytest.raises(Malformed, match="signed_length"):
        make(replace(CERTIFICATE, certificate=long), KEY)


def test_a_key_has_32_bytes_and_keeps_them_to_itself():
    with pytest.raises(ValueError, match="32 bytes"):
        CodeKey("0001", bytes(31))
    with pytest.raises(ValueError, match="a-z"):
        CodeKey("../1", bytes(32))
    assert "secret" not in repr(KEY)


def test_a_code_with_fragile_spaces_is_known():
    assert is_hardy("VC1:A B")
    assert not is_hardy("VC1:A  B")
    assert not is_hardy("VC1:AB ")


# what is refused


@given(st.sampled_from(CODES), st.data())
def test_a_code_with_one_character_changed_is_refused(code, data):
    at = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from(base45.ALPHABET + "aé\n"))
    assume(other != code[at])
    refused(code[:at] + other + code[at + 1 :])


@given(st.sampled_from(CODES), st.data())
def test_a_code_with_one_bit_turned_is_refused(code, data):
    content = bytearray(base45.decode(code, 4))
    bit = data.draw(st.integers(0, len(content) * 8 - 1))
    content[bit // 8] ^= 1 << bit % 8
    refused(PREFIX + base45.encode(bytes(content)))


@pytest.mark.slow
@pytest.mark.parametrize("code", CODES)
def test_no_other_code_is_one_character_or_one_bit_away(code):
    near = {
        code[:at] + other + code[at + 1 :]
        for at in range(len(code))
        for other in base45.ALPHABET
        if other != code[at]
    }
    content = base45.decode(code, 4)
    for bit in range(len(content) * 8):
        turned = bytearray(content)
        turned[bit // 8] ^= 1 << bit % 8
        near.add(PREFIX + base45.encode(bytes(turned)))
    assert len(near) > 8000
    believed = set()
    for text in near:
        try:
            read(text, RING)
        except Malformed:
            continue
        believed.add(text)
    assert believed == set()


@given(st.sampled_from(CODES), st.data())
def test_a_code_cut_short_or_with_more_behind_it_is_refused(code, data):
    at = data.draw(st.integers(0, len(code) - 1))
    refused(code[:at])
    refused(code + data.draw(st.text(alphabet=base45.ALPHABET, min_size=1, max_size=9)))


@given(st.one_of(st.text(max_size=1000), st.text(alphabet=base45.ALPHABET, max_size=300).map(PREFIX.__add__)))
@example("")
@example(PREFIX)
def test_no_text_makes_more_of_it_than_a_refusal(text):
    with pytest.raises(RuleBroken) as broken:
        read(text, RING)
    assert broken.value.sentence()


@given(st.binary(max_size=400))
def test_no_bytes_make_more_of_it_than_a_refusal(content):
    refused(PREFIX + base45.encode(content))


TAGS = [0, 1, 2, 3, 4, 5, 18, 28, 29, 30, 35, 36, 37, 61, 256, 258, 55799]
TAGGED = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(),
        st.binary(max_size=20), st.text(max_size=20),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.integers(-99999, 30), inner, max_size=4),
        st.builds(cbor2.CBORTag, st.sampled_from(TAGS), inner),
    ),
    max_leaves=8,
)  # fmt: skip


@given(TAGGED)
def test_no_cbor_makes_more_of_it_than_a_refusal(thing):
    content = cbor2.dumps(thing)
    refused(PREFIX + base45.encode(content[:400]))
    refused(sealed(content[:200], PAYLOAD))
    refused(sealed(HEADER, content[:200]))


def test_the_envelope_is_ours_to_begin_with():
    assert read(sealed(HEADER, PAYLOAD), RING) == CERTIFICATE


def test_each_refusal_has_its_own_code():
    assert refused("A" * (LONGEST + 1)) == "signed_length"
    assert refused("HTTPS://TXNG.LANGSON.GOV.VN/01/09520009010011") == "signed_prefix"
    assert refused("VC2:" + CODES[0][4:]) == "signed_prefix"
    assert refused(CODES[0].lower()) == "signed_prefix"
    assert refused(PREFIX + "::::") == "signed_base45"
    assert refused(sealed(HEADER, PAYLOAD, tag=17)) == "signed_form"
    assert refused(sealed(HEADER, PAYLOAD, tag=98)) == "signed_form"
    assert refused(sealed(HEADER, PAYLOAD, unprotected={4: b"0001"})) == "signed_form"
    assert refused(sealed(HEADER, PAYLOAD, extra=b"\0")) == "signed_form"
    assert refused(sealed({1: -7, 4: b"0001"}, PAYLOAD)) == "signed_algorithm"
    assert refused(sealed({4: b"0001"}, PAYLOAD)) == "signed_algorithm"
    assert refused(sealed({1: -8}, PAYLOAD)) == "signed_form"
    assert refused(sealed({1: -8, 4: "0001"}, PAYLOAD)) == "signed_form"
    assert refused(sealed({1: -8, 4: b"0001", 3: 0}, PAYLOAD)) == "signed_form"
    assert refused(sealed({1: -8, 4: b"0002"}, PAYLOAD)) == "signed_key"
    assert refused(CODES[0], {"0001": CodeKey("0001", bytes(32)).public}) == "signed_signature"
    assert refused(sealed(HEADER, PAYLOAD, signature=bytes(64))) == "signed_signature"
    assert refused(sealed(HEADER, cbor2.dumps({1: 2}))) == "signed_claims"
    assert refused(sealed(HEADER, PAYLOAD + b"\0")) == "signed_claims"


def test_a_header_in_a_longer_spelling_is_refused():
    assert (
        refused(sealed(bytes.fromhex("a2012704583030303031"), PAYLOAD)) == "signed_form"
    )  # truncated length
    assert (
        refused(sealed(bytes.fromhex("a20138070444") + b"0001", PAYLOAD)) == "signed_form"
    )  # -8 in two bytes
    assert (
        refused(sealed(bytes.fromhex("a20444") + b"0001" + bytes.fromhex("0127"), PAYLOAD)) == "signed_form"
    )
    assert refused(sealed(bytes.fromhex("bf01270444") + b"0001\xff", PAYLOAD)) == "signed_form"
    assert refused(sealed(bytes.fromhex("a3012701270444") + b"0001", PAYLOAD)) == "signed_form"  # a key twice


def test_the_keys_of_a_map_stand_in_bytewise_order():
    shortest_first = bytes.fromhex("a4012704443030303120001818 00")  # 1, 4, -1, 24: RFC 7049, not RFC 8949
    bytewise = bytes.fromhex("a401270444303030311818002000")
    assert refused(sealed(shortest_first, PAYLOAD)) == "signed_form"
    assert refused(sealed(bytewise, PAYLOAD)) == "signed_form"  # four parameters are two too many
    assert refused(sealed(bytewise.replace(b"\x01\x27", b"\x01\x26"), PAYLOAD)) == "signed_algorithm"


def test_a_claim_twice_or_in_another_order_is_refused():
    keys = list(packed(CERTIFICATE))
    parts = {key: cbor2.dumps(key) + cbor2.dumps(packed(CERTIFICATE)[key], canonical=True) for key in keys}
    assert refused(sealed(HEADER, b"\xa6" + parts[4] + b"".join(parts.values()))) == "signed_claims"
    assert (
        refused(sealed(HEADER, b"\xa5" + b"".join(parts[key] for key in reversed(keys)))) == "signed_claims"
    )


@pytest.mark.parametrize(
    "change", [{2: "x"}, {4: True}, {4: 1.5e9}, {4: -1}, {4: 2**40}, {7: b"7k3m9qx2"}, {1: ""}]
)
def test_claims_of_another_shape_are_refused_though_signed(change):
    told = packed(CERTIFICATE) | change
    assert refused(sealed(HEADER, cbor2.dumps(told, canonical=True))) == "signed_claims"


def test_keys_that_only_equal_a_claim_are_refused():
    told = packed(CARTON)
    with pytest.raises(Malformed, match="signed_claims"):
        unpacked({4.0 if key == 4 else key: value for key, value in told.items()})
    with pytest.raises(Malformed, match="signed_claims"):
        unpacked(told | {-65537: {False: 2, 5: bytes(16)}})


def test_expiry_begins_with_its_first_second_and_the_list_comes_last():
    check(CERTIFICATE, now=ENDS - timedelta(seconds=1))
    with pytest.raises(Gone) as expired:
        check(CERTIFICATE, now=ENDS)
    assert (expired.value.code, expired.value.facts["given"]) == ("signed_expired", date(2028, 6, 9))
    listed = {CERTIFICATE.number: Revocation(RevokedFor.SUSPENDED, date(2026, 10, 1))}
    with pytest.raises(Gone) as revoked:
        verify(CODES[0], RING, now=NOW, revoked=listed)
    assert (revoked.value.code, revoked.value.facts["why"]) == ("signed_revoked", RevokedFor.SUSPENDED)
    assert verify(CODES[1], RING, now=NOW, revoked=listed) == CARTON


def test_codes_of_an_old_key_are_read_as_long_as_its_public_key_is_there():
    newer = CodeKey("0002", bytes(32))
    ring = {newer.id: newer.public, KEY.id: KEY.public}
    assert read(CODES[0], ring) == CERTIFICATE
    assert read(make(CARTON, newer), ring) == CARTON
    assert refused(CODES[0], {newer.id: newer.public}) == "signed_key"


# an independent library


def theirs(code: str) -> Sign1Message:
    """The code as pycose reads it, which wants lists and dicts where cbor2 6 hands out frozen ones."""
    envelope = cbor2.loads(base45.decode(code, 4))
    assert envelope.tag == Sign1Message.cbor_tag
    protected, free, payload, signature = envelope.value
    message = Sign1Message.from_cose_obj(
        [protected, dict(free), payload, signature], allow_unknown_attributes=False
    )
    message.key = OKPKey(crv=Ed25519, x=KEY.public)
    return message


@pytest.mark.parametrize("code", CODES)
def test_an_independent_library_verifies_ours(code):
    message = theirs(code)
    assert message.verify_signature()
    assert message.phdr == {Algorithm: EdDSA, KID: b"0001"}
    assert unpacked(cbor2.loads(message.payload)) == read(code, RING)
    message.payload = message.payload[:-1] + b"\0"
    assert not message.verify_signature()


def test_we_verify_what_an_independent_library_makes():
    message = Sign1Message(phdr={Algorithm: EdDSA, KID: b"0001"}, payload=PAYLOAD)
    message.key = OKPKey(crv=Ed25519, x=KEY.public, d=KEY.secret)
    code = PREFIX + base45.encode(message.encode())
    assert read(code, RING) == CERTIFICATE
    assert code == CODES[0]  # byte for byte


def test_a_library_that_claims_another_algorithm_is_refused():
    message = Sign1Message(phdr={Algorithm: Es256, KID: b"0001"}, payload=PAYLOAD)
    body = cbor2.dumps(cbor2.CBORTag(18, [message.phdr_encoded, {}, PAYLOAD, bytes(64)]))
    assert refused(PREFIX + base45.encode(body)) == "signed_algorithm"
