"""A program at the door: keys of the cast, and one-line ways to ask and to act."""

from itertools import count

import pytest

from tests import factories
from traceapp.services.parties import api_keys


@pytest.fixture
def key_of(session, now, today):
    """A live key of somebody of the cast, as the header that shows it."""

    def key_of(person, **more):
        _, token = api_keys.create_key(
            session, actor=person.actor, proved=factories.CHEAP_HASH, name="thử", days=90, now=now,
            today=today, **more,
        )  # fmt: skip
        session.commit()
        return {"Authorization": f"Bearer {token}"}

    return key_of


@pytest.fixture
def get(passer_by):
    """What stands at an address, for whom a key stands for."""

    def get(path, key, status=200, query=None):
        answer = passer_by.get(f"/api/v1{path}", headers=key, query_string=query)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer

    return get


@pytest.fixture
def post(passer_by):
    """An act, each with an Idempotency-Key of its own unless one is given."""
    numbers = count(1)

    def post(path, key, status=201, once=None, **told):
        header = key | {"Idempotency-Key": once or f"yeu-cau-{next(numbers):04}"}
        answer = passer_by.post(f"/api/v1{path}", headers=header, **told)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_json()

    return post
