"""`traceapp demo`, `serve`, `work`: the running installation."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType

import click
import waitress
from flask import Flask

from traceapp import schema
from traceapp.commands.ground import WRONG_USE, app, end, say, settings
from traceapp.i18n import N_
from traceapp.settings import Settings

THREADS = 8
PATIENCE = 15.0  # seconds a worker may need to put its order back


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--no-serve", is_flag=True, help="only fill the instance")
def demo(port: int, no_serve: bool) -> None:
    """Fill an empty instance with the Lạng Sơn demonstration, then serve it with a worker."""
    from traceapp.app import create_app
    from traceapp.demo import load, remember

    told = replace(settings(), demo=True)
    if "TRACEAPP_PUBLIC_BASE_URL" not in os.environ:
        told = replace(told, public_base_url=f"http://127.0.0.1:{port}")
    schema.upgrade(told)
    made = create_app(told)
    remember(told)
    offer = load(made, told=lambda line: click.echo(line, err=True))
    say(N_("Mở {url} bằng trình duyệt."), url=told.public_base_url)
    say(N_("Tài khoản dùng thử:"))
    for account in offer.accounts:
        click.echo("  {login:24} {password:16} {role:14} {party}".format(**account))
    say(N_("Tem, tờ in và kết quả mong đợi: {path}"), path=told.instance_path / "demo" / "manifest.json")
    if not no_serve:
        with _worker(told):
            _serve(made, "127.0.0.1", port)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--with-worker", is_flag=True, help="start a worker beside it")
def serve(host: str, port: int, with_worker: bool) -> None:
    """The web server."""
    if schema.differences(settings()):
        end(WRONG_USE, N_("Cơ sở dữ liệu chưa đúng bản. Xin chạy: traceapp db upgrade"))
    if not with_worker:
        _serve(app(), host, port)
        return
    with _worker(settings()):
        _serve(app(), host, port)


@click.command()
@click.option("--parent", type=int, default=None, hidden=True)
def work(parent: int | None) -> None:
    """The worker: print orders, one after the other."""
    from traceapp import jobs

    jobs.work(app(), parent=parent)


def _serve(made: Flask, host: str, port: int) -> None:
    """Answer until a signal ends it; requests in hand are finished."""
    try:
        proxied = behind(made.extensions["settings"].trusted_proxy)
        server = waitress.create_server(made, host=host, port=port, threads=THREADS, ident=None, **proxied)
    except OSError as fault:
        end(3, N_("Cổng {port} đang bận ({fault}). Xin chọn cổng khác."), port=port, fault=fault.strerror)
    signal.signal(signal.SIGTERM, _leave)
    say(N_("Đang phục vụ tại http://{host}:{port} (Ctrl-C để dừng)"), host=host, port=port)
    sys.stdout.flush()
    server.run()


def behind(proxy: str) -> dict[str, object]:
    """What waitress must know to see past a proxy: who asks, and nothing else of what it says."""
    if not proxy:
        return {}
    return {"trusted_proxy": proxy, "trusted_proxy_headers": "x-forwarded-for"}


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


@contextmanager
def _worker(told: Settings) -> Iterator[None]:
    """A worker as a child, ended with this process however that ends."""
    environment = os.environ | {
        "TRACEAPP_INSTANCE_PATH": str(told.instance_path),
        "TRACEAPP_PUBLIC_BASE_URL": told.public_base_url,
        "TRACEAPP_DEMO": str(told.demo).lower(),
    }
    command = [sys.executable, "-m", "traceapp.cli", "work", "--parent", str(os.getpid())]
    child = subprocess.Popen(command, env=environment)  # noqa: S603 - our own program
    try:
        yield
    finally:
        child.terminate()
        try:
            child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
