"""The house keeps its arrows, and each contract is shown to notice a breach."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from traceapp.domain.errors import MESSAGES, RuleBroken

ROOT = Path(__file__).parents[1]
ROOMS = [
    path
    for top in ("traceapp", "labels")
    for path in (ROOT / top).rglob("*.py")
    if "migrations" not in path.parts
]


def test_the_import_contracts_hold():
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_domain_loads_without_flask_and_sqlalchemy():
    told = (
        "import sys, pkgutil, importlib, traceapp.domain as d\n"
        "[importlib.import_module(f'traceapp.domain.{m.name}') for m in pkgutil.iter_modules(d.__path__)]\n"
        "print(sorted({'flask', 'sqlalchemy', 'huey', 'labels'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_is_not_a_hall(room):
    assert len(room.read_text("utf-8").splitlines()) <= 300


def test_every_code_that_is_raised_has_its_sentence():
    raised = {child.__name__ for child in [RuleBroken, *RuleBroken.__subclasses__()]}
    missing = set()
    for room in ROOMS:
        if room.is_relative_to(ROOT / "labels"):
            continue
        for node in ast.walk(ast.parse(room.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in raised
                and node.args
            ):
                code = node.args[0]
                if isinstance(code, ast.Constant) and code.value not in MESSAGES:
                    missing.add((code.value, str(room.relative_to(ROOT))))
    assert missing == set()


def test_only_jobs_may_catch_everything():
    broad = [
        str(room.relative_to(ROOT))
        for room in ROOMS
        for node in ast.walk(ast.parse(room.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
        )
        and room.name != "jobs.py"
    ]
    assert broad == []
