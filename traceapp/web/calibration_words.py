"""What a calibration sheet says of itself: for the page and for programs.

In Vietnamese or English: the press has no letters for Chinese, and a sheet of blanks would say nothing.
"""

from collections.abc import Mapping

from traceapp.i18n import translator
from traceapp.web.languages import language

ON_PAPER = {"zh": "en"}


def sheet_words(names: Mapping[str, str], version: str | None) -> tuple[str, str]:
    """The words under the ruler, with a hole for its length, and the note; `version` of a comparing print."""
    spoken = ON_PAPER.get(language(), language())
    told, medium = translator(spoken), names.get(spoken, names["vi"])
    ruler = told.gettext("Thước này phải dài đúng {mm} mm · in 100 %, tắt “vừa trang”", mm="{mm}")
    if version is None:
        return ruler, told.gettext("Tờ căn chỉnh · {medium}", medium=medium)
    return ruler, told.gettext("Tờ so · {medium} · căn chỉnh {id}", medium=medium, id=version)
