"""What every answer says to the browser: a strict content security policy and its neighbours.

Public pages carry one inline style block, allowed by its hash, and nothing else inline; signed-in pages
load only files of this host. No page may be framed. One page has a script and a policy of its own:
`web/offline.py`.
"""

import base64
import hashlib

from flask import Flask, Response, request
from markupsafe import Markup
from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
)

from traceapp.settings import Settings

PUBLIC_STYLE = "public/_style.css"


def init_app(app: Flask, settings: Settings) -> None:
    """Send the headers with every answer and give public pages their style block."""
    source, _name, _fresh = app.jinja_env.loader.get_source(app.jinja_env, PUBLIC_STYLE)  # type: ignore[union-attr]  # Flask always sets a loader
    style = source.strip()
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    app.jinja_env.globals["public_style_source"] = style
    app.jinja_env.globals["public_style"] = Markup(f"<style>{style}</style>")  # noqa: S704 - our own file
    https = settings.public_base_url.startswith("https://")
    policy = _headers(f"'sha256-{digest}'", https=https)

    @app.after_request
    def _add(response: Response) -> Response:
        for name, value in policy.items():
            response.headers.setdefault(name, value)
        if "Cache-Control" not in response.headers and request.endpoint not in {"static", "bootstrap.static"}:
            response.headers["Cache-Control"] = "no-store"
        return response


def _headers(style_hash: str, *, https: bool) -> dict[str, str]:
    csp = (
        ContentSecurityPolicy()
        .default_src("'none'")
        .style_src("'self'", style_hash)
        .img_src("'self'", "data:")
        .font_src("'self'")
        .script_src("'self'")
        .connect_src("'self'")
        .form_action("'self'")
        .base_uri("'none'")
        .frame_ancestors("'none'")
    )
    secure = Secure(
        csp=csp,
        coop=CrossOriginOpenerPolicy().same_origin(),
        permissions=PermissionsPolicy().camera("'none'").microphone("'none'").geolocation("'self'"),
        referrer=ReferrerPolicy().strict_origin_when_cross_origin(),
        xcto=XContentTypeOptions().nosniff(),
        hsts=StrictTransportSecurity().max_age(31_536_000).include_subdomains() if https else None,
    )
    return dict(secure.headers)
