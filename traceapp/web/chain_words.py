"""A chain in the reader's language: sentence, tone and icon, the same on every door.

No audience may import another, and a chain must not be said in two ways.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from flask import Flask

from traceapp.domain.accreditation import Chain, ChainVerdict, Lapse
from traceapp.domain.wording.chain_words import (
    CHAIN_FOLLOWING,
    LAPSE_CURRENT,
    LAPSE_SENTENCES,
    chain_facts,
    chain_sentence,
    following_facts,
    lapse_facts,
)
from traceapp.i18n import N_
from traceapp.web.languages import gettext
from traceapp.web.words import Said

CHAIN_WORDS: Final[Mapping[ChainVerdict, Said]] = MappingProxyType(
    {
        ChainVerdict.OK: Said(N_("được công nhận vào ngày cấp"), "ok", "ok"),
        ChainVerdict.BROKEN: Said(N_("không được công nhận vào ngày cấp"), "stop", "no"),
        ChainVerdict.UNKNOWN: Said(N_("chưa đủ dữ liệu công nhận"), "", "none"),
    }
)


def init_app(app: Flask) -> None:
    """Give templates the words."""
    app.jinja_env.filters |= {
        "chain_word": lambda chain: CHAIN_WORDS[chain.verdict],
        "chain_told": told,
        "lapse_told": lapse_told,
    }


def told(chain: Chain) -> str:
    """Why a chain holds or does not, with its numbers and days."""
    said = gettext(chain_sentence(chain), **chain_facts(chain))
    if chain.following is None:
        return said
    return f"{said} {gettext(CHAIN_FOLLOWING, **following_facts(chain))}"


def lapse_told(lapse: Lapse) -> str:
    """What became of the accreditation since."""
    said = gettext(LAPSE_SENTENCES[lapse.reason], **lapse_facts(lapse))
    if lapse.current is None:
        return said
    return f"{said} {gettext(LAPSE_CURRENT, number=lapse.current.number)}"
