"""Recalls, for anybody: those in force, those that ended, each on a page of its own; and a feed."""

from datetime import datetime

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from traceapp.domain.conformity import Verdict
from traceapp.domain.restrictions import RECALL_ENDINGS, RestrictionKind
from traceapp.extensions import limiter, reader
from traceapp.i18n import N_
from traceapp.services.recalls import public_recalls
from traceapp.services.recalls.public_recalls import Notice
from traceapp.settings import Settings
from traceapp.web.languages import gettext, language, now
from traceapp.web.public.feed import FEED_TYPE, FeedEntry, atom
from traceapp.web.public.shell import chosen_language, door, hold_reason, local_day, stretch_words
from traceapp.web.public.steps import STEPS, Step, told_steps


@door.get("/recalls")
@limiter.limit("60 per minute")
def recalls() -> ResponseReturnValue:
    """Every recall and hold in force, or every recall that ended."""
    ended = request.args.get("state") == "ended"
    wanted = public_recalls.list_ended if ended else public_recalls.list_recalls
    return render_template("public/recalls.html", recalls=wanted(reader(), now=now()), ended=ended)


@door.get("/recalls/<public_id>")
@limiter.limit("60 per minute")
def recall(public_id: str) -> ResponseReturnValue:
    """One hold or recall: which goods, why, since when, what to do, how it ended."""
    notice = public_recalls.recall_record(reader(), public_id, now=now())
    return render_template("public/recall.html", notice=notice, steps=_steps(notice), endings=RECALL_ENDINGS)


def _steps(notice: Notice) -> tuple[Step, ...]:
    """What to do while it lasts."""
    if notice.lifted_at is not None:
        return ()
    recalled = notice.kind is RestrictionKind.RECALL
    return told_steps(STEPS[Verdict.RECALLED if recalled else Verdict.ON_HOLD], notice.steps_facts)


@door.get("/recalls.atom")
@limiter.limit("60 per minute")
def recall_feed() -> ResponseReturnValue:
    """Recalls and holds as an Atom feed, told apart by category; unchanged, it is not sent twice."""
    settings: Settings = current_app.extensions["settings"]
    notices = public_recalls.latest_changes(reader(), now=now())
    asked = "".join(f"?lang={code}" for code in chosen_language().values())
    base = settings.public_base_url
    content = atom(
        host=settings.host.partition(":")[0],
        title=gettext("Thu hồi và tạm dừng – {name}", name=settings.registry_name),
        author=settings.registry_name,
        language=language(),
        address=f"{base}/recalls.atom{asked}",
        page=f"{base}/recalls{asked}",
        entries=[_entry(one, f"{base}/recalls/{one.public_id}", asked) for one in notices],
    )
    response = Response(content, content_type=f"{FEED_TYPE}; charset=utf-8")
    response.headers |= {"Cache-Control": "no-cache", "Vary": "Accept-Language"}
    response.last_modified = _last_change(notices)
    response.add_etag()
    return response.make_conditional(request)


def _last_change(notices: tuple[Notice, ...]) -> datetime | None:
    return notices[0].changed_at if notices else None


def _entry(notice: Notice, address: str, asked: str) -> FeedEntry:
    name = notice.product.names.spoken(language())
    return FeedEntry(
        id=address,
        link=address + asked,
        title=f"{headline(notice)}: {name}",
        summary=" ".join(_sentences(notice)),
        published=notice.from_at,
        updated=notice.changed_at,
        term=notice.kind.value,
        label=gettext(N_("Thu hồi") if notice.kind is RestrictionKind.RECALL else N_("Tạm dừng lưu thông")),
    )


@door.app_template_global("recall_headline")
def headline(notice: Notice) -> str:
    """Which goods, in a few words: what is recalled or held, or was."""
    if notice.kind is RestrictionKind.HOLD:
        told = N_("Đã gỡ tạm dừng") if notice.lifted_at else N_("Tạm dừng lưu thông")
    else:
        told = N_("Đã kết thúc thu hồi") if notice.lifted_at else N_("Thu hồi")
    return f"{gettext(told)} {_scope(notice)}"


def _scope(notice: Notice) -> str:
    if notice.stamps is not None:
        return stretch_words(notice.stamps)
    if notice.lot is not None:
        return gettext("lô {lot}", lot=notice.lot)
    return gettext("mọi lô")


def _sentences(notice: Notice) -> list[str]:
    """Why, since when, on what decision, how it ended: the text of a feed's entry."""
    told = [gettext("Lý do: {reason}.", reason=hold_reason(notice.reason)), notice.told or ""]
    told.append(gettext("Từ ngày {day}.", day=local_day(notice.from_at)))
    if notice.decision_number:
        told.append(gettext("Quyết định số {number}.", number=notice.decision_number))
    if notice.lifted_at and notice.ending:
        words = gettext(RECALL_ENDINGS[notice.ending])
        told.append(gettext("Kết thúc ngày {day}: {ending}.", day=local_day(notice.lifted_at), ending=words))
    if notice.lifted_at and notice.kind is RestrictionKind.HOLD:
        told.append(gettext("Gỡ ngày {day}.", day=local_day(notice.lifted_at)))
    return [one for one in told if one]
