"""`traceapp demo`, `serve`, `work`: the running installation."""

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial

import click

from traceapp.commands.ground import REFUSED, WRONG_USE, app, end, say, settings
from traceapp.commands.keeper import kept
from traceapp.i18n import N_
from traceapp.settings import Settings

MOST_BUFFERED = 64 * 1024  # bytes of a request that the server itself keeps before it is ours
PATIENCE = 15.0  # seconds a worker may need to put its order back, or a server process to finish its pages


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--no-serve", is_flag=True, help="only fill the instance")
def demo(port: int, no_serve: bool) -> None:
    """Fill an empty instance with the Lạng Sơn demonstration, then serve it with a worker."""
    from traceapp import schema
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
    say(N_("Đăng nhập: {url}"), url=f"{told.public_base_url}/account/sign-in")
    say(N_("Tài khoản dùng thử:"))
    for account in offer.accounts:
        click.echo("  {login:24} {password:16} {role:14} {party}".format(**account))
    say(N_("Tem, tờ in và kết quả mong đợi: {path}"), path=told.instance_path / "demo" / "manifest.json")
    if not no_serve:
        with _worker(told):
            _serve(told, "127.0.0.1", port)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--with-worker", is_flag=True, help="start a worker beside it")
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True)
def serve(host: str, port: int, with_worker: bool, processes: int) -> None:
    """The web server."""
    from traceapp import schema  # late: other commands need no migrations

    told = settings()
    if schema.differences(told):
        end(WRONG_USE, N_("Cơ sở dữ liệu chưa đúng bản. Xin chạy: traceapp db upgrade"))
    with _worker(told) if with_worker else nullcontext():
        _serve(told, host, port, processes)


@click.command()
@click.option("--parent", type=int, default=None, hidden=True)
def work(parent: int | None) -> None:
    """The worker: print orders, one after the other."""
    from traceapp import jobs

    jobs.work(app(), parent=parent)


def _serve(told: Settings, host: str, port: int, processes: int = 1) -> None:
    """Answer until a signal ends it; requests in hand are finished."""
    # late: no other command needs the server
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    _check_free(host, port)
    # Processes of their own, not forks: a fork would lack the threads that the file store began before it.
    multiprocessing.set_start_method("spawn", force=True)
    server = Granian(
        "traceapp",
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(max_buffer_size=MOST_BUFFERED),
        websockets=False,
        workers=processes,
        respawn_failed_workers=True,
        workers_kill_timeout=int(PATIENCE),
        log_level=LogLevels.warning,
    )
    server.on_startup(partial(_say_where, host, port))
    server.serve(target_loader=partial(_answering, told, os.getpid()), wrap_loader=False)


def _check_free(host: str, port: int) -> None:
    """Say it in a sentence where somebody else listens there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((host, port))
        except OSError as fault:
            refused = N_("Cổng {port} đang bận ({fault}). Xin chọn cổng khác.")
            end(REFUSED, refused, port=port, fault=fault.strerror)


def _say_where(host: str, port: int) -> None:
    say(N_("Đang phục vụ tại http://{host}:{port} (Ctrl-C để dừng)"), host=host, port=port)
    sys.stdout.flush()


def _answering(told: Settings, parent: int) -> Callable[..., object]:
    """The application of one process, made in that process."""
    from traceapp.app import create_app
    from traceapp.web.front import Front

    front = Front(create_app(told))
    front.watch.begin()
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()
    return behind(front, told.trusted_proxy)


def behind(front: Callable[..., object], proxy: str) -> Callable[..., object]:
    """The application seen past a proxy: who asks, and whether it asked by https."""
    # late: no other command needs the server
    from granian.utils.proxies import wrap_asgi_with_proxy_headers

    if not proxy:
        return front
    wrapped: Callable[..., object] = wrap_asgi_with_proxy_headers(front, proxy)
    return wrapped


def _leave_with(parent: int) -> None:
    """A process whose server is gone, however that ended, gives the port back."""
    while os.getppid() == parent:
        time.sleep(0.5)  # nothing tells a child that its parent is gone
    os.kill(os.getpid(), signal.SIGTERM)
    # A page in hand whose answer nobody takes any more would keep the process for ever, and its server, which
    # ends such a child, is gone.
    time.sleep(PATIENCE)  # for the page in hand
    os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def _worker(told: Settings) -> Iterator[None]:
    """A worker as a child, started again when it dies, ended with this process however that ends."""
    environment = os.environ | {
        "TRACEAPP_INSTANCE_PATH": str(told.instance_path),
        "TRACEAPP_PUBLIC_BASE_URL": told.public_base_url,
        "TRACEAPP_DEMO": str(told.demo).lower(),
    }
    command = [sys.executable, "-m", "traceapp.cli", "work", "--parent", str(os.getpid())]
    with kept(lambda: subprocess.Popen(command, env=environment), PATIENCE):  # noqa: S603 - our own program
        yield
