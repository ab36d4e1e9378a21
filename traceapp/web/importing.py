"""What doors share that let records in from Excel: the form, the upload, the look, the word to go.

A door says which kinds it lets in and which page frames it; no door knows another.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.file import FileField

from traceapp.domain.errors import Conflict, Malformed, NotFound
from traceapp.extensions import limiter, reader, transaction
from traceapp.i18n import N_
from traceapp.services import importing
from traceapp.services.importing import KINDS, Kind
from traceapp.services.importing.columns import Fault
from traceapp.web.access import actor
from traceapp.web.errors import sentence
from traceapp.web.forms import Form
from traceapp.web.languages import gettext, now, today

EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAVY: Final = limiter.shared_limit(  # each reads or judges up to ten thousand rows
    "20 per minute", scope="imports", key_func=lambda: str(current_user.get_id())
)
MOST_SHOWN: Final = 100  # rows of each sort on the page; the file of faults has them all
WORDS: Final = {
    "certificates": N_("Chứng nhận"),
    "own-certificates": N_("Chứng nhận"),
    "bodies": N_("Tổ chức chứng nhận"),
    "accreditations": N_("Công nhận"),
}
AFTER: Final = {
    "certificates": N_("Các chứng nhận đã nhập đang chờ một người khác của tỉnh duyệt."),
    "own-certificates": N_(
        "Các chứng nhận đã nhập là bản nháp: thêm bản chụp giấy vào từng chứng nhận rồi gửi tỉnh."
    ),
    "bodies": N_("Các tổ chức đã nhập đang chờ một người khác của tỉnh duyệt."),
    "accreditations": N_("Các công nhận đã nhập đang chờ một người khác của tỉnh xác nhận."),
}
FILE_NAMES: Final = {
    "certificates": "chung-nhan",
    "own-certificates": "chung-nhan",
    "bodies": "to-chuc-chung-nhan",
    "accreditations": "cong-nhan",
}


class UploadForm(Form):
    """A filled form."""

    file = FileField(
        N_("Tệp Excel đã điền"),
        description=N_("Tệp .xlsx, tối đa 8 MB và 10.000 dòng; giữ 5 tệp chưa nhập gần nhất."),
    )


@dataclass(frozen=True, slots=True)
class Imports:
    """The kinds a door lets in, the page that frames them, and the endpoint of what became of them."""

    kinds: tuple[str, ...]
    frame: str
    results: dict[str, str]

    def kind(self, name: str) -> Kind:
        """A kind of this door; to anybody else it does not exist."""
        if name not in self.kinds:
            raise NotFound("record_not_found")
        return KINDS[name]

    def home(self, form: UploadForm | None = None, name: str = "") -> ResponseReturnValue:
        """Which forms there are, where to hand one in, and what was handed in lately."""
        page = render_template(
            "importing/home.html",
            frame=self.frame,
            kinds=self.kinds,
            words=WORDS,
            form=form or UploadForm(),
            faulty=name,
            drafts=importing.list_drafts(reader(), actor(), self.kinds, now()),
        )
        return page, 422 if form is not None else 200

    def form(self, name: str) -> ResponseReturnValue:
        """The empty form."""
        kind = self.kind(name)
        book = importing.form_workbook(kind.name, kind.columns, kind.choices(reader()))
        return _file(book, f"mau-{FILE_NAMES[name]}.xlsx")

    def upload(self, name: str) -> ResponseReturnValue:
        """Read a filled form; nothing of it is saved as a record."""
        kind, form = self.kind(name), UploadForm()
        try:
            public_id = self._kept(kind, form)
        except Malformed as broken:
            form.blame(broken)
            return self.home(form, name)
        return redirect(url_for(".imported", public_id=public_id), 303)

    def _kept(self, kind: Kind, form: UploadForm) -> str:
        file = form.file.data if form.validate() else None
        content = file.read() if file else b""
        if not file or not content:
            raise Malformed("evidence_missing", field="file")
        sheet = importing.read_workbook(content, kind.columns)
        with transaction() as session:
            name = file.filename or ""
            kept = importing.keep_draft(session, actor=actor(), kind=kind, name=name, sheet=sheet, now=now())
            return kept.public_id

    def show(self, public_id: str, told: str = "") -> ResponseReturnValue:
        """Every row as it would fare now; afterwards what was done."""
        draft = importing.own_draft(reader(), actor(), public_id)
        self.kind(draft.kind)
        if draft.imported_at is None:
            found = importing.preview(reader(), actor=actor(), draft=draft, now=now(), today=today())
        else:
            found = importing.Preview((), (), ())
        headings = [column.heading for column in KINDS[draft.kind].columns]
        rows = found.right[:MOST_SHOWN]
        page = render_template(
            "importing/preview.html",
            frame=self.frame,
            draft=draft,
            found=found,
            told=told,
            most=MOST_SHOWN,
            words=WORDS,
            after=AFTER,
            result=self.results[draft.kind],
            headings=headings,
            filled=[place for place in range(len(headings)) if any(row.shown[place] for row in rows)],
            sentence=fault_sentence,
        )
        return page, 409 if told else 200

    def confirm(self, public_id: str) -> ResponseReturnValue:
        """Write the right rows."""
        try:
            with transaction() as session:
                draft = importing.own_draft(session, actor(), public_id, lock=True)
                self.kind(draft.kind)
                seen = request.form.get("seen", "")
                importing.import_rows(
                    session, actor=actor(), draft=draft, seen=seen, now=now(), today=today()
                )
        except Conflict as broken:
            return self.show(public_id, sentence(broken))
        return redirect(url_for(".imported", public_id=public_id), 303)

    def discard(self, public_id: str) -> ResponseReturnValue:
        """Forget it."""
        with transaction() as session:
            draft = importing.own_draft(session, actor(), public_id, lock=True)
            importing.discard_draft(session, draft=draft, now=now())
        flash(gettext("Đã bỏ tệp này. Không có gì được nhập."), "ok")
        return redirect(url_for(".imports"), 303)

    def faults(self, public_id: str) -> ResponseReturnValue:
        """The rows that were not right, with reasons, to be put right and sent again."""
        draft = importing.own_draft(reader(), actor(), public_id)
        kind = self.kind(draft.kind)
        found = importing.preview(reader(), actor=actor(), draft=draft, now=now(), today=today())
        book = importing.faults_workbook(kind.name, kind.columns, found.left_out, fault_sentence)
        return _file(book, f"dong-loi-{FILE_NAMES[kind.name]}.xlsx")


def fault_sentence(fault: Fault) -> str:
    """What is wrong, in the reader's language."""
    return sentence(fault.broken)


def _file(content: bytes, name: str) -> ResponseReturnValue:
    return send_file(BytesIO(content), mimetype=EXCEL, as_attachment=True, download_name=name)
