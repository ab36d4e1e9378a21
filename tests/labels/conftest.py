"""What the print tests share: a press, a pair of eyes (poppler), and the stamps they look at."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from labels.__main__ import sample_serials
from labels.art import StampArt
from labels.media import medium
from labels.sheet import stamp_sheets

PREFIX = "HTTPS://TXNG.LANGSON.GOV.VN/01/09520009010011/21/"
ART = StampArt("Rượu men lá Minh Họa", "500 ml · 40 % vol")


def program(name: str, package: str) -> str:
    """The path of a program these tests cannot do without."""
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"{name} is missing: apt-get install {package} (make test does it)", pytrace=False)
    return found


@pytest.fixture
def serials():
    return sample_serials(400)


@pytest.fixture
def sheet():
    """stamp_sheets() into bytes, with defaults: sheet('a4-65', serials) -> (pdf bytes, result)."""

    def press(blank, serials, **options):
        sink = io.BytesIO()
        options = {"art": ART, "prefix": PREFIX, **options}
        return_value = stamp_sheets(sink, medium=medium(blank), serials=serials, **options)
        return sink.getvalue(), return_value

    return press


@pytest.fixture
def raster(tmp_path):
    """A page of a PDF as poppler prints it, grey: raster(pdf, dpi, page=1)."""
    poppler = program("pdftoppm", "poppler-utils")

    def render(pdf: bytes, dpi: int, page: int = 1) -> np.ndarray:
        source, target = tmp_path / "page.pdf", tmp_path / "page"
        source.write_bytes(pdf)
        only = ["-f", str(page), "-l", str(page)]
        subprocess.run(
            [poppler, "-gray", "-r", str(dpi), *only, "-singlefile", str(source), str(target)], check=True
        )
        with Image.open(Path(f"{target}.pgm")) as picture:
            return np.array(picture)

    return render
