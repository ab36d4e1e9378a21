"""The application, put together: a table of contents of the program.

>>> from traceapp.settings import load
>>> app = create_app(load(Path("/tmp/doctest-instance"), {}))  # doctest: +SKIP
"""

from collections.abc import Callable
from functools import cache

from flask import Flask

from traceapp import keys
from traceapp.engines import HASTY, QUICK, apply_rules, engine_options
from traceapp.extensions import bootstrap, close_sessions, csrf, db, limiter, login
from traceapp.settings import Settings, load
from traceapp.storage import open_storage
from traceapp.web import open_doors
from traceapp.web.late_rules import LateRule


def create_app(settings: Settings | None = None) -> Flask:
    """An application of these settings (default: those of the instance folder and the environment)."""
    settings = settings or load()
    app = Flask("traceapp", instance_path=str(settings.instance_path))
    app.url_rule_class = LateRule
    app.config.from_mapping(_flask_settings(settings))
    app.extensions["settings"] = settings
    app.extensions["serial_keys"] = keys.serial_keys(settings.instance_path)
    app.extensions["code_keys"] = keys.code_keys(settings.instance_path)
    app.extensions["storage"] = open_storage(settings.storage_url)
    app.extensions["announce_print"] = _announcer(app)
    _connect(app)
    bootstrap.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
    login.init_app(app, add_context_processor=False)  # no template may ask the registry who is here
    open_doors(app, settings)
    return app


def _flask_settings(settings: Settings) -> dict[str, object]:
    https = settings.public_base_url.startswith("https://")
    return {
        "SECRET_KEY": keys.session_secret(settings.instance_path),
        "SQLALCHEMY_ENGINES": engine_options(settings),
        "SESSION_COOKIE_NAME": "__Host-session" if https else "session",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_HTTPONLY": True,
        "MAX_CONTENT_LENGTH": 20 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 512 * 1024,
        "RATELIMIT_STORAGE_URI": settings.limiter_url,
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
        "WTF_CSRF_TIME_LIMIT": None,
        "BOOTSTRAP_SERVE_LOCAL": True,
    }


def _announcer(app: Flask) -> Callable[[int], None]:
    """What tells a worker of an order; the queue is opened when there is something to tell."""

    @cache
    def made() -> Callable[[int], None]:
        from traceapp.jobs import announcer  # late: a command that prints by itself needs no queue

        return announcer(app)

    def announce(print_run_id: int) -> None:
        made()(print_run_id)

    return announce


def _connect(app: Flask) -> None:
    before = len(app.teardown_appcontext_funcs)
    db.init_app(app)
    # The library's own sessions are not used; to close the asynchronous ones it would start a thread and an
    # event loop at the end of each request.
    del app.teardown_appcontext_funcs[before:]
    app.teardown_appcontext(close_sessions)
    with app.app_context():
        apply_rules(db.get_engine())
        apply_rules(db.get_engine("read"), reads_only=True)
        apply_rules(db.get_engine("scans"), synchronous=QUICK, patience=HASTY)
        apply_rules(db.get_engine("read_scans"), reads_only=True, patience=HASTY)
