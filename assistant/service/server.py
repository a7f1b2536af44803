"""`zhengce serve`: one or several processes behind one socket."""

import contextlib
import copy
import ipaddress
import os
import socket
import tempfile
from collections.abc import Callable
from typing import Any

import uvicorn
from sqlalchemy.exc import SQLAlchemyError
from uvicorn.supervisors import Multiprocess

from assistant.service.channels.settings import ChannelSettings
from assistant.service.settings import ServiceSettings
from assistant.service.store.database import open_database
from assistant.service.store.store import Store
from assistant.settings import Settings, load, load_settings
from corpus.errors import IndexFault, InvalidInput
from indexer.versions import Versions

__all__ = ["listen", "serve"]

_APP = "assistant.service.app:from_environment"
_GRACE_SECONDS = 30
# Longer than a proxy keeps its side open (nginx: 60), or it would send into a connection that is being closed.
_KEEP_ALIVE_SECONDS = 75


def serve(given: dict[str, Any], say: Callable[[str], None]) -> None:
    """Serve until stopped; `given` are settings that go before environment and file, `say` gets lines to show.

    Raises InvalidInput where the address, the database or another setting cannot be used.
    """
    settings, service = load_settings(), load(ServiceSettings, **given)
    load(ChannelSettings)
    _check_address(service)
    _prepare_database(settings, service)
    listening = listen(service.host, service.port)
    host, port = listening.getsockname()[:2]
    say(
        f"政策问答服务：http://{f'[{host}]' if ':' in host else host}:{port}（接口说明 /docs，按 Ctrl-C 停止）"
    )
    say("需要密钥。" if service.api_keys else "没有设密钥，任何能连到这个地址的程序都能使用。")
    try:
        Versions(settings.home).serving()
    except IndexFault as fault:
        say(f"{fault}；建好后不用重启。")
    config = uvicorn.Config(
        _APP,
        factory=True,
        workers=service.workers,
        log_config=_logging(),
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
    )
    with (
        contextlib.suppress(KeyboardInterrupt),
        tempfile.TemporaryDirectory(prefix="zhengce-metrics-") as folder,
    ):
        if service.workers == 1:
            uvicorn.Server(config).run(sockets=[listening])
        else:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
            Multiprocess(config, sockets=[listening]).run()


def _check_address(service: ServiceSettings) -> None:
    if service.api_keys or service.open_access or _is_loopback(service.host):
        return
    raise InvalidInput(
        f"没有设密钥时只能监听本机地址，不能监听 {service.host}。请设 ZHENGCE_SERVICE_API_KEYS，"
        "或者确认不需要密钥后设 ZHENGCE_SERVICE_OPEN_ACCESS=true"
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _prepare_database(settings: Settings, service: ServiceSettings) -> None:
    store = Store(open_database(service.database(settings.home)))
    try:
        store.prepare()
    except (SQLAlchemyError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        raise InvalidInput(f"数据库不能使用：{reason}。请检查 ZHENGCE_SERVICE_DATABASE_URL") from error
    finally:
        store.close()


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; raises InvalidInput where that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise InvalidInput(
            f"不能监听 {host}:{port}（{error.strerror}）。换一个端口，例如 --port 8001"
        ) from error
    listening.set_inheritable(True)
    return listening


def _logging() -> dict[str, Any]:
    """uvicorn's own logging, with ours in the same place."""
    config: dict[str, Any] = copy.deepcopy(uvicorn.config.LOGGING_CONFIG)
    config["loggers"]["assistant"] = {"handlers": ["default"], "level": "INFO", "propagate": False}
    # It would log addresses of platforms with the access token in them.
    config["loggers"]["httpx"] = {"level": "WARNING"}
    return config
