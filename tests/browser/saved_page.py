"""`python -m tests.browser.saved_page FOLDER`: the offline page as somebody saved it, one code taken back.

A process of its own, because an application cannot be opened beside Playwright's event loop.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from tests import factories
from tests.domain.test_signed_codes import KEY, RING
from traceapp import schema
from traceapp.app import create_app
from traceapp.domain.certificates import DecisionKind
from traceapp.extensions import db
from traceapp.models import CertificateDecision
from traceapp.services.signing import signed_codes
from traceapp.settings import load
from traceapp.web.offline import offline_page

NOW = datetime(2026, 11, 22, 2, 14, tzinfo=UTC)


def withdrawn(session: Session) -> str:
    """The code of a certificate that was withdrawn afterwards."""
    cast = factories.people(session, NOW)
    item = factories.make_trade_item(session, cast.cooperative_id, NOW)
    certificate = factories.make_certificate(session, cast, NOW, item)
    code = signed_codes.sign_certificate(
        session, actor=cast.manager.actor, certificate=certificate, key=KEY, issuer="example.vn", now=NOW
    )
    certificate.decisions.append(
        CertificateDecision(
            sequence=1,
            kind=DecisionKind.WITHDRAWAL,
            from_on=NOW.date(),
            reason="Lý do thử nghiệm",
            recorded_by_id=cast.officer.account_id,
            created_at=NOW,
        )
    )
    session.flush()
    return code.code


def main(folder: Path) -> None:
    """Write `page.html` and `codes.json`."""
    settings = load(folder / "instance", {"TRACEAPP_PUBLIC_BASE_URL": "https://txng.langson.gov.vn"})
    schema.upgrade(settings)
    app = create_app(settings)
    with app.app_context(), Session(db.engine) as session:
        code = withdrawn(session)
        page = offline_page(session, RING, settings, language="vi", now=NOW)
    (folder / "page.html").write_text(page.html, "utf-8")
    (folder / "codes.json").write_text(json.dumps({"withdrawn": code}), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
