"""What a record or a visitor says stands in the quick page as it stands in the door's."""

import dataclasses
import re
from itertools import cycle

import pytest

from traceapp.domain.identifiers import RegistryNumber
from traceapp.web.public import ready, signs

HOTLINE = "0000 000 000"
OLD_SIGNS = ["L123456789", "VN 987.654.321", "23:57", "31/12/1999", "0000 000 000"]


@pytest.fixture
def settings(settings, request):
    return dataclasses.replace(settings, hotline=getattr(request, "param", HOTLINE))


def dialled(answer):
    return re.findall(r'href="(tel:[^"]*)"', answer[2].decode())


@pytest.mark.parametrize(
    ("settings", "first", "victim"),
    [
        ("0000 000 000 (demo)", "/P/00000000/21/3KMMR3K47VP1", "/P/19001234/21/3KMMR3K47VP0"),
        ("+84 205 3812 345", "/01/09520009010011/21/842053812345", "/01/09520009010011/21/190012345678"),
    ],
    indirect=["settings"],
)
def test_the_first_to_ask_for_a_code_never_issued_does_not_choose_whom_others_call(
    settings, first, victim, shelf, both
):
    shelf.make("valid_first")
    both.settle()
    both.know(first)
    for address in (victim, first):
        told = both.quick(address)
        assert told is not None
        assert told == both.door(address)
        assert set(dialled(told)) == {"tel:" + re.sub(r"\(.*|[^0-9+]", "", settings.hotline)}


@pytest.mark.parametrize("language", ["vi", "en", "zh"])
@pytest.mark.parametrize("said", OLD_SIGNS)
@pytest.mark.parametrize("settings", ["0123 456 789", "0987.654.321"], indirect=True)
def test_what_a_record_says_is_told_alike_both_ways(settings, said, language, shelf, both):
    item, _lot, run = shelf.stamped(code=said)
    shelf.certificate(item, number=said)
    shelf.session.commit()
    how = {"query": f"lang={language}"}
    both.settle()
    both.know(shelf.address(run), **how)
    for index, devices in ((0, 1), (1, 1), (1, 2)):
        told = both.quick(shelf.address(run, index), browser=f"Mozilla/5.0 {devices}", **how)
        assert told == both.door(shelf.address(run, index), browser=f"Mozilla/5.0 {devices}", **how)
        assert told[2].decode().count(said) >= 2
        assert settings.hotline in told[2].decode()


def drawn_in_turn(monkeypatch, *rows):
    """Signs drawn in this order, again and again."""
    turn, real = cycle(rows), signs.draw

    def draw(passport, *, fewest):
        told, devices = real(passport, fewest=fewest), next(turn)
        first, later, many = told.tallies
        return dataclasses.replace(told, tallies=(first, later, dataclasses.replace(many, devices=devices)))

    monkeypatch.setattr(ready, "draw", draw)


@pytest.mark.parametrize("standing", ["123456789", "222222222"])
def test_where_a_sign_stands_in_a_record_other_signs_are_drawn(standing, shelf, both, monkeypatch):
    drawn_in_turn(monkeypatch, 123456789, 222222222, 333333333, 444444444)
    run = shelf.stamped(code=f"L{standing}")[2]
    shelf.session.commit()
    both.settle()
    both.know(shelf.address(run))
    for number in range(1, 8):
        assert both.quick(shelf.address(run), browser=f"Mozilla/5.0 {number}") is not None
    both.door(shelf.address(run), browser="Mozilla/5.0 8")
    told = both.quick(shelf.address(run), browser="Mozilla/5.0 9")
    assert b'data-verdict="many_scans"' in told[2]
    assert f"L{standing}".encode() in told[2]
    assert told == both.door(shelf.address(run), browser="Mozilla/5.0 9")


@pytest.mark.parametrize("rows", [(123456789, 222222222), (123456789, 123456789), (5, 6)])
def test_where_no_signs_are_free_the_door_answers(rows, shelf, both, monkeypatch):
    drawn_in_turn(monkeypatch, *rows)
    run = shelf.stamped(code="L123456789")[2]
    shelf.session.commit()
    both.settle()
    both.know(shelf.address(run))
    assert both.quick(shelf.address(run)) is None


@pytest.mark.parametrize("path", ["/P/00000017/21/3KMMR3K47VP1", "/01/09520009010011/21/3KMMR3K47VP1"])
def test_signs_are_like_what_they_stand_for_and_never_twice_the_same(path, app, shelf):
    from traceapp.domain.digital_link import parse_path
    from traceapp.web.public.pages import passport_of

    with app.test_request_context(path):
        passport = passport_of(parse_path(path), with_scans=False)
    one, other = (signs.draw(passport, fewest=True) for _ in range(2))
    assert len({one.serial, other.serial, passport.path.serial.value}) == 3
    assert type(one.subject) is type(passport.path.subject)
    assert isinstance(one.subject, RegistryNumber) == path.startswith("/P/")
    assert parse_path(one.about(passport).path.path()).subject == one.subject
