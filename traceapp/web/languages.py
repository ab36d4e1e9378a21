"""Which language a page speaks, and the words it may use.

Public pages: ``?lang=``, else ``Accept-Language``, else Vietnamese; no cookie. Signed in: ``?lang=`` else the
account's language.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime

from flask import Flask, current_app, g, request
from flask_login import current_user
from markupsafe import Markup, escape

from traceapp.domain.certificates import today_in_vietnam
from traceapp.i18n import Translator, best_language, shown_day, shown_moment, shown_number, translator
from traceapp.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Give templates their words, days and numbers."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        gettext=_in_template(gettext), ngettext=_in_template(ngettext), newstyle=False
    )
    app.jinja_env.filters |= {
        "day": shown_day,
        "moment": shown_moment,
        "number": lambda number: shown_number(number, language()),
    }

    @app.context_processor
    def _page_words() -> dict[str, object]:
        return {"language": language(), "settings": settings, "today": today(), "now": now()}


def _in_template(speak: Callable[..., str]) -> Callable[..., Markup]:
    """Facts are escaped, the sentence itself is ours."""

    def spoken(*words: str | int, **facts: object) -> Markup:
        return Markup(speak(*words, **{name: escape(fact) for name, fact in facts.items()}))  # noqa: S704 - facts escaped

    return spoken


def words() -> Translator:
    """The translator of this request's language."""
    return translator(language())


def gettext(message: str, /, **facts: object) -> str:
    """A sentence in this request's language."""
    return words().gettext(message, **facts)


def ngettext(one: str, many: str, count: int, /, **facts: object) -> str:
    """A sentence that counts, in this request's language."""
    return words().ngettext(one, many, count, **facts)


def language() -> str:
    """This request's language: vi, en or zh."""
    if "language" not in g:
        g.language = best_language(_asked(), request.accept_languages.values(), _offered())
    chosen: str = g.language
    return chosen


def _asked() -> str | None:
    asked = request.args.get("lang")
    if asked in _offered():
        return asked
    # Only the signed-in side may touch the session: public pages carry no cookie.
    if request.blueprint in {None, "public", "api"} or g.get("registry_silent"):
        return None
    if current_user.is_authenticated:
        return str(current_user.language)
    return None


def _offered() -> tuple[str, ...]:
    settings: Settings = current_app.extensions["settings"]
    return settings.languages


def now() -> datetime:
    """The clock: one instant for the whole request, so that a page never contradicts itself."""
    if "now" not in g:
        g.now = datetime.now(UTC)
    instant: datetime = g.now
    return instant


def today() -> date:
    """Today in Vietnam, where days are counted."""
    return today_in_vietnam(now())
