"""`zhengce serve`: one or several processes behind one socket."""

import contextlib
import math
import os
import socket
import tempfile
from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from assistant.service.access import is_loopback
from assistant.service.channels.settings import ChannelSettings
from assistant.service.logs import logging_config
from assistant.service.settings import ServiceSettings
from assistant.service.store.database import opened
from assistant.service.store.keyring import Keyring
from assistant.settings import Settings, load, load_settings
from corpus.errors import IndexFault, InvalidInput
from corpus.why import why
from indexer.versions import Versions

__all__ = ["listen", "serve"]

_APP = "assistant.service.app:from_environment"
# For what is left to do when the last answer was computed.
_SPARE_SECONDS = 5
# Longer than a proxy keeps its side open (nginx: 60), or it would send into a connection that is being closed.
_KEEP_ALIVE_SECONDS = 75


def serve(given: dict[str, Any], say: Callable[[str], None]) -> None:
    """Serve until stopped; `given` are settings that go before environment and file, `say` gets lines to show.

    Raises InvalidInput where the address, the database or another setting cannot be used.
    """
    settings, service = load_settings(), load(ServiceSettings, **given)
    load(ChannelSettings)
    is_keyed = _has_keys(settings, service)
    _check_address(service, is_keyed)
    listening = listen(service.host, service.port)
    host, port = listening.getsockname()[:2]
    say(
        f"政策问答服务：http://{f'[{host}]' if ':' in host else host}:{port}（接口说明 /docs，按 Ctrl-C 停止）"
    )
    say(_who_may(service, is_keyed))
    try:
        Versions(settings.home).serving()
    except IndexFault as fault:
        say(f"{fault}；建好后不用重启。")
    config = uvicorn.Config(
        _APP,
        factory=True,
        workers=service.processes,
        log_config=logging_config(service),
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=math.ceil(service.timeout_seconds) + _SPARE_SECONDS,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
    )
    with (
        contextlib.suppress(KeyboardInterrupt),
        tempfile.TemporaryDirectory(prefix="zhengce-metrics-") as folder,
    ):
        if service.processes == 1:
            uvicorn.Server(config).run(sockets=[listening])
        else:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
            os.environ["ZHENGCE_SERVICE_WORKERS"] = str(service.processes)
            Multiprocess(config, sockets=[listening]).run()


def _check_address(service: ServiceSettings, is_keyed: bool) -> None:
    if is_keyed or service.open_access or is_loopback(service.host):
        return
    raise InvalidInput(
        f"没有密钥时只能监听本机地址，不能监听 {service.host}。请用 zhengce keys create 建一个密钥，"
        "或者设 ZHENGCE_SERVICE_API_KEYS；确认不需要密钥的，设 ZHENGCE_SERVICE_OPEN_ACCESS=true"
    )


def _who_may(service: ServiceSettings, is_keyed: bool) -> str:
    if is_keyed:
        return "需要密钥。"
    if is_loopback(service.host):
        return "没有密钥：只监听本机地址，本机上的程序都能使用。给别的机器用，先 zhengce keys create 建一个密钥。"
    return "没有密钥：任何能连到这个地址的程序都能使用（已设 open_access）。"


def _has_keys(settings: Settings, service: ServiceSettings) -> bool:
    """Whether there are keys; the database is up to date afterwards."""
    with opened(service.database(settings.home)) as engine:
        return bool(service.api_keys) or not Keyring(engine).is_empty()


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; raises InvalidInput where that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise InvalidInput(f"不能监听 {host}:{port}（{why(error)}）。换一个端口，例如 --port 8001") from error
    listening.set_inheritable(True)
    return listening
