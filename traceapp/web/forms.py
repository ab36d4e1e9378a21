"""What all forms share: our words in place of the library's, NFC at the door, errors beside the field.

A form that is refused is shown again with everything typed, status 422, and a title that begins "Lỗi:".
"""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field

from traceapp.domain.errors import RuleBroken
from traceapp.domain.text import nfc
from traceapp.i18n import N_
from traceapp.web.errors import sentence
from traceapp.web.languages import gettext, ngettext

LIBRARY_WORDS = {
    "This field is required.": N_("Cần điền mục này."),
    "Not a valid choice.": N_("Hãy chọn một mục trong danh sách."),
    "Not a valid choice": N_("Hãy chọn một mục trong danh sách."),
    "Invalid Choice: could not coerce.": N_("Hãy chọn một mục trong danh sách."),
}


class Words:
    """The library's few sentences in our languages (WTForms has no Vietnamese)."""

    def gettext(self, message: str) -> str:
        """One sentence."""
        return gettext(LIBRARY_WORDS.get(message, message))

    def ngettext(self, one: str, many: str, count: int) -> str:
        """A sentence that counts."""
        return ngettext(one, many, count)


class Form(FlaskForm):  # type: ignore[misc]  # flask-wtf is untyped
    """A form whose labels and errors speak the reader's language."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # flask-wtf is untyped
        """Where WTForms looks for words and how text comes in."""

        def get_translations(self, _form: object) -> Words:
            """Our words."""
            return Words()

        def bind_field(self, form: object, unbound_field: Any, options: dict[str, Any]) -> Field:
            """Text is trimmed and made NFC before anything looks at it (a password is kept as typed)."""
            filters = [*unbound_field.kwargs.get("filters", ())]
            if not any(
                part in unbound_field.field_class.__name__
                for part in ("File", "Select", "Radio", "Boolean", "Password")
            ):
                filters.insert(0, _tidy)
            return _speaking(unbound_field.bind(form=form, filters=filters, **options))

    def blame(self, broken: RuleBroken) -> None:
        """Write a broken rule beside the field it names, or at the head of the form where it names none."""
        named = self._fields.get(broken.field or "")
        if named is None:
            self.form_errors.append(sentence(broken))
        else:
            named.errors = [*named.errors, sentence(broken)]

    @property
    def faulty(self) -> list[Field]:
        """The fields with an error, in order."""
        return [field for field in self if field.errors]


def _speaking(field: Field) -> Field:
    """Label, hint and fixed choices, written in Vietnamese by ``N_()``, in the reader's language."""
    field.label.text = gettext(field.label.text)
    field.description = gettext(field.description) if field.description else ""
    if isinstance(getattr(field, "choices", None), dict):
        field.choices = {value: gettext(told) if told else told for value, told in field.choices.items()}
    return field


def _tidy(value: object) -> object:
    return nfc(value).strip() if isinstance(value, str) else value
