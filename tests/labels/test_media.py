import copy
import json
from importlib.resources import files

import pytest

from labels.errors import MediumInvalid, MediumUnknown
from labels.media import Calibration, Medium, cells, check, media, medium, placed

LISTED = json.loads(files("labels").joinpath("media.json").read_text("utf-8"))
A4_21 = next(template for template in LISTED["templates"] if template["id"] == "a4-21")
ROLL = next(template for template in LISTED["templates"] if template["id"] == "r74-2x35x22")


def changed(template, path, value):
    """A copy of a template with one value replaced ('grid.dx') or taken out (None)."""
    copied = copy.deepcopy(template)
    *parents, last = path.split(".")
    inner = copied
    for parent in parents:
        inner = inner[parent]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return copied


def test_every_shipped_medium_is_sound_and_the_notice_travels_with_them():
    assert len(media()) == 39
    assert [f for f in check(LISTED) if f.severity == "block"] == []
    assert "Jaye Evins" in LISTED["notice"]
    assert sum(m.confidence == "published" for m in media().values()) == 14


@pytest.mark.parametrize("blank", media())
def test_no_label_leaves_its_page_or_overlaps_its_neighbour(blank):
    m = medium(blank)
    corners = cells(m)
    assert len(corners) == m.per_page
    for x, y in corners:
        assert 0 <= x <= m.page_w - m.w + 0.02
        assert 0 <= y <= m.page_h - m.h + 0.02
    assert len(set(corners)) == len(corners)


@pytest.mark.parametrize(
    ("path", "value", "rule"),
    [
        ("id", "", "field_wrong"),
        ("name", None, "field_missing"),
        ("kind", "tape", "field_wrong"),
        ("confidence", None, "field_missing"),
        ("page", None, "field_missing"),
        ("page.w", "210", "field_wrong"),
        ("grid.dx", float("nan"), "field_wrong"),
        ("grid.nx", 3.5, "field_wrong"),
        ("grid.nx", True, "field_wrong"),
        ("label.shape", "star", "field_wrong"),
        ("grid.nx", 0, "size_not_positive"),
        ("grid.nx", 4, "grid_outside_page"),
        ("grid.ny", 8, "grid_outside_page"),
        ("grid.x0", -1, "grid_outside_page"),
        ("grid.dx", 60, "pitch_smaller_than_label"),
        ("grid.dy", 30, "pitch_smaller_than_label"),
        ("label.r", 25, "radius_too_large"),
        ("label.shape", "round", "round_not_round"),
    ],
)
def test_a_description_that_contradicts_itself_is_named_and_refused(path, value, rule):
    wrong = changed(A4_21, path, value)
    assert rule in {finding.rule for finding in check(wrong) if finding.severity == "block"}
    with pytest.raises(MediumInvalid):
        Medium.parse(wrong)


@pytest.mark.parametrize(
    ("path", "value", "rule"),
    [
        ("feed_gap", None, "field_missing"),
        ("sensing", "smell", "field_wrong"),
        ("grid.dy", 25, "roll_row_differs"),
    ],
)
def test_a_roll_must_say_how_it_feeds(path, value, rule):
    assert rule in {finding.rule for finding in check(changed(ROLL, path, value))}


@pytest.mark.parametrize(
    ("path", "value", "rule"),
    [
        ("grid.x0", 5, "grid_off_centre"),
        ("printable", {"l": 8, "t": 0, "r": 0, "b": 0}, "outside_printable"),
        ("printable", {"l": 0, "t": 0, "r": 10, "b": 0}, "outside_printable"),
    ],
)
def test_a_questionable_description_is_accepted_with_a_warning(path, value, rule):
    asked = changed(A4_21, path, value)
    assert {(finding.rule, finding.severity) for finding in check(asked)} == {(rule, "warn")}
    assert Medium.parse(asked).per_page == 21


def test_the_same_id_twice_and_things_that_are_no_media_are_found():
    assert {finding.rule for finding in check([A4_21, A4_21, 7])} == {"id_repeated", "not_a_medium"}


def test_bleed_never_reaches_the_neighbour():
    assert medium("a4-65").drawn_bleed == pytest.approx((1.0, 0))
    assert medium("a4-r25").drawn_bleed == pytest.approx((1.0, 1.0))
    assert medium("a4-24").drawn_bleed == (0, 0)


def test_only_published_geometry_needs_no_calibration():
    assert not medium("a4-65").needs_calibration
    assert medium("tomy-145").needs_calibration


def test_an_unknown_medium_is_named():
    with pytest.raises(MediumUnknown) as refused:
        medium("a5-1")
    assert refused.value.facts == {"medium": "a5-1"}


def test_calibration_scales_and_skews_about_the_corner_and_then_moves():
    assert Calibration(dx0=0.5, dy0=-0.2).apply(10, 20) == (10.5, 19.8)
    assert Calibration(sx=1.01, sy=0.99).apply(100, 200) == (101, 198)
    x, y = Calibration(skew=90).apply(10, 0)
    assert (x, y) == pytest.approx((0, 10))


def test_four_readings_give_back_the_very_error_they_were_made_with():
    first, second = (23.8, 21.3), (186.2, 275.7)
    aim = Calibration(dx0=0.7, dy0=-0.4, sx=1.002, sy=1.002, skew=0.15)

    def landed(point):
        """Where a printer that needs `aim` puts ink meant for `point`: the inverse, by fixed-point steps."""
        x, y = point
        for _ in range(40):
            ax, ay = aim.apply(x, y)
            x, y = x - (ax - point[0]), y - (ay - point[1])
        return x, y

    # the readings are taken near enough to the true points for first order to be exact to 0.01 mm
    errors = [(landed(p)[0] - p[0], landed(p)[1] - p[1]) for p in (first, second)]
    found = Calibration.from_readings(first, errors[0], second, errors[1])
    for point in (first, second, (105, 148)):
        assert found.apply(*point) == pytest.approx(aim.apply(*point), abs=0.02)


def test_readings_of_one_label_cannot_calibrate():
    with pytest.raises(MediumInvalid):
        Calibration.from_readings((1, 1), (0, 0), (1, 1), (0, 0))


def test_calibration_moves_every_label_as_computed():
    m, profile = medium("a4-65"), Calibration(dx0=0.3, dy0=-0.2, sx=1.001, sy=0.999, skew=0.05)
    for (x, y), (px, py) in zip(cells(m), placed(m, profile), strict=True):
        wanted = profile.apply(x + m.w / 2, y + m.h / 2)
        assert (px + m.w / 2, py + m.h / 2) == pytest.approx(wanted, abs=1e-6)
