"""`traceapp remind`: put what is due into the outbox and carry what waits; or only say what that would be."""

import click

from traceapp import postman
from traceapp.commands.ground import NO, app, now, reading, say, settings, tell, words
from traceapp.domain.letters import LetterState, masked
from traceapp.i18n import N_, shown_day
from traceapp.jobs import is_gone, worker_name
from traceapp.services.post import outbox, reminders
from traceapp.services.post.outbox import ToSay
from traceapp.web.letter_words import KINDS


@click.command()
@click.option("--dry-run", is_flag=True, help="say what is due; put and send nothing")
@click.option("--json", "as_json", is_flag=True)
def remind(dry_run: bool, as_json: bool) -> None:
    """Reminders that are due, each sent once; exit 1 where a letter could not be sent."""
    if dry_run:
        _look(as_json)
        return
    news = postman.remind(app(), now())
    tally = postman.carry(app(), worker=worker_name(), is_gone=is_gone)
    with reading() as session:
        waiting = outbox.count_letters(session).get(LetterState.WAITING, 0)
    if as_json:
        tell({"put": len(news), "left": waiting, **{state.value: tally[state] for state in LetterState}})
    else:
        told = {"n": len(news), "sent": tally[LetterState.SENT], "waiting": waiting}
        say(N_("{n} thư mới, {sent} thư đã gửi, {waiting} thư đang chờ."), **told)
        if not settings().mail_url:
            say(N_("Chưa đặt mail_url, nên thư được giữ lại, chưa gửi."))
    if tally.total() > tally[LetterState.SENT] + tally[LetterState.UNWANTED]:
        raise SystemExit(NO)


def _look(as_json: bool) -> None:
    with reading() as session:
        due = reminders.not_said(session, now=now())
        waiting = outbox.count_letters(session).get(LetterState.WAITING, 0)
    if as_json:
        tell({"due": [_told(one) for one in due], "left": waiting})
        return
    for one in due:
        kind = words().gettext(KINDS.get(one.kind, one.kind))
        click.echo(f"{shown_day(one.day)}  {kind}  {one.subject}  {masked(one.address)}")
    told = {"n": len(due), "waiting": waiting}
    say(N_("{n} thư sẽ được đưa vào hàng, {waiting} thư đang chờ. Chưa làm gì cả."), **told)


def _told(one: ToSay) -> dict[str, object]:
    return {"kind": one.kind, "subject": one.subject, "day": one.day.isoformat(), "to": masked(one.address)}
