"""Evidence for invented certificates: a page of PDF that says, largest of all, that it is a demonstration."""

from io import BytesIO

import fontpkg
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from traceapp.i18n import shown_day
from traceapp.models import Certificate

FONT = "demo-evidence"


def paper(certificate: Certificate) -> bytes:
    """The certificate as a sheet of paper might show it; the same bytes every time."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(FONT, str(fontpkg.path("be vietnam pro", weight=500))))
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.setTitle(certificate.number)
    for size, height, line in (
        (40, 720, "MINH HỌA"),
        (14, 690, "Giấy này được lập để minh họa, không có giá trị"),
        (22, 600, "GIẤY CHỨNG NHẬN"),
        (14, 560, f"Số {certificate.number}"),
        (14, 530, certificate.standard),
        (14, 480, certificate.holder.name_on(certificate.issued_on)),
        (12, 455, certificate.scope_text),
        (12, 410, f"Hiệu lực {shown_day(certificate.valid_from)} – {shown_day(certificate.valid_until)}"),
        (12, 385, certificate.body.name_on(certificate.issued_on)),
    ):
        canvas.setFont(FONT, size)
        canvas.drawCentredString(A4[0] / 2, height, line)
    canvas.save()
    return out.getvalue()
