"""Who stands at the cooperative's door, and what they bring along."""

from io import BytesIO

import pikepdf
import pytest
import time_machine
from PIL import Image

from tests import factories


@pytest.fixture
def clock(now):
    """09:14 on 22 November 2026, standing still."""
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def manager(browser_of, cast):
    return browser_of(cast.manager)


@pytest.fixture
def rival(browser_of, cast):
    return browser_of(cast.rival)


@pytest.fixture
def item(session, cast, now):
    made = factories.make_trade_item(session, cast.cooperative_id, now)
    session.commit()
    return made


@pytest.fixture
def lot(session, item, now):
    made = factories.make_lot(session, item, now)
    session.commit()
    return made


@pytest.fixture
def photo():
    """A JPEG of 1,200 by 800 pixels that says where it was taken."""
    picture, told = Image.new("RGB", (1200, 800), "green"), BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    picture.save(told, "JPEG", exif=exif)
    return told.getvalue()


@pytest.fixture
def paper():
    """A plain PDF of one page."""
    return make_pdf()


def make_pdf(change=lambda pdf: None, **saving):
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        change(pdf)
        told = BytesIO()
        pdf.save(told, **saving)
    return told.getvalue()


@pytest.fixture
def make_paper():
    """A PDF with something done to it."""
    return make_pdf
