"""The address that the code on minutes opens: the page for whoever is handed the paper.

Public pages may be served by another process, so it is spelled here and not asked of the routes.
"""

from flask import current_app


def handed_address(public_id: str) -> str:
    """The beginning; closing the record adds the secret part."""
    base = current_app.extensions["settings"].public_base_url
    return f"{base}/minutes/{public_id.upper()}/"
