"""What is documented is there, and what is there is documented."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from traceapp.cli import traceapp as command
from traceapp.settings import Settings, load

ROOT = Path(__file__).parents[1]
OPERATING = (ROOT / "docs/operating.md").read_text("utf-8")


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_every_setting_is_documented(name):
    assert f"| `{name}` |" in OPERATING


def commands(group: click.Group, name: str = "traceapp") -> Iterator[str]:
    """Every command with its whole name: "traceapp stamps issue"."""
    ctx = click.Context(group)
    for word in group.list_commands(ctx):
        told = group.get_command(ctx, word)
        yield from commands(told, f"{name} {word}") if isinstance(told, click.Group) else [f"{name} {word}"]


def test_every_command_is_documented():
    told = list(commands(command))
    assert "traceapp stamps issue" in told
    assert [name for name in told if f"`{name}" not in OPERATING] == []


def test_every_address_is_documented(app):
    documented = re.findall(r"`(/[^`]*)`", OPERATING)
    doors = [re.split(r"\{|\.\.\.", path)[0].rstrip("/") for path in documented if path != "/"]
    strays = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule != "/" and not any(rule.rule.startswith(door) for door in doors if door)
    ]
    assert strays == []


def test_the_example_settings_are_settings(tmp_path):
    example = (ROOT / "instance/settings.example.toml").read_text("utf-8")
    (tmp_path / "settings.toml").write_text(re.sub(r"(?m)^# (?=\w+ = )", "", example), "utf-8")
    assert load(tmp_path, {}).registry_name == "Truy xuất Lạng Sơn"


def test_the_readme_is_short_and_its_pictures_exist():
    readme = (ROOT / "README.md").read_text("utf-8")
    assert len(readme.splitlines()) <= 120
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", readme)
    assert pictures
    assert all((ROOT / picture).is_file() for picture in pictures)


def test_the_guide_shows_real_screens():
    guide = (ROOT / "docs/huong-dan.md").read_text("utf-8")
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", guide)
    assert len(pictures) >= 5
    assert all((ROOT / "docs" / picture).is_file() for picture in pictures)


def test_nothing_of_this_machine_is_committed():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    marks = re.compile(
        r"/root/|/work/(main|shared)|/tmp/bash_jobs|--(extra-)?index-url|-----BEGIN [A-Z ]*PRIVATE"
    )
    found = [
        name
        for name in listed.splitlines()
        if name.endswith((".py", ".md", ".cfg", ".toml", ".txt", ".html", ".json", ".css", "Makefile"))
        and name != "tests/test_docs.py"
        and marks.search((ROOT / name).read_text("utf-8"))
    ]
    assert found == []
