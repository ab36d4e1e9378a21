"""Holding or recalling more or less than a lot: a whole product, a run of stamps, a stretch of one.

First the goods, then how much of them, then a look at how far that reaches; only below the look stands the
act. The same address carries the choice through all of it, so a step back loses nothing.
"""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import RadioField, SelectField, StringField, TextAreaField

from traceapp.domain.errors import Malformed, RuleBroken
from traceapp.domain.reasons import BEARINGS, OF_CERTIFICATES
from traceapp.domain.restrictions import HOLD_REASONS, HoldReason, RestrictionKind
from traceapp.extensions import reader, scan_reader, transaction
from traceapp.i18n import N_, shown_number
from traceapp.models import StampRun
from traceapp.services import printing, stamping
from traceapp.services.identification import Goods
from traceapp.services.recalls import reaching, reason_check, recall_scope, restrictions
from traceapp.services.recalls.recall_scope import About
from traceapp.web import access
from traceapp.web.forms import Form
from traceapp.web.inspector import door
from traceapp.web.inspector.goods import goods_in_hand, serial_keys
from traceapp.web.inspector.holding import REASONS
from traceapp.web.inspector.lots import HOLDERS
from traceapp.web.languages import gettext, language, now, today
from traceapp.web.limits import look_ups
from traceapp.web.record_words import area_words
from traceapp.web.words import STATUS_WORDS

MOST_RUNS = 50
SCOPES = {
    "lot": N_("Cả lô {lot}"),
    "product": N_("Cả sản phẩm: mọi lô, mọi tem"),
    "stamps": N_("Một đợt tem, hoặc một đoạn của đợt"),
}


class ScopeForm(Form):
    """How much of the goods in hand."""

    class Meta(Form.Meta):
        """It only looks: nothing a token could protect."""

        csrf = False

    scope = RadioField(N_("Phạm vi"), validate_choice=False)
    run = SelectField(N_("Đợt tem"), validate_choice=False)
    sheets = StringField(N_("Số tờ"))
    first = StringField(N_("Từ tem (số thứ tự hoặc mã)"))
    last = StringField(N_("Đến tem"))


class ActForm(Form):
    """What is asked of whoever holds the goods, and why."""

    kind = RadioField(
        N_("Việc cần làm"),
        choices={"hold": N_("Tạm dừng lưu thông để kiểm tra"), "recall": N_("Đề nghị thu hồi")},
    )
    reason = RadioField(N_("Lý do"))
    decision_number = StringField(N_("Số quyết định"))
    told = TextAreaField(
        N_("Lời nhắn cho người mua"),
        description=N_("Một hai câu dễ hiểu, hiện trên trang thu hồi. Tối đa 500 ký tự."),
    )
    note = StringField(N_("Ghi chú nội bộ"))

    def __init__(self, **given: object) -> None:
        super().__init__(**given)
        words = [(reason.value, gettext(HOLD_REASONS[reason])) for reason in REASONS]
        self.reason.choices = [(value, word[0].upper() + word[1:]) for value, word in words]


@door.route("/restrict", methods=["GET", "POST"])
@look_ups
@access.only(*HOLDERS)
def restrict() -> ResponseReturnValue:
    """Choose how much of the goods, look how far it reaches, then act."""
    goods = goods_in_hand()
    asked, form = _asked(goods), ActForm()
    about = None
    try:
        about = _about(goods, asked) if goods else None
    except RuleBroken as broken:
        asked.blame(broken)
    if about is not None and form.validate_on_submit():
        try:
            with transaction() as session:
                public_id = _done(session, about, form)
        except RuleBroken as broken:
            form.blame(broken)
        else:
            return redirect(url_for(".restriction", public_id=public_id), 303)
    reach = reaching.reach(reader(), scan_reader(), about) if about else None
    page = render_template(
        "inspector/restrict.html",
        goods=goods,
        asked=asked,
        form=form,
        about=about,
        reach=reach,
        areas=area_words(reach.areas) if reach else "",
        already=recall_scope.standing_over(reader(), about) if about else [],
        register=reason_check.register_says(reader(), about, today=today()) if about else None,
        bearings=BEARINGS,
        spoken_of=form.reason.data in OF_CERTIFICATES,
        status_words=STATUS_WORDS,
        reasons=HOLD_REASONS,
        named=request.args.to_dict(),
    )
    refused = form.is_submitted() or asked.errors or asked.form_errors or _lost(goods)
    return page, 422 if refused else 200


def _lost(goods: Goods | None) -> bool:
    """Whether something was typed that names no goods, or several."""
    return goods is None and bool(request.args.get("q", "").strip())


def _asked(goods: Goods | None) -> ScopeForm:
    asked = ScopeForm(request.args)
    lot = goods.lot.code if goods and goods.lot else None
    offered = {name: told for name, told in SCOPES.items() if name != "lot" or lot}
    asked.scope.choices = [(name, gettext(told, lot=lot)) for name, told in offered.items()]
    runs = _runs(goods) if goods else []
    asked.run.choices = [("", gettext("chưa chọn")), *((run.public_id, _named(run)) for run in runs)]
    if goods and goods.run and not asked.run.data:
        asked.run.data = goods.run.public_id
    return asked


def _named(run: StampRun) -> str:
    facts = {"run": run.public_id, "n": shown_number(run.count, language())}
    if run.lot is None:
        return gettext("{run}: {n} tem, chưa gắn lô", **facts)
    return gettext("{run}: {n} tem, lô {lot}", lot=run.lot.code, **facts)


def _runs(goods: Goods) -> list[StampRun]:
    """The runs to choose from: of the lot, else of the product; the newest first."""
    named = StampRun.lot_id == goods.lot.id if goods.lot else StampRun.trade_item_id == goods.item.id
    query = select(StampRun).where(named).order_by(StampRun.id.desc()).limit(MOST_RUNS)
    return list(reader().scalars(query))


def _about(goods: Goods, asked: ScopeForm) -> About | None:
    """What was chosen; None while nothing is. Raises what naming stamps does."""
    chosen = asked.scope.data
    if chosen == "product":
        return About(goods.item)
    if chosen == "lot" and goods.lot is not None:
        return recall_scope.of_lot(goods.lot)
    if chosen != "stamps":
        return None
    run = _run(goods, asked)
    ends = {name: asked[name].data or "" for name in ("sheets", "first", "last")}
    return recall_scope.of_stamps(run, printing.read_part(reader(), run, serial_keys(), **ends))


def _run(goods: Goods, asked: ScopeForm) -> StampRun:
    """The run that was chosen, or the one that holds the first stamp named by its code."""
    runs = _runs(goods)
    if asked.run.data:
        found = [run for run in runs if run.public_id == asked.run.data]
    else:
        found = runs if len(runs) == 1 else [run for run in runs if _holds(run, asked.first.data or "")]
    if len(found) != 1:
        raise Malformed("run_missing", field="run")
    return found[0]


def _holds(run: StampRun, code: str) -> bool:
    if len(code) < 12:  # a number names a stamp of every run
        return False
    try:
        stamping.read_place(run, serial_keys(), code, field="first")
    except RuleBroken:
        return False
    return True


def _done(session: Session, about: About, form: ActForm) -> str:
    """Hold the goods, or propose that they be recalled; its public id."""
    goods, actor = recall_scope.again(session, about), access.actor()
    words = {"reason": HoldReason(form.reason.data), "note": form.note.data, "told": form.told.data}
    if RestrictionKind(form.kind.data) is RestrictionKind.HOLD:
        row = restrictions.hold(session, actor=actor, about=goods, now=now(), **words)
        flash(gettext("Đã tạm dừng. Người quét tem thấy ngay từ bây giờ."), "ok")
    else:
        row = restrictions.propose_recall(
            session, actor=actor, about=goods, decision_number=form.decision_number.data, now=now(), **words
        )
        flash(gettext("Đã gửi đề nghị thu hồi. Chờ người thứ hai duyệt."), "ok")
    return row.public_id
