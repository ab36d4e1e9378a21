"""Recalls, for anybody: those in force, those that ended, each on a page of its own; and a feed."""

from urllib.parse import urlencode

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from traceapp.domain.conformity import Verdict
from traceapp.domain.restrictions import RECALL_ENDINGS, RestrictionKind
from traceapp.extensions import limiter, reader
from traceapp.i18n import N_
from traceapp.services.paging import cursor_of
from traceapp.services.recalls import public_recalls, recall_lists
from traceapp.services.recalls.public_recalls import Notice
from traceapp.settings import Settings
from traceapp.web import paging
from traceapp.web.languages import gettext, language, now
from traceapp.web.public.feed import FEED_TYPE, FeedEntry, atom
from traceapp.web.public.shell import chosen_language, door, hold_reason, local_day, stretch_words
from traceapp.web.public.steps import STEPS, Step, told_steps


@door.get("/recalls")
@limiter.limit("60 per minute")
def recalls() -> ResponseReturnValue:
    """Every recall and hold in force, or every recall that ended."""
    ended, typed = request.args.get("state") == "ended", paging.sought()
    wanted = recall_lists.list_ended if ended else recall_lists.list_recalls
    page = wanted(reader(), now=now(), typed=typed, after=paging.after())
    kept = {name: value for name, value in (("state", "ended" if ended else ""), ("q", typed)) if value}
    return render_template("public/recalls.html", page=page, ended=ended, typed=typed, kept=kept)


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
    after = paging.after()
    page = recall_lists.latest_changes(reader(), now=now(), after=after)
    base, asked = settings.public_base_url, chosen_language()
    content = atom(
        host=settings.host.partition(":")[0],
        title=gettext("Thu hồi và tạm dừng – {name}", name=settings.registry_name),
        author=settings.registry_name,
        language=language(),
        address=_feed_at(base, cursor_of(after) if after else None),
        first=_feed_at(base, None),
        following=_feed_at(base, page.following) if page.following else None,
        page=f"{base}/recalls{_query(asked)}",
        entries=[_entry(one, f"{base}/recalls/{one.public_id}", _query(asked)) for one in page.rows],
    )
    response = Response(content, content_type=f"{FEED_TYPE}; charset=utf-8")
    response.headers |= {"Cache-Control": "no-cache", "Vary": "Accept-Language"}
    if after is None and page.rows:  # what leaves a later page is told of on the first
        response.last_modified = page.rows[0].changed_at
    response.add_etag()
    return response.make_conditional(request)


def _feed_at(base: str, after: str | None) -> str:
    """The address of a page of the feed."""
    return f"{base}/recalls.atom{_query(({'after': after} if after else {}) | chosen_language())}"


def _query(asked: dict[str, str]) -> str:
    return f"?{urlencode(asked)}" if asked else ""


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
