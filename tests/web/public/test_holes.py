"""Bytes with holes, plain and packed."""

import gzip

from hypothesis import given
from hypothesis import strategies as st

from traceapp.web.public.holes import Holed, Packed

WORDS = (b"0000", b"1999", b"xyz")


@given(
    st.lists(st.one_of(st.sampled_from(WORDS), st.binary(max_size=400)), max_size=9),
    st.tuples(*[st.binary(max_size=255)] * len(WORDS)),
)
def test_packed_and_filled_is_filled_and_packed(parts, told) -> None:
    page = Holed.taken_apart(b"".join(parts), {word: at for at, word in enumerate(WORDS)})
    assert gzip.decompress(Packed.of(page).filled(told)) == page.filled(told)


def test_the_longest_filling_is_256_bytes_short() -> None:
    page = Packed.of(Holed.taken_apart(b"a0000b", {b"0000": 0}))
    assert gzip.decompress(page.filled((b"x" * 255,))) == b"a" + b"x" * 255 + b"b"
