"""Every sentence speaks all three languages, and with the same placeholders."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1] / "traceapp"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "say": None}


def sentences() -> dict[str, str]:
    """Every message of the program, with a place where it stands."""
    found: dict[str, str] = {}
    for name, line, message, _comments, _context in extract_from_dir(
        ROOT,
        method_map=METHODS,
        keywords=KEYWORDS,
        options_map={"**/templates/**.html": {"trimmed": "true"}},
        directory_filter=lambda folder: Path(folder).name != "__pycache__",  # else Babel leaves out _macros
    ):
        found[message[0] if isinstance(message, tuple) else message] = f"{name}:{line}"
    return {message: place for message, place in found.items() if message}


def catalog(language: str) -> dict[str, str]:
    """The translations of a language."""
    content = BytesIO((ROOT / f"translations/{language}.po").read_bytes())
    told = {}
    for message in read_po(content, locale=language):
        key = message.id[0] if isinstance(message.id, tuple) else message.id
        said = message.string[-1] if isinstance(message.string, tuple) else message.string
        if key and said and not message.fuzzy:
            told[key] = said
    return told


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_sentence_is_translated(language):
    told = catalog(language)
    missing = {message: place for message, place in sentences().items() if message not in told}
    assert missing == {}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_translation_keeps_the_placeholders(language):
    marks = re.compile(r"\{(\w+)\}")
    wrong = {
        message: said
        for message, said in catalog(language).items()
        if set(marks.findall(message)) != set(marks.findall(said))
    }
    assert wrong == {}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_translation_outlives_its_sentence(language):
    assert set(catalog(language)) - set(sentences()) == set()
