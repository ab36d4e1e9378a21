"""What several fault harnesses share: the process their victims are forked from."""

from collections.abc import Iterator

import pytest

from tests.faults.zygote import Zygote, zygote

PROGRAMS = ("tests.faults.killed_worker", "tests.faults.killed_postman", "tests.faults.killed_server")


@pytest.fixture(scope="session")
def forge() -> Iterator[Zygote]:
    """Made once: it has imported what the killed programs need."""
    with zygote(*PROGRAMS) as one:
        yield one
