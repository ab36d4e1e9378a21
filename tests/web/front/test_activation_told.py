"""A stamp tells of its own activation: on which day, with how many; of none while it is not activated."""

import re
from datetime import timedelta

from tests.web.public.scene import HOST
from traceapp.domain.stamps import StampRange
from traceapp.i18n import shown_day
from traceapp.services import stamping


def test_stamps_activated_on_other_days_or_not_yet_say_so_by_both_ways_and_to_programs(
    shelf, both, cast, now
):
    item = shelf.item()
    lot, run = shelf.lot(item), shelf.run(item, None, printed_at=now, count=1000)
    shelf.certificate(item)
    act = {"actor": cast.manager.actor, "run": run}
    first, second = now - timedelta(days=30), now - timedelta(days=2)
    stamping.activate_run(shelf.session, lot=lot, stretch=StampRange(0, 10), now=first, **act)
    stamping.activate_run(shelf.session, stretch=StampRange(10, 10), now=second, **act)
    shelf.session.commit()
    both.settle()

    def told(index):
        address = shelf.address(run, index)
        both.know(address)
        page = both.door(address)
        assert both.quick(address) in (None, page)
        text = page[2].decode()
        program = both.client.get(f"/api/v1/stamps/{run.subject}/{shelf.serial(run, index)}", base_url=HOST)
        at = program.get_json()["activated_at"]
        return re.findall(r"[0-9.]+ tem gắn với lô", text), "Đã kích hoạt tem" in text, at and at[:10], text

    for index, day in ((5, first), (15, second)):
        count, named, at, text = told(index)
        assert (count, named, at) == (["10 tem gắn với lô"], True, f"{day:%Y-%m-%d}")
        assert shown_day(day.date()) in text
        assert shown_day((first if day is second else second).date()) not in text
    assert told(500)[:3] == ([], False, None)
    assert 'data-verdict="not_activated"' in told(500)[3]
