"""The `traceapp` command.

Exit 0 done, 1 the answer is no, 2 wrong use, 3 refused with a reason. Errors are one line on stderr, in the
language of LANG (Vietnamese, or English).
"""

import sys
from importlib import import_module

import click
from sqlalchemy.exc import DBAPIError

from traceapp.commands.ground import REFUSED, WRONG_USE, words
from traceapp.domain.errors import MESSAGES, RuleBroken
from traceapp.i18n import N_
from traceapp.settings import BadSetting

WRONG: dict[type[click.UsageError], str] = {
    click.MissingParameter: N_("Thiếu {what}. Xem: traceapp --help"),
    click.NoSuchOption: N_("Không có tùy chọn {what}. Xem: traceapp --help"),
    click.BadParameter: N_("Giá trị của {what} chưa đúng ({why})."),
}
NO_DATABASE = N_("Cơ sở dữ liệu không làm được việc này ({why}). Đã chạy traceapp db upgrade chưa?")
OTHER = N_("Gõ lệnh chưa đúng ({why}). Xem: traceapp --help")


# The room of each command. It is opened when its command is called: a page of barcodes need not
# wait for the post office, nor a million stamps carry the spreadsheets in memory.
ROOMS = {
    "demo": "serving:demo",
    "serve": "serving:serve",
    "work": "serving:work",
    "db": "upkeep:db",
    "accounts": "accounts:accounts",
    "journal": "upkeep:journal",
    "schemes": "schemes:schemes",
    "import": "intake:take_in",
    "remind": "post:remind",
    "stamps": "stock:stamps",
    "certificate": "certificate:certificate",
    "barcode": "press:barcode",
    "media": "press:media",
    "preflight": "press:preflight",
}


class Registry(click.Group):
    """The commands by name, each room imported when it is first asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own signature
        """The names, in order."""
        return sorted(ROOMS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - the same
        """The command of that name; None where there is none."""
        if cmd_name not in ROOMS:
            return None
        room, name = ROOMS[cmd_name].split(":")
        command: click.Command = getattr(import_module(f"traceapp.commands.{room}"), name)
        return command


@click.group(cls=Registry, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="traceapp")
def traceapp() -> None:
    """The registry of Lạng Sơn's products."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the way it ends is the exit code."""
    try:
        result = traceapp.main(arguments, prog_name="traceapp", standalone_mode=False)
    except RuleBroken as broken:
        return _refused(broken.sentence(words().gettext(MESSAGES[broken.code])), REFUSED)
    except BadSetting as fault:
        return _refused(str(fault), WRONG_USE)
    except click.UsageError as wrong:
        return _refused(_said(wrong), WRONG_USE)
    except click.exceptions.Abort:
        return 130
    except click.ClickException as fault:
        return _refused(fault.format_message(), WRONG_USE)
    except DBAPIError as fault:
        return _refused(words().gettext(NO_DATABASE, why=fault.orig), REFUSED)
    except OSError as fault:
        return _refused(f"{fault.filename or ''}: {fault.strerror}", REFUSED)
    return result if isinstance(result, int) else 0


def _said(wrong: click.UsageError) -> str:
    """What was typed wrongly, in the reader's words."""
    why = " ".join(wrong.format_message().split()).rstrip(".")
    parameter = getattr(wrong, "param", None)
    named = parameter.get_error_hint(wrong.ctx) if parameter is not None and wrong.ctx is not None else ""
    what = getattr(wrong, "option_name", None) or named
    template = next((told for kind, told in WRONG.items() if isinstance(wrong, kind)), OTHER)
    return words().gettext(template if what else OTHER, what=what, why=why)


def _refused(sentence: str, code: int) -> int:
    click.echo(" ".join(sentence.split()), err=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
