"""The journal's tree: the vectors of Certificate Transparency, and the definition of RFC 6962 beside it."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from traceapp.domain.journal import leaf_hash
from traceapp.domain.transparency import Tree

ENTRIES = [bytes.fromhex(one) for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
ENTRIES.append(bytes(range(0x60, 0x70)))


def root_of(entries: list[bytes]) -> str:
    tree = Tree()
    for entry in entries:
        tree.add(leaf_hash(entry))
    return tree.root().hex()


def defined(entries: list[bytes]) -> bytes:
    """MTH as RFC 6962, 2.1 writes it."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    cut = 1 << (len(entries) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + defined(entries[:cut]) + defined(entries[cut:])).digest()


def test_the_vector_of_certificate_transparency() -> None:
    assert root_of(ENTRIES) == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_every_size_gives_the_root_of_the_definition(entries: list[bytes]) -> None:
    assert root_of(entries) == defined(entries).hex()
