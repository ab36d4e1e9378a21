"""What a view may come to: every function of ours it names, and those that these name, and so on.

Read from the functions' own code, so that no list has to be kept: a name stands for whatever the module of
the function knows by it. It finds rather too much than too little: what is named might be called.
"""

import inspect
from collections.abc import Iterable, Iterator, Mapping
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


def words(functions: Iterable[FunctionType]) -> set[str]:
    """Every text that stands in the functions' own code."""
    codes = [code for function in functions for code in _codes(function.__code__)]
    return {one for code in codes for one in _texts(code.co_consts)}


def _texts(constants: Iterable[Any]) -> Iterator[str]:
    for one in constants:
        if isinstance(one, str):
            yield one
        elif isinstance(one, tuple | frozenset):
            yield from _texts(one)


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
