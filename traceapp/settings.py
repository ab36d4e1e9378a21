"""Every setting of the program: its type, its default, one sentence; nonsense stops the start.

Read from ``settings.toml`` in the instance folder, then from ``TRACEAPP_<NAME>``; ``TRACEAPP_<NAME>_FILE``
reads the value from a file, for secrets.

>>> load(Path("/nowhere"), {"TRACEAPP_MANY_SCANS_DEVICES": "5"}).many_scans_devices
5
>>> load(Path("/nowhere"), {"TRACEAPP_COLOUR": "red"})
Traceback (most recent call last):
...
traceapp.settings.BadSetting: TRACEAPP_COLOUR: no such setting
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from traceapp.mailing import Mailbox

AUDIENCES = ("public", "account", "cooperative", "inspector", "body", "province", "api")
LANGUAGES = ("vi", "en", "zh")


class BadSetting(ValueError):
    """A setting that does not exist or cannot be; the sentence says which and why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What one installation may decide. Empty URLs stand for the SQLite files of the instance folder."""

    instance_path: Path = Path("instance")
    """Folder of the database, keys, prints and evidence."""
    database_url: str = ""
    """SQLAlchemy address of the registry; default ``sqlite:///<instance>/traceapp.sqlite``."""
    scans_url: str = ""
    """Address of the scan log; default a SQLite file beside the registry, or the registry's PostgreSQL."""
    queue_url: str = ""
    """Address of the job queue; default ``sqlite:///<instance>/queue.sqlite``."""
    storage_url: str = ""
    """Where files are kept; default ``file://<instance>/files``."""
    limiter_url: str = "memory://"
    """Where rate limits are counted: ``memory://`` (per process) or ``redis://``."""
    public_base_url: str = "http://127.0.0.1:8000"
    """What codes and links say; must be https except on this machine."""
    registry_name: str = "Truy xuất Lạng Sơn"
    """Name of the registry in the head of every page."""
    hotline: str = "0000 000 000 (demo)"
    """Telephone number that pages and prints tell people to call."""
    trusted_proxy: str = ""
    """Address of the proxy in front, whose ``X-Forwarded-For`` says who asks; nobody else's is believed."""
    languages: tuple[str, ...] = LANGUAGES
    """Languages offered, the first is the default."""
    audiences: tuple[str, ...] = AUDIENCES
    """The doors this host opens."""
    many_scans_devices: int = 8
    """From how many distinct devices on a stamp's page says ``many_scans``."""
    part_stamps: int = 20_000
    """The most stamps in one PDF part; a print spooler must survive it."""
    mail_url: str = ""
    """The mail server, ``smtp://user:password@host:port`` or ``smtps://``; none: letters are kept."""
    mail_from: str = ""
    """The address that letters come from; needed with ``mail_url``."""
    demo: bool = False
    """Whether this is the demonstration: pages say so and sign-in shows the demo accounts."""

    def resolved(self) -> "Settings":
        """The same with every default that depends on the instance folder filled in."""
        home = self.instance_path.resolve()
        database = self.database_url or f"sqlite:///{home / 'traceapp.sqlite'}"
        beside = database if not database.startswith("sqlite") else f"sqlite:///{home / 'scans.sqlite'}"
        return replace(
            self,
            instance_path=home,
            database_url=database,
            scans_url=self.scans_url or beside,
            queue_url=self.queue_url or f"sqlite:///{home / 'queue.sqlite'}",
            storage_url=self.storage_url or f"file://{home / 'files'}",
        )

    @property
    def host(self) -> str:
        """The host (and port) that stands in every code."""
        return urlsplit(self.public_base_url).netloc


def load(instance: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings of an instance folder and the environment; raise BadSetting with a sentence."""
    environ = os.environ if environ is None else environ
    home = instance or Path(environ.get("TRACEAPP_INSTANCE_PATH", "instance"))
    told: dict[str, Any] = {"instance_path": home}
    path = home / "settings.toml"
    if path.is_file():
        told |= {name: _checked(name, value, str(path)) for name, value in _read_toml(path).items()}
    told |= dict(_from_environment(environ))
    return _checked_as_whole(Settings(**told).resolved())


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise BadSetting(f"{path}: {fault}") from fault


def _from_environment(environ: Mapping[str, str]) -> list[tuple[str, Any]]:
    told = []
    for variable, given in sorted(environ.items()):
        if not variable.startswith("TRACEAPP_") or variable in {
            "TRACEAPP_INSTANCE_PATH",
            "TRACEAPP_ALL_SERVICES",
        }:
            continue
        name = variable.removeprefix("TRACEAPP_").lower()
        value = given
        if name.endswith("_file"):
            name, value = name.removesuffix("_file"), Path(given).read_text("utf-8").strip()
        told.append((name, _checked(name, value, variable)))
    return told


def _checked(name: str, value: object, where: str) -> Any:
    """The value as its field's type, or a sentence saying what was expected and found."""
    kinds = {field.name: field.type for field in fields(Settings)}
    if name not in kinds:
        raise BadSetting(
            f"{where}: no such setting" + ("" if where.startswith("TRACEAPP_") else f" as {name!r}")
        )
    kind = kinds[name]
    if kind is Path:
        return Path(str(value))
    if kind is bool:
        if str(value).lower() not in {"true", "false", "1", "0"}:
            raise BadSetting(f"{where}: {name} must be true or false, not {value!r}")
        return str(value).lower() in {"true", "1"}
    if kind is int:
        if not str(value).isascii() or not str(value).isdigit():
            raise BadSetting(f"{where}: {name} must be a whole number, not {value!r}")
        return int(str(value))
    if kind is str:
        return str(value)
    listed = value if isinstance(value, list) else str(value).split(",")
    return tuple(str(item).strip() for item in listed)


def _checked_as_whole(settings: Settings) -> Settings:
    strange = set(settings.audiences) - set(AUDIENCES)
    if strange:
        raise BadSetting(f"audiences: {sorted(strange)} unknown; there are {', '.join(AUDIENCES)}")
    if not settings.languages or set(settings.languages) - set(LANGUAGES):
        raise BadSetting(f"languages: {settings.languages} must be chosen from {', '.join(LANGUAGES)}")
    base = urlsplit(settings.public_base_url)
    local = base.hostname in {"127.0.0.1", "localhost", "::1"}
    if base.scheme != "https" and not (base.scheme == "http" and local):
        raise BadSetting(
            f"public_base_url: {settings.public_base_url!r} must begin with https:// (http: here only)"
        )
    if base.path not in {"", "/"} or base.query or base.fragment:
        raise BadSetting(f"public_base_url: {settings.public_base_url!r} must end after the host")
    _check_mail(settings)
    if settings.many_scans_devices < 2 or settings.part_stamps < 1:
        raise BadSetting("many_scans_devices must be 2 or more, part_stamps 1 or more")
    return replace(settings, public_base_url=settings.public_base_url.rstrip("/"))


def _check_mail(settings: Settings) -> None:
    """The address may hold a password: no sentence repeats it."""
    if not settings.mail_url:
        return
    try:
        Mailbox.at(settings.mail_url)
    except ValueError as fault:
        raise BadSetting(f"mail_url: {fault}") from fault
    if not re.fullmatch(r"[!-?A-~]+@[!-?A-~]+", settings.mail_from):
        raise BadSetting(f"mail_from: {settings.mail_from!r} must be an address such as txng@example.vn")
