"""What a view may come to: every function of ours it names, and those that these name, and so on.

Read from the functions' own code, so that no list has to be kept: a name stands for whatever the module of
the function knows by it. It finds rather too much than too little: what is named might be called.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any


def reached(view: Any) -> set[FunctionType]:
    """The functions of traceapp that a view may come to, itself among them."""
    found: set[FunctionType] = set()
    open_ends = list(_functions(view))
    while open_ends:
        function = open_ends.pop()
        if function not in found:
            found.add(function)
            open_ends.extend(_named(function))
    return found


def acts(function: FunctionType) -> set[str]:
    """The acts a function writes into the journal: what it hands to a parameter called `act`.

    Fails on one it cannot tell, so that no act hides behind a way of speaking this does not know.
    """
    told: set[str] = set()
    tree = _tree(function)
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        given = _act_of(call, function)
        if given is not None:
            told |= _spoken(given, function, tree)
    return told


def _act_of(call: ast.Call, function: FunctionType) -> ast.expr | None:
    """The expression a call hands to its parameter `act`, where it has one."""
    parts = _dotted(call.func)
    called: Any = function.__globals__.get(parts[0]) if parts else None
    for name in parts[1:]:
        called = getattr(called, name, None)
    if not isinstance(called, FunctionType) or not called.__module__.startswith("traceapp.services"):
        return None
    if called.__name__.startswith("list_"):  # it asks for an act, and does none
        return None
    names = list(inspect.signature(called).parameters)
    if "act" not in names:
        return None
    place = names.index("act")
    by_name = {one.arg: one.value for one in call.keywords}
    return by_name.get("act") or (call.args[place] if place < len(call.args) else None)


def _dotted(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Name):
        return [node.id]
    return [*_dotted(node.value), node.attr] if isinstance(node, ast.Attribute) else []


def _spoken(node: ast.expr, function: FunctionType, tree: ast.AST) -> set[str]:
    if isinstance(node, ast.Constant):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return _spoken(node.body, function, tree) | _spoken(node.orelse, function, tree)
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Dict):  # one of a table of words
        return {act for value in node.value.values for act in _spoken(value, function, tree)}
    if isinstance(node, ast.Name):
        if node.id in inspect.signature(function).parameters:
            return set()  # whoever calls this function says it
        given = [one.value for one in ast.walk(tree) if isinstance(one, ast.Assign)
                 and any(isinstance(to, ast.Name) and to.id == node.id for to in one.targets)]  # fmt: skip
        if given:
            return {act for value in given for act in _spoken(value, function, tree)}
        if isinstance(function.__globals__.get(node.id), str):
            return {function.__globals__[node.id]}
    raise AssertionError(f"{function.__module__}.{function.__qualname__}: which act is {ast.dump(node)}?")


def _tree(function: FunctionType) -> ast.AST:
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _codes(one)


def _named(function: FunctionType) -> Iterator[FunctionType]:
    for code in _codes(function.__code__):
        for name in code.co_names:
            thing = function.__globals__.get(name)
            yield from _functions(thing)
            holder = thing if isinstance(thing, ModuleType) else type(thing)
            if thing is not None and _is_ours(holder):
                for attribute in code.co_names:
                    yield from _functions(inspect.getattr_static(thing, attribute, None))
    holder = function.__globals__.get(function.__qualname__.partition(".")[0])
    if isinstance(holder, type) and _is_ours(holder):  # a method: what it calls of its own object
        for name in function.__code__.co_names:
            yield from _functions(inspect.getattr_static(holder, name, None))
    for cell in function.__closure__ or ():
        yield from _functions(cell.cell_contents)


def _functions(thing: Any) -> Iterator[FunctionType]:
    """The functions a thing is, wraps or holds."""
    if isinstance(thing, FunctionType):
        plain = inspect.unwrap(thing)
        if isinstance(plain, FunctionType) and _is_ours(plain):
            yield plain
    elif isinstance(thing, property | staticmethod | classmethod):
        yield from _functions(getattr(thing, "fget", None) or getattr(thing, "__func__", None))
    elif isinstance(thing, Mapping):
        for value in thing.values():
            yield from _functions(value)
    elif is_dataclass(thing) and not isinstance(thing, type) and _is_ours(type(thing)):
        for one in fields(thing):
            yield from _functions(getattr(thing, one.name, None))


def _is_ours(thing: Any) -> bool:
    name = thing.__name__ if isinstance(thing, ModuleType) else getattr(thing, "__module__", "")
    return str(name).startswith("traceapp.")
