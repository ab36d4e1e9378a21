"""The doors: one package for each audience, and what they share (access, errors, language, headers).

No rule of the trade lives here: a view checks who asks, reads the form, calls one service and shows a page.
"""

from importlib import import_module

from flask import Flask, request

from traceapp.settings import Settings
from traceapp.web import access, certificate_words, chain_words, errors, headers, languages, transfer


def open_doors(app: Flask, settings: Settings) -> None:
    """Mount the audiences that this host serves, and what every page needs."""
    transfer.init_app(app)  # first, so that it sees every answer last
    languages.init_app(app, settings)
    chain_words.init_app(app)
    certificate_words.init_app(app)
    headers.init_app(app, settings)
    errors.init_app(app)
    access.init_app(app)
    app.teardown_request(_close_files)
    for audience in settings.audiences:
        door = import_module(f"traceapp.web.{audience}")
        door.open_door(app)


def _close_files(_fault: BaseException | None) -> None:
    """What was handed in lies in temporary files, which go with the request."""
    request.close()
