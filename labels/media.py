"""Blank sheets and rolls: page, grid, label, and where each label really lands.

Published geometry errs, so every medium says how far it is to be believed (`confidence`), and a printer is
calibrated against it. Millimetres from the page's top-left corner; `dx` and `dy` are pitches, not gaps, so
that nothing accumulates. A roll is a page of one row.

>>> a4 = media()["a4-65"]
>>> a4.per_page, cells(a4)[:2]
(65, ((4.75, 10.7), (45.35, 10.7)))
>>> Calibration(dx0=0.4, sy=1.001).apply(100, 200)
(100.4, 200.2)

`media.json` carries the notice of the gLabels template database, from which most geometry is taken.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, cast

from labels.calibration import NEUTRAL, Calibration
from labels.errors import Finding, MediumInvalid, MediumUnknown

Kind = Literal["sheet", "roll"]
Shape = Literal["rect", "round", "ellipse"]

KINDS = ("sheet", "roll")
SHAPES = ("rect", "round", "ellipse")
CONFIDENCES = ("published", "measure", "infer", "user")
SENSINGS = ("gap", "mark", "continuous")
SLACK = 0.011  # mm: published numbers are rounded to 0.01
ASYMMETRY = 1.0  # mm between left and right margins that deserves a question


@dataclass(frozen=True, slots=True)
class Medium:
    """A blank sheet or roll; every length in mm."""

    id: str
    name: Mapping[str, str]
    kind: Kind
    page_w: float
    page_h: float
    nx: int
    ny: int
    x0: float
    y0: float
    dx: float
    dy: float
    shape: Shape
    w: float
    h: float
    r: float
    safe: float = 1.5
    bleed: float = 0.0
    feed_gap: float = 0.0
    sensing: str = ""
    confidence: str = "user"
    source: str = ""
    uses: str = ""
    printable: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def parse(cls, template: Mapping[str, object]) -> Medium:
        """The medium a template of `media.json` describes; raises MediumInvalid with the first fault."""
        blocking = [finding for finding in check_template(template) if finding.severity == "block"]
        if blocking:
            name = str(template.get("id", "?"))
            raise MediumInvalid(
                f"medium {name}: {blocking[0].rule} {blocking[0].facts}", medium=name, **_facts(blocking[0])
            )
        return _build(template)

    @property
    def per_page(self) -> int:
        """Labels on one page, or in one row of a roll."""
        return self.nx * self.ny

    @property
    def drawn_bleed(self) -> tuple[float, float]:
        """How far ink may run over the die line, across and down: never on to the neighbour."""
        return min(self.bleed, (self.dx - self.w) / 2), min(self.bleed, (self.dy - self.h) / 2)

    @property
    def needs_calibration(self) -> bool:
        """Whether the geometry is anything less than published."""
        return self.confidence != "published"


@cache
def media() -> Mapping[str, Medium]:
    """Every medium this project ships, by id, in the order of the list."""
    listed = json.loads(files("labels").joinpath("media.json").read_text("utf-8"))
    return MappingProxyType({template["id"]: Medium.parse(template) for template in listed["templates"]})


def medium(id: str) -> Medium:  # noqa: A002 - the word of the trade
    """The medium of that id; raises MediumUnknown."""
    try:
        return media()[id]
    except KeyError:
        raise MediumUnknown(f"no medium {id!r}", medium=id) from None


def cells(medium: Medium) -> tuple[tuple[float, float], ...]:
    """Top-left corners of the labels of one page in mm, row by row."""
    return tuple(
        (round(medium.x0 + column * medium.dx, 4), round(medium.y0 + row * medium.dy, 4))
        for row in range(medium.ny)
        for column in range(medium.nx)
    )


def placed(medium: Medium, calibration: Calibration = NEUTRAL) -> tuple[tuple[float, float], ...]:
    """The same corners as the calibrated printer must aim for.

    Each label's centre is moved; what is drawn on it is neither scaled nor turned, because modules must
    stay on whole dots and over one label the difference is below a tenth of a dot.
    """
    half_w, half_h = medium.w / 2, medium.h / 2
    centres = (calibration.apply(x + half_w, y + half_h) for x, y in cells(medium))
    return tuple((x - half_w, y - half_h) for x, y in centres)


# --- what may be wrong with a description -------------------------------------------------------------

NUMBERS: dict[str, tuple[str, ...]] = {
    "page": ("w", "h"),
    "grid": ("nx", "ny", "x0", "y0", "dx", "dy"),
    "label": ("w", "h", "r"),
}
CHOICES: dict[str, tuple[str, ...]] = {"kind": KINDS, "confidence": CONFIDENCES}


def check(listed: object) -> list[Finding]:
    """What is wrong with a media file: a list of templates, an object holding one, or a single template."""
    if isinstance(listed, dict) and "templates" in listed:
        listed = listed["templates"]
    templates = listed if isinstance(listed, list) else [listed]
    findings: list[Finding] = []
    seen: set[object] = set()
    for template in templates:
        if not isinstance(template, dict):
            findings.append(Finding("not_a_medium", "block", {"found": type(template).__name__}))
            continue
        if template.get("id") in seen:
            findings.append(Finding("id_repeated", "block", {"medium": template.get("id")}))
        seen.add(template.get("id"))
        findings += check_template(template)
    return findings


def check_template(template: Mapping[str, object]) -> list[Finding]:
    """What is wrong with one description: first its form, and only then its geometry."""
    findings = _check_form(template)
    if not findings:
        findings = _check_geometry(_build(template))
    name = template.get("id")
    return [Finding(f.rule, f.severity, {"medium": name, **f.facts}) for f in findings]


def _check_form(template: Mapping[str, object]) -> list[Finding]:
    wrong: list[Finding] = []
    if not isinstance(template.get("id"), str) or not template["id"]:
        wrong.append(_field("id", template.get("id")))
    if not isinstance(template.get("name"), dict):
        wrong.append(_field("name", template.get("name")))
    wrong += [
        _field(key, template.get(key)) for key, known in CHOICES.items() if template.get(key) not in known
    ]
    for part, names in NUMBERS.items():
        group = template.get(part)
        numbers: dict[str, object] = group if isinstance(group, dict) else {}
        wrong += [_field(f"{part}.{key}", numbers.get(key)) for key in names if not _number(numbers.get(key))]
        wrong += [
            _field(f"{part}.{key}", numbers[key])
            for key in ("nx", "ny")
            if part == "grid" and _number(numbers.get(key)) and not isinstance(numbers[key], int)
        ]
    label = template.get("label")
    if isinstance(label, dict) and label.get("shape") not in SHAPES:
        wrong.append(_field("label.shape", label.get("shape")))
    if template.get("kind") == "roll":
        if not _number(template.get("feed_gap")):
            wrong.append(_field("feed_gap", template.get("feed_gap")))
        if template.get("sensing") not in SENSINGS:
            wrong.append(_field("sensing", template.get("sensing")))
    return wrong


def _check_geometry(m: Medium) -> list[Finding]:
    right, bottom = m.x0 + (m.nx - 1) * m.dx + m.w, m.y0 + (m.ny - 1) * m.dy + m.h
    sideways = abs(m.x0 - (m.page_w - right))
    questions: list[tuple[bool, str, Literal["block", "warn"], dict[str, object]]] = [
        (min(m.nx, m.ny) < 1 or min(m.w, m.h, m.page_w, m.page_h) <= 0, "size_not_positive", "block", {}),
        (right > m.page_w + SLACK, "grid_outside_page", "block", {"right": right, "page": m.page_w}),
        (bottom > m.page_h + SLACK, "grid_outside_page", "block", {"bottom": bottom, "page": m.page_h}),
        (min(m.x0, m.y0) < 0, "grid_outside_page", "block", {"x0": m.x0, "y0": m.y0}),
        (m.dx < m.w - SLACK, "pitch_smaller_than_label", "block", {"dx": m.dx, "w": m.w}),
        (m.dy < m.h - SLACK, "pitch_smaller_than_label", "block", {"dy": m.dy, "h": m.h}),
        (m.r > min(m.w, m.h) / 2 + SLACK, "radius_too_large", "block", {"r": m.r}),
        (m.shape == "round" and abs(m.w - m.h) > SLACK, "round_not_round", "block", {"w": m.w, "h": m.h}),
        (
            m.kind == "roll" and (m.ny != 1 or abs(m.dy - m.h - m.feed_gap) > SLACK),
            "roll_row_differs",
            "block",
            {"dy": m.dy, "h": m.h, "feed_gap": m.feed_gap},
        ),
        (sideways > ASYMMETRY, "grid_off_centre", "warn", {"mm": round(sideways, 2)}),
        (_outside_printable(m, right, bottom), "outside_printable", "warn", dict(m.printable)),
    ]
    return [Finding(rule, severity, facts) for wrong, rule, severity, facts in questions if wrong]


def _outside_printable(m: Medium, right: float, bottom: float) -> bool:
    left, top = m.printable.get("l", 0.0), m.printable.get("t", 0.0)
    return (
        m.x0 < left
        or m.y0 < top
        or right > m.page_w - m.printable.get("r", 0.0) + SLACK
        or bottom > m.page_h - m.printable.get("b", 0.0) + SLACK
    )


def _build(template: Mapping[str, object]) -> Medium:
    """A template that has its form, as a Medium."""
    page, grid, label = (cast("dict[str, float]", template[part]) for part in NUMBERS)
    optional = {
        key: template[key]
        for key in ("safe", "bleed", "feed_gap", "sensing", "source", "uses", "printable")
        if key in template
    }
    return Medium(
        id=str(template["id"]),
        name=cast("dict[str, str]", template["name"]),
        kind=cast("Kind", template["kind"]),
        page_w=page["w"],
        page_h=page["h"],
        nx=int(grid["nx"]),
        ny=int(grid["ny"]),
        x0=grid["x0"],
        y0=grid["y0"],
        dx=grid["dx"],
        dy=grid["dy"],
        shape=cast("Shape", cast("dict[str, object]", label)["shape"]),
        w=label["w"],
        h=label["h"],
        r=label["r"],
        confidence=str(template["confidence"]),
        **optional,  # type: ignore[arg-type]  # checked by _check_form and by the type of each default
    )


def _field(name: str, found: object) -> Finding:
    return Finding(
        "field_missing" if found is None else "field_wrong", "block", {"field": name, "found": found}
    )


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _facts(finding: Finding) -> dict[str, object]:
    return {"rule": finding.rule, **{key: value for key, value in finding.facts.items() if key != "medium"}}


__all__ = ["NEUTRAL", "Calibration", "Medium", "cells", "check", "media", "medium", "placed"]
