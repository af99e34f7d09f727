"""`kg serve`: one listening socket, one or more serving processes, one nursery for each build that they share."""

import ctypes
import logging
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from kg.builds import current
from kg.errors import KgError
from kg.serve.app import create_app
from kg.serve.connection import Config
from kg.serve.front import Front
from kg.serve.logs import RequestLog, log_configuration
from kg.serve.settings import Settings

_PR_SET_PDEATHSIG = 1

_LOG = logging.getLogger(__name__)


def serve(home: Path, settings: Settings) -> None:
    """Serve the published build until a signal ends it; a KgError where it cannot be served."""
    current(home)  # NoBuild, before anything is started
    signal.signal(signal.SIGTERM, _leave)
    with _listening(settings) as listener, _meeting(settings) as settings, suppress(KeyboardInterrupt):
        config = _config(partial(_front, home, settings), settings)
        _LOG.info("serving at %s", _address(listener))
        if settings.processes == 1:
            _run_one(config, listener)
        else:
            _run_several(config, listener)


def _run_one(config: Config, listener: socket.socket) -> None:
    try:
        uvicorn.Server(config).run([listener])
    except SystemExit as end:
        if end.code == STARTUP_FAILURE:
            raise KgError("the server did not start") from None


def _run_several(config: Config, listener: socket.socket) -> None:
    supervisor = Multiprocess(config, [listener])
    supervisor.run()
    if any(process.exitcode == STARTUP_FAILURE for process in supervisor.processes):
        raise KgError("a serving process did not start")


def _front(home: Path, settings: Settings) -> Front:
    """What each serving process runs; one that has a parent ends with it."""
    if settings.processes > 1 and sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if (parent := parent_process()) and not parent.is_alive():  # it ended before it could be asked to tell
            raise SystemExit(0)
    front = create_app(home, settings)
    if settings.log.requests:
        front.companions.append(RequestLog(front.traffic))
    return front


def _config(app: partial[Front], settings: Settings) -> Config:
    http = settings.http
    return Config(
        app,
        factory=True,
        bounds=http,
        workers=settings.processes,
        loop="auto",
        ws="none",
        lifespan="on",
        log_config=log_configuration(settings.log),
        access_log=False,
        server_header=False,
        proxy_headers=bool(http.proxies),
        forwarded_allow_ips=[str(proxy) for proxy in http.proxies],
        limit_concurrency=http.connections,
        timeout_keep_alive=http.idle,
        timeout_graceful_shutdown=http.grace,
    )


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    """The socket that all serving processes take connections from."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as fault:
        raise KgError(f"cannot listen on {settings.host}, port {settings.port}: {fault.strerror}") from fault
    listener.set_inheritable(True)
    with listener:
        yield listener


@contextmanager
def _meeting(settings: Settings) -> Iterator[Settings]:
    """The settings with a folder where the serving processes find each other's nurseries."""
    if settings.runtime:
        settings.runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield settings
    else:
        with tempfile.TemporaryDirectory(prefix="kg-") as folder:
            yield replace(settings, runtime=Path(folder))


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _leave(*_: Any) -> None:
    """End by the way that cleans up; uvicorn raises SIGTERM again when it has ended what ran."""
    raise SystemExit(0)
