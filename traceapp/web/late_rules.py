"""Routes that make the builder of their addresses when an address of theirs is first asked for.

Werkzeug compiles two small programs for every route as it is mounted. Of some 240 routes that is half of what
starting the application costs, and one process builds addresses of few of them.

>>> from werkzeug.routing import Map
>>> Map([LateRule("/lots/<code>", endpoint="lot")]).bind("txng.example").build("lot", {"code": "L1"})
'/lots/L1'
"""

from collections.abc import Callable

from werkzeug.routing import Rule


class LateRule(Rule):
    """A route whose two builders are compiled at their first use."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        def build(rule: LateRule, **values: object) -> tuple[str, str]:
            made: Callable[..., tuple[str, str]] = super()._compile_builder(append_unknown).__get__(rule)
            setattr(rule, "_build_unknown" if append_unknown else "_build", made)
            return made(**values)

        return build
