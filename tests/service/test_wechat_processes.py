"""Two servers over one database, killed at work: every message answered once."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import delete

from assistant.bootstrap import Serving
from assistant.service.store.database import open_database
from assistant.service.store.mailbox import Mailbox
from assistant.service.store.tables import LeaseRow
from assistant.settings import Settings
from tests.service.conftest import QUESTION, free_port, running
from tests.service.test_serve import served
from tests.service.wechat import ENCRYPTED, Platform, message, mp_phone, playing

USERS = 6


def test_what_two_killed_processes_acknowledged_is_pushed_once(
    settings: Settings, serving: Serving, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/service.sqlite3"
    mp = {**ENCRYPTED, "mp_secret": "secret", "reply_seconds": 0.001}
    nowhere = {**mp, "mp_api": f"http://127.0.0.1:{free_port()}"}
    environment = {f"ZHENGCE_WECHAT_{name.upper()}": str(value) for name, value in nowhere.items()}
    environment |= {"ZHENGCE_SERVICE_DATABASE_URL": url, "ZHENGCE_SERVICE_TIMEOUT_SECONDS": "1"}
    servers = [served(**environment) for _ in range(2)]
    bodies = [message(f"user {number}", Content=QUESTION) for number in range(USERS)]
    with ThreadPoolExecutor(4) as pool:
        started = list(pool.map(lambda server: server.__enter__(), servers))
        try:
            phones = [mp_phone(base) for base, _ in started]
            for body in bodies:
                replies = list(pool.map(lambda phone, body=body: phone.deliver(body), phones * 2))
                assert {reply.status_code for reply in replies} == {200}
            for _, process in started:
                os.killpg(process.pid, signal.SIGKILL)
        finally:
            for server in servers:
                server.__exit__(None, None, None)
    with open_database(url).begin() as connection:
        # Spares the test to wait for the killed leader's lease to end.
        connection.execute(delete(LeaseRow))
    platform = Platform()
    with (
        playing(platform) as api,
        running(settings, serving=serving, database_url=url, **{**mp, "mp_api": api}) as base,
    ):
        platform.wait(USERS, 40)
        for body in bodies:
            mp_phone(base).deliver(body)
    assert sorted(user for user, _ in platform.sent) == [f"user {number}" for number in range(USERS)]
    assert all("300万元" in text for _, text in platform.sent)
    assert Mailbox(open_database(url)).letters() == []
