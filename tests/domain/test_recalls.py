"""The sums of a recall: what was despatched is found, sold or not answered for, holder by holder."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from traceapp.domain.recalls import Account, added_up

AMOUNTS = st.decimals(0, 10**6, places=3)
HOLDERS = st.lists(st.tuples(AMOUNTS, st.none() | st.tuples(AMOUNTS, AMOUNTS)), max_size=8)


@given(HOLDERS)
def test_the_sums_are_those_of_the_holders_and_no_holder_covers_another(holders):
    accounts = [Account(sent) if said is None else Account(sent, sent, *said) for sent, said in holders]
    every = added_up(accounts)
    for name in ("despatched", "answered", "held", "returned", "found", "sold", "outstanding", "surplus"):
        assert getattr(every, name) == sum(getattr(one, name) for one in accounts)
    assert every.despatched == every.outstanding + every.found + every.sold - every.surplus
    assert every.sold == sum(max(sent - sum(said), 0) for sent, said in holders if said is not None)
    assert every.surplus == sum(max(sum(said) - sent, 0) for sent, said in holders if said is not None)


def test_one_holders_surplus_hides_nothing_that_another_sold():
    hundred = Decimal(100)
    told = added_up(
        [
            Account(hundred, hundred, held=Decimal(120)),
            Account(hundred, hundred, held=Decimal(30), returned=Decimal(50)),
        ]
    )
    assert (told.sold, told.surplus, told.outstanding) == (20, 20, 0)
