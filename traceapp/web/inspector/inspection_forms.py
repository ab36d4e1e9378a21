"""The steps of a field record as forms; what each says is read again, by the same rules, by the service."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField

from traceapp.domain.inspections import ANSWERS, FINDINGS, QUESTIONS, Step
from traceapp.domain.trade_items import UNIT_NAMES
from traceapp.i18n import N_
from traceapp.services.inspections import (
    AnswersEntry,
    Entry,
    ItemEntry,
    PeopleEntry,
    PlaceEntry,
    ResultEntry,
    SigningEntry,
)
from traceapp.web.entry import line, lines, typed
from traceapp.web.forms import Form

# The short names stand on the buttons; what they mean is said once above them.
_FOUND = {kind.value: told for kind, told in FINDINGS.items()}


class StepForm(Form):
    """A step: which version of the record its page showed, and the key it is sent under."""

    version = HiddenField()
    key = HiddenField()

    @property
    def shown_version(self) -> int:
        """The version the page showed; of no page at all, the first."""
        told = self.version.data or ""
        return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 1

    @property
    def asked_key(self) -> str | None:
        """The key of this request; none where it is not one of ours."""
        told = self.key.data or ""
        return told if told.isascii() and told.isalnum() and len(told) <= 40 else None

    def said(self, name: str) -> str:
        """What a field says, in the words of the page."""
        field = self[name]
        told = field.data or ""
        return str(dict(_choices(field)).get(told, told)) or "–"


class PlaceForm(StepForm):
    """Where and when."""

    site_name = StringField(N_("Tên cơ sở, quầy hàng"), [line(200)])
    commune = StringField(N_("Xã, phường"), [line(120)])
    address = StringField(N_("Địa chỉ, chợ, thôn"), [line(200)])
    began_on = StringField(N_("Ngày kiểm tra"))
    began_time = StringField(N_("Giờ bắt đầu"))
    latitude = StringField(N_("Vĩ độ"))
    longitude = StringField(N_("Kinh độ"))


class PeopleForm(StepForm):
    """Who was there."""

    seller_name = StringField(N_("Đại diện cơ sở"), [line(120)])
    seller_role = StringField(N_("Chức vụ, quan hệ với cơ sở"), [line(120)])
    leader_name = StringField(N_("Trưởng đoàn kiểm tra"), [line(120)])
    others = TextAreaField(
        N_("Người khác có mặt"), [lines(1000)], description=N_("Mỗi dòng một người, kèm đơn vị.")
    )


class ItemForm(StepForm):
    """One of the goods."""

    code = StringField(
        N_("Mã tem, số lô, GTIN hoặc số chứng nhận"),
        [line(300)],
        description=N_("Hàng không có mã thì để trống và ghi tên hàng."),
    )
    named = StringField(N_("Tên hàng"), [line(200)])
    quantity = StringField(N_("Số lượng"))
    unit = SelectField(
        N_("Đơn vị tính"), choices={kind.value: told for kind, told in UNIT_NAMES.items()}, default="H87"
    )
    price = StringField(N_("Giá bán một đơn vị (đồng)"))
    finding = RadioField(N_("Nhận xét"), choices=_FOUND, validate_choice=False)
    note = TextAreaField(N_("Ghi chú"), [lines(500)])


class ChecklistForm(StepForm):
    """The questions, one row of answers each."""

    label = RadioField(QUESTIONS["label"])
    stamp = RadioField(QUESTIONS["stamp"])
    certificate = RadioField(QUESTIONS["certificate"])
    scope = RadioField(QUESTIONS["scope"])
    use_by = RadioField(QUESTIONS["use_by"])
    storage = RadioField(QUESTIONS["storage"])
    papers = RadioField(QUESTIONS["papers"])
    quantity = RadioField(QUESTIONS["quantity"])
    answers_note = TextAreaField(N_("Ghi chú"), [lines(1000)])

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        for code in QUESTIONS:
            field = self[code]
            field.validate_choice = False
            field.choices = [(answer.value, field.gettext(told)) for answer, told in ANSWERS.items()]


class ResultForm(StepForm):
    """What was found, and what is to be done."""

    result = RadioField(N_("Kết quả"), choices=_FOUND, validate_choice=False)
    findings = TextAreaField(N_("Nội dung phát hiện"), [lines(2000)])
    measures = TextAreaField(
        N_("Biện pháp, kiến nghị"),
        [lines(1000)],
        description=N_("Lệnh tạm dừng lô tự ghi vào biên bản, không cần chép lại."),
    )


class SigningForm(StepForm):
    """Who signs."""

    signs = RadioField(
        N_("Người bán có ký biên bản không"),
        choices={"yes": N_("Người bán ký"), "no": N_("Người bán không ký")},
        validate_choice=False,
    )
    refusal_reason = TextAreaField(N_("Vì sao không ký"), [lines(500)])
    witnesses = TextAreaField(N_("Người chứng kiến"), [lines(500)], description=N_("Mỗi dòng một người."))
    commune_authority = StringField(N_("Đại diện chính quyền xã"), [line(200)])


class PhotosForm(Form):
    """Photos to add."""

    photos = MultipleFileField(N_("Thêm ảnh"))


FORMS: Mapping[Step, tuple[type[StepForm], type[Entry]]] = {
    Step.PLACE: (PlaceForm, PlaceEntry),
    Step.PEOPLE: (PeopleForm, PeopleEntry),
    Step.GOODS: (ItemForm, ItemEntry),
    Step.CHECKLIST: (ChecklistForm, AnswersEntry),
    Step.RESULT: (ResultForm, ResultEntry),
    Step.SIGNING: (SigningForm, SigningEntry),
}


def new_key() -> str:
    """A key for one sending of a step."""
    return secrets.token_hex(16)


def prefilled(step: Step, entry: Entry, version: int) -> StepForm:
    """The form of a step with what is on record; what was typed goes before it."""
    return FORMS[step][0](data={**flat(entry), "version": str(version), "key": new_key()})


def sent(step: Step, form: StepForm) -> Entry:
    """The step as it was typed."""
    if isinstance(form, ChecklistForm):
        answers = tuple((code, form[code].data or "") for code in QUESTIONS)
        return AnswersEntry(answers=answers, answers_note=form.answers_note.data or "")
    return typed(form, FORMS[step][1])


def flat(entry: Entry) -> dict[str, Any]:
    """An entry by the names of the form's fields."""
    told = asdict(entry)
    return dict(told.pop("answers", ())) | told


def stored(form: StepForm, entry: Entry) -> dict[str, str]:
    """What is on record where it differs from what was typed, in the words of the page."""
    told = {}
    for name, kept in flat(entry).items():
        field = form[name]
        if (field.data or "") != kept:
            words = dict(_choices(field))
            told[name] = str(words.get(kept, kept)) or "–"
    return told


def _choices(field: Any) -> list[tuple[str, str]]:
    return [(option[0], option[1]) for option in field.iter_choices()] if hasattr(field, "choices") else []
